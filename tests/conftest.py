"""What every floor's tests share: a database of either kind, ready to work, and the promise that nothing is skipped."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine

sys.path.append(str(Path(__file__).parent / "notifications"))  # the SMTP peer every floor talks to


from builders import an_office, prepared
from mail_server import MailServer, running
from postgres_cluster import Cluster, a_cluster, put_back, remember
from shared_statements import share

from models.database import connect
from rules.office import Office

# no test of what happens hangs on the clock: a busy machine may take its time for an example
settings.register_profile("kyhan", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kyhan")
share()

NO_SKIPS = os.environ.get("KYHAN_NO_SKIPS") == "1"
BOTH = [pytest.param("sqlite"), pytest.param("postgresql", marks=pytest.mark.postgresql)]


# --- order and speed ------------------------------------------------------------------------------------------------

LONGEST = ("test_up.py", "test_engine.py", "test_leases.py")  # the machine would wait for them if they came last


def pytest_configure() -> None:
    gc.disable()  # what is gathered stays until the end: to look through it again and again finds nothing


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The engine's tests come last: Prefect sets up the logging of the whole process to its own taste."""
    items.sort(key=lambda item: ("tests/flows/" in item.nodeid, item.path.name not in LONGEST))


# --- nothing is skipped ---------------------------------------------------------------------------------------------


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    outcome: Any = yield
    _no_skip(outcome.get_result())


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    outcome: Any = yield
    _no_skip(outcome.get_result())


def _no_skip(report: Any) -> None:
    """With KYHAN_NO_SKIPS=1 a skipped test, or file, is a failed one."""
    if NO_SKIPS and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but KYHAN_NO_SKIPS=1: {report.longrepr}"


# --- databases ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with a_cluster() as found:
        if found is None:
            pytest.skip("PostgreSQL is not installed and KYHAN_TEST_POSTGRESQL_URL is not set")
        yield found


@pytest.fixture(scope="session")
def sqlite_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prepared once and copied for each test."""
    path = tmp_path_factory.mktemp("home") / "prepared.db"
    prepared(connect(f"sqlite:///{path}")).dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_home(cluster: Cluster) -> str:
    url = cluster.create()
    prepared(connect(url)).dispose()
    remember(url)
    return url


@pytest.fixture(params=BOTH)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A home as it is on the day the plan is signed, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        copyfile(request.getfixturevalue("sqlite_home"), tmp_path / "kyhan.db")
        url = f"sqlite:///{tmp_path}/kyhan.db"
    else:
        url = request.getfixturevalue("postgresql_home")
        put_back(url)
    yield from _open(url)


@pytest.fixture(params=BOTH)
def empty_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without a table."""
    sqlite = request.param == "sqlite"
    yield from _open(f"sqlite:///{tmp_path}/empty.db" if sqlite else request.getfixturevalue("cluster").create())


@pytest.fixture
def sqlite_engine(sqlite_home: Path, tmp_path: Path) -> Iterator[Engine]:
    """The same home on SQLite alone, for what only concerns a file."""
    copyfile(sqlite_home, tmp_path / "kyhan.db")
    yield from _open(f"sqlite:///{tmp_path}/kyhan.db")


def _open(url: str) -> Iterator[Engine]:
    engine = connect(url)
    yield engine
    engine.dispose()


# --- the office and its post ----------------------------------------------------------------------------------------


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with running(MailServer()) as server:
        yield server
