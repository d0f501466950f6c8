"""Log-ins, and what slows those who guess."""

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, Index, Integer, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from store.columns import BigInt, Moment, Span
from store.models.parts import flag, of_account, one_of, table


class LoginSession(SQLModel, table=True):
    """One log-in, found by the digest of its token (D11)."""

    __tablename__ = "session"
    __table_args__ = table(
        UniqueConstraint("digest"),
        of_account(),
        one_of("kind", "half", "enrolling", "full"),
        one_of("cover", "never", "covered", "uncovered"),
        flag("kiosk"),
        flag("by_backup_code"),
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
    cover: str = Field(default="never", sa_type=Text, sa_column_kwargs={"server_default": "never"})
    """covered: its page of secrets waits for who began the session; uncovered: to be finished or left."""
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    end_reason: str | None = Field(default=None, sa_type=Text)


class Throttle(SQLModel, table=True):
    """Failures in a row of one factor (D9), or failures of a source or the store in a window."""

    __tablename__ = "throttle"
    __table_args__ = table(
        one_of("factor", "password", "authenticator", "backup code", "reset code", "source", "store"),
        CheckConstraint("failures >= 0", name="failures"),
        CheckConstraint("window_failures >= 0", name="window_failures"),
        flag("refusal_recorded"),
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
    __table_args__ = table(of_account(), Index("ix_known_source_source", "source", "last_login_at"))
    account_id: int = Field(primary_key=True, sa_type=Integer)
    source: str = Field(primary_key=True, sa_type=Text)
    last_login_at: datetime = Field(sa_type=Moment)


class FailedHour(SQLModel, table=True):
    """How many attempts to log in failed in one hour, kept in the transactions that refused them."""

    __tablename__ = "failed_hour"
    __table_args__ = table(CheckConstraint("failures > 0", name="failures"))
    hour: datetime = Field(primary_key=True, sa_type=Moment, sa_column_kwargs={"autoincrement": False})
    """Its beginning, in UTC."""
    failures: int = Field(default=1, sa_type=Integer)
