"""The policy: in force at once for sessions that are open, bounded, audited; and what it demands."""

from datetime import timedelta

import pytest

from store.errors import (
    EndReason,
    EnrollmentNeeded,
    InvalidPolicy,
    NotAllowed,
    SecondFactorDemanded,
    SessionEnded,
    StepUpNeeded,
    TwofoldError,
    UnsafeText,
)
from store.rules.policy import PolicyChanges, Whom
from store.rules.sessions import AS_DESIGNED
from store.services.principals import SessionToken, Visitor
from store.services.views import LoggedIn, PolicyView, WithoutSecondFactor
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.tables import content, events

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
WHY = "left the company"
KIOSK = Visitor("/dev/tty1", kiosk=True)
NEW_PASSWORD = "marble ladder comet soup"


def put(desk: Desk, **changes: object) -> PolicyView:
    return desk.services.policy.set(SHELL, PolicyChanges(**changes))  # type: ignore[arg-type]


def logged_in(desk: Desk, username: str = "alice") -> LoggedIn:
    outcome = desk.services.sign_in.check_password(HERE, username, PASSWORD)
    assert isinstance(outcome, LoggedIn)
    return outcome


def over(desk: Desk, token: SessionToken) -> EndReason:
    with pytest.raises(SessionEnded) as ended:
        desk.services.sessions.check(token, active=False)
    return ended.value.reason


# Setting it

EVERYTHING = (
    "2FA for: operators -> everybody; grace: 0 s -> 14 d; second approval: no -> yes; idle: 15 min -> 10 min"
)


def test_without_a_row_all_is_as_designed(desk: Desk) -> None:
    view = desk.services.policy.show(SHELL)
    assert view == PolicyView(
        second_factor_for=Whom.OPERATORS,
        grace=timedelta(),
        demanded_since=None,
        second_approval=False,
        limits=AS_DESIGNED,
        name="Twofold",
        issuer="Twofold",
        renamed=False,
    )
    brand = desk.services.policy.brand()
    assert (brand.name, brand.issuer, brand.renamed, brand.limits) == (
        "Twofold",
        "Twofold",
        False,
        AS_DESIGNED,
    )


def test_what_is_set_is_shown_and_the_log_says_from_what_to_what(desk: Desk) -> None:
    for name in ("carol", "dave"):
        desk.create(name, operator=True)
        desk.enable(name)
    put(desk, second_factor_for=Whom.EVERYBODY, grace=14 * DAY, second_approval=True, idle=10 * MINUTE)
    put(desk, idle=5 * MINUTE, name="Acme phones", issuer="Acme")
    view = desk.services.policy.show(SHELL)
    assert (view.second_factor_for, view.grace, view.second_approval) == (Whom.EVERYBODY, 14 * DAY, True)
    assert (view.limits.idle, view.limits.absolute) == (5 * MINUTE, AS_DESIGNED.absolute)
    assert (view.name, view.issuer, view.renamed) == ("Acme phones", "Acme", True)
    assert [(each.actor, each.outcome, each.detail) for each in events(desk, "policy changed")] == [
        (
            "shell:root@host",
            "done",
            EVERYTHING,
        ),
        (
            "shell:root@host",
            "done",
            "idle: 10 min -> 5 min; name: Twofold -> Acme phones; issuer: Twofold -> Acme",
        ),
    ]
    assert put(desk, name="", issuer="").name == "Twofold"


def test_what_changes_nothing_or_is_out_of_bounds_leaves_no_trace(desk: Desk) -> None:
    before = content(desk, but=())
    put(desk)
    put(desk, second_factor_for=Whom.OPERATORS, idle=AS_DESIGNED.idle, name="Twofold")
    for changes, error in (
        ({"idle": 61 * MINUTE}, InvalidPolicy),
        ({"issuer": "two words"}, InvalidPolicy),
        ({"name": "a\u202eb"}, UnsafeText),
    ):
        with pytest.raises(error):
            put(desk, **changes)
    assert content(desk, but=()) == before


def test_an_operator_sets_it_with_a_fresh_code_and_a_user_never(desk: Desk) -> None:
    desk.create("root", operator=True)
    desk.enable("root")
    root, alice = desk.log_in("root"), desk.log_in()
    everybody = PolicyChanges(second_factor_for=Whom.EVERYBODY, grace=DAY)
    assert desk.services.policy.set(root, everybody).second_factor_for is Whom.EVERYBODY
    assert events(desk, "policy changed")[-1].actor == "root"
    desk.clock.move(minutes=5)
    assert desk.services.policy.show(root).grace == DAY
    with pytest.raises(StepUpNeeded):
        desk.services.policy.set(root, PolicyChanges(grace=2 * DAY))
    for act in (
        lambda: desk.services.policy.show(alice),
        lambda: desk.services.policy.set(alice, PolicyChanges(second_factor_for=Whom.NOBODY)),
        lambda: desk.services.policy.without_second_factor(alice),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert desk.services.policy.show(root).second_factor_for is Whom.EVERYBODY


def test_whom_a_demand_is_about_is_counted(desk: Desk) -> None:
    for name in ("bob", "carol", "dan"):
        desk.create(name)
    desk.create("root", operator=True)
    desk.enable("bob")
    desk.services.access.disable(SHELL, "dan", WHY)
    lacking = desk.services.policy.without_second_factor(SHELL)
    assert lacking == WithoutSecondFactor(operators=1, users=2)
    assert [lacking.of(whom) for whom in Whom] == [0, 1, 3]


# Limits


def test_shorter_limits_end_sessions_that_are_open(desk: Desk) -> None:
    token, kiosk = desk.log_in(), desk.log_in(visitor=KIOSK)
    desk.clock.move(seconds=61)
    assert desk.services.sessions.check(token, active=False).time_left == timedelta(minutes=13, seconds=59)
    put(desk, idle=5 * MINUTE, kiosk_idle=MINUTE)
    assert desk.services.sessions.check(token, active=False).time_left == timedelta(minutes=3, seconds=59)
    assert over(desk, kiosk) is EndReason.IDLE
    desk.clock.move(minutes=4)
    assert over(desk, token) is EndReason.IDLE
    token = desk.log_in()
    put(desk, absolute=timedelta(hours=1))
    for _ in range(14):
        desk.clock.move(minutes=4)
        desk.services.sessions.check(token, active=True)
    assert len(desk.services.access.sessions(SHELL)) == 1
    desk.clock.move(minutes=4)
    assert desk.services.access.sessions(SHELL) == ()
    assert over(desk, token) is EndReason.EXPIRED


def test_longer_limits_keep_sessions_that_are_open(desk: Desk) -> None:
    put(desk, absolute=timedelta(hours=24), idle=60 * MINUTE)
    token = desk.log_in()
    for _ in range(25):
        desk.clock.move(minutes=59)
        desk.services.sessions.check(token, active=True) if _ < 24 else None
    assert over(desk, token) is EndReason.EXPIRED


def test_a_key_every_ten_seconds_keeps_the_shortest_session_open(desk: Desk) -> None:
    put(desk, kiosk_idle=timedelta(seconds=30))
    token = desk.log_in(visitor=KIOSK)
    for _ in range(12):
        desk.clock.move(seconds=10)
        assert desk.services.sessions.check(token, active=True).time_left == timedelta(seconds=30)
    desk.clock.move(seconds=30)
    assert over(desk, token) is EndReason.IDLE


def test_step_up_lasts_as_long_as_the_policy_says_and_an_operators_five_minutes_at_most(desk: Desk) -> None:
    desk.create("root", operator=True)
    desk.enable("root")
    token = desk.log_in("root")
    put(desk, step_up=60 * MINUTE)
    desk.clock.move(minutes=14)
    desk.services.sessions.check(token, active=True)
    desk.clock.move(minutes=2)
    assert desk.services.sessions.check(token, active=True).stepped_up
    with pytest.raises(StepUpNeeded):
        desk.services.access.end_sessions(token, "alice", WHY)
    token = desk.log_in("root")
    put(desk, step_up=MINUTE)
    desk.services.access.end_sessions(token, "alice", WHY)
    desk.clock.move(seconds=60)
    assert not desk.services.sessions.check(token, active=True).stepped_up
    with pytest.raises(StepUpNeeded):
        desk.services.access.end_sessions(token, "alice", WHY)


# Names


def test_an_enrollment_carries_the_name_that_is_in_force(desk: Desk) -> None:
    put(desk, issuer="Acme")
    token = desk.log_in()
    enrollment = desk.services.enrollment.begin(token)
    assert enrollment.issuer == "Acme"
    assert "".join(enrollment.uri_parts).startswith("otpauth://totp/Acme:alice?")
    assert desk.show_codes(token).issuer == "Acme"


# Demand


def test_an_operator_without_2fa_reaches_nothing_but_its_set_up(desk: Desk) -> None:
    desk.create("root", operator=True)
    outcome = logged_in(desk, "root")
    assert outcome.must_enroll
    token, services = outcome.token, desk.services
    for act in (
        lambda: services.home.look(token),
        lambda: services.call_forwarding.forward(token, "+306971234567"),
        lambda: services.sessions.list(token),
        lambda: services.accounts.show(token, "alice"),
        lambda: services.policy.set(token, PolicyChanges(second_factor_for=Whom.NOBODY)),
        lambda: services.backup_codes.new_set(token),
    ):
        with pytest.raises(EnrollmentNeeded):
            act()
    assert {each.detail for each in events(desk, "access refused")} == {"2FA demanded"}
    assert services.sessions.check(token, active=True).username == "root"
    token = services.passwords.step_up(token, PASSWORD)
    token = services.passwords.change(token, PASSWORD, NEW_PASSWORD)
    desk.show_codes(token, "root")
    services.enrollment.cancel(token)
    desk.show_codes(token, "root")
    services.backup_codes.prepare(token)
    services.backup_codes.agree(token)
    assert services.home.look(desk.log_in("root", NEW_PASSWORD)).two_factor_on
    assert not logged_in(desk).must_enroll


def test_it_may_log_out_without_2fa(desk: Desk) -> None:
    desk.create("root", operator=True)
    token = logged_in(desk, "root").token
    desk.services.sessions.end(token)
    assert over(desk, token) is EndReason.LOGGED_OUT


def test_a_demand_acts_on_sessions_that_are_open_and_so_does_its_end(desk: Desk) -> None:
    token = desk.log_in()
    put(desk, second_factor_for=Whom.EVERYBODY)
    with pytest.raises(EnrollmentNeeded):
        desk.services.home.look(token)
    put(desk, second_factor_for=Whom.OPERATORS)
    assert desk.services.home.look(token).enroll_within is None


def test_within_the_grace_everything_is_reached_and_how_long_is_left_is_told(desk: Desk) -> None:
    desk.clock.move(days=30)
    put(desk, second_factor_for=Whom.EVERYBODY, grace=14 * DAY)
    desk.clock.move(days=8)
    outcome = logged_in(desk)
    assert not outcome.must_enroll
    home = desk.services.home.look(outcome.token)
    assert (home.two_factor_demanded, home.enroll_within) == (True, 6 * DAY)
    desk.create("bob")
    assert desk.services.home.look(desk.log_in("bob")).enroll_within == 14 * DAY
    desk.clock.move(6 * DAY - timedelta(microseconds=1))
    token = logged_in(desk).token
    desk.services.home.look(token)
    desk.clock.move(microseconds=1)
    with pytest.raises(EnrollmentNeeded):
        desk.services.home.look(token)
    assert logged_in(desk).must_enroll
    assert not logged_in(desk, "bob").must_enroll


def test_grace_begins_anew_only_where_more_people_are_asked(desk: Desk) -> None:
    since = []
    for changes in (
        {"second_factor_for": Whom.OPERATORS, "grace": 3 * DAY},
        {"grace": 9 * DAY},
        {"second_factor_for": Whom.EVERYBODY},
        {"second_factor_for": Whom.OPERATORS},
        {"second_factor_for": Whom.NOBODY},
        {"second_factor_for": Whom.OPERATORS},
    ):
        since.append(put(desk, **changes).demanded_since)
        desk.clock.move(days=1)
    start = desk.clock.now() - 6 * DAY
    assert since == [start, start, start + 2 * DAY, start + 2 * DAY, None, start + 5 * DAY]


def test_where_2fa_is_demanded_it_is_not_turned_off(desk: Desk) -> None:
    desk.enable()
    token = desk.log_in()
    put(desk, second_factor_for=Whom.EVERYBODY, grace=90 * DAY)
    before = content(desk)
    with pytest.raises(SecondFactorDemanded):
        desk.services.two_factor.disable(token, PASSWORD)
    assert content(desk) == before
    assert events(desk, "2FA disabled")[-1].outcome == "refused"
    put(desk, second_factor_for=Whom.OPERATORS)
    desk.services.two_factor.disable(token, PASSWORD)


def test_where_nobody_must_have_2fa_an_operator_without_it_still_acts_on_nobody(desk: Desk) -> None:
    put(desk, second_factor_for=Whom.NOBODY)
    desk.create("root", operator=True)
    outcome = logged_in(desk, "root")
    assert not outcome.must_enroll
    assert not desk.services.home.look(outcome.token).two_factor_demanded
    with pytest.raises(TwofoldError) as refused:
        desk.services.access.end_sessions(outcome.token, "alice", WHY)
    assert type(refused.value) is NotAllowed
