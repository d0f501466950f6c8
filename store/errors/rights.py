"""What a session, or another principal, may not do."""

from dataclasses import dataclass
from enum import StrEnum

from store.errors.base import TwofoldError


class EndReason(StrEnum):
    """Why a session ended."""

    LOGGED_OUT = "logged out"
    IDLE = "idle"
    EXPIRED = "expired"
    CHANGED = "changed"
    DISABLED = "disabled"
    LOCKED = "locked by an operator"
    HANGUP = "hangup"
    ENDED_ELSEWHERE = "ended in another session"
    ENDED_BY_OPERATOR = "ended by an operator"
    ENABLED_2FA = "enabled 2FA"
    CRASHED = "crashed"
    RENEWED = "renewed"
    FORGED = "changed past the program"
    UPGRADED = "store upgraded"
    RESTORED = "store restored"


@dataclass(eq=False)
class SessionEnded(TwofoldError):
    """The session is over; the screen goes back to Log in."""

    reason: EndReason


class NotAllowed(TwofoldError):
    """This principal may not do that."""


class EnrollmentNeeded(NotAllowed):
    """The policy demands 2FA of this account, and its time of grace is over: nothing else comes first."""


@dataclass(eq=False)
class StepUpNeeded(TwofoldError):
    """The second factor (or, without 2FA, the password) must be proven anew first."""

    with_code: bool


class PasswordChangeNeeded(TwofoldError):
    """The account's owner has to choose a new password before anything else."""


class WrongPassword(TwofoldError):
    """The current password, asked again inside a session, is wrong; the attempt was counted."""
