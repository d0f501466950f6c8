"""Sessions whose page of secrets was covered (D11)."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column; of the sessions that are there none was covered."""
    # In one statement with its check, which SQLite adds to a table in no other way.
    op.execute(
        "ALTER TABLE session ADD COLUMN cover TEXT DEFAULT 'never' NOT NULL "
        "CONSTRAINT ck_session_cover CHECK (cover IN ('never', 'covered', 'uncovered'))"
    )
