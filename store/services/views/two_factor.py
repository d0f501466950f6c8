"""What is shown while 2FA is turned on or changed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Enrollment:
    """A pending enrollment: what is shown to be scanned or typed."""

    setup_key: str = field(repr=False)
    uri_parts: tuple[str, str, str] = field(repr=False)
    username: str
    issuer: str
    again: bool
    """The account had 2FA before: an old entry may be in the app."""
    replacing: bool
    """The old authenticator stays in force until Agree."""
    time_left: timedelta


@dataclass(frozen=True)
class BackupCodesShown:
    """A set that is shown once, and stored with Agree."""

    codes: tuple[str, ...] = field(repr=False)
    set_number: int
    username: str
    issuer: str
    made_at: datetime
    two_factor_on: bool
    """Whether 2FA is on already: only the codes, or the authenticator and the codes, are new."""
    time_left: timedelta
