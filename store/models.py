"""The tables. They hold columns and constraints; what may happen to a row is in `store/services`."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from store.columns import BigInt, Moment, Span

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def _table(*constraints: Any) -> tuple[Any, ...]:  # noqa: ANN401 - SQLAlchemy's own table arguments
    return (*constraints, {"sqlite_strict": True})


def _one_of(column: str, *values: str) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _flag(column: str) -> CheckConstraint:
    return CheckConstraint(f"{column} IN (0, 1)", name=column)


def _of_account(**options: Any) -> ForeignKeyConstraint:  # noqa: ANN401 - passed on as they are
    return ForeignKeyConstraint(["account_id"], ["account.id"], **options)


class StoreIdentity(SQLModel, table=True):
    """Who this store is: names its key file and tells a wrong key from a damaged store (D10)."""

    __tablename__ = "store"
    __table_args__ = _table(CheckConstraint("id = 1", name="single"))
    id: int = Field(default=1, primary_key=True, sa_type=Integer)
    store_id: str = Field(sa_type=Text)
    key_check: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=Moment)


class Account(SQLModel, table=True):
    """One person. Never deleted, so that a username is never used again (D1)."""

    __tablename__ = "account"
    __table_args__ = _table(
        UniqueConstraint("username"),
        CheckConstraint("length(username) BETWEEN 1 AND 40", name="username"),
        _one_of("role", "user", "operator"),
        _flag("enabled"),
        _one_of("second_factor", "off", "on", "reset"),
        _flag("had_second_factor"),
        _flag("must_change_password"),
        # What the list of accounts is filtered and sorted by, a page at a time: each kind, and all.
        Index("ix_account_kind", "role", "enabled", "second_factor", "username"),
        Index(
            "ix_account_kind_last_login_at", "role", "enabled", "second_factor", "last_login_at", "username"
        ),
        Index("ix_account_last_login_at", "last_login_at", "username"),
        Index("ix_account_locked_until", "locked_until"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Integer)
    username: str = Field(sa_type=Text)
    display_name: str = Field(default="", sa_type=Text)
    role: str = Field(default="user", sa_type=Text)
    enabled: int = Field(default=1, sa_type=Integer)
    number: str | None = Field(default=None, sa_type=Text)
    """The account's own phone number, E.164."""
    password_hash: str = Field(sa_type=Text)
    password_changed_at: datetime = Field(sa_type=Moment)
    second_factor: str = Field(default="off", sa_type=Text)
    """off, on, or reset: demanded, but with nothing left to prove it (D18)."""
    had_second_factor: int = Field(default=0, sa_type=Integer)
    last_set_number: int | None = Field(default=None, sa_type=Integer)
    epoch: int = Field(default=0, sa_type=Integer)
    """Rises with each change of password or second factor: what began before it cannot end after it (D5)."""
    created_at: datetime = Field(sa_type=Moment)
    last_login_at: datetime | None = Field(default=None, sa_type=Moment)
    must_change_password: int = Field(default=0, sa_type=Integer, sa_column_kwargs={"server_default": "0"})
    """Until it is changed, a log-in reaches nothing else: an activation password, or an operator asked."""
    password_expires_at: datetime | None = Field(default=None, sa_type=Moment)
    """Until when an activation password opens anything; none for a password that somebody chose."""
    locked_until: datetime | None = Field(default=None, sa_type=Moment)
    """The end of an operator's lock; failures in a row lock by `Throttle`."""
    lock_reason: str | None = Field(default=None, sa_type=Text)


class AccountWord(SQLModel, table=True):
    """A word by whose beginning an account is found: of its username, display name or number."""

    __tablename__ = "account_word"
    __table_args__ = _table(_of_account(), Index("ix_account_word_account_id", "account_id", "word"))
    word: str = Field(primary_key=True, sa_type=Text)
    account_id: int = Field(primary_key=True, sa_type=Integer)


class AccountTally(SQLModel, table=True):
    """How many accounts there are of each kind, kept in the acts that change one. Each kind has its row."""

    __tablename__ = "account_tally"
    __table_args__ = _table(
        _one_of("role", "user", "operator"),
        _flag("enabled"),
        _one_of("second_factor", "off", "on", "reset"),
        _flag("logged_in"),
        CheckConstraint("accounts >= 0", name="accounts"),
    )
    role: str = Field(primary_key=True, sa_type=Text)
    enabled: int = Field(primary_key=True, sa_type=Integer)
    second_factor: str = Field(primary_key=True, sa_type=Text)
    logged_in: int = Field(primary_key=True, sa_type=Integer)
    """Whether they ever logged in."""
    accounts: int = Field(default=0, sa_type=Integer)


class Authenticator(SQLModel, table=True):
    """The one TOTP secret of an account, sealed; the row exists only while 2FA is on."""

    __tablename__ = "authenticator"
    __table_args__ = _table(UniqueConstraint("account_id"), _of_account())
    id: int | None = Field(default=None, primary_key=True, sa_type=Integer)
    account_id: int = Field(sa_type=Integer)
    secret: bytes = Field(sa_type=LargeBinary)
    last_step: int | None = Field(default=None, sa_type=BigInt)
    """The last accepted time step; only a later one is accepted (D3, RFC 6238 section 5.2)."""
    created_at: datetime = Field(sa_type=Moment)
    disabled_at: datetime | None = Field(default=None, sa_type=Moment)


class BackupSet(SQLModel, table=True):
    """One set of ten backup codes: its printed number and its salt (D6)."""

    __tablename__ = "backup_set"
    __table_args__ = _table(
        UniqueConstraint("account_id"),
        _of_account(),
        CheckConstraint("number BETWEEN 100 AND 999", name="number"),
        CheckConstraint("unused BETWEEN 0 AND 10", name="unused"),
        Index("ix_backup_set_unused", "unused", "account_id"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Integer)
    account_id: int = Field(sa_type=Integer)
    number: int = Field(sa_type=Integer)
    salt: bytes = Field(sa_type=LargeBinary)
    cost: str = Field(sa_type=Text)
    """What the digests cost, so that a later version can ask more of new ones."""
    unused: int = Field(default=10, sa_type=Integer, sa_column_kwargs={"server_default": "10"})
    """Codes that are not used yet: counted with each, so that sets with few are found among a million."""
    created_at: datetime = Field(sa_type=Moment)
    disabled_at: datetime | None = Field(default=None, sa_type=Moment)


class BackupCode(SQLModel, table=True):
    """One code of a set, as a sealed digest; a used one keeps its row and its time (D6)."""

    __tablename__ = "backup_code"
    __table_args__ = _table(
        ForeignKeyConstraint(["set_id"], ["backup_set.id"]),
        CheckConstraint("number BETWEEN 1 AND 10", name="number"),
    )
    set_id: int = Field(primary_key=True, sa_type=Integer)
    number: int = Field(primary_key=True, sa_type=Integer)
    digest: bytes = Field(sa_type=LargeBinary)
    used_at: datetime | None = Field(default=None, sa_type=Moment)


class ResetCode(SQLModel, table=True):
    """The code an operator hands over after a reset, as a sealed digest (D18)."""

    __tablename__ = "reset_code"
    __table_args__ = _table(_of_account())
    account_id: int = Field(primary_key=True, sa_type=Integer)
    salt: bytes = Field(sa_type=LargeBinary)
    cost: str = Field(sa_type=Text)
    digest: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)


class LoginSession(SQLModel, table=True):
    """One log-in, found by the digest of its token (D11)."""

    __tablename__ = "session"
    __table_args__ = _table(
        UniqueConstraint("digest"),
        _of_account(),
        _one_of("kind", "half", "enrolling", "full"),
        _flag("kiosk"),
        _flag("by_backup_code"),
        Index("ix_session_account_id", "account_id"),
        # Who is logged in now, among all who ever were.
        Index("ix_session_ended_at", "ended_at", "created_at"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BigInt)
    account_id: int = Field(sa_type=Integer)
    digest: bytes = Field(sa_type=LargeBinary)
    kind: str = Field(sa_type=Text)
    """half: password proven; enrolling: reset code proven too, reaches only enrollment; full."""
    source: str = Field(sa_type=Text)
    kiosk: int = Field(default=0, sa_type=Integer)
    by_backup_code: int = Field(default=0, sa_type=Integer)
    spent_tries: int = Field(default=0, sa_type=Integer)
    created_at: datetime = Field(sa_type=Moment)
    last_seen_at: datetime = Field(sa_type=Moment)
    stepped_up_at: datetime | None = Field(default=None, sa_type=Moment)
    held_until: datetime | None = Field(default=None, sa_type=Moment)
    """While enrollment or backup codes are on the screen: the limit that stands for the idle one."""
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    end_reason: str | None = Field(default=None, sa_type=Text)


class Throttle(SQLModel, table=True):
    """Failures in a row of one factor (D9), or failures of a source or the store in a window."""

    __tablename__ = "throttle"
    __table_args__ = _table(
        _one_of("factor", "password", "authenticator", "backup code", "reset code", "source", "store"),
        CheckConstraint("failures >= 0", name="failures"),
        CheckConstraint("window_failures >= 0", name="window_failures"),
        _flag("refusal_recorded"),
        Index("ix_throttle_lock_start", "lock_start"),
    )
    factor: str = Field(primary_key=True, sa_type=Text)
    subject: bytes = Field(primary_key=True, sa_type=LargeBinary)
    source: str = Field(primary_key=True, default="", sa_type=Text)
    failures: int = Field(default=0, sa_type=Integer)
    lock_start: datetime | None = Field(default=None, sa_type=Moment)
    lock_length: timedelta = Field(default=timedelta(), sa_type=Span)
    refusal_recorded: int = Field(default=0, sa_type=Integer)
    """Whether the log says already that this lock refused somebody."""
    window_start: datetime = Field(sa_type=Moment)
    window_failures: int = Field(default=0, sa_type=Integer)
    account_id: int | None = Field(default=None, sa_type=Integer)
    """Whose attempts they are, so that locked accounts can be listed; none for a name that nobody has."""


class KnownSource(SQLModel, table=True):
    """A source from which an account finished a log-in, and when last (D9)."""

    __tablename__ = "known_source"
    __table_args__ = _table(_of_account(), Index("ix_known_source_source", "source", "last_login_at"))
    account_id: int = Field(primary_key=True, sa_type=Integer)
    source: str = Field(primary_key=True, sa_type=Text)
    last_login_at: datetime = Field(sa_type=Moment)


class AuditEvent(SQLModel, table=True):
    """One security event, chained to the one before by its MAC (D12)."""

    __tablename__ = "audit_event"
    __table_args__ = _table(
        _one_of("outcome", "done", "refused"),
        Index("ix_audit_event_account_id", "account_id", "seq"),
        Index("ix_audit_event_event", "event", "seq"),
        Index("ix_audit_event_actor", "actor", "seq"),
        Index("ix_audit_event_outcome", "outcome", "seq"),
        Index("ix_audit_event_at", "at"),
    )
    seq: int = Field(primary_key=True, sa_type=BigInt, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=Moment)
    event: str = Field(sa_type=Text)
    outcome: str = Field(sa_type=Text)
    actor: str = Field(sa_type=Text)
    account_id: int | None = Field(default=None, sa_type=Integer)
    source: str = Field(sa_type=Text)
    detail: str = Field(default="", sa_type=Text)
    key_id: int = Field(sa_type=Integer)
    prev: bytes = Field(sa_type=LargeBinary)
    mac: bytes = Field(sa_type=LargeBinary)


class AuditHead(SQLModel, table=True):
    """The newest link of the chain: a cut tail is found by it (D12)."""

    __tablename__ = "audit_head"
    __table_args__ = _table(CheckConstraint("id = 1", name="single"))
    id: int = Field(default=1, primary_key=True, sa_type=Integer)
    seq: int = Field(sa_type=BigInt)
    mac: bytes = Field(sa_type=LargeBinary)


class FailedHour(SQLModel, table=True):
    """How many attempts to log in failed in one hour, kept in the transactions that refused them."""

    __tablename__ = "failed_hour"
    __table_args__ = _table(CheckConstraint("failures > 0", name="failures"))
    hour: datetime = Field(primary_key=True, sa_type=Moment, sa_column_kwargs={"autoincrement": False})
    """Its beginning, in UTC."""
    failures: int = Field(default=1, sa_type=Integer)


class Policy(SQLModel, table=True):
    """What is demanded of everybody, and how long things last; no row means that all is as designed."""

    __tablename__ = "policy"
    __table_args__ = _table(
        CheckConstraint("id = 1", name="single"),
        _one_of("second_factor_for", "nobody", "operators", "everybody"),
        _flag("second_approval"),
    )
    id: int = Field(default=1, primary_key=True, sa_type=Integer)
    second_factor_for: str = Field(default="operators", sa_type=Text)
    demanded_since: datetime | None = Field(default=None, sa_type=Moment)
    """When that was decided: the time of grace begins then, or with the account."""
    grace: timedelta = Field(default=timedelta(), sa_type=Span)
    second_approval: int = Field(default=0, sa_type=Integer)
    """Whether a recovery case takes a second operator."""
    idle: timedelta | None = Field(default=None, sa_type=Span)
    kiosk_idle: timedelta | None = Field(default=None, sa_type=Span)
    absolute: timedelta | None = Field(default=None, sa_type=Span)
    step_up: timedelta | None = Field(default=None, sa_type=Span)
    name: str | None = Field(default=None, sa_type=Text)
    """What stands at the top left; none where it is the issuer."""
    issuer: str | None = Field(default=None, sa_type=Text)
    """What authenticator apps call the account; none where the configuration names it."""


_LIVE = text("state IN ('open', 'approved')")


class RecoveryCase(SQLModel, table=True):
    """Somebody lost phone and codes: who proved what to whom, and how it ended."""

    __tablename__ = "recovery_case"
    __table_args__ = _table(
        _of_account(),
        _flag("stolen"),
        _one_of("state", "open", "approved", "done", "cancelled"),
        Index("ix_recovery_case_account_id", "account_id", "state"),
        # Of two operators that open a case for one account at the same moment, one does.
        Index("ix_recovery_case_live", "account_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("ix_recovery_case_state", "state", "id"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Integer)
    account_id: int = Field(sa_type=Integer)
    state: str = Field(default="open", sa_type=Text)
    stolen: int = Field(default=0, sa_type=Integer)
    """The phone is in somebody's hands: the factor is suspended, and no log-in cancels the case."""
    proof: str = Field(sa_type=Text)
    """How the person proved who they are."""
    opened_by: str = Field(sa_type=Text)
    opened_at: datetime = Field(sa_type=Moment)
    approved_by: str | None = Field(default=None, sa_type=Text)
    approved_at: datetime | None = Field(default=None, sa_type=Moment)
    closed_by: str | None = Field(default=None, sa_type=Text)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)


class CallForwarding(SQLModel, table=True):
    """Where an account's calls go; no row means that forwarding is off."""

    __tablename__ = "call_forwarding"
    __table_args__ = _table(_of_account())
    account_id: int = Field(primary_key=True, sa_type=Integer)
    number: str = Field(sa_type=Text)
    """E.164."""
    since: datetime = Field(sa_type=Moment)


class Call(SQLModel, table=True):
    """One call of an account's history."""

    __tablename__ = "call"
    __table_args__ = _table(
        _of_account(),
        _one_of("direction", "in", "out", "missed"),
        CheckConstraint("seconds >= 0", name="seconds"),
        Index("ix_call_account_id_at_id", "account_id", "at", "id"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BigInt)
    account_id: int = Field(sa_type=Integer)
    at: datetime = Field(sa_type=Moment)
    direction: str = Field(sa_type=Text)
    number: str | None = Field(default=None, sa_type=Text)
    """The other side, E.164; none where it was withheld."""
    seconds: int | None = Field(default=None, sa_type=Integer)
    """Length of the call; none where it was missed."""
