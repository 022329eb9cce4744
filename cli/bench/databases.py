"""The databases of the benchmarks."""

from __future__ import annotations

from sqlalchemy import Engine, text


def settle(engine: Engine) -> None:
    """What was written lies where it is read from, and the planner knows its size."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        return
    with engine.connect() as connection:
        connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
