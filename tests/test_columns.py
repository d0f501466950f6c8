"""Every column of the store is known here by what it holds; no secret stands in one that is not for secrets."""

import re

from sqlmodel import SQLModel

import store.models  # noqa: F401 - makes the tables

HASHED = {"account.password_hash", "session.digest"}
"""Argon2id, and SHA-256 of 256 random bits."""
SEALED = {"authenticator.secret", "backup_code.digest", "reset_code.digest", "store.key_check"}
"""AES-256-GCM under a key that is not in the store."""
OPEN = {
    "backup_set.salt",
    "reset_code.salt",
    "throttle.subject",
    "audit_event.prev",
    "audit_event.mac",
    "audit_head.mac",
    "session.mac",
}
"""Random, or a MAC."""
PERSONAL = {
    "account.username", "account.display_name", "account.number", "account.last_login_at", "call.number", "call.at",
    "call.direction", "call.seconds", "call_forwarding.number", "call_forwarding.since",
    "session.source", "session.last_seen_at", "throttle.source", "audit_event.actor",
    "audit_event.source", "audit_event.detail", "account.lock_reason", "account_word.word", "recovery_case.proof",
    "recovery_case.opened_by", "recovery_case.approved_by", "recovery_case.closed_by",
    "approval.reason", "approval.proposed_by", "approval.decided_by",
}  # fmt: skip
"""Of a person, in the clear: kept from others by the file's mode, and shown by services to its owner and operators."""


def columns() -> dict[str, str]:
    return {
        f"{table.name}.{column.name}": type(column.type).__name__
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
    }


def test_every_column_of_bytes_is_hashed_sealed_or_no_secret() -> None:
    of_bytes = {name for name, kind in columns().items() if kind == "LargeBinary"}
    assert of_bytes == (HASHED | SEALED | OPEN) - {"account.password_hash"}


def test_every_column_of_text_is_personal_or_one_of_few_words() -> None:
    of_text = {name for name, kind in columns().items() if kind in {"Text", "AutoString"}}
    words = {
        "account.role", "account.second_factor", "session.kind", "session.end_reason", "backup_set.cost",
        "reset_code.cost", "store.store_id", "throttle.factor", "audit_event.event", "audit_event.outcome",
        "account_tally.role", "account_tally.second_factor", "policy.second_factor_for", "policy.name", "policy.issuer",
        "recovery_case.state", "recovery_case.kind", "session.cover", "store.timeline", "approval.act", "approval.state",
    }  # fmt: skip
    assert of_text - PERSONAL - HASHED == words
    assert columns().keys() >= PERSONAL


def test_there_are_no_hints_questions_answers_or_addresses() -> None:
    word = re.compile(
        r"hint|question|answer|remind|clue|birth|maiden|pet|mail|rotat|history|password_expires"
    )
    assert [name for name in columns() if word.search(name)] == []
