"""Call forwarding and call history."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Integer, Text
from sqlmodel import Field, SQLModel

from store.columns import BigInt, Moment
from store.models.parts import of_account, one_of, table


class CallForwarding(SQLModel, table=True):
    """Where an account's calls go; no row means that forwarding is off."""

    __tablename__ = "call_forwarding"
    __table_args__ = table(of_account())
    account_id: int = Field(primary_key=True, sa_type=Integer)
    number: str = Field(sa_type=Text)
    """E.164."""
    since: datetime = Field(sa_type=Moment)


class Call(SQLModel, table=True):
    """One call of an account's history."""

    __tablename__ = "call"
    __table_args__ = table(
        of_account(),
        one_of("direction", "in", "out", "missed"),
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
