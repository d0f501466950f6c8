"""What operators see of accounts, and how they look for them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from store.rules.policy import Whom, covers
from store.services.views.recovery import RecoveryCaseView


@dataclass(frozen=True)
class AccountView:
    """One account, as an operator sees it."""

    at: datetime
    """When it was so: how long a lock still lasts is counted from then."""
    username: str
    display_name: str
    role: str
    enabled: bool
    second_factor: str
    two_factor_since: datetime | None
    set_number: int | None
    codes_left: int | None
    own_number: str | None
    created_at: datetime
    last_login_at: datetime | None
    password_locked_for: timedelta
    code_locked_for: timedelta
    backup_code_locked_for: timedelta
    authenticator_disabled: bool
    backup_set_disabled: bool
    locked_for: timedelta
    """How much longer an operator's lock lasts, whatever was typed right or wrong."""
    lock_reason: str | None
    must_change_password: bool
    activation_ends: datetime | None
    """Until when the activation password opens the account; none once its owner chose another."""
    activation_spent: bool
    """The activation password opened its one log-in, and none was chosen then."""
    password_chosen: bool
    """Whether the owner ever chose a password."""
    open_sessions: int
    case: RecoveryCaseView | None
    """The recovery case that nobody has closed."""


@dataclass(frozen=True)
class Activation:
    """A password for one log-in, to be handed over: it is shown once, and its owner chooses another."""

    username: str
    password: str = field(repr=False)
    valid_for: timedelta


@dataclass(frozen=True)
class SomebodysSession:
    """A session of any account, as an operator sees it."""

    id: int
    username: str
    kind: str
    """half: only the password is proven; enrolling: after a reset; full."""
    since: datetime
    last_seen_at: datetime
    source: str


class Order(StrEnum):
    """How a list of accounts is sorted."""

    USERNAME = "username"
    LAST_LOGIN = "last log-in"
    """The latest first; who never logged in stands at the end."""


@dataclass(frozen=True)
class Sought:
    """Which accounts are listed: those that fit all of it."""

    text: str = ""
    """Words that the username, the display name or the number begin with."""
    second_factor: str | None = None
    """off, on or reset."""
    role: str | None = None
    enabled: bool | None = None
    locked: bool = False
    """By an operator, or by wrong tries, right now."""
    few_codes: bool = False
    """With so few unused backup codes that a person is told to make new ones."""
    never_logged_in: bool = False


@dataclass(frozen=True)
class Cursor:
    """A place in a list of accounts, in whatever order that is."""

    username: str
    last_login_at: datetime | None


CAP: Final = 1000
"""Accounts that a search looks at; of locked ones, and of those with few codes, no more are counted."""

BEHIND_ALL = Cursor("\U0010ffff", None)
"""Behind the last account of any list, in whatever order: the page before it is the last one."""


@dataclass(frozen=True)
class AccountPage:
    """One page of a list of accounts."""

    accounts: tuple[AccountView, ...]
    total: int
    """Accounts on all pages."""
    capped: bool
    """There may be more that fit: a search says so where it stopped looking."""
    before: Cursor | None
    """Where the page before this one ends; none on the first page."""
    after: Cursor | None


@dataclass(frozen=True)
class AccountCounts:
    """How many accounts there are of each kind; of locked ones and of those with few codes, CAP at most."""

    total: int
    two_factor_on: int
    two_factor_off: int
    two_factor_reset: int
    disabled: int
    locked: int
    operators: int
    never_logged_in: int
    few_codes: int
    """Of those that are not disabled."""


@dataclass(frozen=True)
class WithoutSecondFactor:
    """How many accounts that may log in have 2FA off."""

    operators: int
    users: int

    def of(self, whom: Whom) -> int:
        """Return how many of them a demand would be about."""
        return sum(
            number
            for number, operator in ((self.operators, True), (self.users, False))
            if covers(whom, operator=operator)
        )
