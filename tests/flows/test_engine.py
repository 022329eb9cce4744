"""The engine as a process: it starts in order, serves, and outlives the death of the server."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from subprocess import Popen

import pytest
from builders import a_home
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import StateType
from prefect.deployments import run_deployment
from prefect.states import Running
from prefect_server import PrefectServer, eventually

from bootstrap.home import Home
from config import clock
from flows.engine_cleanup import OURS
from flows.names import name_of
from models.database import writing
from services.plan.load import load_plan

pytestmark = pytest.mark.prefect
FLOW = "release-calendar"
CALENDAR = "I.5 Lịch phổ biến thông tin thống kê"
OVERDUE = "2014-01-02T07:00:00+07:00"
A_CHECK = f"""
from datetime import datetime
from flows.by_plan import duty_release_calendar
duty_release_calendar(as_of=datetime.fromisoformat("{OVERDUE}"), return_state=True)
"""


@pytest.fixture
def engine(house: Home, own_server: PrefectServer) -> Iterator[Popen[bytes]]:
    process = own_server.python("-m", "flows.engine", home=house.folder)
    yield process
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    process.wait(60)


@pytest.fixture
def own_client(own_server: PrefectServer) -> Iterator[SyncPrefectClient]:
    with get_client(sync_client=True) as client:
        yield client


def names(client: SyncPrefectClient) -> set[str]:
    return {item.name for item in client.read_deployments(limit=200)}


def statuses(client: SyncPrefectClient) -> list[str]:
    return [run.name for run in client.read_flow_runs(limit=200) if "kỳ" in run.tags]


def cases(folder: Path) -> int:
    with sqlite3.connect(folder / "kyhan.db") as connection:
        return int(connection.execute("SELECT count(*) FROM unit_case").fetchone()[0])


def a_duty_dropped_from_the_plan(client: SyncPrefectClient) -> None:
    @flow(name="Nhiệm vụ cũ")
    def old() -> None: ...

    client.create_deployment(client.create_flow(old), name="cu", tags=[OURS])


def a_check_whose_process_is_gone(client: SyncPrefectClient) -> object:
    found = client.read_deployment_by_name("Nhiệm vụ cũ/cu")
    run = client.create_flow_run_from_deployment(found.id)
    client.set_flow_run_state(run.id, Running(), force=True)
    return run.id


def test_a_fresh_start_shows_everything_and_serves(
    own_client: SyncPrefectClient, house: Home, request: pytest.FixtureRequest
) -> None:
    client = own_client
    prepared_today(house)
    a_duty_dropped_from_the_plan(client)
    lost = a_check_whose_process_is_gone(client)
    engine = request.getfixturevalue("engine")
    assert eventually(lambda: CALENDAR in names(client), 180)
    assert statuses(client)
    assert "cu" not in names(client)
    assert client.read_flow_run(lost).state_type is StateType.CRASHED  # type: ignore[arg-type]
    run = run_deployment(f"{name_of(house.office, FLOW)}/{CALENDAR}", timeout=180, poll_interval=0.5)
    assert run.state is not None
    assert run.state.is_final()
    assert run.state_name in {"Có kỳ quá hạn", "Đang chờ", "Đủ"}
    assert run.name.startswith(f"{CALENDAR} · ")
    amend_the_plan(house)
    assert eventually(lambda: engine.poll() is not None, 60)  # its supervisor starts it again, with the new duties
    assert "RuntimeWarning" not in (house.folder / "process.log").read_text()


def test_a_server_killed_in_mid_check_loses_nothing(house: Home, own_server: PrefectServer) -> None:
    check = own_server.python("-c", A_CHECK, home=house.folder)
    assert eventually(lambda: cases(house.folder) > 0, 60)
    own_server.kill()
    own_server.forget_everything()  # the whole PREFECT_HOME
    try:
        assert eventually(lambda: heartbeat(house.folder) == 1)
        assert cases(house.folder) == 33
    finally:
        os.killpg(check.pid, signal.SIGKILL)
        check.wait()
    own_server.start()
    forget_leases(house.folder)
    again = own_server.python("-c", A_CHECK, home=house.folder)
    assert again.wait(60) == 0
    with get_client(sync_client=True) as client:
        assert statuses(client) == ["0/33 · Lịch phổ biến thông tin thống kê · 2014"]
    assert cases(house.folder) == 33


def prepared_today(house: Home) -> None:
    """As a fresh start does it; a home of 2013 would first be caught up with for years."""
    house.engine.dispose()
    for file in house.folder.glob("kyhan.db*"):
        file.unlink()
    a_home(house.folder, clock.now()).dispose()


def amend_the_plan(house: Home) -> None:
    with writing(house.engine) as session:
        load_plan(session, replace(house.office.plan, signer="Chủ tịch UBND tỉnh"), clock.now())


def heartbeat(folder: Path) -> int:
    with sqlite3.connect(folder / "kyhan.db") as connection:
        return int(connection.execute("SELECT count(*) FROM heartbeat WHERE name = 'tick:I5-CALENDAR'").fetchone()[0])


def forget_leases(folder: Path) -> None:
    """As if the five minutes of a dead holder had passed."""
    with sqlite3.connect(folder / "kyhan.db") as connection:
        connection.execute("DELETE FROM lease")
