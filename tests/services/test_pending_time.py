"""What is pending ends with its time, its session or its account; nothing of it is left behind (D5)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from store.errors import ChangedElsewhere, EndReason, EnrollmentEnded, SessionEnded
from store.services.principals import SessionToken, Visitor
from tests.desk import PASSWORD, SHELL, Desk
from tests.services.tries import code_of, fresh_code, secret_of
from tests.tables import change, content, events, one

NEW_PASSWORD = "marble ladder comet soup"
KIOSK = Visitor("tty1", kiosk=True)


def test_the_right_code_is_waited_for_for_ten_minutes(desk: Desk) -> None:
    token = desk.log_in()
    secret = secret_of(desk.services.enrollment.begin(token).setup_key)
    desk.clock.move(minutes=10, microseconds=-1)
    desk.services.enrollment.confirm(token, code_of(desk, secret))


def test_a_moment_later_it_is_gone(desk: Desk) -> None:
    token = desk.log_in()
    secret = secret_of(desk.services.enrollment.begin(token).setup_key)
    desk.clock.move(minutes=10)
    with pytest.raises(EnrollmentEnded):
        desk.services.enrollment.confirm(token, code_of(desk, secret))
    desk.services.home.look(token)


def test_agree_is_waited_for_for_fifteen_minutes_from_the_codes(desk: Desk) -> None:
    token = desk.log_in()
    secret = secret_of(desk.services.enrollment.begin(token).setup_key)
    desk.clock.move(minutes=9)
    shown = desk.services.enrollment.confirm(token, code_of(desk, secret))
    assert shown.time_left == timedelta(minutes=15)
    desk.clock.move(minutes=15, microseconds=-1)
    desk.services.backup_codes.agree(token)
    assert one(desk, "SELECT second_factor FROM account") == "on"


def test_a_moment_later_nothing_is_agreed_to(desk: Desk) -> None:
    token = desk.log_in()
    desk.show_codes(token)
    desk.clock.move(minutes=10)
    desk.services.sessions.check(token, active=True)
    before = content(desk)
    desk.clock.move(minutes=5)
    with pytest.raises(EnrollmentEnded):
        desk.services.backup_codes.agree(token)
    assert content(desk) == before


def test_enrollment_and_codes_run_on_their_own_time_even_in_a_kiosk(desk: Desk) -> None:
    token = desk.log_in(visitor=KIOSK)
    secret = secret_of(desk.services.enrollment.begin(token).setup_key)
    desk.clock.move(minutes=9)
    assert desk.services.sessions.check(token, active=False).time_left == timedelta(minutes=1)
    desk.services.enrollment.confirm(token, code_of(desk, secret))
    desk.clock.move(minutes=14)
    assert desk.services.sessions.check(token, active=False).time_left == timedelta(minutes=1)
    desk.clock.move(minutes=1)
    with pytest.raises(SessionEnded) as ended:
        desk.services.backup_codes.agree(token)
    assert ended.value.reason is EndReason.IDLE


def test_nothing_holds_a_session_past_its_twelve_hours(desk: Desk) -> None:
    codes = desk.enable()
    token = desk.services.second_factor.use_backup_code(desk.half(), codes[0])
    session = getattr(token, "token", None)
    assert isinstance(session, SessionToken)
    for _ in range(51):
        desk.clock.move(minutes=14)
        desk.services.sessions.check(session, active=True)
    desk.clock.move(minutes=1)
    desk.services.backup_codes.new_set(session)
    assert desk.services.sessions.check(session, active=True).time_left == timedelta(minutes=5)
    desk.clock.move(minutes=5)
    with pytest.raises(SessionEnded) as ended:
        desk.services.backup_codes.agree(session)
    assert ended.value.reason is EndReason.EXPIRED


def calls(desk: Desk, token: SessionToken, secret: bytes) -> list[Callable[[], object]]:
    services = desk.services
    return [
        lambda: services.enrollment.begin(token),
        lambda: services.enrollment.confirm(token, code_of(desk, secret)),
        lambda: services.backup_codes.prepare(token),
        lambda: services.backup_codes.agree(token),
        lambda: services.enrollment.cancel(token),
    ]


@pytest.mark.parametrize("call", range(5))
@pytest.mark.parametrize("at", ["the QR", "the codes"])
def test_an_account_disabled_on_the_way_gets_no_further(desk: Desk, call: int, at: str) -> None:
    token = desk.log_in()
    secret = secret_of(desk.services.enrollment.begin(token).setup_key)
    if at == "the codes":
        desk.services.enrollment.confirm(token, code_of(desk, secret))
    change(desk, "UPDATE account SET enabled = 0")
    before = content(desk)
    with pytest.raises(SessionEnded) as ended:
        calls(desk, token, secret)[call]()
    assert ended.value.reason is EndReason.DISABLED
    assert content(desk) == before


def test_a_password_changed_meanwhile_ends_the_other_sessions_enrollment(desk: Desk) -> None:
    first, second = desk.log_in(), desk.log_in()
    desk.show_codes(first)
    desk.services.passwords.change(second, PASSWORD, NEW_PASSWORD)
    with pytest.raises(SessionEnded) as ended:
        desk.services.backup_codes.agree(first)
    assert ended.value.reason is EndReason.CHANGED


def test_what_began_before_a_change_in_the_same_session_cannot_be_agreed_to(desk: Desk) -> None:
    token = desk.log_in()
    desk.show_codes(token)
    token = desk.services.passwords.change(token, PASSWORD, NEW_PASSWORD)
    before = content(desk)
    with pytest.raises(ChangedElsewhere):
        desk.services.backup_codes.agree(token)
    assert content(desk) == before
    assert events(desk)[-1].outcome == "refused"
    with pytest.raises(EnrollmentEnded):
        desk.services.backup_codes.agree(token)


def test_of_two_sessions_that_enroll_the_first_to_agree_wins(desk: Desk) -> None:
    first, second = desk.log_in(), desk.log_in()
    desk.show_codes(first)
    shown = desk.show_codes(second)
    desk.services.backup_codes.agree(second)
    with pytest.raises(SessionEnded) as ended:
        desk.services.backup_codes.agree(first)
    assert ended.value.reason is EndReason.ENABLED_2FA
    assert one(desk, "SELECT count(*) FROM authenticator") == 1
    assert one(desk, "SELECT number FROM backup_set") == shown.set_number
    desk.services.second_factor.verify(desk.half(), fresh_code(desk))


def test_cancel_kills_what_was_pending_and_keeps_the_session(desk: Desk) -> None:
    token = desk.log_in()
    secret = secret_of(desk.services.enrollment.begin(token).setup_key)
    desk.services.enrollment.cancel(token)
    with pytest.raises(EnrollmentEnded):
        desk.services.enrollment.confirm(token, code_of(desk, secret))
    desk.show_codes(token)
    before = content(desk)
    desk.services.enrollment.cancel(token)
    with pytest.raises(EnrollmentEnded):
        desk.services.backup_codes.agree(token)
    assert content(desk) == before
    assert desk.services.home.look(token).two_factor_on is False
    assert len(events(desk, "change of second factor left")) == 2
    desk.services.enrollment.cancel(token)
    assert len(events(desk, "change of second factor left")) == 2


def test_after_cancel_the_idle_limit_runs_again_from_then(desk: Desk) -> None:
    token = desk.log_in(visitor=KIOSK)
    desk.services.enrollment.begin(token)
    desk.clock.move(minutes=9)
    desk.services.enrollment.cancel(token)
    assert desk.services.sessions.check(token, active=False).time_left == timedelta(seconds=105)


def test_one_session_cannot_agree_to_what_another_account_has_on_its_screen(desk: Desk) -> None:
    desk.create("bob")
    alice, bob = desk.log_in(), desk.log_in("bob")
    desk.show_codes(alice)
    with pytest.raises(EnrollmentEnded):
        desk.services.backup_codes.agree(bob)
    desk.services.backup_codes.agree(alice)
    assert desk.services.accounts.show(SHELL, "bob").second_factor == "off"


def test_what_a_session_left_behind_is_out_of_memory_at_anybodys_next_act(desk: Desk) -> None:
    desk.create("bob")
    desk.show_codes(desk.log_in())
    pending = desk.services.core.pending
    assert len(pending._by_session) == 1
    desk.clock.move(minutes=15)
    desk.log_in("bob")
    assert pending._by_session == {}


def test_no_secret_is_in_what_a_unit_or_a_principal_says_of_itself(desk: Desk) -> None:
    token = desk.log_in()
    with desk.services.core.unit() as unit:
        who = unit.prove(token)
        told = f"{who!r} {unit!r} {token!r}"
        assert who.account.password_hash not in told
        assert token.token not in told
