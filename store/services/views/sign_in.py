"""What a step of signing in leads to."""

from dataclasses import dataclass

from store.services.principals import SessionToken
from store.services.views.notices import Notice


@dataclass(frozen=True)
class CodeNeeded:
    """The password is right and a second factor is on: a half session (D11)."""

    token: SessionToken
    set_number: int | None
    """The number of the backup set, to match the sheet."""


@dataclass(frozen=True)
class ResetCodeNeeded:
    """The password is right and 2FA was reset: a half session that needs the reset code (D18)."""

    token: SessionToken


@dataclass(frozen=True)
class LoggedIn:
    """A full session."""

    token: SessionToken
    username: str
    backup_code_used: int | None = None
    """The printed number of the backup code that this log-in took, to cross out."""
    set_number: int | None = None
    codes_left: int | None = None
    notices: tuple[Notice, ...] = ()
    """What happened since the last log-in."""
    must_change_password: bool = False
    """The session reaches nothing but a new password, and log-out."""
    by_activation: bool = False
    """The password was an activation password: its owner has not chosen one yet."""
    must_enroll: bool = False
    """2FA is demanded and off, and the time of grace is over: the session reaches its set-up only."""


@dataclass(frozen=True)
class LastBackupCode:
    """The last unused code is right; it is spent only with the Agree to a new set (D7)."""

    number: int
    set_number: int
