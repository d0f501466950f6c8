"""Attempts that fail, in the numbers that locks take."""

import base64
from datetime import timedelta

import pytest

from store.errors import Locked, SignInRefused, WrongBackupCode, WrongCode
from store.rules import totp
from store.services.hashing import Hashing
from store.services.principals import SessionToken, Visitor
from tests.desk import CHEAP, HERE, Desk

WRONG = "wrong wrong wrong wrong"
NO_CODE = "0000-0000-0000-0000"
ELSEWHERE = Visitor("host/mallory")


class SpyingHashing(Hashing):
    """Counts what it hashes."""

    def __init__(self) -> None:
        super().__init__(CHEAP, CHEAP)
        self.runs = 0

    def _run(self, work):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        self.runs += 1
        return super()._run(work)


def spy(desk: Desk) -> SpyingHashing:
    """Count the hashes of this desk's services from now on."""
    desk.services.core.hashing.close()
    spying = SpyingHashing()
    desk.services.core.hashing = spying
    return spying


def wrong_passwords(desk: Desk, times: int, username: str = "alice", visitor: Visitor = HERE) -> None:
    for _ in range(times):
        with pytest.raises(SignInRefused):
            desk.services.sign_in.check_password(visitor, username, WRONG)


def password_wait(desk: Desk, username: str = "alice", visitor: Visitor = HERE) -> timedelta:
    """Try a password at a locked door and return for how much longer it is locked."""
    with pytest.raises(Locked) as locked:
        desk.services.sign_in.check_password(visitor, username, WRONG)
    return locked.value.wait


def wrong_code(desk: Desk, username: str = "alice") -> str:
    """Return six digits that belong to no time step anywhere near."""
    present = totp.step_at(desk.clock.now())
    near = {totp.code_at(desk.secrets[username], present + steps) for steps in range(-20, 21)}
    return next(code for code in (f"{number:06}" for number in range(100)) if code not in near)


def wrong_codes(desk: Desk, token: SessionToken, times: int) -> None:
    for _ in range(times):
        with pytest.raises(WrongCode):
            desk.services.second_factor.verify(token, wrong_code(desk))


def code_wait(desk: Desk, token: SessionToken) -> timedelta:
    with pytest.raises(Locked) as locked:
        desk.services.second_factor.verify(token, desk.code())
    return locked.value.wait


def wrong_backup_codes(desk: Desk, token: SessionToken, times: int) -> None:
    for _ in range(times):
        with pytest.raises(WrongBackupCode):
            desk.services.second_factor.use_backup_code(token, NO_CODE)


def fresh_code(desk: Desk, username: str = "alice") -> str:
    """Move to the next time step and return its code."""
    desk.clock.move(seconds=totp.STEP_SECONDS)
    return desk.code(username)


def secret_of(setup_key: str) -> bytes:
    return base64.b32decode(setup_key)


def code_of(desk: Desk, secret: bytes, steps: int = 0) -> str:
    return totp.code_at(secret, totp.step_at(desk.clock.now()) + steps)
