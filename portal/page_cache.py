"""Cache of rendered pages: the same request gets the same bytes until the database changes.

It serves people who go back, reload, or open the board several times a minute.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime

from cachetools import LRUCache
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.changes import Changes
from portal.context import PortalContext
from portal.renewal import renewed
from rules.office import Office

# Made of nothing but the database, the office, the address, the cookies and the moment, to the minute.
PAGES = re.compile(r"/|/phai-nop|/(ho-so|don-vi|nhiem-vu)/[^/]+")
VARY_BY = (b"cookie", b"accept-encoding")  # the headers these pages read
MOST = 32_000_000  # bytes of all pages together; the one unused for longest goes first


@dataclass(frozen=True)
class Stamp:
    """State a page depends on: equal stamps mean equal pages."""

    database: Hashable
    office: Office
    minute: datetime


@dataclass(frozen=True)
class CachedPage:
    of: Stamp
    route: object  # by which its hand-outs are counted
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    def __len__(self) -> int:
        return len(self.body)


class PageCache:
    """ASGI middleware. Keeps no page with an error status or a Set-Cookie header.

    What is seen is looked at before a page is written: if something changes meanwhile, no later look sees the same and
    the page is never handed out. Whoever signs out, loses a post or is blocked changes the database too.
    """

    def __init__(self, app: ASGIApp, changes: Changes, most: int = MOST) -> None:
        self._app, self._changes = app, changes
        self._written: LRUCache[Hashable, CachedPage] = LRUCache(most, getsizeof=len)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _is_page_request(scope):
            await self._app(scope, receive, send)
            return
        key = _key(scope)
        seen = await run_in_threadpool(self._seen, scope["app"])
        written = self._written.get(key)
        if written is not None and written.of == seen:
            scope["route"] = written.route
            await _hand_out(written, send)
            return
        heard: list[Message] = []

        async def noted(message: Message) -> None:
            heard.append(message)
            await send(message)

        await self._app(scope, receive, noted)
        if _may_be_kept(heard, self._written.maxsize):
            self._written[key] = _as_written(heard, seen, scope)

    def _seen(self, app: FastAPI) -> Stamp:
        context: PortalContext = renewed(app)
        return Stamp(self._changes.stamp(), context.office, context.clock().replace(second=0, microsecond=0))


def _is_page_request(scope: Scope) -> bool:
    return scope["type"] == "http" and scope["method"] == "GET" and PAGES.fullmatch(scope["path"]) is not None


def _key(scope: Scope) -> Hashable:
    headers = tuple((name, value) for name, value in scope["headers"] if name in VARY_BY)
    return scope["path"], scope["query_string"], headers


def _may_be_kept(heard: list[Message], most: float) -> bool:
    start, *bodies = heard
    whole = bool(bodies) and not bodies[-1].get("more_body", False)
    gives_a_cookie = any(name == b"set-cookie" for name, _ in start["headers"])
    return whole and start["status"] == 200 and not gives_a_cookie and len(_body(bodies)) <= most


def _as_written(heard: list[Message], seen: Stamp, scope: Scope) -> CachedPage:
    start, *bodies = heard
    return CachedPage(seen, scope.get("route"), tuple(start["headers"]), _body(bodies))


def _body(messages: list[Message]) -> bytes:
    return b"".join(message.get("body", b"") for message in messages)


async def _hand_out(written: CachedPage, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": list(written.headers)})
    await send({"type": "http.response.body", "body": written.body})
