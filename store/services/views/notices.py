"""What an account's owner is told at log-in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NoticeKind(StrEnum):
    """What happened to an account that its owner should know of (ASVS 6.3.5 and 6.3.7)."""

    WRONG_PASSWORDS = "wrong passwords"
    WRONG_CODES = "wrong codes"
    ENABLED = "2FA enabled"
    DISABLED = "2FA disabled"
    REPLACED = "authenticator replaced"
    NEW_CODES = "backup codes replaced"
    PASSWORD = "password changed"  # noqa: S105 - an event, not a password
    RESET = "2FA reset"
    UNLOCKED = "account unlocked"
    ACCOUNT_DISABLED = "account disabled"
    ACCOUNT_ENABLED = "account enabled"
    LOCKED = "account locked"
    EDITED = "account edited"
    ROLE = "role changed"
    CHANGE_ASKED = "password change asked"
    PASSWORD_RESET = "password reset"  # noqa: S105 - an event, not a password
    SESSIONS_ENDED = "sessions ended"
    SUSPENDED = "2FA suspended"
    RESTORED = "2FA restored"
    RECOVERY_OPENED = "recovery opened"
    RECOVERY_APPROVED = "recovery approved"
    RECOVERY_COMPLETED = "recovery completed"
    RECOVERY_CANCELLED = "recovery cancelled"
    RECOVERY_CANCELLED_BY_LOGIN = "recovery cancelled by a log-in"


@dataclass(frozen=True)
class Notice:
    """Something that happened since the last log-in."""

    kind: NoticeKind
    count: int
    last_at: datetime
    by: str = ""
    """Who did it last, where that was an operator."""
