"""What one operator proposed and another one decides."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, Integer, Text
from sqlmodel import Field, SQLModel

from store.columns import Moment
from store.models.parts import of_account, one_of, table


class Approval(SQLModel, table=True):
    """An act that policy asks two operators for: who proposed it, and how it ended (D20)."""

    __tablename__ = "approval"
    __table_args__ = table(
        of_account(),
        ForeignKeyConstraint(["case_id"], ["recovery_case.id"]),
        one_of("act", "make operator", "make user", "enable", "lift", "one operator"),
        one_of("state", "open", "done", "declined"),
        Index("ix_approval_state", "state", "id"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=Integer)
    act: str = Field(sa_type=Text)
    state: str = Field(default="open", sa_type=Text)
    account_id: int | None = Field(default=None, sa_type=Integer)
    """Whose account it is about; none for the rule itself."""
    case_id: int | None = Field(default=None, sa_type=Integer)
    """The case that is lifted."""
    reason: str = Field(sa_type=Text)
    proposed_by: str = Field(sa_type=Text)
    proposed_at: datetime = Field(sa_type=Moment)
    decided_by: str | None = Field(default=None, sa_type=Text)
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
