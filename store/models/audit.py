"""The audit log: a chain of events, and its head."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Integer, LargeBinary, Text
from sqlmodel import Field, SQLModel

from store.columns import BigInt, Moment
from store.models.parts import one_of, table


class AuditEvent(SQLModel, table=True):
    """One security event, chained to the one before by its MAC (D12)."""

    __tablename__ = "audit_event"
    __table_args__ = table(
        one_of("outcome", "done", "refused"),
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
    __table_args__ = table(CheckConstraint("id = 1", name="single"))
    id: int = Field(default=1, primary_key=True, sa_type=Integer)
    seq: int = Field(sa_type=BigInt)
    mac: bytes = Field(sa_type=LargeBinary)
