"""Servers that drip: something comes again and again, and never an end. Also one that only hangs."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

EVERY = 0.05  # seconds between two drops


@dataclass
class Dripping:
    """`kind`: greeting, dot (SMTP up to the final dot), mute, http-head, http-body, imap, clamd."""

    kind: str
    port: int = 0
    connections: int = 0
    talking: int = 0
    at_once: int = 0  # the most that were open at the same time
    mails: list[bytes] = field(default_factory=list)  # what was said before the drops began, of «dot»
    ended: Event = field(default_factory=Event)

    def serve(self, listener: socket.socket) -> None:
        while not self.ended.is_set():
            with suppress(OSError):
                line, _ = listener.accept()
                self.connections += 1
                Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        self.talking += 1
        self.at_once = max(self.at_once, self.talking)
        with suppress(OSError), line:
            TALKS[self.kind](self, line)
        self.talking -= 1

    def drip(self, line: socket.socket, drop: bytes) -> None:
        while not self.ended.wait(EVERY):
            line.sendall(drop)


def _dot(server: Dripping, line: socket.socket) -> None:
    file = line.makefile("rb")
    line.sendall(b"220 relay\r\n")
    while command := file.readline():
        if command.upper().startswith(b"DATA"):
            line.sendall(b"354 go on\r\n")
            lines = list(iter(file.readline, b".\r\n"))
            server.mails.append(b"".join(lines))
            server.drip(line, b"250-wait\r\n")
            return
        line.sendall(b"250 2.0.0 Ok\r\n")


def _http(head: bytes, drop: bytes) -> Any:
    def talk(server: Dripping, line: socket.socket) -> None:
        line.recv(65536)
        line.sendall(head)
        server.drip(line, drop)

    return talk


def _clamd(server: Dripping, line: socket.socket) -> None:
    Thread(target=lambda: [None for _ in iter(lambda: line.recv(65536), b"")], daemon=True).start()
    server.drip(line, b"s")


def _imap(server: Dripping, line: socket.socket) -> None:
    line.sendall(b"* OK ready\r\n")
    server.drip(line, b"* OK wait\r\n")


TALKS: dict[str, Any] = {
    "greeting": lambda server, line: server.drip(line, b"220-hello\r\n"),
    "dot": _dot,
    "mute": lambda server, line: server.ended.wait(),
    "http-head": _http(b"HTTP/1.1 200 OK\r\n", b"X-Drop: 1\r\n"),
    "http-body": _http(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b"{"),
    "imap": _imap,
    "clamd": _clamd,
}


@contextmanager
def dripping(kind: str, port: int = 0) -> Iterator[Dripping]:
    listener = socket.create_server(("127.0.0.1", port), backlog=256)
    server = Dripping(kind, listener.getsockname()[1])
    Thread(target=server.serve, args=(listener,), daemon=True).start()
    try:
        yield server
    finally:
        server.ended.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
