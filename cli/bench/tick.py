"""J1: decide who is due among a million cases and write the notices, beside two plain statements that do as much."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from math import log
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg

from cli.bench.province import NOW, TODAY, Size, build, copy_file, ready
from cli.bench.timing import Check, Figures, Measure, Result, Row, Stopwatch, Tell, in_turn
from models.database import writing
from services.reminders.remind import remind

FULL = Size(units=1_000, kept=990, due=10)
FEW = 100  # so many times fewer cases are kept in the small database of the growth row
MOST_MEMORY = 150.0
POSTGRESQL = "KYHAN_BENCH_POSTGRESQL_URL"
RECEIPT_TITLE = "Xây dựng và công bố Lịch phổ biến thông tin thống kê Nhà nước của năm kế tiếp"

SCHEMA = """
CREATE TABLE assignment (
    id INTEGER PRIMARY KEY, unit INTEGER NOT NULL, duty INTEGER NOT NULL, title TEXT NOT NULL, status TEXT NOT NULL,
    due_on TEXT NOT NULL, next_remind_on TEXT
);
CREATE TABLE outbox (
    id {serial}, assignment INTEGER NOT NULL REFERENCES assignment (id), kind TEXT NOT NULL,
    day TEXT NOT NULL, UNIQUE (assignment, kind, day)
);
"""
FILL = """
INSERT INTO assignment
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {cases})
SELECT i, i % {units}, i / {units}, '{title}', 'open', '{later}',
    CASE WHEN i % {every} = 0 THEN '{day}' ELSE '{later}' END
FROM n
"""
INDEX = "CREATE INDEX ix_assignment_due ON assignment (next_remind_on) WHERE status = 'open'"
WRITE = """
INSERT INTO outbox (assignment, kind, day) SELECT id, 'reminder', '{day}' FROM assignment
WHERE status = 'open' AND next_remind_on <= '{day}' ON CONFLICT DO NOTHING
"""
MARK = "UPDATE assignment SET next_remind_on = '{later}' WHERE status = 'open' AND next_remind_on <= '{day}'"


def run(rounds: int, tell: Tell, size: Size = FULL) -> Result:
    result = Result("tick", f"{size.cases:,} hồ sơ, {size.units * size.due:,} đến mốc nhắc hôm nay", rounds)
    with TemporaryDirectory(prefix="kyhan-bench-") as name:
        _on_sqlite(result, Path(name), tell, size)
        if url := os.environ.get(POSTGRESQL):
            _on_postgresql(result, Path(name), url, tell, size)
    return result


def _on_sqlite(result: Result, folder: Path, tell: Tell, size: Size) -> None:
    few = Size(size.units, size.kept // FEW, size.due)
    files = {name: folder / f"{name}.db" for name in ("plain", "kyhan", "few")}
    tell("dựng dữ liệu SQLite")
    with closing(sqlite3.connect(files["plain"])) as connection:
        connection.executescript("PRAGMA journal_mode=WAL;" + _plain_schema(size, "INTEGER PRIMARY KEY"))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for name, cases in (("kyhan", size), ("few", few)):
        build(f"sqlite:///{files[name]}", cases, folder)
    work = folder / "work.db"
    url = f"sqlite:///{work}"

    def fresh(name: str, *arguments: str) -> Any:
        return lambda: copy_file(files[name], work) and arguments

    rows = (
        Row("giới hạn: INSERT…SELECT + UPDATE (SQLite)", plain_on_sqlite, fresh("plain", str(work))),
        Row("kyhan (SQLite)", ours, fresh("kyhan", url)),
        Row(f"kyhan, giữ {few.cases:,} hồ sơ (SQLite)", ours, fresh("few", url)),
    )
    _add(result, in_turn(rows, result.rounds, tell), "SQLite", size.cases / few.cases)


def _add(result: Result, rows: list[Figures], database: str, kept: float) -> None:
    limit, whole, few = rows
    result.rows += rows
    if not limit.count == whole.count == few.count:
        result.checks.append(Check(f"{database}: mọi dòng ghi cùng số lời nhắc", 1, 0, unit=""))
    result.checks += [
        Check(f"{database}: thời gian so với giới hạn", whole.ratio, 2.0, 0.5),
        Check(f"{database}: bộ nhớ lớn nhất", whole.peak_mb, MOST_MEMORY, unit="MB"),
        Check(f"{database}: số mũ theo số hồ sơ đã giữ", exponent(few.wall, whole.wall, kept), 1.05, 0.1, unit=""),
    ]


def exponent(small: float, large: float, times: float) -> float:
    """Of the growth law seconds = c · sizeᵉ, between two sizes."""
    return log(large / small) / log(times) if times > 1 else 0.0


def _plain_schema(size: Size, serial: str) -> str:
    words = {"later": TODAY + timedelta(days=30), "day": TODAY, "title": RECEIPT_TITLE}
    every = size.cases // (size.units * size.due)
    fill = FILL.format(cases=size.cases, units=size.units, every=every, **words)
    return ";".join((SCHEMA.format(serial=serial), fill, INDEX)) + ";"


def _statements() -> tuple[str, str]:
    later = TODAY + timedelta(days=12)
    return WRITE.format(day=TODAY), MARK.format(day=TODAY, later=later)


def plain_on_sqlite(path: str) -> Measure:
    write, mark = _statements()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        with Stopwatch() as watch:
            connection.execute("BEGIN IMMEDIATE")
            written = connection.execute(write).rowcount
            connection.execute(mark)
            connection.execute("COMMIT")
    return watch.measure(written)


def ours(url: str) -> Measure:
    bureau, engine = ready(url)
    with Stopwatch() as watch, writing(engine) as session:
        reminded = remind(session, bureau, NOW)
    return watch.measure(reminded.notices)


# --- PostgreSQL -----------------------------------------------------------------------------------------------------


def _on_postgresql(result: Result, folder: Path, url: str, tell: Tell, size: Size) -> None:
    few = Size(size.units, size.kept // FEW, size.due)
    with _databases(url) as place:
        tell("dựng dữ liệu PostgreSQL")
        with psycopg.connect(place.create("plain"), autocommit=True) as connection:
            connection.execute(_plain_schema(size, "integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY").encode())
            connection.execute("VACUUM ANALYZE")
        for name, cases in (("kyhan", size), ("few", few)):
            build(place.create(name), cases, folder)
        rows = (
            Row("giới hạn: INSERT…SELECT + UPDATE (PostgreSQL)", plain_on_postgresql, lambda: (place.copy("plain"),)),
            Row("kyhan (PostgreSQL)", ours, lambda: (place.copy("kyhan"),)),
            Row(f"kyhan, giữ {few.cases:,} hồ sơ (PostgreSQL)", ours, lambda: (place.copy("few"),)),
        )
        _add(result, in_turn(rows, result.rounds, tell), "PostgreSQL", size.cases / few.cases)
        result.notes.append("PostgreSQL: giây CPU chỉ tính phía máy khách.")


@dataclass(frozen=True)
class _Databases:
    """Databases of our own beside the one the URL names; a round's copy is made from a template."""

    admin: psycopg.Connection[Any]
    url: str

    def name(self, name: str) -> str:
        return f"kyhan_bench_{os.getpid()}_{name}"

    def address(self, name: str) -> str:
        head, _, query = self.url.partition("?")
        return f"{head.rpartition('/')[0]}/{self.name(name)}" + (f"?{query}" if query else "")

    def create(self, name: str, like: str = "") -> str:
        template = f" TEMPLATE {self.name(like)}" if like else " TEMPLATE template0 ENCODING 'UTF8'"
        self.admin.execute(f"CREATE DATABASE {self.name(name)}{template}".encode())
        return self.address(name)

    def copy(self, name: str) -> str:
        self.drop("work")
        return self.create("work", like=name)

    def drop(self, name: str) -> None:
        self.admin.execute(f"DROP DATABASE IF EXISTS {self.name(name)} WITH (FORCE)".encode())


@contextmanager
def _databases(url: str) -> Iterator[_Databases]:
    with psycopg.connect(url, autocommit=True) as admin:
        place = _Databases(admin, url)
        try:
            yield place
        finally:
            for name in ("work", "plain", "kyhan", "few"):
                place.drop(name)


def plain_on_postgresql(url: str) -> Measure:
    write, mark = _statements()
    with psycopg.connect(url) as connection:
        connection.execute("SELECT 1")
        connection.rollback()
        with Stopwatch() as watch:
            written = connection.execute(write.encode()).rowcount
            connection.execute(mark.encode())
            connection.commit()
    return watch.measure(written)
