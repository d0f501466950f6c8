"""Particulars that nobody sees at once: the order of equals, the reason of an end, the outcome of a refusal."""

from pathlib import Path

import pytest

from store.errors import FactorDisabled, PasswordFault, WeakPassword, WrongResetCode
from store.rules import passwords
from store.services.call_history import NewCall
from store.services.principals import SessionToken
from store.services.views import ResetCodeNeeded
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.services.tries import NO_CODE
from tests.tables import change, events, one, rows


def waiting_for_a_reset_code(desk: Desk) -> tuple[SessionToken, str]:
    desk.enable()
    code = desk.services.reset.reset_two_factor(SHELL, "alice", "lost phone and codes")
    outcome = desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    assert isinstance(outcome, ResetCodeNeeded)
    return outcome.token, code


def test_a_wrong_reset_code_is_recorded_as_refused(desk: Desk) -> None:
    token, _ = waiting_for_a_reset_code(desk)
    with pytest.raises(WrongResetCode):
        desk.services.reset.use_code(token, NO_CODE)
    [event] = events(desk, "reset code checked")
    assert (event.outcome, event.detail) == ("refused", "wrong code")


def test_after_a_hundred_misses_in_a_row_a_reset_code_is_dead(desk: Desk) -> None:
    token, code = waiting_for_a_reset_code(desk)
    with pytest.raises(WrongResetCode):
        desk.services.reset.use_code(token, NO_CODE)
    change(desk, "UPDATE throttle SET failures = 99 WHERE factor = 'reset code'")
    with pytest.raises(WrongResetCode):
        desk.services.reset.use_code(token, NO_CODE)
    change(desk, "UPDATE throttle SET lock_start = NULL WHERE factor = 'reset code'")
    with pytest.raises(FactorDisabled):
        desk.services.reset.use_code(token, code)
    event = events(desk, "reset code checked")[-1]
    assert (event.outcome, event.detail) == ("refused", "disabled")


def test_a_session_that_had_ended_keeps_its_time_and_reason(desk: Desk) -> None:
    desk.services.sessions.end(desk.log_in())
    [before] = rows(desk, "SELECT id, ended_at, end_reason FROM session")
    assert before[1:] != (None, None)
    desk.clock.move(minutes=1)
    desk.services.passwords.change(desk.log_in(), PASSWORD, "marble ladder comet soup")
    assert before in rows(desk, "SELECT id, ended_at, end_reason FROM session")


def test_sessions_of_one_moment_are_listed_latest_first(desk: Desk) -> None:
    tokens = [desk.log_in() for _ in range(5)]
    listed = [each.id for each in desk.services.sessions.list(tokens[0])]
    assert listed == sorted(listed, reverse=True)
    assert len(listed) == 5


def test_calls_of_one_moment_are_listed_latest_first(desk: Desk) -> None:
    now = desk.clock.now()
    calls = [NewCall(now, "in", "+306971234567", seconds) for seconds in range(5)]
    desk.services.call_history.record(SHELL, "alice", calls)
    page = desk.services.call_history.page(desk.log_in(), first=1, size=5)
    assert [each.seconds for each in page.calls] == [4, 3, 2, 1, 0]


def test_a_half_session_has_five_minutes(desk: Desk) -> None:
    desk.enable()
    half = desk.half()
    desk.clock.move(minutes=1)
    assert desk.services.sessions.check(half, active=True).time_left.total_seconds() == 4 * 60


def test_the_name_of_the_product_is_no_password_whatever_the_issuer(tmp_path: Path) -> None:
    desk = Desk(tmp_path, issuer="Console-1")
    with pytest.raises(WeakPassword) as refused:
        desk.create("bob", "Twofold-twofold-2026")
    assert refused.value.fault is PasswordFault.GUESSABLE
    desk.services.close()


def test_the_secrets_of_two_people_are_each_found_in_their_own_place(desk: Desk) -> None:
    desk.create("bob")
    desk.enable("alice")
    desk.enable("bob")
    assert not [each.faults for each in desk.services.store_check.check(SHELL) if each.faults]


def test_each_change_of_password_or_second_factor_raises_the_epoch(desk: Desk) -> None:
    epochs = [one(desk, "SELECT epoch FROM account")]

    def changed() -> None:
        epochs.append(one(desk, "SELECT epoch FROM account"))

    desk.enable()
    changed()
    token = desk.log_in()
    for begin in (desk.services.backup_codes.new_set, desk.show_codes):
        begin(token)
        renewed = desk.services.backup_codes.agree(token)
        assert renewed is not None
        token = renewed
        changed()
    token = desk.services.passwords.change(token, PASSWORD, "marble ladder comet soup")
    changed()
    desk.services.two_factor.disable(token, "marble ladder comet soup")
    changed()
    desk.enable(password="marble ladder comet soup")
    changed()
    desk.services.reset.reset_two_factor(SHELL, "alice", "lost phone and codes")
    changed()
    assert epochs == sorted(set(epochs))
    assert len(epochs) == 8


@pytest.mark.parametrize("word", ["alice", "quorvax7", "twofold"])
def test_username_issuer_and_product_are_each_no_password(tmp_path: Path, word: str) -> None:
    desk = Desk(tmp_path, issuer="quorvax7")
    desk.create("alice")
    with pytest.raises(WeakPassword) as weak:
        desk.services.passwords.change(desk.log_in(), PASSWORD, f"{word} {word} {word}!")
    assert weak.value.warning == passwords.CONTEXT_WARNING
    desk.services.close()
