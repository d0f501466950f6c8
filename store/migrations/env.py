"""Run by Alembic: takes the connection, and so the transaction, of whoever called `upgrade`."""

from alembic import context
from sqlmodel import SQLModel

import store.models  # noqa: F401 - fills the metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
context.run_migrations()
