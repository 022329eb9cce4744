"""Opens the database: SQLite tuned for many readers and one writer, or PostgreSQL; units of work around it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, Select, Table, create_engine, event, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, SQLModel

from rules.text.control_characters import storable, without_controls, without_controls_inside

WRITES = {"kyhan_writes": True}
COPIES = {**WRITES, "kyhan_copies": True}  # texts stay as they were sealed
UNSYNCED = {**WRITES, "kyhan_synchronous": "NORMAL"}  # SQLite: kept if the process dies, perhaps not if power fails
_NOTHING_KEPT: ContextVar[bool] = ContextVar("nothing kept", default=False)
NO_DEMONSTRATION = {"kyhan_demonstration": False}
AT_ONCE = 500  # rows in one statement: both databases limit its parameters
CACHE = "cache_size=-16000"  # kB of pages each connection keeps; SQLite alone would keep 2,000


def connect(url: str, busy_seconds: float = 30, *, demonstration: bool = True) -> Engine:
    """An engine for this URL. A locked SQLite file is waited for `busy_seconds` before the error is raised.

    `demonstration`: whether the settings are those of a demonstration; every query can ask.
    """
    engine = _connect(url, busy_seconds)
    return engine if demonstration else engine.execution_options(**NO_DEMONSTRATION)


def _connect(url: str, busy_seconds: float) -> Engine:
    if not url.startswith("sqlite"):
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), pool_pre_ping=True)
        event.listen(engine, "before_cursor_execute", _drop_controls, retval=True)
        return engine
    engine = create_engine(url, connect_args={"timeout": busy_seconds, "check_same_thread": False})
    event.listen(engine, "before_cursor_execute", _drop_controls, retval=True)
    event.listen(engine, "connect", _tune_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _tune_sqlite(connection: Any, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY", CACHE):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    synchronous = options.get("kyhan_synchronous", "FULL")
    if connection.info.get("synchronous", "FULL") != synchronous:
        connection.exec_driver_sql(f"PRAGMA synchronous={synchronous}")
        connection.info["synchronous"] = synchronous
    # a writer takes its lock at once: a read that turns into a write cannot wait for another writer
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("kyhan_writes", False) else "BEGIN")


def _drop_controls(connection: Connection, _: Any, statement: str, parameters: Any, *__: Any) -> tuple[str, Any]:
    """Whatever way a text came: PostgreSQL refuses a NUL, SQLite would keep it, and neither takes half a character."""
    copies = connection.get_execution_options().get("kyhan_copies", False)
    return statement, without_controls_inside(parameters, storable if copies else without_controls)


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """One transaction that may write: committed at the end, rolled back on any error."""
    with Session(engine.execution_options(**WRITES), expire_on_commit=False) as session, session.begin():
        yield session
        if _NOTHING_KEPT.get():
            session.rollback()


@contextmanager
def nothing_kept() -> Iterator[None]:
    """What is written meanwhile, by this request or thread, is rolled back."""
    before = _NOTHING_KEPT.set(True)
    try:
        yield
    finally:
        _NOTHING_KEPT.reset(before)


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """One consistent look at the database; nothing is kept."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


def table(model: type[SQLModel]) -> Table:
    """The Core table behind a model."""
    found = model.__table__  # type: ignore[attr-defined]
    assert isinstance(found, Table)
    return found


class Row(Protocol):
    id: int | None


def id_of(row: Row) -> int:
    """The number of a stored row. Raises ValueError for one the database has not numbered yet."""
    if row.id is None:
        raise ValueError(f"not stored yet: {type(row).__name__}")
    return row.id


def insert_rows(session: Session, model: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    """In one statement however many there are."""
    if rows:
        session.execute(insert(table(model)), rows)


def insert_new(session: Session, model: type[SQLModel], rows: list[dict[str, Any]]) -> int:
    """Insert these rows, passing over those whose unique key exists already. Returns how many were new."""
    parts = [rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE)]
    return sum(_count(session, _insert(session, model).values(part).on_conflict_do_nothing()) for part in parts)


def insert_selected(session: Session, model: type[SQLModel], columns: list[str], source: Select[Any]) -> int:
    """Insert what the query yields, passing over existing unique keys. Returns how many rows were new.

    The query has a WHERE: without one, SQLite takes ON CONFLICT for the condition of a join.
    """
    return _count(session, _insert(session, model).from_select(columns, source).on_conflict_do_nothing())


def _insert(session: Session, model: type[SQLModel]) -> Any:
    postgres = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(table(model)) if postgres else sqlite.insert(table(model))


def _count(session: Session, statement: Any) -> int:
    # unasked, SQLAlchemy lets go of the row count of an INSERT: on PostgreSQL it would read -1
    return max(session.connection().execute(statement.execution_options(preserve_rowcount=True)).rowcount, 0)


def is_away(error: BaseException) -> bool:
    """Whether the database could not be asked, and may be asked again; not whether the question was wrong.

    SQLite raises the same error for a wrong statement («no such table»), which it names SQLITE_ERROR.
    """
    if isinstance(error, OperationalError | InterfaceError):
        return getattr(error.orig, "sqlite_errorname", "") != "SQLITE_ERROR"
    return isinstance(error, PoolTimeout)
