"""Recovery cases."""

from datetime import datetime

from sqlalchemy import Index, Integer, Text, text
from sqlmodel import Field, SQLModel

from store.columns import Moment
from store.models.parts import flag, of_account, one_of, table

_LIVE = text("state IN ('open', 'approved')")


class RecoveryCase(SQLModel, table=True):
    """Somebody lost phone and codes, or forgot the password: who proved what to whom, and how it ended."""

    __tablename__ = "recovery_case"
    __table_args__ = table(
        of_account(),
        one_of("kind", "factor", "password"),
        flag("stolen"),
        flag("closed_by_login"),
        one_of("state", "open", "approved", "done", "cancelled"),
        Index("ix_recovery_case_account_id", "account_id", "state"),
        # Of two operators that open a case for one account at the same moment, one does.
        Index("ix_recovery_case_live", "account_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("ix_recovery_case_state", "state", "id"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Integer)
    account_id: int = Field(sa_type=Integer)
    kind: str = Field(default="factor", sa_type=Text, sa_column_kwargs={"server_default": "factor"})
    """What was lost: it ends in a reset code, or in a password for one log-in (D20)."""
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
    closed_by_login: int = Field(default=0, sa_type=Integer, sa_column_kwargs={"server_default": "0"})
    """The owner had it after all: said apart, since an operator may cancel a case of their own."""
