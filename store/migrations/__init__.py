"""The store's schema, step by step (Alembic). Loaded only when a store is not at the newest step."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine

from store.errors import StoreUnusable


def alembic_config(connection: Connection | None = None) -> Config:
    """Return the configuration that finds the steps wherever this package is installed."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine) -> bool:
    """Bring the store to the newest step in one transaction; False where another process just did.

    Raises StoreUnusable where rows would be left that point to nothing, and for a step nobody knows.
    """
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None  # noqa: S101 - a live connection has one
        # SQLite alters a table by making it anew: with foreign keys on, the rows of its children would go.
        # The pragma does nothing inside a transaction.
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                before = _versions(connection)
                command.upgrade(alembic_config(connection), "head")
                if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise StoreUnusable("damaged")
                return _versions(connection) != before
        except CommandError as error:
            raise StoreUnusable("not a store") from error
        finally:
            driver.execute("PRAGMA foreign_keys=ON")


def _versions(connection: Connection) -> list[str]:
    if not connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").first():
        return []
    return [str(row[0]) for row in connection.exec_driver_sql("SELECT version_num FROM alembic_version")]
