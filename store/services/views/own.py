"""What a person sees of their own account."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from store.rules.sessions import Limits


@dataclass(frozen=True)
class Home:
    """What Home and Settings show."""

    username: str
    display_name: str
    operator: bool
    two_factor_on: bool
    two_factor_since: datetime | None
    set_number: int | None
    codes_left: int | None
    password_changed_at: datetime
    open_sessions: int
    forwarding_to: str | None
    forwarding_since: datetime | None
    recent_calls: int
    """Calls in the last 30 days."""
    two_factor_demanded: bool = False
    """By the policy; then it cannot be turned off."""
    enroll_within: timedelta | None = None
    """How long 2FA may still be off; none where it is on, or not demanded."""


class Uncovering(StrEnum):
    """What uncovers a page of a session."""

    PASSWORD = "password"  # noqa: S105 - a word
    CODE = "password and code"
    NOTHING = "nothing"
    """A backup or a reset code began it: it can only leave."""


@dataclass(frozen=True)
class SessionState:
    """What a console asks for each second or so: how much longer the session lives."""

    time_left: timedelta
    stepped_up: bool
    username: str
    seen_every: timedelta
    """How often at most a key that was pressed is written to the store."""
    half: bool
    """Whether its second factor is still to come."""
    longest: timedelta
    """How much longer it lives however busy it is."""
    limits: Limits
    """What a console keeps to by itself from now on."""
    uncovering: Uncovering


@dataclass(frozen=True)
class OpenSession:
    """One of the account's own full sessions."""

    id: int
    since: datetime
    last_seen_at: datetime
    source: str
    this_one: bool


@dataclass(frozen=True)
class Forwarding:
    """How call forwarding of an account stands; no number means it is off."""

    own_number: str | None
    number: str | None
    since: datetime | None


@dataclass(frozen=True)
class CallEntry:
    """One call. `number` is formatted, and masked unless the session has stepped up."""

    id: int
    at: datetime
    direction: str
    number: str | None
    seconds: int | None


@dataclass(frozen=True)
class CallPage:
    """One page of the call history, newest first."""

    calls: tuple[CallEntry, ...]
    first: int
    """The place of the first call shown, counted from 1."""
    total: int
    masked: bool
