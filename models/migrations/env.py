"""Alembic's door: it is handed an open connection and asks for nothing."""

from alembic import context

from models.metadata import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=metadata, render_as_batch=True, transaction_per_migration=False
)
context.run_migrations()
