"""One deadline for a whole conversation: a peer that drips is waited for no longer than one that is silent.

The time-outs of sockets, smtplib, imaplib and httpx count anew with every byte. What runs `within` so many seconds
ends in a TimeoutError when they have passed, whatever came meanwhile; of nested ones the nearest counts.
"""

from __future__ import annotations

import io
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from threading import Thread
from typing import Any, TypeVar

import httpcore
import httpx

T = TypeVar("T")
_ENDS: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    now, outer = time.monotonic(), _ENDS.get()
    token = _ENDS.set(min(now + seconds, outer if outer is not None else now + seconds))
    try:
        yield
    finally:
        _ENDS.reset(token)


def left(most: float | None) -> float | None:
    """How long the next step may wait: `most`, or what is left. Raises TimeoutError when nothing is."""
    ends = _ENDS.get()
    if ends is None:
        return most
    rest = ends - time.monotonic()
    if rest <= 0:
        raise TimeoutError("the whole conversation took too long")
    return rest if most is None else min(most, rest)


def in_time(seconds: float, work: Callable[[], T]) -> T:
    """For libraries that do not let us near their sockets: past the deadline they are left behind in their thread."""
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(work())
        except BaseException as fault:
            answer.set_exception(fault)

    Thread(target=copy_context().run, args=(run,), daemon=True).start()
    return answer.result(timeout=seconds)


# --- sockets --------------------------------------------------------------------------------------------------------


def connect(host: str, port: int, timeout: float) -> socket.socket:
    """Like socket.create_connection, but for all addresses of the host together."""
    problem: OSError = OSError(f"no address for {host}")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        line = socket.socket(family, kind, protocol)
        try:
            line.settimeout(left(timeout))
            line.connect(address)
        except OSError as error:
            line.close()
            problem = error
        else:
            return line
    raise problem


class _Raw(io.RawIOBase):
    def __init__(self, line: socket.socket, timeout: float | None) -> None:
        self._line, self._timeout = line, timeout

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._line.settimeout(left(self._timeout))
        return self._line.recv_into(buffer)


def reader(line: socket.socket, timeout: float | None) -> io.BufferedReader:
    """Instead of line.makefile("rb"), which knows no deadline. The socket stays with who opened it."""
    return io.BufferedReader(_Raw(line, timeout))


# --- HTTP -----------------------------------------------------------------------------------------------------------


def timed(client: httpx.Client) -> httpx.Client:
    """Its requests heed `within`, headers and bodies alike."""
    for transport in (client._transport, *client._mounts.values()):  # httpx offers no other way to say this
        if isinstance(transport, httpx.HTTPTransport):
            transport._pool._network_backend = TimedBackend()
    return client


def get(url: str, seconds: float) -> httpx.Response:
    with timed(httpx.Client(timeout=seconds)) as client, within(seconds):
        return client.get(url)


class TimedBackend(httpcore.SyncBackend):
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        rest = _left(timeout, httpcore.ConnectTimeout)
        return _TimedStream(super().connect_tcp(host, port, rest, local_address, socket_options))


class _TimedStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        rest = _left(timeout, httpcore.ConnectTimeout)
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, rest))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(timeout: float | None, kind: type[httpcore.TimeoutException]) -> float | None:
    try:
        return left(timeout)
    except TimeoutError as error:
        raise kind(str(error)) from error
