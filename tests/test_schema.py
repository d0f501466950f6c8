"""The schema that a store is compared with is the one that the migrations make."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from store import schema
from store.database import Database


def test_it_is_what_the_migrations_make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "twofold.db"
    with monkeypatch.context() as patched:
        patched.setattr(schema, "require", lambda _: None)
        Database(f"sqlite:///{path}").close()
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    with engine.connect() as connection:
        made = "".join(f"{name}: {sql}\n" for name, sql in schema.statements(connection))
    engine.dispose()
    assert schema.EXPECTED.read_text("ascii") == made, f"write this to {schema.EXPECTED}:\n{made}"
