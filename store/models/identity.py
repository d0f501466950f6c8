"""Which store this is."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Integer, LargeBinary, Text
from sqlmodel import Field, SQLModel

from store.columns import Moment
from store.models.parts import table


class StoreIdentity(SQLModel, table=True):
    """Who this store is: names its key file and tells a wrong key from a damaged store (D10)."""

    __tablename__ = "store"
    __table_args__ = table(CheckConstraint("id = 1", name="single"))
    id: int = Field(default=1, primary_key=True, sa_type=Integer)
    store_id: str = Field(sa_type=Text)
    key_check: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=Moment)
    timeline: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    """Which history the sealed values belong to: a restored store begins another one."""
