"""Accounts, and what finds and counts them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Integer, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from store.columns import Moment
from store.models.parts import flag, of_account, one_of, table


class Account(SQLModel, table=True):
    """One person. Never deleted, so that a username is never used again (D1)."""

    __tablename__ = "account"
    __table_args__ = table(
        UniqueConstraint("username"),
        CheckConstraint("length(username) BETWEEN 1 AND 40", name="username"),
        one_of("role", "user", "operator"),
        flag("enabled"),
        one_of("second_factor", "off", "on", "reset"),
        flag("had_second_factor"),
        flag("must_change_password"),
        flag("password_chosen"),
        flag("activation_spent"),
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
    generation: int = Field(default=0, sa_type=Integer, sa_column_kwargs={"server_default": "0"})
    """Rises with each change of secret or codes, spent ones too: what was sealed before it does not open."""
    must_change_password: int = Field(default=0, sa_type=Integer, sa_column_kwargs={"server_default": "0"})
    """Until it is changed, a log-in reaches nothing else: an activation password, or an operator asked."""
    activation_ends_at: datetime | None = Field(default=None, sa_type=Moment)
    """Until when an activation password opens anything; none for a password that somebody chose."""
    activation_spent: int = Field(default=0, sa_type=Integer, sa_column_kwargs={"server_default": "0"})
    """Whether the activation password opened its one log-in."""
    password_chosen: int = Field(default=1, sa_type=Integer, sa_column_kwargs={"server_default": "1"})
    """Whether the owner ever chose a password: from then on no session alone makes another one (D18)."""
    operator_since: datetime | None = Field(default=None, sa_type=Moment)
    """Since when it is an operator's without a break: made one, enabled again or its lock lifted (D20)."""
    second_factor_since: datetime | None = Field(default=None, sa_type=Moment)
    """Since when 2FA is on without a break; another app in its place is none."""
    locked_until: datetime | None = Field(default=None, sa_type=Moment)
    """The end of an operator's lock; failures in a row lock by `Throttle`."""
    lock_reason: str | None = Field(default=None, sa_type=Text)


class AccountWord(SQLModel, table=True):
    """A word by whose beginning an account is found: of its username, display name or number."""

    __tablename__ = "account_word"
    __table_args__ = table(of_account(), Index("ix_account_word_account_id", "account_id", "word"))
    word: str = Field(primary_key=True, sa_type=Text)
    account_id: int = Field(primary_key=True, sa_type=Integer)


class AccountTally(SQLModel, table=True):
    """How many accounts there are of each kind, kept in the acts that change one. Each kind has its row."""

    __tablename__ = "account_tally"
    __table_args__ = table(
        one_of("role", "user", "operator"),
        flag("enabled"),
        one_of("second_factor", "off", "on", "reset"),
        flag("logged_in"),
        CheckConstraint("accounts >= 0", name="accounts"),
    )
    role: str = Field(primary_key=True, sa_type=Text)
    enabled: int = Field(primary_key=True, sa_type=Integer)
    second_factor: str = Field(primary_key=True, sa_type=Text)
    logged_in: int = Field(primary_key=True, sa_type=Integer)
    """Whether they ever logged in."""
    accounts: int = Field(default=0, sa_type=Integer)
