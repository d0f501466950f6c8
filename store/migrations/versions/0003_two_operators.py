"""Where policy asks for two operators: proposals, and what tells who may be one of the two."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table and the columns; who is an operator with 2FA has been one for as long as is known."""
    op.add_column("account", sa.Column("operator_since", BIG, nullable=True))
    op.add_column("account", sa.Column("second_factor_since", BIG, nullable=True))
    _add("account", "activation_spent", "INTEGER DEFAULT '0' NOT NULL", "IN (0, 1)")
    _add("account", "password_chosen", "INTEGER DEFAULT '1' NOT NULL", "IN (0, 1)")
    _add("recovery_case", "kind", "TEXT DEFAULT 'factor' NOT NULL", "IN ('factor', 'password')")
    _add("recovery_case", "closed_by_login", "INTEGER DEFAULT '0' NOT NULL", "IN (0, 1)")
    _make_table()
    op.execute("UPDATE account SET operator_since = created_at WHERE role = 'operator'")
    op.execute(
        "UPDATE account SET second_factor_since = "
        "(SELECT created_at FROM authenticator WHERE authenticator.account_id = account.id) "
        "WHERE second_factor = 'on'"
    )
    # Who waits for a first log-in has chosen a password all the same, where the log tells of one before.
    op.execute(
        "UPDATE account SET password_chosen = 0 WHERE activation_ends_at IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM audit_event WHERE audit_event.account_id = account.id "
        "AND audit_event.event IN ('password changed', 'password reset'))"
    )
    op.execute(
        "UPDATE recovery_case SET closed_by_login = 1 WHERE EXISTS "
        "(SELECT 1 FROM audit_event WHERE audit_event.account_id = recovery_case.account_id "
        "AND audit_event.event = 'recovery cancelled by a log-in' "
        "AND audit_event.detail = 'case ' || recovery_case.id)"
    )


def _add(table: str, column: str, kind: str, holds: str) -> None:
    # In one statement with its check, which SQLite adds to a table in no other way.
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} {kind} CONSTRAINT ck_{table}_{column} "
        f"CHECK ({column} {holds})"
    )


def _make_table() -> None:
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", BIG, nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", BIG, nullable=True),
        sa.CheckConstraint(
            "act IN ('make operator', 'make user', 'enable', 'lift', 'one operator')",
            name=op.f("ck_approval_act"),
        ),
        sa.CheckConstraint("state IN ('open', 'done', 'declined')", name=op.f("ck_approval_state")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_approval_account_id")),
        sa.ForeignKeyConstraint(["case_id"], ["recovery_case.id"], name=op.f("fk_approval_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sqlite_strict=True,
    )
    op.create_index("ix_approval_state", "approval", ["state", "id"])
