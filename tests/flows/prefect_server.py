"""A real Prefect server with a home of its own, which a test may kill and start again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
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


def damage(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with database.open("r+b") as file:
        for place in range(100, database.stat().st_size, 8192):
            file.seek(place)
            file.write(os.urandom(300))


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

    def begin_with(self, database: Path) -> None:
        """What Prefect itself would make at its first start, which takes longer than all the rest of it."""
        self._database.parent.mkdir()
        shutil.copyfile(database, self._database)

    def copy_database(self, to: Path) -> None:
        with closing(sqlite3.connect(self._database)) as own, closing(sqlite3.connect(to)) as copy:
            own.backup(copy)

    @property
    def _database(self) -> Path:
        return self.folder / "prefect" / "prefect.db"

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
