"""HTTP client for Zalo: reports whether a request was surely not sent, and removes secrets from errors and logs."""

from __future__ import annotations

import json
import logging
import re
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

import httpx

from notifications.deadline import timed, within

TIMEOUT = httpx.Timeout(connect=4, read=15, write=10, pool=5)
LONGEST = 30.0  # seconds for a whole answer and its request, however slowly they drip
LARGEST = 1 << 20
LONGEST_GAP = 2.0  # seconds between two requests
HIDDEN = "•••"
_BOT_TOKEN = re.compile(r"/bot[^/?#\s]+")


class NoAnswer(Exception):
    """Carries one of the words of zalo_answers.TRANSPORT, never a URL: that may hold a token."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


@dataclass(frozen=True)
class Reply:
    status: int
    body: dict[str, Any] | None = field(repr=False)  # None: no JSON object; not shown, for it may hold tokens
    retry_after: timedelta | None = None
    per_minute: int = 0  # how many requests this account may make; 0: unknown

    @property
    def word(self) -> str:
        """What to call a reply that is no JSON object."""
        return "not-json" if 200 <= self.status < 300 else f"http-{self.status}"


class ZaloHttp:
    """One pool of connections. Never follows a redirect: it would carry the token to somebody else."""

    def __init__(self, timeout: httpx.Timeout = TIMEOUT, longest: float = LONGEST) -> None:
        self._timeout, self._longest = timeout, longest

    @cached_property
    def _client(self) -> httpx.Client:
        """Made when first needed: reading the authorities' certificates takes longer than asking."""
        _hush()
        plain = {"accept-encoding": "identity"}  # an answer cannot unfold into more than was sent
        return timed(httpx.Client(timeout=self._timeout, follow_redirects=False, headers=plain))

    def post(self, url: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Reply:
        return self._ask("POST", url, headers, json=body)

    def post_form(self, url: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Reply:
        return self._ask("POST", url, headers, data=form)

    def get(self, url: str, query: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Reply:
        return self._ask("GET", url, headers, params=query)

    def wait_for(self, url: str, body: Mapping[str, Any], seconds: float) -> Reply:
        """A request whose answer may take that long."""
        timeout = httpx.Timeout(connect=4, read=seconds + 5, write=10, pool=5)
        return self._ask("POST", url, None, seconds + self._longest, json=body, timeout=timeout)

    def close(self) -> None:
        if "_client" in self.__dict__:
            self.__dict__.pop("_client").close()

    def _ask(
        self, method: str, url: str, headers: Mapping[str, str] | None, longest: float | None = None, **content: Any
    ) -> Reply:
        try:
            with (
                within(longest or self._longest),
                self._client.stream(method, url, headers=headers, **content) as response,
            ):
                return self._reply(response)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, UnicodeError, ValueError, OSError) as problem:
            word = word_for(problem)
        raise NoAnswer(word)  # outside the handler: httpx's own exception holds the request with its token

    def _reply(self, response: httpx.Response) -> Reply:
        received = bytearray()
        for piece in response.iter_bytes():
            received += piece
            if len(received) > LARGEST:
                break
        return Reply(response.status_code, _object(bytes(received)), _retry_after(response), _per_minute(response))


def brief() -> ZaloHttp:
    """For OAuth requests, which must be quick: callers wait for the new token and, on SQLite, so does every writer."""
    return ZaloHttp(httpx.Timeout(connect=4, read=8, write=4, pool=4), longest=10)


def _object(content: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _retry_after(response: httpx.Response) -> timedelta | None:
    given = response.headers.get("retry-after", "")
    return timedelta(seconds=min(int(given), 86_400)) if re.fullmatch(r"\d{1,9}", given, re.ASCII) else None


def _per_minute(response: httpx.Response) -> int:
    given = response.headers.get("x-ratelimit-limit", "")
    return int(given) if re.fullmatch(r"\d{1,6}", given, re.ASCII) else 0


# --- what an exception says about the request -----------------------------------------------------------------------

# Order matters: a connection that timed out is a time-out first. For those with "cause" the exception beneath decides.
_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (httpx.ConnectTimeout, "connect-timeout"),
    (httpx.PoolTimeout, "busy"),
    (httpx.ConnectError, "cause"),
    (httpx.ProxyError, "network"),
    (httpx.UnsupportedProtocol, "unsendable"),
    (httpx.LocalProtocolError, "unsendable"),
    (httpx.ReadTimeout, "read-timeout"),
    (httpx.WriteTimeout, "write-lost"),
    (httpx.WriteError, "write-lost"),
    (httpx.DecodingError, "not-json"),
    (httpx.HTTPError, "lost"),
    (httpx.StreamError, "lost"),
    (httpx.InvalidURL, "unsendable"),
    (UnicodeError, "unsendable"),
    (ValueError, "unsendable"),
    (OSError, "lost"),
)
_CAUSES: tuple[tuple[type[BaseException], str], ...] = (
    (socket.gaierror, "dns"),
    (ssl.SSLError, "tls"),
    (ConnectionRefusedError, "refused"),
)


def word_for(problem: Exception) -> str:
    word = next(word for kind, word in _WORDS if isinstance(problem, kind))
    if word != "cause":
        return word
    beneath = list(_chain(problem))
    return next((word for kind, word in _CAUSES if any(isinstance(one, kind) for one in beneath)), "network")


def _chain(problem: BaseException | None) -> Iterator[BaseException]:
    while problem is not None:
        yield problem
        problem = problem.__cause__ or problem.__context__


# --- secrets --------------------------------------------------------------------------------------------------------


class _WithoutTokens(logging.Filter):
    """httpx writes every URL into its log; a bot's holds the token."""

    def filter(self, record: logging.LogRecord) -> bool:
        line = record.getMessage()
        if "/bot" in line:
            record.msg, record.args = _BOT_TOKEN.sub(f"/bot{HIDDEN}", line), ()
        return True


_FILTER = _WithoutTokens()


def _hush() -> None:
    logging.getLogger("httpx").addFilter(_FILTER)  # adding it twice changes nothing


def without(text: str, *secrets: str) -> str:
    """A service may repeat our secrets; the ledger must not."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, HIDDEN)
    return text


class Pace:
    """At most so many a second; 0: as fast as it goes."""

    def __init__(self, per_second: float) -> None:
        self.gap = self._own = 1 / per_second if per_second else 0.0
        self._last = 0.0

    def keep_to(self, per_minute: int) -> None:
        """What the other side allows, if that is less; 0: it did not say. A strange figure does not stop everything."""
        allowed = min(60 / per_minute, LONGEST_GAP) if per_minute else 0.0
        self.gap = max(self._own, allowed)

    def wait(self) -> None:
        left = self._last + self.gap - time.monotonic()
        if self.gap and left > 0:
            time.sleep(left)
        self._last = time.monotonic()
