"""Posts one small signed document to an address somebody else chose; connects to nothing but what is allowed."""

from __future__ import annotations

import hmac
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import httpcore

from notifications.deadline import TimedBackend, within
from rules.systems.outside import Outside

PATIENCE = {"connect": 5.0, "read": 10.0, "write": 10.0, "pool": 5.0}
WHOLE = 25.0  # seconds for one post
SIGNATURE = "Kyhan-Signature"


class NotAllowed(httpcore.ConnectError):
    """The name leads to an address that may not be called."""


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """«t=1389146400,v1=…»: HMAC-SHA256 of the timestamp, a full stop and the body."""
    told = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, sha256).hexdigest()
    return f"t={timestamp},v1={told}"


@dataclass(frozen=True)
class Posting:
    url: str
    secret: str = field(repr=False)
    event: str
    kind: str
    timestamp: int
    body: bytes


@dataclass(frozen=True)
class PostResult:
    taken: bool
    gone: bool = False  # 410: nobody wants to be told there any more
    outcome: str = ""  # «HTTP 503», «timeout»


class GuardedConnections(TimedBackend):
    """Looks at the address itself when it connects: a name that has been looked at before may lead elsewhere now."""

    def __init__(self, outside: Outside) -> None:
        super().__init__()
        self._outside = outside

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        return super().connect_tcp(self._address(host, port), port, timeout, local_address, socket_options)

    def _address(self, host: str, port: int) -> str:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError("name not found") from error
        addresses = [str(item[4][0]) for item in found]
        if not addresses or not all(self._outside.reaches(host, address) for address in addresses):
            raise NotAllowed("address not allowed")
        return addresses[0]


def post(posting: Posting, outside: Outside) -> PostResult:
    """Follows no redirect, reads no more than the head of the answer, uses no proxy."""
    headers: dict[bytes | str, bytes | str] = {
        "Content-Type": "application/json",
        "User-Agent": "Kyhan",
        "Kyhan-Event": posting.event,
        "Kyhan-Kind": posting.kind,
        SIGNATURE: signature(posting.secret, posting.timestamp, posting.body),
    }
    backend = GuardedConnections(outside)
    try:
        with (
            within(WHOLE),
            httpcore.ConnectionPool(ssl_context=ssl.create_default_context(), network_backend=backend) as pool,
            pool.stream(
                "POST", posting.url, headers=headers, content=posting.body, extensions={"timeout": PATIENCE}
            ) as answer,
        ):
            return _judged(answer.status)
    except NotAllowed:
        return PostResult(False, outcome="address not allowed")
    except httpcore.TimeoutException:
        return PostResult(False, outcome="timeout")
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError, ValueError) as error:
        return PostResult(False, outcome=type(error).__name__)


def _judged(status: int) -> PostResult:
    return PostResult(200 <= status < 300, gone=status == 410, outcome=f"HTTP {status}")
