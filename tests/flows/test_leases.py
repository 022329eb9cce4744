"""Who works holds the lease, who stands still ends, and who has lost a server goes on reminding."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest
from builders import IN_NOVEMBER
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import StateType
from prefect.states import Running
from prefect_server import eventually, free_port
from sqlalchemy import text

from bootstrap.home import Home
from config import clock
from flows import engine_cleanup, without_server
from flows.daily_check import own_lease
from flows.lease import hold_lease
from flows.time_limit import ENDED
from models.database import writing


def test_a_lease_is_kept_as_long_as_the_work_lasts(house: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.lease.RENEWAL", timedelta(seconds=0.05))
    with hold_lease(house.engine, "x"):
        with writing(house.engine) as session:
            session.execute(text("UPDATE lease SET until = '2013-01-01 00:00:00.000000'"))
        assert eventually(lambda: lease_lasts(house))
        with hold_lease(house.engine, "x") as second:
            assert not second


def test_who_lost_the_lease_hears_of_it(house: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.lease.RENEWAL", timedelta(seconds=0.05))
    lost: list[bool] = []
    with hold_lease(house.engine, "x", on_loss=lambda: lost.append(True)):
        with writing(house.engine) as session:
            session.execute(text("UPDATE lease SET owner = 'another'"))
        assert eventually(lambda: lost == [True])
    assert lease_lasts(house)  # the other's is left alone


def lease_lasts(house: Home) -> bool:
    with house.engine.connect() as connection:
        return connection.execute(text("SELECT until > '2014-01-01' FROM lease")).scalar_one() == 1


def test_a_flow_that_hangs_is_ended() -> None:
    hangs = (
        "import socket\nfrom datetime import timedelta\nfrom flows.time_limit import time_limit\n"
        "quiet = socket.create_server(('127.0.0.1', 0))\n"
        "with time_limit(timedelta(seconds=0.1)): socket.create_connection(quiet.getsockname()).recv(1)"
    )
    assert subprocess.run([sys.executable, "-c", hangs], check=False, capture_output=True).returncode == ENDED


def test_an_engine_held_up_by_a_server_that_hangs_is_ended() -> None:
    held_up = (
        "import socket\nfrom datetime import timedelta\nfrom flows.without_server import end_when_away\n"
        "quiet = socket.create_server(('127.0.0.1', 0))\n"
        "api = f'http://127.0.0.1:{quiet.getsockname()[1]}/api'\n"
        "end_when_away(api, timedelta(seconds=0.1), timedelta(seconds=0.2))"
    )
    assert subprocess.run([sys.executable, "-c", held_up], check=False, capture_output=True).returncode == ENDED


@pytest.mark.prefect
def test_runs_of_other_hosts_are_left_alone(client: SyncPrefectClient) -> None:
    @flow(name="Lượt của máy khác")
    def elsewhere() -> None: ...

    deployment = client.create_deployment(client.create_flow(elsewhere), name="may-khac")
    run = client.create_flow_run_from_deployment(deployment)
    client.set_flow_run_state(run.id, Running(), force=True)
    assert engine_cleanup.fail_lost_runs(client, clock.now() - engine_cleanup.LOST_AFTER) == 0
    assert client.read_flow_run(run.id).state_type is StateType.RUNNING
    assert engine_cleanup.fail_lost_runs(client, clock.now()) == 1
    client.delete_deployment(deployment)


def test_reminding_goes_on_while_the_server_is_away(house: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: IN_NOVEMBER)
    monkeypatch.setattr(without_server, "PATIENCE", 0.0)
    rounds: list[bool] = []

    def remind_once() -> None:
        real()
        rounds.append(True)
        monkeypatch.setattr("flows.self_test.is_healthy", lambda _: True)

    real = without_server.remind
    monkeypatch.setattr(without_server, "remind", remind_once)
    without_server.wait_for_server(f"http://127.0.0.1:{free_port()}/api")
    assert rounds == [True]
    with house.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM heartbeat")).scalar_one() > 0


def test_without_the_server_the_post_is_left_to_who_sends_it_already(
    house: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: IN_NOVEMBER)
    rounds: list[str] = []
    monkeypatch.setattr(without_server, "dispatch", lambda *_: rounds.append("sent"))
    with own_lease("dispatch") as ours:
        without_server.remind()
    assert (ours, rounds) == (True, [])
