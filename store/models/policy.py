"""What operators decided for everybody."""

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, Integer, Text
from sqlmodel import Field, SQLModel

from store.columns import Moment, Span
from store.models.parts import flag, one_of, table


class Policy(SQLModel, table=True):
    """What is demanded of everybody, and how long things last; no row means that all is as designed."""

    __tablename__ = "policy"
    __table_args__ = table(
        CheckConstraint("id = 1", name="single"),
        one_of("second_factor_for", "nobody", "operators", "everybody"),
        flag("second_approval"),
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
