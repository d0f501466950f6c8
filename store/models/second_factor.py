"""What proves a second factor, sealed."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from store.columns import BigInt, Moment
from store.models.parts import of_account, table


class Authenticator(SQLModel, table=True):
    """The one TOTP secret of an account, sealed; the row exists only while 2FA is on."""

    __tablename__ = "authenticator"
    __table_args__ = table(UniqueConstraint("account_id"), of_account())
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
    __table_args__ = table(
        UniqueConstraint("account_id"),
        of_account(),
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
    __table_args__ = table(
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
    __table_args__ = table(of_account())
    account_id: int = Field(primary_key=True, sa_type=Integer)
    salt: bytes = Field(sa_type=LargeBinary)
    cost: str = Field(sa_type=Text)
    digest: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
