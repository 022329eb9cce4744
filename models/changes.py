"""Whether anything was committed since: equal stamps, equal content. Nobody has to say what they changed."""

from __future__ import annotations

from collections.abc import Hashable
from threading import Lock

from sqlalchemy import Engine
from sqlalchemy.engine.interfaces import DBAPIConnection


class Changes:
    """Of one database, for as long as the process lives.

    SQLite counts for every connection the commits of all others, so one that never writes sees each of them.
    PostgreSQL names the transactions whose work can be seen; the same names, the same work.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._on_sqlite = engine.dialect.name == "sqlite"
        self._onlooker: DBAPIConnection | None = None
        self._turn = Lock()

    def stamp(self) -> Hashable:
        """Of what can be seen now; to be compared with others of this object only.

        Raises SQLAlchemyError or the driver's error when the database is out of reach.
        """
        return self._commits_of_others() if self._on_sqlite else self._visible()

    def _visible(self) -> str:
        with self._engine.connect() as connection:
            found: str = connection.exec_driver_sql("SELECT pg_current_snapshot()::text").scalar_one()
        return found

    def _commits_of_others(self) -> int:
        with self._turn:
            if self._onlooker is None:
                self._onlooker = _one_that_never_writes(self._engine)
            cursor = self._onlooker.cursor()
            cursor.execute("PRAGMA data_version")
            row = cursor.fetchone()
            cursor.close()
        assert row is not None
        return int(row[0])


def _one_that_never_writes(engine: Engine) -> DBAPIConnection:
    taken = engine.raw_connection()
    connection = taken.driver_connection
    taken.detach()  # out of the pool, where others would write by it
    assert connection is not None
    onlooker: DBAPIConnection = connection
    return onlooker
