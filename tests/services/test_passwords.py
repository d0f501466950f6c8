"""A password is changed by who knows it, after the rules, and then it is the only one (D8)."""

import pytest

from store.errors import (
    EndReason,
    Locked,
    PasswordFault,
    SessionEnded,
    SignInRefused,
    StepUpNeeded,
    WeakPassword,
    WrongPassword,
)
from store.services.views import CodeNeeded, LoggedIn
from tests.desk import HERE, PASSWORD, Desk
from tests.services.tries import WRONG, fresh_code, spy
from tests.tables import content, events, one

NEW = "marble ladder comet soup"


def test_the_new_one_opens_and_the_old_one_is_dead(desk: Desk) -> None:
    token = desk.log_in()
    desk.clock.move(minutes=1)
    renewed = desk.services.passwords.change(token, PASSWORD, NEW)
    assert desk.services.home.look(renewed).password_changed_at == desk.clock.now()
    assert isinstance(desk.services.sign_in.check_password(HERE, "alice", NEW), LoggedIn)
    with pytest.raises(SignInRefused):
        desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    assert one(desk, "SELECT epoch FROM account") == 1


def test_every_other_session_ends_and_this_one_gets_a_new_token(desk: Desk) -> None:
    token, other = desk.log_in(), desk.log_in()
    desk.services.passwords.change(token, PASSWORD, NEW)
    for old, reason in ((other, EndReason.CHANGED), (token, EndReason.RENEWED)):
        with pytest.raises(SessionEnded) as ended:
            desk.services.home.look(old)
        assert ended.value.reason is reason


@pytest.mark.parametrize(
    ("new", "fault"),
    [
        ("", PasswordFault.EMPTY),
        ("short but odd", PasswordFault.TOO_SHORT),
        ("x" * 257, PasswordFault.TOO_LONG),
        ("violet\x00kettle parade", PasswordFault.UNSAFE),
        ("passwordpassword", PasswordFault.GUESSABLE),
        ("alice alice alice alice", PasswordFault.GUESSABLE),
        ("Twofold Twofold Twofold", PasswordFault.GUESSABLE),
        (PASSWORD, PasswordFault.SAME),
    ],
)
def test_the_rules_refuse_before_anything_is_hashed_or_counted(
    desk: Desk, new: str, fault: PasswordFault
) -> None:
    token = desk.log_in()
    before = content(desk)
    hashing = spy(desk)
    with pytest.raises(WeakPassword) as weak:
        desk.services.passwords.change(token, PASSWORD, new)
    assert weak.value.fault is fault
    assert hashing.runs == 0
    assert content(desk) == before
    desk.services.home.look(token)


def test_a_password_in_another_normal_form_is_the_same(desk: Desk) -> None:
    composed = "café éclair ladder moon"
    decomposed = "cafe\u0301 e\u0301clair ladder moon"
    token = desk.services.passwords.change(desk.log_in(), PASSWORD, composed)
    assert isinstance(desk.services.sign_in.check_password(HERE, "alice", decomposed), LoggedIn)
    with pytest.raises(WeakPassword) as weak:
        desk.services.passwords.change(token, composed, decomposed)
    assert weak.value.fault is PasswordFault.SAME


def test_a_wrong_current_password_is_counted_and_changes_nothing(desk: Desk) -> None:
    token = desk.log_in()
    stored = one(desk, "SELECT password_hash FROM account")
    for _ in range(5):
        with pytest.raises(WrongPassword):
            desk.services.passwords.change(token, WRONG, NEW)
    with pytest.raises(Locked):
        desk.services.passwords.change(token, PASSWORD, NEW)
    with pytest.raises(Locked):
        desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    assert one(desk, "SELECT password_hash FROM account") == stored
    assert [each.detail for each in events(desk, "password asked again")] == ["wrong password"] * 5 + [
        "locked"
    ]
    desk.clock.move(minutes=1)
    desk.services.passwords.change(token, PASSWORD, NEW)


def test_with_2fa_on_it_takes_step_up_and_keeps_the_second_factor(desk: Desk) -> None:
    desk.enable()
    token = desk.log_in()
    desk.clock.move(minutes=14)
    desk.services.sessions.check(token, active=True)
    desk.clock.move(minutes=1)
    with pytest.raises(StepUpNeeded) as asked:
        desk.services.passwords.change(token, PASSWORD, NEW)
    assert asked.value.with_code
    token = desk.services.second_factor.verify(token, fresh_code(desk)).token
    desk.services.passwords.change(token, PASSWORD, NEW)
    assert isinstance(desk.services.sign_in.check_password(HERE, "alice", NEW), CodeNeeded)


def test_without_2fa_the_current_password_is_the_step_up(desk: Desk) -> None:
    token = desk.log_in()
    desk.clock.move(minutes=14)
    desk.services.sessions.check(token, active=True)
    desk.clock.move(minutes=1)
    desk.services.passwords.change(token, PASSWORD, NEW)


def test_the_password_steps_up_a_session_without_2fa(desk: Desk) -> None:
    token = desk.log_in()
    desk.clock.move(minutes=14)
    desk.services.sessions.check(token, active=True)
    desk.clock.move(minutes=1)
    assert not desk.services.sessions.check(token, active=False).stepped_up
    with pytest.raises(WrongPassword):
        desk.services.passwords.step_up(token, WRONG)
    assert not desk.services.sessions.check(token, active=False).stepped_up
    renewed = desk.services.passwords.step_up(token, PASSWORD)
    assert desk.services.sessions.check(renewed, active=False).stepped_up
    with pytest.raises(SessionEnded):
        desk.services.home.look(token)


def test_the_password_is_no_step_up_where_2fa_is_on(desk: Desk) -> None:
    desk.enable()
    token = desk.log_in()
    desk.clock.move(minutes=14)
    desk.services.sessions.check(token, active=True)
    desk.clock.move(minutes=1)
    with pytest.raises(StepUpNeeded) as asked:
        desk.services.passwords.step_up(token, PASSWORD)
    assert asked.value.with_code
    assert not desk.services.sessions.check(token, active=False).stepped_up
    assert not [each for each in events(desk, "stepped up") if each.detail == "password"]


def test_no_password_is_ever_stored_or_logged(desk: Desk) -> None:
    token = desk.log_in()
    with pytest.raises(WrongPassword):
        desk.services.passwords.change(token, WRONG, NEW)
    desk.services.passwords.change(token, PASSWORD, NEW)
    everything = repr(content(desk, but=()))
    assert not [secret for secret in (WRONG, PASSWORD, NEW) if secret in everything]
