"""The store's schema, step by step (Alembic). Loaded only when a store is not at the newest step."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.util.exc import CommandError
from sqlalchemy import Connection

from store.errors import StoreUnusable


def alembic_config(connection: Connection | None = None) -> Config:
    """Return the configuration that finds the steps wherever this package is installed."""
    config = Config()
    # A "%" in a path would begin an interpolation.
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection) -> bool:
    """Bring the store to the newest step in the caller's transaction; False where it was there already.

    Raises StoreUnusable where it is at a step that nobody knows.
    """
    before = _steps(connection)
    try:
        command.upgrade(alembic_config(connection), "head")
    except CommandError as error:
        raise StoreUnusable("not a store") from error
    return _steps(connection) != before


def _steps(connection: Connection) -> tuple[str, ...]:
    return MigrationContext.configure(connection).get_current_heads()
