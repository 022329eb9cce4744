"""A PostgreSQL for the tests: the one that is named, or a private one that lives as long as they do."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from shutil import chown, rmtree

import psycopg
from sqlalchemy import Connection, create_engine, inspect, make_url, text

from models.database import connect
from models.metadata import metadata

NAMED = "KYHAN_TEST_POSTGRESQL_URL"
HASTE = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"


@dataclass
class Cluster:
    url: str  # of a database whose user may create others
    made: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def create(self, name: str | None = None, template: str = "template1") -> str:
        name = name or f"kyhan_test_{os.getpid()}_{next(self.numbers)}"
        self._run(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        self.made.append(name)
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def drop_all(self) -> None:
        self._run(*(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)' for name in self.made))

    def _run(self, *statements: str) -> None:
        url = make_url(self.url).set(drivername="postgresql+psycopg")
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()


# --- one database, put back as it was before each test: quicker than a new one ----------------------------------------

COUNTERS = "SELECT sequencename AS name, last_value AS value FROM pg_sequences WHERE schemaname = 'public'"
UNCHECKED = "SET LOCAL session_replication_role = replica"  # what refers to a changed row stays; superusers may


def remember(url: str) -> None:
    """Keep a copy of every row beside the tables, and where the counters stood."""
    with connect(url).begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA remembered")
        connection.exec_driver_sql(f"CREATE TABLE remembered.counters AS {COUNTERS}")
        for name in _tables(connection):
            connection.exec_driver_sql(f'CREATE TABLE remembered."{name}" AS TABLE public."{name}"')


def put_back(url: str) -> None:
    """Only the tables that changed, for a superuser: to empty all of them would take longer than most tests.

    All are locked, so that a transaction a test has left open is noticed. What changed is vacuumed while it is empty:
    its rows stand in the order in which they were written, as in a new database.
    """
    keeper = _keeper(url)
    run = keeper.connection.execute
    with keeper.connection.transaction():
        run("SET LOCAL lock_timeout = '10s'")
        run(f"LOCK TABLE {_listed(list(keeper.digests))}")
        changed = [name for name, digest in run(keeper.question) if digest != keeper.digests[name]]
        if changed and keeper.connection.info.parameter_status("is_superuser") == "on":
            run(UNCHECKED)
        elif changed:
            changed = list(keeper.digests)
        for name in reversed(changed):
            run(f'DELETE FROM "{name}"')
    if changed:
        run(f"VACUUM {_listed(changed)}")
        run("; ".join(["BEGIN", *(f'INSERT INTO "{name}" TABLE remembered."{name}"' for name in changed), "COMMIT"]))
    run(keeper.counters)


@dataclass
class Keeper:
    connection: psycopg.Connection
    question: str  # a digest of each table, in the order in which they refer to each other
    digests: dict[str, str]  # as they were
    counters: str


@cache
def _keeper(url: str) -> Keeper:
    """What it takes to put this database back, asked for once; its connection stays open."""
    engine = connect(url)
    with engine.connect() as connection:
        names = _tables(connection)
    engine.dispose()
    opened = psycopg.connect(url, autocommit=True)
    counters = [
        f"setval('\"{name}\"', {value or 1}, {value is not None})"
        for name, value in opened.execute("SELECT name, value FROM remembered.counters")
    ]
    before = {name: str(digest) for name, digest in opened.execute(_digests(names, "remembered"))}
    return Keeper(opened, _digests(names, "public"), before, f"SELECT {', '.join(counters)}")


def _digests(names: list[str], schema: str) -> str:
    rows = "md5(coalesce(string_agg(line::text, ' '), ''))"
    return " UNION ALL ".join(f"SELECT '{name}', {rows} FROM {schema}.\"{name}\" AS line" for name in names)


def _listed(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _tables(connection: Connection) -> list[str]:
    """Those that exist, in the order in which they refer to each other."""
    there = set(inspect(connection).get_table_names())
    return [table.name for table in metadata.sorted_tables if table.name in there]


# --- where it comes from --------------------------------------------------------------------------------------------


@contextmanager
def a_cluster() -> Iterator[Cluster | None]:
    """None where there is no PostgreSQL."""
    named, programs = os.environ.get(NAMED), sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if named:
        cluster = Cluster(named)
        try:
            yield cluster
        finally:
            cluster.drop_all()
    elif programs:
        with a_private_one(programs[-1]) as (url, _):
            yield Cluster(url)
    else:
        yield None


@contextmanager
def a_private_one(programs: Path, over_network: str = "trust") -> Iterator[tuple[str, Path]]:
    """Its address, and the folder of its socket, by which all come in. `over_network`: how TCP lets people in."""
    folder, port = Path(tempfile.mkdtemp(prefix="kyhan-postgresql-")), _free_port()
    if os.getuid() == 0:
        chown(folder, "postgres")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} {HASTE}"
    trust = ("--auth-local", "trust", "--auth-host", over_network)
    try:
        _as_postgres(programs / "initdb", "-D", folder / "data", "-U", "postgres", *trust, "-E", "UTF8", "-N")
        _as_postgres(programs / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-o", options, "-w", "start")
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres", folder
    finally:
        _as_postgres(programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop", check=False)
        rmtree(folder, ignore_errors=True)


def _as_postgres(*command: str | Path, check: bool = True) -> None:
    """PostgreSQL refuses to run as root."""
    before = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    words = [*before, *map(str, command)]
    ended = subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/tmp", check=False)
    if check and ended.returncode:
        raise RuntimeError(f"{' '.join(words)}: {ended.stderr.decode(errors='replace')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
