"""Agree makes true what is on the screen, and until then what was true before stays true (D5, D6)."""

import pytest

from store.errors import (
    AlreadyOff,
    ClockOff,
    EndReason,
    SessionEnded,
    StepUpNeeded,
    WrongBackupCode,
    WrongCode,
)
from store.services.principals import SessionToken
from store.services.views import CodeNeeded, LoggedIn
from tests.desk import HERE, PASSWORD, Desk
from tests.services.tries import NO_CODE, code_of, fresh_code, secret_of, spy, wrong_codes
from tests.tables import bytes_on_disk, content, events, one, rows


def ended(desk: Desk, token: SessionToken) -> EndReason:
    with pytest.raises(SessionEnded) as over:
        desk.services.home.look(token)
    return over.value.reason


def test_enabling_ends_every_session_of_the_account_and_of_no_other(desk: Desk) -> None:
    desk.create("bob")
    bob = desk.log_in("bob")
    here, there = desk.log_in(), desk.log_in()
    desk.show_codes(here)
    assert desk.services.backup_codes.agree(here) is None
    assert ended(desk, here) is ended(desk, there) is EndReason.ENABLED_2FA
    desk.services.home.look(bob)
    assert isinstance(desk.services.sign_in.check_password(HERE, "alice", PASSWORD), CodeNeeded)


def test_a_half_session_from_before_ends_as_well(desk: Desk) -> None:
    desk.enable()
    full, half = desk.log_in(), desk.half()
    desk.show_codes(full)
    desk.services.backup_codes.agree(full)
    assert ended(desk, half) is EndReason.CHANGED


def test_agree_hashes_nothing_once_the_codes_were_prepared(desk: Desk) -> None:
    token = desk.log_in()
    desk.show_codes(token)
    hashing = spy(desk)
    desk.services.backup_codes.prepare(token)
    desk.services.backup_codes.prepare(token)
    assert hashing.runs == 10
    desk.services.backup_codes.agree(token)
    assert hashing.runs == 10


def test_agree_works_without_being_prepared_and_only_once(desk: Desk) -> None:
    token = desk.log_in()
    desk.show_codes(token)
    desk.services.backup_codes.agree(token)
    before = content(desk)
    with pytest.raises(SessionEnded):
        desk.services.backup_codes.agree(token)
    assert content(desk) == before


def test_replacing_keeps_the_old_app_until_agree_and_kills_it_then(desk: Desk) -> None:
    old_codes = desk.enable()
    old = desk.secrets["alice"]
    token = desk.log_in()
    enrollment = desk.services.enrollment.begin(token)
    assert (enrollment.replacing, enrollment.again) == (True, True)
    new = secret_of(enrollment.setup_key)
    shown = desk.services.enrollment.confirm(token, code_of(desk, new))
    assert shown.two_factor_on
    desk.clock.move(seconds=30)
    other = desk.services.second_factor.verify(desk.half(), code_of(desk, old)).token
    with pytest.raises(WrongCode):
        desk.services.second_factor.verify(desk.half(), code_of(desk, new))

    renewed = desk.services.backup_codes.agree(token)
    assert renewed is not None
    assert ended(desk, token) is EndReason.RENEWED
    assert ended(desk, other) is EndReason.CHANGED
    desk.clock.move(seconds=30)
    with pytest.raises(WrongCode):
        desk.services.second_factor.verify(desk.half(), code_of(desk, old))
    with pytest.raises(WrongBackupCode):
        desk.services.second_factor.use_backup_code(desk.half(), old_codes[0])
    desk.services.second_factor.verify(desk.half(), code_of(desk, new))
    assert isinstance(desk.services.second_factor.use_backup_code(desk.half(), shown.codes[0]), LoggedIn)
    assert one(desk, "SELECT count(*) FROM authenticator") == 1


def test_a_replaced_secret_is_off_the_disk(desk: Desk) -> None:
    desk.enable()
    [(sealed,)] = rows(desk, "SELECT secret FROM authenticator")
    digests = [row[0] for row in rows(desk, "SELECT digest FROM backup_code")]
    token = desk.log_in()
    desk.show_codes(token)
    assert sealed in bytes_on_disk(desk)
    desk.services.backup_codes.agree(token)
    on_disk = bytes_on_disk(desk)
    assert sealed not in on_disk
    assert not any(digest in on_disk for digest in digests)


def test_leaving_a_replacement_leaves_the_old_app_and_codes(desk: Desk) -> None:
    codes = desk.enable()
    old = desk.secrets["alice"]
    token = desk.log_in()
    desk.show_codes(token)
    desk.services.enrollment.cancel(token)
    desk.clock.move(seconds=30)
    desk.services.second_factor.verify(desk.half(), code_of(desk, old))
    assert isinstance(desk.services.second_factor.use_backup_code(desk.half(), codes[0]), LoggedIn)


def test_new_codes_keep_the_old_set_until_agree_and_kill_it_then(desk: Desk) -> None:
    old = desk.enable()
    token = desk.log_in()
    before = content(desk)
    shown = desk.services.backup_codes.new_set(token)
    assert content(desk) == before
    assert shown.set_number != one(desk, "SELECT number FROM backup_set")
    with pytest.raises(WrongBackupCode):
        desk.services.second_factor.use_backup_code(desk.half(), shown.codes[0])
    assert isinstance(desk.services.second_factor.use_backup_code(desk.half(), old[0]), LoggedIn)
    renewed = desk.services.backup_codes.agree(token)
    assert renewed is not None
    assert desk.log_in()
    assert desk.services.home.look(renewed).codes_left == 10
    with pytest.raises(WrongBackupCode):
        desk.services.second_factor.use_backup_code(desk.half(), old[1])
    desk.services.second_factor.verify(desk.half(), fresh_code(desk))


def test_new_codes_ask_for_step_up_and_for_2fa(desk: Desk) -> None:
    with pytest.raises(AlreadyOff):
        desk.services.backup_codes.new_set(desk.log_in())
    desk.enable()
    token = desk.log_in()
    desk.clock.move(minutes=14)
    desk.services.sessions.check(token, active=True)
    desk.clock.move(minutes=1)
    with pytest.raises(StepUpNeeded):
        desk.services.backup_codes.new_set(token)


def test_showing_new_codes_twice_leaves_only_the_second_set_to_agree_to(desk: Desk) -> None:
    desk.enable()
    token = desk.log_in()
    first = desk.services.backup_codes.new_set(token)
    second = desk.services.backup_codes.new_set(token)
    desk.services.backup_codes.agree(token)
    assert one(desk, "SELECT number FROM backup_set") == second.set_number
    with pytest.raises(WrongBackupCode):
        desk.services.second_factor.use_backup_code(desk.half(), first.codes[0])


def test_failures_of_what_was_replaced_are_forgotten_and_others_are_not(desk: Desk) -> None:
    desk.enable()
    token = desk.log_in()
    wrong_codes(desk, token, 3)
    with pytest.raises(WrongBackupCode):
        desk.services.second_factor.use_backup_code(token, NO_CODE)
    desk.services.backup_codes.new_set(token)
    desk.services.backup_codes.agree(token)
    assert rows(
        desk, "SELECT factor, failures FROM throttle WHERE factor IN ('authenticator', 'backup code')"
    ) == [("authenticator", 3)]


def test_enabling_again_says_so_and_everything_is_new(desk: Desk) -> None:
    codes = desk.enable()
    first = desk.secrets["alice"]
    off = desk.services.two_factor.disable(desk.log_in(), PASSWORD)
    enrollment = desk.services.enrollment.begin(off)
    assert (enrollment.again, enrollment.replacing) == (True, False)
    second = secret_of(enrollment.setup_key)
    assert second != first
    with pytest.raises((WrongCode, ClockOff)):
        desk.services.enrollment.confirm(off, code_of(desk, first))
    shown = desk.services.enrollment.confirm(off, code_of(desk, second))
    desk.services.backup_codes.agree(off)
    with pytest.raises(WrongBackupCode):
        desk.services.second_factor.use_backup_code(desk.half(), codes[0])
    assert set(shown.codes).isdisjoint(codes)
    assert [each.event for each in events(desk, "2FA enabled")] == ["2FA enabled"] * 2


@pytest.mark.parametrize("new_codes", [True, False])
def test_what_replaces_app_or_codes_ends_every_other_session(desk: Desk, new_codes: bool) -> None:  # noqa: FBT001
    desk.enable()
    other, half, token = desk.log_in(), desk.half(), desk.log_in()
    if new_codes:
        desk.services.backup_codes.new_set(token)
    else:
        desk.show_codes(token)
    renewed = desk.services.backup_codes.agree(token)
    assert ended(desk, other) is ended(desk, half) is EndReason.CHANGED
    assert ended(desk, token) is EndReason.RENEWED
    assert renewed is not None
    desk.services.home.look(renewed)
