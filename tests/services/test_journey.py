"""The journey of design section 4, seen from the services."""

import pytest

from store.errors import (
    EndReason,
    NotAllowed,
    SessionEnded,
    SignInRefused,
    SpentCode,
    UsedBackupCode,
    WrongCode,
)
from store.services.views import CodeNeeded, LastBackupCode, LoggedIn
from tests.desk import HERE, PASSWORD, Desk


def test_from_password_alone_to_2fa_and_back(desk: Desk) -> None:
    services = desk.services
    token = desk.log_in()
    shown = desk.show_codes(token)
    assert len(set(shown.codes)) == 10
    assert not shown.two_factor_on
    assert services.backup_codes.agree(token) is None
    with pytest.raises(SessionEnded) as ended:
        services.home.look(token)
    assert ended.value.reason is EndReason.ENABLED_2FA

    half = services.sign_in.check_password(HERE, "alice", PASSWORD)
    assert isinstance(half, CodeNeeded)
    assert half.set_number == shown.set_number
    with pytest.raises(NotAllowed):
        services.home.look(half.token)
    with pytest.raises(SpentCode):
        services.second_factor.verify(half.token, desk.code())
    with pytest.raises(WrongCode):
        services.second_factor.verify(half.token, desk.code(steps=7))
    desk.clock.move(seconds=30)
    full = services.second_factor.verify(half.token, desk.code()).token
    home = services.home.look(full)
    assert (home.two_factor_on, home.codes_left, home.set_number) == (True, 10, shown.set_number)
    with pytest.raises(SessionEnded):
        services.second_factor.verify(half.token, desk.code())

    lost = services.second_factor.use_backup_code(desk.half(), f"4. {shown.codes[3].lower()}")
    assert isinstance(lost, LoggedIn)
    assert (lost.backup_code_used, lost.codes_left) == (4, 9)
    with pytest.raises(UsedBackupCode):
        services.second_factor.use_backup_code(desk.half(), shown.codes[3])

    off = services.two_factor.disable(lost.token, PASSWORD)
    assert not services.home.look(off).two_factor_on
    assert isinstance(services.sign_in.check_password(HERE, "alice", PASSWORD), LoggedIn)
    with pytest.raises(SignInRefused):
        services.sign_in.check_password(HERE, "alice", "wrong wrong wrong wrong")
    again = desk.show_codes(off)
    assert set(again.codes).isdisjoint(shown.codes)


def test_the_last_backup_code_is_spent_only_with_agree_to_a_new_set(desk: Desk) -> None:
    codes = desk.enable()
    for code in codes[:9]:
        desk.services.second_factor.use_backup_code(desk.half(), code)
    half = desk.half()
    last = desk.services.second_factor.use_backup_code(half, codes[9])
    assert isinstance(last, LastBackupCode)
    with pytest.raises(NotAllowed):
        desk.services.home.look(half)
    shown = desk.services.backup_codes.set_after_last_code(half)
    token = desk.services.backup_codes.agree(half)
    assert token is not None
    home = desk.services.home.look(token)
    assert (home.set_number, home.codes_left) == (shown.set_number, 10)
