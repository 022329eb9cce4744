"""SQL that was compiled once serves every engine of the same kind: each test has an engine of its own."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

STATEMENTS: LRUCache[object, object] = LRUCache(5000)


def share() -> None:
    """SQLAlchemy keeps what it compiled by the dialect, of which every engine makes an instance: all alike here."""
    DefaultDialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign, assignment]
    DefaultDialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign, assignment]
    event.listen(Engine, "engine_connect", _keep_with_all_others)


def _keep_with_all_others(connection: Connection) -> None:
    connection.execution_options(compiled_cache=STATEMENTS)
