"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make every table of the first release."""
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("password_changed_at", BIG, nullable=False),
        sa.Column("second_factor", sa.Text(), nullable=False),
        sa.Column("had_second_factor", sa.Integer(), nullable=False),
        sa.Column("last_set_number", sa.Integer(), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("last_login_at", BIG, nullable=True),
        sa.CheckConstraint("role IN ('user', 'operator')", name=op.f("ck_account_role")),
        sa.CheckConstraint("second_factor IN ('off', 'on', 'reset')", name=op.f("ck_account_second_factor")),
        sa.CheckConstraint("enabled IN (0, 1)", name=op.f("ck_account_enabled")),
        sa.CheckConstraint("had_second_factor IN (0, 1)", name=op.f("ck_account_had_second_factor")),
        sa.CheckConstraint("length(username) BETWEEN 1 AND 40", name=op.f("ck_account_username")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("username", name=op.f("uq_account_username")),
        sqlite_strict=True,
    )
    op.create_table(
        "audit_event",
        sa.Column("seq", BIG, autoincrement=False, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("prev", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("outcome IN ('done', 'refused')", name=op.f("ck_audit_event_outcome")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_event")),
        sqlite_strict=True,
    )
    op.create_index("ix_audit_event_account_id", "audit_event", ["account_id", "seq"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
        sqlite_strict=True,
    )
    op.create_table(
        "store",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("key_check", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_store_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store")),
        sqlite_strict=True,
    )
    op.create_table(
        "throttle",
        sa.Column("factor", sa.Text(), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("lock_start", BIG, nullable=True),
        sa.Column("lock_length", BIG, nullable=False),
        sa.Column("refusal_recorded", sa.Integer(), nullable=False),
        sa.Column("window_start", BIG, nullable=False),
        sa.Column("window_failures", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "factor IN ('password', 'authenticator', 'backup code', 'reset code', 'source', 'store')",
            name=op.f("ck_throttle_factor"),
        ),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_throttle_failures")),
        sa.CheckConstraint("window_failures >= 0", name=op.f("ck_throttle_window_failures")),
        sa.CheckConstraint("refusal_recorded IN (0, 1)", name=op.f("ck_throttle_refusal_recorded")),
        sa.PrimaryKeyConstraint("factor", "subject", "source", name=op.f("pk_throttle")),
        sqlite_strict=True,
    )
    op.create_table(
        "authenticator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", BIG, nullable=True),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("disabled_at", BIG, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_authenticator_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authenticator")),
        sa.UniqueConstraint("account_id", name=op.f("uq_authenticator_account_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "backup_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("cost", sa.Text(), nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("disabled_at", BIG, nullable=True),
        sa.CheckConstraint("number BETWEEN 100 AND 999", name=op.f("ck_backup_set_number")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_backup_set_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_set")),
        sa.UniqueConstraint("account_id", name=op.f("uq_backup_set_account_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "call",
        sa.Column("id", BIG, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.CheckConstraint("direction IN ('in', 'out', 'missed')", name=op.f("ck_call_direction")),
        sa.CheckConstraint("seconds >= 0", name=op.f("ck_call_seconds")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_call_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
        sqlite_strict=True,
    )
    op.create_index("ix_call_account_id_at_id", "call", ["account_id", "at", "id"], unique=False)
    op.create_table(
        "call_forwarding",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("since", BIG, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_call_forwarding_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_call_forwarding")),
        sqlite_strict=True,
    )
    op.create_table(
        "known_source",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("last_login_at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_known_source_account_id")),
        sa.PrimaryKeyConstraint("account_id", "source", name=op.f("pk_known_source")),
        sqlite_strict=True,
    )
    op.create_index("ix_known_source_source", "known_source", ["source", "last_login_at"], unique=False)
    op.create_table(
        "reset_code",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("cost", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("expires_at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_reset_code_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_reset_code")),
        sqlite_strict=True,
    )
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
        sa.CheckConstraint("kind IN ('half', 'enrolling', 'full')", name=op.f("ck_session_kind")),
        sa.CheckConstraint("by_backup_code IN (0, 1)", name=op.f("ck_session_by_backup_code")),
        sa.CheckConstraint("kiosk IN (0, 1)", name=op.f("ck_session_kiosk")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_session_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("digest", name=op.f("uq_session_digest")),
        sqlite_strict=True,
    )
    op.create_index("ix_session_account_id", "session", ["account_id"], unique=False)
    op.create_table(
        "backup_code",
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", BIG, nullable=True),
        sa.CheckConstraint("number BETWEEN 1 AND 10", name=op.f("ck_backup_code_number")),
        sa.ForeignKeyConstraint(["set_id"], ["backup_set.id"], name=op.f("fk_backup_code_set_id")),
        sa.PrimaryKeyConstraint("set_id", "number", name=op.f("pk_backup_code")),
        sqlite_strict=True,
    )
