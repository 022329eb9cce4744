"""Brings a database to the newest schema; costs one small query when it is there already."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from models.database import WRITES

FOLDER = Path(__file__).parent / "migrations"


def newest() -> str:
    """Revision ids are the numbers their file names begin with."""
    return max(path.name[:4] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def revision(engine: Engine) -> str | None:
    """The schema version of this database; None when it is empty."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def migrate(engine: Engine) -> bool:
    """Upgrade if needed, in one transaction. True when something was done."""
    if revision(engine) == newest():
        return False
    with engine.execution_options(**WRITES).begin() as connection:
        _upgrade(connection)
    return True


def _upgrade(connection: Connection) -> None:
    from alembic import command  # only a database that needs it pays for the import
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
