"""A real Prefect server with a home of its own, which a test may kill and start again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from cli.machine.server_environment import server_environment
from flows.self_test import wait_until_healthy

AUTH = "kyhan:for-the-tests"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(question: Callable[[], object], seconds: float = 30) -> bool:
    patience = time.monotonic() + seconds
    while not question():
        if time.monotonic() > patience:
            return False
        time.sleep(0.1)
    return True


class PrefectServer:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = server_environment(folder, "127.0.0.1", free_port(), AUTH)
        self.api_url = self.environment["PREFECT_API_URL"]

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flows.prefect_server"],
            env={**os.environ, **self.environment},
            stdout=(self.folder / "server.log").open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        wait_until_healthy(self.api_url)

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def forget_everything(self) -> None:
        shutil.rmtree(self.folder / "prefect")

    def python(self, *arguments: str, home: Path) -> subprocess.Popen[bytes]:
        """Another process of the house, talking to this server."""
        return subprocess.Popen(
            [sys.executable, *arguments],
            env={**os.environ, **self.environment, "KYHAN_HOME": str(home)},
            stdout=(home / "process.log").open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
