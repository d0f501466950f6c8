"""What binds sessions and sealed values to whom they are made for, and to now."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SESSION = (
    "id, account_id, digest, kind, source, kiosk, by_backup_code, spent_tries, created_at, last_seen_at, "
    "stepped_up_at, held_until, ended_at, end_reason"
)


def upgrade() -> None:
    """Add the columns; what they hold takes the key, and is filled in once the vault is open."""
    op.execute("ALTER TABLE account ADD COLUMN generation INTEGER DEFAULT '0' NOT NULL")
    op.execute("ALTER TABLE store ADD COLUMN timeline TEXT DEFAULT '' NOT NULL")
    _bind_sessions()


def _bind_sessions() -> None:
    """Make the table anew: with no default for the MAC, a console of an older version opens no session."""
    op.drop_index("ix_session_account_id", "session")
    op.drop_index("ix_session_ended_at", "session")
    op.rename_table("session", "session_0004")
    op.create_table(
        "session",
        sa.Column("id", BIG, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kiosk", sa.Integer(), nullable=False),
        sa.Column("by_backup_code", sa.Integer(), nullable=False),
        sa.Column("spent_tries", sa.Integer(), nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("last_seen_at", BIG, nullable=False),
        sa.Column("stepped_up_at", BIG, nullable=True),
        sa.Column("held_until", BIG, nullable=True),
        sa.Column("ended_at", BIG, nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('half', 'enrolling', 'full')", name=op.f("ck_session_kind")),
        sa.CheckConstraint("by_backup_code IN (0, 1)", name=op.f("ck_session_by_backup_code")),
        sa.CheckConstraint("kiosk IN (0, 1)", name=op.f("ck_session_kiosk")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_session_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("digest", name=op.f("uq_session_digest")),
        sqlite_strict=True,
    )
    op.execute(f"INSERT INTO session ({SESSION}, mac) SELECT {SESSION}, x'' FROM session_0004")  # noqa: S608
    op.drop_table("session_0004")
    op.create_index("ix_session_account_id", "session", ["account_id"])
    op.create_index("ix_session_ended_at", "session", ["ended_at", "created_at"])
