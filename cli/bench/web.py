"""A web server in a process of its own, and clients that ask it for a page again and again."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from cli.bench.timing import Measure

HOST = "127.0.0.1"
AT_ONCE = 2  # clients; more would only wait on two cores
STARTS_WITHIN = 60.0


class Unanswered(RuntimeError):
    """The server did not start, or refused the page."""


@contextmanager
def serving(app: str, environment: Mapping[str, str], log: Path) -> Iterator[Server]:
    port = _free_port()
    command = [sys.executable, "-m", "uvicorn", app, "--factory", "--host", HOST, "--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--no-access-log", "--log-level", "warning"],
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Server(process.pid, port)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()


class Server:
    def __init__(self, pid: int, port: int) -> None:
        self.pid, self.port = pid, port
        self._looks = count()
        patience = time.monotonic() + STARTS_WITHIN
        while not self._listens():
            if time.monotonic() > patience:
                raise Unanswered(f"port {port}")
            time.sleep(0.05)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((HOST, self.port)) == 0

    def size(self, path: str, headers: Mapping[str, str]) -> int:
        """Bytes of the page after one request, which warms it up."""
        return [len(_ask(connection, path, headers)) for connection in [self._open()] for _ in range(3)][-1]

    def measure(self, path: str, headers: Mapping[str, str], requests: int, *, anew: bool = False) -> Measure:
        """Wall seconds for all requests and CPU seconds of the server; `count` is the page's size in kB.

        `anew`: each request has an address no request had before.
        """
        before, begun = self._cpu(), time.perf_counter()
        with ThreadPoolExecutor(AT_ONCE) as clients:
            sizes = list(clients.map(lambda _: self._many(path, headers, requests // AT_ONCE, anew), range(AT_ONCE)))
        wall = time.perf_counter() - begun
        return Measure(wall, self._cpu() - before, self._peak_mb(), sizes[0] // 1000)

    def _many(self, path: str, headers: Mapping[str, str], requests: int, anew: bool) -> int:
        connection = self._open()
        size = 0
        for _ in range(requests):
            size = len(_ask(connection, self._first_look(path) if anew else path, headers))
        connection.close()
        return size

    def _first_look(self, path: str) -> str:
        return f"{path}{'&' if '?' in path else '?'}lan={next(self._looks)}"

    def _open(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(HOST, self.port, timeout=60)

    def _cpu(self) -> float:
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _peak_mb(self) -> float:
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _ask(connection: http.client.HTTPConnection, path: str, headers: Mapping[str, str]) -> bytes:
    connection.request("GET", path, headers=dict(headers))
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != http.client.OK:
        raise Unanswered(f"{path}: {answer.status}")
    return body


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
