"""One real Prefect server for all tests of the engine, and a fresh home for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.settings import (
    PREFECT_API_AUTH_STRING,
    PREFECT_API_URL,
    PREFECT_TASKS_DEFAULT_NO_CACHE,
    temporary_settings,
)
from prefect_server import AUTH, PrefectServer

from bootstrap.home import Home
from flows import context as door
from flows.engine_cleanup import clear_orphans

EMPTY = "empty.db"  # the database as the shared server made it


@pytest.fixture
def house(sqlite_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A home as on the day the plan is signed, and every flow works in it."""
    copyfile(sqlite_home, tmp_path / "kyhan.db")
    monkeypatch.setenv("KYHAN_HOME", str(tmp_path))
    door.home.cache_clear()
    yield door.home()
    door.home().engine.dispose()
    door.home.cache_clear()


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectServer]:
    server = PrefectServer(tmp_path_factory.mktemp("prefect"))
    server.start()
    server.copy_database(server.folder / EMPTY)
    yield server
    server.kill()


@pytest.fixture
def server(shared_server: PrefectServer) -> Iterator[PrefectServer]:
    """The shared server with no occurrence on it."""
    with talking_to(shared_server), get_client(sync_client=True) as client:
        clear_orphans(client, set())
        yield shared_server


@pytest.fixture
def own_server(tmp_path: Path, shared_server: PrefectServer) -> Iterator[PrefectServer]:
    """A server this test may kill."""
    server = PrefectServer(tmp_path)
    server.begin_with(shared_server.folder / EMPTY)
    server.start()
    with talking_to(server):
        yield server
    server.kill()


def talking_to(server: PrefectServer) -> temporary_settings:
    return temporary_settings(
        {
            PREFECT_API_URL: server.api_url,
            PREFECT_API_AUTH_STRING: AUTH,
            PREFECT_TASKS_DEFAULT_NO_CACHE: True,
        }
    )


@pytest.fixture
def client(server: PrefectServer) -> Iterator[SyncPrefectClient]:
    with get_client(sync_client=True) as opened:
        yield opened
