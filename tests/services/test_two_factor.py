"""Turning 2FA off takes both proofs, and takes secret and codes out of the store for good."""

from datetime import timedelta

import pytest

from store.errors import AlreadyOff, EndReason, Locked, NotAllowed, SessionEnded, StepUpNeeded, WrongPassword
from store.services.views import LoggedIn
from tests.desk import HERE, PASSWORD, Desk
from tests.services.tries import WRONG, fresh_code, spy, wrong_passwords
from tests.tables import LOGS, bytes_on_disk, content, events, one, rows


def stale(desk: Desk) -> LoggedIn:
    """Return a session whose step-up is over."""
    desk.enable()
    full = desk.services.second_factor.verify(desk.half(), fresh_code(desk))
    desk.clock.move(minutes=14)
    desk.services.sessions.check(full.token, active=True)
    desk.clock.move(minutes=1)
    return full


def test_it_asks_for_step_up_before_it_looks_at_the_password(desk: Desk) -> None:
    full = stale(desk)
    before = content(desk)
    hashing = spy(desk)
    for password in (PASSWORD, WRONG):
        with pytest.raises(StepUpNeeded) as asked:
            desk.services.two_factor.disable(full.token, password)
        assert asked.value.with_code
    assert hashing.runs == 0
    assert content(desk) == before
    renewed = desk.services.second_factor.verify(full.token, fresh_code(desk)).token
    desk.services.two_factor.disable(renewed, PASSWORD)


def test_a_backup_code_is_a_step_up_too(desk: Desk) -> None:
    full = stale(desk)
    outcome = desk.services.second_factor.use_backup_code(full.token, desk.codes["alice"][0])
    assert isinstance(outcome, LoggedIn)
    desk.services.two_factor.disable(outcome.token, PASSWORD)


def test_a_clock_set_back_behind_the_proof_ends_the_step_up(desk: Desk) -> None:
    desk.enable()
    token = desk.log_in()
    assert desk.services.sessions.check(token, active=False).stepped_up
    desk.clock.move(seconds=-1)
    assert not desk.services.sessions.check(token, active=False).stepped_up
    with pytest.raises(StepUpNeeded):
        desk.services.two_factor.disable(token, PASSWORD)
    desk.clock.move(seconds=1)
    assert desk.services.sessions.check(token, active=False).stepped_up


def test_a_wrong_password_is_counted_on_the_password_and_changes_nothing(desk: Desk) -> None:
    desk.enable()
    token = desk.log_in()
    before = content(desk, but=(*LOGS, "throttle"))
    for number in range(1, 6):
        with pytest.raises(WrongPassword):
            desk.services.two_factor.disable(token, WRONG)
        assert one(desk, "SELECT failures FROM throttle WHERE factor = 'password'") == number
    with pytest.raises(Locked) as locked:
        desk.services.two_factor.disable(token, PASSWORD)
    assert locked.value.wait == timedelta(minutes=1)
    with pytest.raises(Locked):
        desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    assert content(desk, but=(*LOGS, "throttle")) == before
    desk.services.home.look(token)


def test_failures_at_log_in_and_inside_a_session_are_one_count(desk: Desk) -> None:
    desk.enable()
    token = desk.log_in()
    wrong_passwords(desk, 3)
    for _ in range(2):
        with pytest.raises(WrongPassword):
            desk.services.two_factor.disable(token, WRONG)
    with pytest.raises(Locked):
        desk.services.two_factor.disable(token, PASSWORD)


def test_secret_and_codes_are_off_the_disk(desk: Desk) -> None:
    desk.enable()
    token = desk.log_in()
    [(sealed,)] = rows(desk, "SELECT secret FROM authenticator")
    kept = [row[0] for row in rows(desk, "SELECT digest FROM backup_code")]
    kept += [row[0] for row in rows(desk, "SELECT salt FROM backup_set")]
    before = bytes_on_disk(desk)
    assert all(each in before for each in (sealed, *kept))
    desk.services.two_factor.disable(token, PASSWORD)
    after = bytes_on_disk(desk)
    assert not [each for each in (sealed, *kept) if each in after]
    # A piece of a page that was moved would hold a part.
    assert not [each for each in (sealed, *kept) if each[2:14] in after]
    left = content(desk)
    assert not [left[table] for table in ("authenticator", "backup_set", "backup_code") if left[table]]


def test_other_sessions_end_and_this_one_gets_a_new_token(desk: Desk) -> None:
    desk.enable()
    other, half, token = desk.log_in(), desk.half(), desk.log_in()
    renewed = desk.services.two_factor.disable(token, PASSWORD)
    for old, reason in ((other, EndReason.CHANGED), (half, EndReason.CHANGED), (token, EndReason.RENEWED)):
        with pytest.raises(SessionEnded) as ended:
            desk.services.home.look(old)
        assert ended.value.reason is reason
    assert not desk.services.home.look(renewed).two_factor_on
    assert isinstance(desk.services.sign_in.check_password(HERE, "alice", PASSWORD), LoggedIn)


def test_off_already_is_said_and_is_no_attempt(desk: Desk) -> None:
    token = desk.log_in()
    before = content(desk)
    with pytest.raises(AlreadyOff):
        desk.services.two_factor.disable(token, WRONG)
    assert content(desk) == before
    desk.enable()
    off = desk.services.two_factor.disable(desk.log_in(), PASSWORD)
    with pytest.raises(AlreadyOff):
        desk.services.two_factor.disable(off, PASSWORD)
    assert len(events(desk, "2FA disabled")) == 1


def test_a_half_session_cannot_turn_off_what_it_has_not_proven(desk: Desk) -> None:
    desk.enable()
    with pytest.raises(NotAllowed):
        desk.services.two_factor.disable(desk.half(), PASSWORD)
    assert one(desk, "SELECT second_factor FROM account") == "on"


def test_a_password_account_is_stepped_up_by_what_was_typed(desk: Desk) -> None:
    desk.enable()
    codes = desk.codes["alice"]
    outcome = desk.services.second_factor.use_backup_code(desk.half(), codes[0])
    assert isinstance(outcome, LoggedIn)
    desk.clock.move(minutes=14)
    off = desk.services.two_factor.disable(outcome.token, PASSWORD)
    desk.clock.move(minutes=14)
    desk.services.sessions.check(off, active=True)
    assert not desk.services.enrollment.begin(off).replacing
