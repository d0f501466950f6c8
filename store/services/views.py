"""What services hand outward: frozen values, never rows of the store."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from store.errors import CaseState
from store.rules.policy import Whom, covers
from store.rules.sessions import Limits
from store.services.principals import SessionToken


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


@dataclass(frozen=True)
class SessionState:
    """What a console asks for each second or so: how much longer the session lives."""

    time_left: timedelta
    stepped_up: bool
    username: str
    seen_every: timedelta
    """How often at most a key that was pressed is written to the store."""


@dataclass(frozen=True)
class OpenSession:
    """One of the account's own full sessions."""

    id: int
    since: datetime
    last_seen_at: datetime
    source: str
    this_one: bool


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


@dataclass(frozen=True)
class AuditEventView:
    """One event of the audit log."""

    seq: int
    at: datetime
    event: str
    outcome: str
    """done or refused."""
    actor: str
    username: str | None
    """Whose account it is about; none where that is none."""
    source: str
    detail: str


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


@dataclass(frozen=True)
class AccountView:
    """One account, as an operator sees it."""

    username: str
    display_name: str
    role: str
    enabled: bool
    second_factor: str
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
    open_sessions: int


@dataclass(frozen=True)
class Activation:
    """A password for one log-in, to be handed over: it is shown once, and its owner chooses another."""

    username: str
    password: str = field(repr=False)
    valid_for: timedelta


@dataclass(frozen=True)
class RecoveryCaseView:
    """A recovery case, as operators see it."""

    number: int
    username: str
    state: CaseState
    stolen: bool
    """The second factor is suspended until the case is closed."""
    proof: str
    """Who proved what."""
    opened_by: str
    opened_at: datetime
    expires_at: datetime
    approval_needed: bool
    """It waits for a second operator."""
    approved_by: str | None
    approved_at: datetime | None
    closed_by: str | None
    """Who completed or cancelled it: an operator, or the account itself by logging in."""
    closed_at: datetime | None

    @property
    def live(self) -> bool:
        """It can still be completed."""
        return self.state in {CaseState.OPEN, CaseState.APPROVED}


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
    never_logged_in: bool = False


@dataclass(frozen=True)
class Cursor:
    """A place in a list of accounts, in whatever order that is."""

    username: str
    last_login_at: datetime | None


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
    """How many accounts there are of each kind."""

    total: int
    two_factor_on: int
    two_factor_off: int
    two_factor_reset: int
    disabled: int
    locked: int
    operators: int
    never_logged_in: int


@dataclass(frozen=True)
class PolicyView:
    """The policy in force."""

    second_factor_for: Whom
    grace: timedelta
    demanded_since: datetime | None
    """When the time of grace began, for accounts that were there by then."""
    second_approval: bool
    """Whether a recovery case takes a second operator."""
    limits: Limits
    name: str
    """What stands at the top left."""
    issuer: str
    """What authenticator apps call the accounts that enroll from now on."""
    renamed: bool
    """Whether the issuer is the policy's, and apps may know an older one."""

    def covers(self, *, operator: bool) -> bool:
        """Tell whether such an account must have 2FA."""
        return covers(self.second_factor_for, operator=operator)


@dataclass(frozen=True)
class Brand:
    """What the screens of every console need of the policy."""

    name: str
    issuer: str
    renamed: bool
    limits: Limits


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
