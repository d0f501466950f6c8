"""What keeps somebody from signing in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from store.errors.base import TwofoldError


class SignInRefused(TwofoldError):
    """The one error for a wrong password, an unknown name and a disabled account (ASVS 6.3.8)."""


@dataclass(eq=False)
class Locked(TwofoldError):
    """Too many failures in a row: nothing was verified. `wait` is how long the lock still lasts."""

    wait: timedelta


@dataclass(eq=False)
class LockedByOperator(TwofoldError):
    """The password is right, but an operator locked the account; `wait` is how long the lock still lasts."""

    wait: timedelta


class ActivationExpired(TwofoldError):
    """The activation password is right, but its time ran out: an operator must make a new one."""


class ActivationSpent(TwofoldError):
    """The activation password is right, but has opened its one log-in: an operator must make a new one."""


class WrongCode(TwofoldError):
    """The code is wrong; the attempt was counted."""


@dataclass(eq=False)
class WrongBackupCode(TwofoldError):
    """No unused backup code of the set matches; the attempt was counted."""


class SpentCode(TwofoldError):
    """The code, or a later one, was accepted before (RFC 6238 section 5.2); not counted (D4)."""


@dataclass(eq=False)
class UsedBackupCode(TwofoldError):
    """This backup code was used before, at `used_at`; not counted as a failure (D4)."""

    number: int
    used_at: datetime


class ClockWentBack(TwofoldError):
    """The last accepted step lies in the future: this machine's clock went back (D3)."""


@dataclass(eq=False)
class ClockOff(TwofoldError):
    """At enrollment only: the code is right for `seconds` ago (negative) or ahead (positive) (D2)."""

    seconds: int


class FactorDisabled(TwofoldError):
    """The authenticator or backup set met 100 failures in a row and is off until bound anew (D9)."""


class FactorSuspended(TwofoldError):
    """An operator suspended the second factor, since the phone may be in somebody's hands."""


class NoResetCode(TwofoldError):
    """2FA was reset and the reset code is spent or has expired: an operator must reset again (D18)."""


class WrongResetCode(TwofoldError):
    """The reset code is wrong; the attempt was counted."""


class TooBusy(TwofoldError):
    """Too many log-ins wait at this source, or for a hash: nothing was compared or counted (D9)."""


class TooLittleMemory(TwofoldError):
    """The machine has too little memory for a hash: nothing was compared, and nothing is counted."""
