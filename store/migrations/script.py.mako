"""${message}."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import store.models

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Do this step."""
    ${upgrades if upgrades else "pass"}
