"""Copies what a rehearsal needs into a throw-away SQLite file, in bounded portions."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, insert, select

from models.database import WRITES, connect
from models.tables import metadata

PORTION = 5_000
LEFT_OUT = frozenset({"log_entry", "attempt", "submission", "submission_file", "decision", "projection", "lease"})


def copy_into(source: Engine, file: Path) -> Engine:
    """An engine on `file`, holding plan, organisations, people, cases and messages as they are now."""
    target = connect(f"sqlite:///{file}")
    metadata.create_all(target)
    with source.connect() as reading, target.execution_options(**WRITES).begin() as writing:
        for table in metadata.sorted_tables:
            if table.name in LEFT_OUT:
                continue
            rows = reading.execution_options(stream_results=True).execute(select(table)).mappings()
            for portion in rows.partitions(PORTION):
                writing.execute(insert(table), [dict(row) for row in portion])
    return target
