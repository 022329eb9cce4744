"""The look from outside: with nothing of the engine there, by a real mail server and a real monitor."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from builders import at, headers
from mail_server import MailServer, running
from sqlalchemy import event

from bootstrap.home import Home, open_home
from cli.daily import watch
from config.problems import CatalogueError, Problem
from config.settings import load_settings
from models.database import reading
from models.queries.operations.watch import last_beats

Kyhan = Callable[..., Any]
EIGHT = "2013-12-10T08:00"
AFTER_TWO_DAYS = "2013-12-12T08:00"


class Monitor(HTTPServer):
    """Notes who pinged, and with which words."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Ear)
        self.heard: list[tuple[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/ping/secret-part"


class Ear(BaseHTTPRequestHandler):
    server: Monitor

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.server.heard.append((self.path, body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def monitor(monkeypatch: pytest.MonkeyPatch) -> Iterator[Monitor]:
    server = Monitor()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("KYHAN_PING_URL", server.url)
    yield server
    server.shutdown()
    thread.join()


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with running(MailServer()) as server:
        monkeypatch.setenv("KYHAN_SMTP_URL", f"smtp://127.0.0.1:{server.port}")
        yield server


def test_after_a_good_look_the_monitor_is_pinged_and_the_cron_line_is_quiet(kyhan: Kyhan, monitor: Monitor) -> None:
    kyhan("tick", "--at", EIGHT)
    answer = kyhan("watch", "--once", "--at", EIGHT)
    assert (answer.code, monitor.heard) == (0, [("/ping/secret-part", "")])


def test_a_dead_engine_is_mailed_though_nothing_of_it_runs(kyhan: Kyhan, monitor: Monitor, mail: MailServer) -> None:
    kyhan("tick", "--at", EIGHT)
    answer = kyhan("watch", "--once", "--at", AFTER_TWO_DAYS, "--json")
    assert answer.code == 1
    assert any("ngừng chạy" in finding["text"] for finding in answer.json if finding["urgent"])
    assert any(b"dieu-phoi.ctk@example.vn" in letter for letter in mail.mails)
    [(path, said)] = monitor.heard
    assert path == "/ping/secret-part/fail"
    assert said.endswith("urgent")
    assert "I5" not in said


def test_the_same_alarm_is_mailed_once_a_day(kyhan: Kyhan, mail: MailServer) -> None:
    kyhan("tick", "--at", EIGHT)
    for hour in ("08:00", "08:05", "11:00"):
        kyhan("watch", "--once", "--at", f"2013-12-12T{hour}")
    urgent = [subject for subject in headers(mail, "Subject") if "việc khẩn" in subject]
    assert len(urgent) == 1


def test_a_monitor_that_does_not_hear_us_is_said_without_its_address(
    kyhan: Kyhan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KYHAN_PING_URL", "http://127.0.0.1:9/secret-part")
    kyhan("tick", "--at", EIGHT)
    answer = kyhan("watch", "--once", "--at", EIGHT)
    assert "KYHAN_PING_URL" in answer.err
    assert "secret-part" not in answer.err + answer.out


def test_a_database_out_of_reach_fails_the_ping(
    kyhan: Kyhan, monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KYHAN_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    assert kyhan("watch", "--once").code == 1
    assert [path for path, _ in monitor.heard] == ["/ping/secret-part/fail"]


def test_a_settings_file_that_is_being_edited_ends_no_watch(kyhan: Kyhan, monitor: Monitor, tmp_path: Path) -> None:
    kyhan("tick", "--at", EIGHT)
    known = load_settings()
    file = tmp_path / "home" / "kyhan.toml"
    file.write_text("port: 8080")
    assert watch.look_again(known, at("2013-12-10", "08:00")) is known
    assert [path for path, _ in monitor.heard] == ["/ping/secret-part/fail"]
    file.write_text("port = 8080")
    assert watch.look_again(known, at("2013-12-10", "08:05")).port == 8080
    assert [path for path, _ in monitor.heard][1:] == ["/ping/secret-part"]


def test_a_plan_file_that_is_being_edited_ends_no_watch(
    kyhan: Kyhan, monitor: Monitor, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kyhan("tick", "--at", EIGHT)

    def edited(*_: object) -> Home:
        raise CatalogueError([Problem(Path("plan.yaml"), 7, "", "viết sai", "wrong")])

    monkeypatch.setattr(watch, "open_home", edited)
    watch.look_again(load_settings(), at("2013-12-10", "08:00"))
    assert "plan.yaml:7" in capsys.readouterr().err
    assert [path for path, _ in monitor.heard] == ["/ping/secret-part/fail"]


def test_a_look_that_fails_gives_its_connections_back(kyhan: Kyhan, monkeypatch: pytest.MonkeyPatch) -> None:
    kyhan("tick", "--at", EIGHT)
    now, given_back = at("2013-12-10", "08:00"), []
    home = open_home(now)
    event.listen(home.engine, "engine_disposed", given_back.append)

    def fails(*_: object) -> None:
        raise OSError("disk")

    monkeypatch.setattr(watch, "watch_once", fails)
    with pytest.raises(OSError, match="disk"):
        watch.look(home, now)
    assert given_back == [home.engine]


def test_the_process_of_its_own_ends_when_it_is_told_to(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "watch"],
        env={"KYHAN_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "Trông chừng mỗi 5 phút. / Watching, every 5 min.\n"
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1)
    process.terminate()
    assert process.wait(60) == 0


def test_doctor_knows_when_the_watch_last_looked(kyhan: Kyhan) -> None:
    def seen() -> bool:
        return next(item["ok"] for item in kyhan("doctor", "--json").json if item["subject"] == "watch")

    before = seen()
    kyhan("watch", "--once")
    assert (before, seen()) == (False, True)


def test_a_first_start_is_no_silence(tmp_path: Path) -> None:
    settings = load_settings({}, tmp_path)
    watch._note_first_start(settings, at("2013-12-10"))
    watch._note_first_start(settings, at("2013-12-12"))  # a start alone is no look
    home = open_home(at("2013-12-12"), settings)
    with reading(home.engine) as session:
        assert last_beats(session, ["watch"]) == {"watch": at("2013-12-10")}
    home.engine.dispose()
