"""Log-ins of a flooded source take turns, and where somebody logged in before decides nothing any more."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the turn of a source, find rows by their age, and drop what told known sources."""
    op.add_column("throttle", sa.Column("last_turn", BIG, nullable=True))
    op.create_index("ix_throttle_factor", "throttle", ["factor", "window_start"])
    op.drop_table("known_source")
