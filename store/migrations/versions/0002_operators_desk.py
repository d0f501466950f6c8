"""What the operator's desk stands on: finding accounts, policy, recovery cases."""

from itertools import product

import sqlalchemy as sa
from alembic import op

from store.rules.searching import words_of

revision = "0002"
down_revision = "0001"

BATCH = 1000
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the columns, tables and indexes; accounts that are there already are found and counted too."""
    # In one statement with its check, which SQLite adds to a table in no other way.
    op.execute(
        "ALTER TABLE account ADD COLUMN must_change_password INTEGER DEFAULT '0' NOT NULL "
        "CONSTRAINT ck_account_must_change_password CHECK (must_change_password IN (0, 1))"
    )
    op.add_column("account", sa.Column("activation_ends_at", BIG, nullable=True))
    op.add_column("account", sa.Column("locked_until", BIG, nullable=True))
    op.add_column("account", sa.Column("lock_reason", sa.Text(), nullable=True))
    op.add_column("throttle", sa.Column("account_id", sa.Integer(), nullable=True))
    kind = ["role", "enabled", "second_factor"]
    op.create_index("ix_account_kind", "account", [*kind, "username"])
    op.create_index("ix_account_kind_last_login_at", "account", [*kind, "last_login_at", "username"])
    op.create_index("ix_account_last_login_at", "account", ["last_login_at", "username"])
    op.create_index("ix_account_locked_until", "account", ["locked_until"])
    op.create_index("ix_throttle_lock_start", "throttle", ["lock_start"])
    for column in ("event", "actor", "outcome"):
        op.create_index(f"ix_audit_event_{column}", "audit_event", [column, "seq"])
    op.create_index("ix_audit_event_at", "audit_event", ["at"])
    op.create_index("ix_session_ended_at", "session", ["ended_at", "created_at"])
    _count_backup_codes()
    _make_tables()
    _count_accounts()
    _find_accounts()


def _count_backup_codes() -> None:
    op.execute(
        "ALTER TABLE backup_set ADD COLUMN unused INTEGER DEFAULT '10' NOT NULL "
        "CONSTRAINT ck_backup_set_unused CHECK (unused BETWEEN 0 AND 10)"
    )
    op.execute(
        "UPDATE backup_set SET unused = (SELECT count(*) FROM backup_code "
        "WHERE backup_code.set_id = backup_set.id AND used_at IS NULL)"
    )
    op.create_index("ix_backup_set_unused", "backup_set", ["unused", "account_id"])


def _make_tables() -> None:
    op.create_table(
        "account_word",
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_word_account_id")),
        sa.PrimaryKeyConstraint("word", "account_id", name=op.f("pk_account_word")),
        sqlite_strict=True,
    )
    op.create_index("ix_account_word_account_id", "account_word", ["account_id", "word"])
    op.create_table(
        "account_tally",
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Integer(), nullable=False),
        sa.Column("second_factor", sa.Text(), nullable=False),
        sa.Column("logged_in", sa.Integer(), nullable=False),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.CheckConstraint("role IN ('user', 'operator')", name=op.f("ck_account_tally_role")),
        sa.CheckConstraint("enabled IN (0, 1)", name=op.f("ck_account_tally_enabled")),
        sa.CheckConstraint(
            "second_factor IN ('off', 'on', 'reset')", name=op.f("ck_account_tally_second_factor")
        ),
        sa.CheckConstraint("logged_in IN (0, 1)", name=op.f("ck_account_tally_logged_in")),
        sa.CheckConstraint("accounts >= 0", name=op.f("ck_account_tally_accounts")),
        sa.PrimaryKeyConstraint(
            "role", "enabled", "second_factor", "logged_in", name=op.f("pk_account_tally")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "failed_hour",
        sa.Column("hour", BIG, autoincrement=False, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.CheckConstraint("failures > 0", name=op.f("ck_failed_hour_failures")),
        sa.PrimaryKeyConstraint("hour", name=op.f("pk_failed_hour")),
        sqlite_strict=True,
    )
    op.create_table(
        "policy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("second_factor_for", sa.Text(), nullable=False),
        sa.Column("demanded_since", BIG, nullable=True),
        sa.Column("grace", BIG, nullable=False),
        sa.Column("second_approval", sa.Integer(), nullable=False),
        sa.Column("idle", BIG, nullable=True),
        sa.Column("kiosk_idle", BIG, nullable=True),
        sa.Column("absolute", BIG, nullable=True),
        sa.Column("step_up", BIG, nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("issuer", sa.Text(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_policy_single")),
        sa.CheckConstraint(
            "second_factor_for IN ('nobody', 'operators', 'everybody')",
            name=op.f("ck_policy_second_factor_for"),
        ),
        sa.CheckConstraint("second_approval IN (0, 1)", name=op.f("ck_policy_second_approval")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy")),
        sqlite_strict=True,
    )
    op.create_table(
        "recovery_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("stolen", sa.Integer(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_at", BIG, nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", BIG, nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("closed_at", BIG, nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'approved', 'done', 'cancelled')", name=op.f("ck_recovery_case_state")
        ),
        sa.CheckConstraint("stolen IN (0, 1)", name=op.f("ck_recovery_case_stolen")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recovery_case_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_case")),
        sqlite_strict=True,
    )
    op.create_index("ix_recovery_case_account_id", "recovery_case", ["account_id", "state"])
    live = sa.text("state IN ('open', 'approved')")
    op.create_index(
        "ix_recovery_case_live",
        "recovery_case",
        ["account_id"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    op.create_index("ix_recovery_case_state", "recovery_case", ["state", "id"])


def _count_accounts() -> None:
    kind = "role, enabled, second_factor, CASE WHEN last_login_at IS NULL THEN 0 ELSE 1 END"
    counted = op.get_bind().execute(sa.text(f"SELECT {kind}, count(*) FROM account GROUP BY 1, 2, 3, 4"))  # noqa: S608
    accounts = {tuple(row[:4]): row[4] for row in counted}
    columns = ("role", "enabled", "second_factor", "logged_in", "accounts")
    every = product(("user", "operator"), (0, 1), ("off", "on", "reset"), (0, 1))
    op.bulk_insert(
        sa.table("account_tally", *map(sa.column, columns)),
        [dict(zip(columns, (*each, accounts.get(each, 0)), strict=True)) for each in every],
    )


def _find_accounts() -> None:
    words = sa.table("account_word", sa.column("word"), sa.column("account_id"))
    page = sa.text(
        "SELECT id, username, display_name, number FROM account WHERE id > :after ORDER BY id LIMIT :size"
    )
    after = 0
    while rows := op.get_bind().execute(page, {"after": after, "size": BATCH}).all():
        after = rows[-1][0]
        found = ((word, row[0]) for row in rows for word in sorted(words_of(*row[1:])))
        op.bulk_insert(words, [{"word": word, "account_id": number} for word, number in found])
