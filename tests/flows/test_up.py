"""Everything on one machine, as the operator starts and ends it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from builders import SIGNED
from prefect_server import eventually, free_port

from bootstrap.home import open_home
from cli.machine.children import Child, keep_running
from cli.machine.up import _free_ports
from config.settings import load_settings

UP = "from cli.machine.up import start; raise SystemExit(start(None, False))"


class Up:
    """One `kyhan up` on a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.ports = {"KYHAN_PORT": free_port(), "KYHAN_PREFECT_PORT": free_port(), "KYHAN_MAIL_PORT": free_port()}
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")}
        self.environment |= {"KYHAN_HOME": str(home)} | {name: str(port) for name, port in self.ports.items()}

    def start(self) -> subprocess.Popen[bytes]:
        self.said = self.home / "said.log"
        return subprocess.Popen(
            [sys.executable, "-m", "cli", "up"],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=self.said.open("wb"),
        )

    def answers(self, port: str, path: str) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.ports[port]}{path}", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def processes(self) -> list[int]:
        """Every process that works in this home, children of children too."""
        return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit() and self._works_here(path)]

    def _works_here(self, process: Path) -> bool:
        with suppress(OSError):
            alive = "\nState:\tZ" not in (process / "status").read_text()
            return alive and f"KYHAN_HOME={self.home}\0".encode() in (process / "environ").read_bytes()
        return False


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    this = Up(tmp_path)
    yield this
    for process in this.processes():
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


@pytest.mark.prefect
def test_from_the_first_start_to_a_killed_supervisor_and_a_second_start(up: Up) -> None:
    first = up.start()
    assert eventually(lambda: up.answers("KYHAN_PORT", "/healthz"), 60)
    assert eventually(lambda: up.answers("KYHAN_PREFECT_PORT", "/api/health"), 60)
    assert eventually(lambda: b"dashboard written" in (up.home / "logs/engine.log").read_bytes(), 60)

    refused = up.start()
    assert refused.wait(60) == 1
    assert f"tiến trình {first.pid}" in " ".join(up.said.read_text().split())

    first.kill()
    first.wait()
    assert eventually(lambda: up.processes() == [], 60)

    second = up.start()
    assert eventually(lambda: up.answers("KYHAN_PORT", "/healthz"), 60)
    assert eventually(lambda: said(up).count("đã sẵn sàng") == 3, 60)  # portal, Prefect, engine
    second.terminate()
    assert second.wait(60) == 0
    assert up.processes() == []


def test_a_taken_port_is_named_and_the_next_free_one_used(up: Up) -> None:
    with socket.create_server(("127.0.0.1", up.ports["KYHAN_PORT"])):
        process = up.start()
        assert eventually(lambda: f"cổng {up.ports['KYHAN_PORT']} đã có chương trình khác dùng" in said(up), 30)
        assert eventually(lambda: "Đang khởi động" in said(up))
        process.terminate()
        assert process.wait(60) == 0
    assert f"http://127.0.0.1:{up.ports['KYHAN_PORT']}" not in said(up).partition("Kỳ Hạn")[2]


def test_only_ports_that_will_be_used_are_looked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from bootstrap.home import open_home
    from cli.machine.up import Ports, _free_ports
    from config import clock
    from config.settings import load_settings

    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        prefect, mail, portal = one.getsockname()[1], other.getsockname()[1], free_port()
        told = {
            "KYHAN_PREFECT_PORT": str(prefect),
            "KYHAN_MAIL_PORT": str(mail),
            "PREFECT_API_URL": "http://127.0.0.1:9/api",
            "KYHAN_SMTP_URL": "smtp://127.0.0.1:9",
        }
        home = open_home(clock.now(), load_settings(told, tmp_path))
        assert _free_ports(home, portal) == Ports(portal, prefect, mail)
    assert capsys.readouterr().err == ""


def said(up: Up) -> str:
    return up.said.read_text()


def test_no_port_is_named_for_what_is_not_started(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With a Prefect server and a mail server elsewhere nobody here listens on theirs."""
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        port = str(busy.getsockname()[1])
        elsewhere = {"PREFECT_API_URL": "http://prefect.lan:4200/api", "KYHAN_SMTP_URL": "smtp://mail.lan"}
        ports = {"KYHAN_PORT": str(free_port()), "KYHAN_PREFECT_PORT": port, "KYHAN_MAIL_PORT": port}
        home = open_home(SIGNED, load_settings(elsewhere | ports | {"KYHAN_HOME": str(tmp_path)}))
        assert _free_ports(home, None).portal == int(ports["KYHAN_PORT"])
    assert port not in capsys.readouterr().err


def test_a_child_that_ends_is_started_again_after_a_growing_pause(tmp_path: Path) -> None:
    from threading import Event

    stop, pauses = Event(), []

    def tell(_: Child, code: int, pause: float) -> None:
        pauses.append((code, pause))
        if len(pauses) == 3:
            stop.set()

    ends = Child("ends", [sys.executable, "-c", "raise SystemExit(3)"], os.environ, tmp_path / "ends.log", pause=0.1)
    keep_running([ends], stop, [], tell)
    assert pauses == [(3, 0.1), (3, 0.2), (3, 0.4)]


def test_a_child_that_does_not_listen_is_killed_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from threading import Event, Timer

    monkeypatch.setattr("cli.machine.children.POLITE", 0.5)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    child = Child("deaf", [sys.executable, "-c", deaf], os.environ, tmp_path / "deaf.log")
    stop = Event()
    Timer(1.5, stop.set).start()
    keep_running([child], stop, [], lambda *_: None)
    assert child.process is not None
    assert child.process.returncode == -signal.SIGKILL


def test_a_log_is_cut_while_its_writer_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from threading import Event, Thread

    monkeypatch.setattr("cli.machine.children.LOG_LIMIT", 2_000)
    talks = "import time\nfor n in range(10_000): print('line', n, flush=True); time.sleep(0.01)"
    child = Child("talks", [sys.executable, "-c", talks], os.environ, tmp_path / "talks.log")
    old, stop = tmp_path / "talks.log.1", Event()

    def end_when_cut_twice() -> None:
        eventually(old.exists, 60)
        first = old.read_text()
        eventually(lambda: old.read_text() != first, 60)
        stop.set()

    Thread(target=end_when_cut_twice, daemon=True).start()
    keep_running([child], stop, [], lambda *_: None)
    assert old.exists()
    assert "line" in old.read_text()
    assert "\0" not in old.read_text() + child.log.read_text()  # no hole where it was cut
    assert child.log.stat().st_size < 10_000


def test_folders_where_it_is_started_hide_nothing(tmp_path: Path) -> None:
    from bootstrap.home import open_home
    from cli.machine.up import Ports, _environment
    from config import clock
    from config.settings import load_settings

    home = open_home(clock.now(), load_settings({}, tmp_path / "home"))
    (tmp_path / "config").mkdir()
    (tmp_path / "config/__init__.py").touch()
    environment = {**os.environ, **_environment(home, Ports(1, 2, 3))}
    command = [sys.executable, "-m", "cli", "--help"]
    assert subprocess.run(command, cwd=tmp_path, env=environment, check=False, capture_output=True).returncode == 0
