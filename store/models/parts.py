"""What tables are made of: constraints by their names."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def table(*constraints: Any) -> tuple[Any, ...]:  # noqa: ANN401 - SQLAlchemy's own table arguments
    """Return what every table has, with the constraints of this one."""
    return (*constraints, {"sqlite_strict": True})


def one_of(column: str, *values: str) -> CheckConstraint:
    """Return the constraint that the column holds one of these words."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def flag(column: str) -> CheckConstraint:
    """Return the constraint that the column is 0 or 1."""
    return CheckConstraint(f"{column} IN (0, 1)", name=column)


def of_account(**options: Any) -> ForeignKeyConstraint:  # noqa: ANN401 - passed on as they are
    """Return the constraint that the row belongs to an account."""
    return ForeignKeyConstraint(["account_id"], ["account.id"], **options)
