"""Copies a database table by table, in bounded portions: for a rehearsal, a backup, a restore."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, func, insert, select, text

from models.database import COPIES, connect
from models.metadata import metadata
from rules.text.control_characters import has_controls

PORTION = 5_000
NOT_REHEARSED = frozenset(
    {
        "log_entry",
        "attempt",
        "submission",
        "submission_file",
        "content_check",
        "content_row",
        "form_draft",
        "decision",
        "projection",
        "lease",
        "inbound_mail",
        "staged_file",
    }
)


def copy_into(source: Engine, file: Path, leave_out: Collection[str] = NOT_REHEARSED) -> Engine:
    """An engine on the new SQLite `file`, holding every table of `source` but those left out, as of one moment."""
    target = connect(f"sqlite:///{file}")
    metadata.create_all(target)
    copy_rows(source, target, leave_out)
    return target


def copy_rows(
    source: Engine,
    target: Engine,
    leave_out: Collection[str] = (),
    also: Callable[[Connection], object] = lambda _: None,
) -> list[str]:
    """Into the empty tables of `target`: all rows as of one moment, or none. `also`: done in the same transaction.

    Returns the rows in which characters had to be dropped that no database takes, such as «message_line 7: text».
    """
    changed: list[str] = []
    isolation = {"isolation_level": "REPEATABLE READ"} if source.dialect.name == "postgresql" else {}
    with (
        source.connect().execution_options(**isolation) as reading,
        target.execution_options(**COPIES).begin() as writing,
    ):
        for table in metadata.sorted_tables:
            if table.name not in leave_out:
                changed += _copy_table(reading, writing, table)
        if target.dialect.name == "postgresql":
            _count_on(writing)
        also(writing)
    return changed


def _copy_table(reading: Connection, writing: Connection, table: Table) -> Iterator[str]:
    rows = reading.execution_options(stream_results=True).execute(select(table)).mappings()
    for portion in rows.partitions(PORTION):
        for row in portion:
            if odd := [name for name, value in row.items() if isinstance(value, str) and has_controls(value)]:
                key = "/".join(str(row[column.name]) for column in table.primary_key)
                yield f"{table.name} {key}: {', '.join(map(str, odd))}"
        writing.execute(insert(table), [dict(row) for row in portion])


def _count_on(writing: Connection) -> None:
    """PostgreSQL numbers new rows from a counter of its own, which the copied ids must be told to."""
    for table in metadata.sorted_tables:
        if "id" in table.c and table.c.id.autoincrement is not False and table.c.id.primary_key:
            newest = writing.execute(select(func.max(table.c.id))).scalar()
            if newest is not None:
                counter = text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :newest)")
                writing.execute(counter, {"table": table.name, "newest": newest})
