"""Brings a database to the newest schema; costs one small query when it is there already."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from models.database import WRITES

LOCK = 7_002_014  # PostgreSQL advisory lock: one process at a time changes the schema
FOLDER = Path(__file__).parent / "migrations"


class NewerDatabase(Exception):
    """Its schema is unknown to this version of Kyhan: a newer one has worked on it."""

    def __init__(self, schema: str) -> None:
        super().__init__(
            f"Cơ sở dữ liệu dùng lược đồ {schema}, mới hơn phiên bản Kỳ Hạn này ({newest()}); hãy cập nhật Kỳ Hạn. / "
            f"The database has schema {schema}, newer than this version of Kyhan knows ({newest()}); update Kyhan."
        )


def newest() -> str:
    """Revision ids are the numbers their file names begin with."""
    return schemas()[-1]


def schemas() -> list[str]:
    """All there ever were, the oldest first."""
    return sorted(path.name[:4] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def revision(engine: Engine) -> str | None:
    """The schema version of this database; None when it is empty."""
    with engine.connect() as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def migrate(engine: Engine) -> bool:
    """Upgrade if needed, in one transaction; of several that start at once, one does it. True when it was this one."""
    here = revision(engine)
    if here == newest():
        return False
    if here is not None and here not in schemas():
        raise NewerDatabase(here)
    with engine.execution_options(**WRITES).begin() as connection:
        _wait_for_others(connection)
        if _revision(connection) == newest():
            return False
        _upgrade(connection)
    return True


def state_schema(engine: Engine, schema: str) -> None:
    """Say which schema the tables of this database have, where they were made without a migration."""
    with engine.execution_options(**WRITES).begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:schema)"), {"schema": schema})


def _wait_for_others(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":  # SQLite's writer waits by itself
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def _upgrade(connection: Connection, schema: str = "head") -> None:
    from alembic import command  # only a database that needs it pays for the import
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, schema)
