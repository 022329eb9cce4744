"""Prefect's server as we run it: who may call it, and what becomes of a database that is damaged."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest
from builders import CALENDAR, OVERDUE, at
from prefect.client.orchestration import get_client
from prefect.events.worker import EventsWorker
from prefect_server import AUTH, PrefectServer

from bootstrap.home import Home
from bootstrap.prefect_auth import prefect_auth
from config.settings import SettingsError, load_settings
from flows import dashboard, engine_cleanup
from flows.prefect_server import KEPT, PLACES, damaged_ones, is_damaged, set_aside
from flows.self_test import NotFit, check_guarded, check_server
from services.operations.tick import tick

ROUNDS = int(os.environ.get("KYHAN_CHAOS_ROUNDS", "1"))  # a restart of the server takes some ten seconds
USER, _, PASSWORD = AUTH.partition(":")
ELSEWHERE = "https://evil.example"
SHELL = {"prefect.deployments.steps.run_shell_script": {"script": "id"}}
PRODUCTION = {
    "KYHAN_ENVIRONMENT": "production",
    "KYHAN_BASE_URL": "https://kyhan.example.gov.vn",
    "KYHAN_SECRET_KEY": "k" * 32,
    "KYHAN_SMTP_URL": "smtp://mail.example.gov.vn",
    "KYHAN_MAIL_FROM": "nhacviec@tinh.gov.vn",
    "PREFECT_API_URL": "http://prefect.lan:4200/api",
}


@pytest.mark.prefect
def test_a_page_elsewhere_gets_nowhere(server: PrefectServer) -> None:
    preflight = httpx.options(
        f"{server.api_url}/deployments/",
        headers={"Origin": ELSEWHERE, "Access-Control-Request-Method": "POST"},
    )
    assert "access-control-allow-origin" not in preflight.headers
    body = {"name": "x", "flow_id": "00000000-0000-0000-0000-000000000000", "pull_steps": [SHELL]}
    refused = httpx.post(f"{server.api_url}/deployments/", json=body, headers={"Origin": ELSEWHERE})
    assert refused.status_code == 401


@pytest.mark.prefect
@pytest.mark.parametrize("path", ["/api/health", "/", "/api/deployments/filter"])
def test_a_name_that_was_made_to_lead_here_is_refused(server: PrefectServer, path: str) -> None:
    answer = httpx.get(f"{server.api_url.removesuffix('/api')}{path}", headers={"Host": "evil.example"})
    assert answer.status_code == 400


@pytest.mark.prefect
def test_whoever_has_the_credentials_works_and_the_dashboard_loads(server: PrefectServer) -> None:
    wanted = {"limit": 1, "offset": 0}
    answer = httpx.post(f"{server.api_url}/flows/filter", json=wanted, auth=(USER, PASSWORD))
    assert answer.status_code == 200
    page = httpx.get(server.api_url.removesuffix("/api"), headers={"Accept": "text/html"}, follow_redirects=True)
    assert (page.status_code, "<script" in page.text) == (200, True)
    check_server(server.api_url)
    check_guarded(server.api_url)


@pytest.mark.prefect
def test_nobody_moves_a_run_on_the_time_axis_without_the_credentials(server: PrefectServer) -> None:
    place = {"run": "00000000-0000-0000-0000-000000000000", "start": "2014-01-01T00:00Z", "end": "2014-01-02T00:00Z"}
    answers = [httpx.post(f"{server.api_url}/{PLACES}", json=place, auth=auth) for auth in (None, (USER, PASSWORD))]
    assert [answer.status_code for answer in answers] == [401, 204]


@pytest.mark.prefect
def test_no_event_stream_opens_without_the_credentials(server: PrefectServer) -> None:
    handshake = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    assert httpx.get(f"{server.api_url}/events/in", headers=handshake).status_code == 403


class _AsksNobody(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"[]")

    def log_message(self, *_: object) -> None:
        """Quiet."""


def test_a_server_that_asks_for_no_credentials_is_named() -> None:
    with HTTPServer(("127.0.0.1", 0), _AsksNobody) as open_server:
        Thread(target=open_server.serve_forever, daemon=True).start()
        with pytest.raises(NotFit, match="KYHAN_PREFECT_WITHOUT_AUTH"):
            check_guarded(f"http://127.0.0.1:{open_server.server_port}/api")
        open_server.shutdown()


def test_a_server_that_is_still_busy_is_asked_again() -> None:
    busy = [503, 500, 503]

    class Starting(_AsksNobody):
        def do_POST(self) -> None:
            self.send_response(busy.pop() if busy else 200)
            self.end_headers()
            self.wfile.write(b"[]")

    with HTTPServer(("127.0.0.1", 0), Starting) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        check_server(f"http://127.0.0.1:{server.server_port}/api")
        server.shutdown()
    assert busy == []


def test_production_wants_credentials_for_a_server_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="PREFECT_API_AUTH_STRING"):
        load_settings(PRODUCTION, tmp_path)
    given = load_settings(PRODUCTION | {"PREFECT_API_AUTH_STRING": AUTH}, tmp_path)
    assert prefect_auth(given) == AUTH
    assert prefect_auth(load_settings(PRODUCTION | {"KYHAN_PREFECT_WITHOUT_AUTH": "true"}, tmp_path)) == ""


def test_credentials_of_our_own_server_are_made_once_and_for_us_alone(tmp_path: Path) -> None:
    settings = load_settings({}, tmp_path)
    assert prefect_auth(settings) == prefect_auth(settings)
    assert (tmp_path / "prefect.auth").stat().st_mode & 0o777 == 0o600


# --- a database that is lost or damaged -----------------------------------------------------------------------------


@pytest.mark.prefect
def test_every_occurrence_is_back_after_one_look(house: Home, own_server: PrefectServer) -> None:
    """After it was deleted; damage is one of the faults of tests/chaos."""
    tick(house.engine, house.office, OVERDUE, CALENDAR)
    before = draw(house)
    for _ in range(ROUNDS):
        own_server.kill()
        own_server.forget_everything()
        own_server.start()
        assert draw(house) == before
    print(f"Prefect's database deleted {ROUNDS} times: {len(before)} of {len(before)} occurrences back each time")


@pytest.mark.prefect
def test_a_single_deleted_run_is_back_after_one_look(house: Home, server: PrefectServer) -> None:
    tick(house.engine, house.office, OVERDUE, CALENDAR)
    before = draw(house)
    with get_client(sync_client=True) as client:
        client.delete_flow_run(engine_cleanup.status_runs(client)[0].id)
    assert draw(house) == before


def draw(house: Home) -> list[str]:
    dashboard.write_whole(house.engine, house.office, OVERDUE)
    EventsWorker.drain_all(timeout=30)  # what is left is sent again and again to a server that is gone
    with get_client(sync_client=True) as client:
        return sorted(run.name for run in engine_cleanup.status_runs(client))


def test_a_sound_database_stays_where_it_is(tmp_path: Path) -> None:
    database = tmp_path / "prefect.db"
    assert not is_damaged(database)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE t (x)")
        connection.execute("PRAGMA journal_mode=WAL")
    assert not is_damaged(database)


def test_text_in_the_place_of_a_database_is_damage(tmp_path: Path) -> None:
    (tmp_path / "prefect.db").write_bytes(b"nothing SQLite wrote" * 500)
    assert is_damaged(tmp_path / "prefect.db")


def test_only_the_newest_damaged_ones_are_kept(tmp_path: Path) -> None:
    kept = []
    for day in range(1, KEPT + 3):
        (tmp_path / "prefect.db").write_bytes(b"damaged")
        (tmp_path / "prefect.db-wal").write_bytes(b"its log")
        kept.append(set_aside(tmp_path / "prefect.db", at(f"2026-12-0{day}")))
    assert damaged_ones(tmp_path) == kept[-KEPT:]
    assert len(list(tmp_path.iterdir())) == 2 * KEPT
