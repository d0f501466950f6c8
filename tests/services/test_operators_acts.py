"""What an operator does to an account: it acts at once, says why, is undone, and leaves an operator (issue 4)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from store.errors import (
    ActivationExpired,
    EndReason,
    LastOperator,
    LockedByOperator,
    LockOutOfRange,
    NoReason,
    NotAllowed,
    PasswordChangeNeeded,
    SameRole,
    SessionEnded,
    SignInRefused,
    TwofoldError,
    UnsafeText,
)
from store.services.principals import Principal, SessionToken
from store.services.views import LoggedIn, Notice, NoticeKind
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.services.acts import NEW_PASSWORD, NUMBER
from tests.services.tries import WRONG, fresh_code, spy, wrong_passwords
from tests.tables import change, content, events

WHY = "card lost"
TWO_HOURS = timedelta(hours=2)
TAKING_AWAY: list[tuple[str, Callable[[Desk, Principal, str, str], object], str]] = [
    ("disable", lambda desk, by, name, why: desk.services.access.disable(by, name, why), WHY),
    (
        "lock",
        lambda desk, by, name, why: desk.services.access.lock(by, name, TWO_HOURS, why),
        "until 2026-11-24 14:00 UTC: card lost",
    ),
    (
        "end sessions",
        lambda desk, by, name, why: desk.services.access.end_sessions(by, name, why),
        "all: card lost",
    ),
    (
        "end a session",
        lambda desk, by, _, why: desk.services.access.end_session(by, 4, why),
        "session 4: card lost",
    ),
    (
        "demote",
        lambda desk, by, name, why: desk.services.accounts.set_role(by, name, "user", why),
        "user: card lost",
    ),
    (
        "require a change",
        lambda desk, by, name, why: desk.services.passwords.require_change(by, name, why),
        WHY,
    ),
    ("reset 2FA", lambda desk, by, name, why: desk.services.reset.reset_two_factor(by, name, why), WHY),
]
taking_away = pytest.mark.parametrize(
    ("act", "detail"), [each[1:] for each in TAKING_AWAY], ids=[each[0] for each in TAKING_AWAY]
)
Take = Callable[[Desk, Principal, str, str], object]


def two_operators(desk: Desk) -> SessionToken:
    """Have two operators with 2FA; return the session of the second, the fourth that there is."""
    for name in ("deputy", "root"):
        desk.create(name, operator=True)
        desk.enable(name)
    desk.log_in("deputy")
    return desk.log_in("root")


def ended(desk: Desk, token: SessionToken) -> EndReason:
    with pytest.raises(SessionEnded) as error:
        desk.services.sessions.check(token, active=True)
    return error.value.reason


def log_in(desk: Desk, password: str = PASSWORD) -> LoggedIn:
    outcome = desk.services.sign_in.check_password(HERE, "alice", password)
    assert isinstance(outcome, LoggedIn)
    return outcome


@taking_away
def test_what_takes_something_away_says_why(desk: Desk, act: Take, detail: str) -> None:
    root = two_operators(desk)
    before = content(desk, but=())
    for none in ("", " \n"):
        with pytest.raises(NoReason):
            act(desk, root, "deputy", none)
    with pytest.raises(UnsafeText):
        act(desk, root, "deputy", "gone\u202e")
    assert content(desk, but=()) == before
    moment = desk.clock.now() + TWO_HOURS
    act(desk, root, "deputy", f"  {WHY}\n")
    last = events(desk)[-1]
    assert (last.actor, last.outcome) == ("root", "done")
    assert last.detail == detail.replace("2026-11-24 14:00", f"{moment:%Y-%m-%d %H:%M}")


@pytest.mark.parametrize("gone", ["disabled", "locked", "in reset", "not activated", "suspended"])
@pytest.mark.parametrize("name", ["disable", "lock", "demote", "reset 2FA"])
def test_the_last_operator_who_can_log_in_takes_nothing_from_themselves(
    desk: Desk, name: str, gone: str
) -> None:
    root = two_operators(desk)
    [act] = [each[1] for each in TAKING_AWAY if each[0] == name]
    sql = {
        "disabled": "UPDATE account SET enabled = 0",
        "locked": "UPDATE account SET locked_until = 4000000000000000",
        "in reset": "UPDATE account SET second_factor = 'reset'",
        "not activated": "UPDATE account SET activation_ends_at = 4000000000000000",
    }
    if gone == "suspended":
        desk.services.recovery.open(SHELL, "deputy", "showed a passport", stolen=True)
    else:
        change(desk, f"{sql[gone]} WHERE username = 'deputy'")
    before = content(desk)
    with pytest.raises(LastOperator):
        act(desk, root, "root", WHY)
    assert content(desk) == before


@pytest.mark.parametrize("name", ["disable", "lock", "demote"])
def test_not_even_the_shell_takes_the_last_operator_away_but_it_can_reset_2fa(desk: Desk, name: str) -> None:
    desk.create("root", operator=True)
    desk.enable("root")
    [act] = [each[1] for each in TAKING_AWAY if each[0] == name]
    with pytest.raises(LastOperator):
        act(desk, SHELL, "root", WHY)
    assert desk.services.reset.reset_two_factor(SHELL, "root", WHY)


def test_a_locked_account_is_out_until_the_lock_ends_and_only_who_knows_the_password_is_told(
    desk: Desk,
) -> None:
    token = desk.log_in()
    assert desk.services.access.lock(SHELL, " Alice ", TWO_HOURS, WHY) == "alice"
    assert ended(desk, token) is EndReason.LOCKED
    with pytest.raises(SignInRefused):
        desk.services.sign_in.check_password(HERE, "alice", WRONG)
    desk.clock.move(hours=1)
    with pytest.raises(LockedByOperator) as locked:
        desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    assert locked.value.wait == timedelta(hours=1)
    last = events(desk)[-1]
    assert (last.event, last.outcome, last.detail) == ("password checked", "refused", "locked by an operator")
    view = desk.services.accounts.show(SHELL, "alice")
    assert (view.locked_for, view.lock_reason) == (timedelta(hours=1), WHY)
    desk.clock.move(hours=1)
    view = desk.services.accounts.show(SHELL, "alice")
    assert (view.locked_for, view.lock_reason) == (timedelta(), None)
    desk.log_in()


def test_a_right_password_costs_one_hash_whatever_it_opens(desk: Desk) -> None:
    """Else the time would tell a stranger's right guess from a wrong one before the words do (ASVS 6.3.8)."""
    given = desk.services.accounts.activate(SHELL, "bob").password
    desk.services.access.lock(SHELL, "alice", timedelta(days=30), WHY)
    desk.clock.move(hours=73)
    hashing = spy(desk)
    for name, password in (("alice", PASSWORD), ("alice", WRONG), ("bob", given), ("bob", WRONG)):
        before = hashing.runs
        with pytest.raises((LockedByOperator, ActivationExpired, SignInRefused)):
            desk.services.sign_in.check_password(HERE, name, password)
        assert hashing.runs == before + 1


def test_unlocking_lifts_an_operators_lock_too(desk: Desk) -> None:
    wrong_passwords(desk, 5)
    desk.services.access.lock(SHELL, "alice", TWO_HOURS, WHY)
    before = desk.services.accounts.unlock(SHELL, "alice")
    assert (before.locked_for, before.lock_reason) == (TWO_HOURS, WHY)
    desk.log_in()


@pytest.mark.parametrize("length", [timedelta(), timedelta(seconds=59), timedelta(days=30, microseconds=1)])
def test_a_lock_lasts_from_a_minute_to_30_days(desk: Desk, length: timedelta) -> None:
    with pytest.raises(LockOutOfRange):
        desk.services.access.lock(SHELL, "alice", length, WHY)
    for fits in (timedelta(minutes=1), timedelta(days=30)):
        desk.services.access.lock(SHELL, "alice", fits, WHY)
        assert desk.services.accounts.show(SHELL, "alice").locked_for == fits


def test_a_role_acts_in_sessions_that_are_open(desk: Desk) -> None:
    root = two_operators(desk)
    desk.enable()
    token = desk.log_in()
    with pytest.raises(NotAllowed):
        desk.services.accounts.show(token, "alice")
    desk.services.accounts.set_role(root, "alice", "operator")
    assert desk.services.accounts.show(token, "alice").role == "operator"
    with pytest.raises(SameRole):
        desk.services.accounts.set_role(root, "alice", "operator")
    desk.services.accounts.set_role(root, "alice", "user", WHY)
    with pytest.raises(NotAllowed):
        desk.services.accounts.show(token, "alice")


def test_name_and_number_are_edited_by_the_rules(desk: Desk) -> None:
    edit = desk.services.accounts.edit
    assert edit(SHELL, "alice", display_name="Αλίκη", number="+30 697 123 4567") == "alice"
    view = desk.services.accounts.show(SHELL, "alice")
    assert (view.display_name, view.own_number) == ("Αλίκη", NUMBER)
    with pytest.raises(UnsafeText):
        edit(SHELL, "alice", display_name="\x1b[2J", number=None)
    with pytest.raises(TwofoldError):
        edit(SHELL, "alice", display_name="", number="+30 1")
    assert desk.services.accounts.show(SHELL, "alice") == view
    edit(SHELL, "alice", display_name="", number=None)
    assert desk.services.accounts.show(SHELL, "alice").own_number is None


def test_whoever_has_to_change_the_password_does_so_after_both_factors(desk: Desk) -> None:
    desk.enable()
    token = desk.log_in()
    assert desk.services.passwords.require_change(SHELL, "alice", WHY) == "alice"
    assert ended(desk, token) is EndReason.ENDED_BY_OPERATOR
    outcome = desk.services.second_factor.verify(desk.half(), fresh_code(desk))
    assert (outcome.must_change_password, outcome.by_activation) == (True, False)
    with pytest.raises(PasswordChangeNeeded):
        desk.services.home.look(outcome.token)
    # So long that the second factor is asked for again.
    for _ in range(2):
        desk.clock.move(minutes=10)
        desk.services.sessions.check(outcome.token, active=True)
    outcome = desk.services.second_factor.verify(outcome.token, fresh_code(desk))
    token = desk.services.passwords.change(outcome.token, PASSWORD, NEW_PASSWORD)
    assert desk.services.home.look(token).username == "alice"
    assert not desk.services.accounts.show(SHELL, "alice").must_change_password


def test_open_sessions_are_counted(desk: Desk) -> None:
    desk.enable()
    desk.log_in()
    desk.log_in()
    desk.half()
    assert desk.services.accounts.show(SHELL, "alice").open_sessions == 2


def test_the_owner_reads_who_did_what(desk: Desk) -> None:
    root = two_operators(desk)
    desk.log_in()
    services = desk.services
    services.access.lock(root, "alice", TWO_HOURS, WHY)
    services.accounts.unlock(root, "alice")
    services.accounts.edit(root, "alice", display_name="Alice", number=None)
    services.accounts.set_role(root, "alice", "operator")
    services.access.end_sessions(root, "alice", WHY)
    services.passwords.require_change(SHELL, "alice", WHY)
    log_in(desk)
    # Told again where the page for a new password was left.
    outcome = log_in(desk)
    now = desk.clock.now()
    assert outcome.notices == (
        Notice(NoticeKind.LOCKED, 1, now, "root"),
        Notice(NoticeKind.UNLOCKED, 1, now, "root"),
        Notice(NoticeKind.EDITED, 1, now, "root"),
        Notice(NoticeKind.ROLE, 1, now, "root"),
        Notice(NoticeKind.SESSIONS_ENDED, 1, now, "root"),
        Notice(NoticeKind.CHANGE_ASKED, 1, now, "shell:root@host"),
    )
    services.passwords.change(outcome.token, PASSWORD, NEW_PASSWORD)
    assert log_in(desk, NEW_PASSWORD).notices == ()
