"""The places inside a session."""

from dataclasses import dataclass
from enum import Enum


class Go(Enum):
    """Where a person wants to go from a page inside a session."""

    HOME = "home"
    SETTINGS = "settings"
    LOG_OUT = "log out"
    FORWARDING = "call forwarding"
    HISTORY = "call history"
    PASSWORD = "change password"  # noqa: S105 - a place, not a password
    SESSIONS = "sessions"
    ENABLE = "enable"
    REPLACE = "replace"
    NEW_CODES = "new codes"
    DISABLE = "disable"
    POLICY = "policy"
    ACCOUNTS = "accounts"
    OVERVIEW = "overview"
    AUDIT = "audit log"
    CASES = "recovery cases"
    APPROVALS = "approvals"


DESK = frozenset({Go.ACCOUNTS, Go.OVERVIEW, Go.AUDIT, Go.POLICY, Go.CASES})
"""Where an operator looks after everybody."""


@dataclass(frozen=True)
class Next:
    """Where the person goes next, and what is said there."""

    go: Go
    notice: str | None = None
