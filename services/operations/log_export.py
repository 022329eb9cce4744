"""The log as a table or as lines of JSON, portion by portion, however long it is."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from io import StringIO

from sqlalchemy import Engine

from models.database import reading
from models.queries.operations import log as log_queries
from models.queries.operations.log import LogFilter
from models.tables.log import LogEntry
from rules.text.cells import harmless

PORTION = 2_000
COLUMNS = ("seq", "at", "actor", "action", "subject", "details", "previous", "digest")


class Form(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"


def exported(engine: Engine, conditions: LogFilter, form: Form) -> Iterator[str]:
    """With the seals, so that whoever reads the lines can walk the chain too."""
    if form is Form.CSV:
        yield "\ufeff" + _csv([COLUMNS])
    write = _as_csv if form is Form.CSV else _as_json
    after = 0
    while True:
        with reading(engine) as session:
            page = log_queries.in_order(session, conditions, after, PORTION)
        if not page:
            return
        yield write(page)
        after = page[-1].seq


def _as_csv(entries: Sequence[LogEntry]) -> str:
    return _csv([harmless(value) for value in _values(entry)] for entry in entries)


def _as_json(entries: Sequence[LogEntry]) -> str:
    return "".join(
        json.dumps(dict(zip(COLUMNS, _values(entry), strict=True)), ensure_ascii=False) + "\n" for entry in entries
    )


def _values(entry: LogEntry) -> tuple[object, ...]:
    at = entry.at.isoformat(timespec="microseconds")
    return entry.seq, at, entry.actor, entry.action, entry.subject, entry.details, entry.previous, entry.digest


def _csv(rows: Iterable[Sequence[object]]) -> str:
    out = StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()
