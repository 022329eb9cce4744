"""Refuses requests with a foreign Host header, which could misdirect redirects or let another site read pages."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

THROUGH_A_PROXY = ("forwarded", "x-forwarded-for", "x-forwarded-proto", "x-real-ip", "via")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
REFUSED = (
    "Máy chủ này không phục vụ tên miền vừa hỏi. Quản trị viên: đặt KYHAN_BASE_URL, hoặc thêm tên vào KYHAN_HOSTS.\n"
    "This server does not answer under that name. Administrators: set KYHAN_BASE_URL, or add it to KYHAN_HOSTS.\n"
)
MISDIRECTED = 421


def served(base_url: str, more: Collection[str]) -> frozenset[str]:
    """The portal's own name, those of this machine, and what the settings add."""
    return frozenset(name.lower() for name in (urlsplit(base_url).hostname or "", *LOOPBACK, *more) if name)


def unlike_base_url(request: Request, base_url: str) -> str:
    """How a request that came through a web server looks from here, where it was sent otherwise; else empty.

    Then that server does not pass on name and https, or is not believed: redirects and limits of tries go wrong.
    """
    base, url = urlsplit(base_url), request.url
    through = url.hostname == base.hostname or any(name in request.headers for name in THROUGH_A_PROXY)
    lost_name = url.hostname != base.hostname and url.hostname in LOOPBACK
    wrong = base.scheme == "https" and through and (url.scheme != "https" or lost_name)
    return f"{url.scheme}://{url.netloc}" if wrong else ""


class KnownHosts:
    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _named(scope) in self._hosts:
            return await self._app(scope, receive, send)
        return await PlainTextResponse(REFUSED, MISDIRECTED)(scope, receive, send)


def _named(scope: Scope) -> str | None:
    """None where it is named twice or not at all."""
    hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    try:
        return urlsplit(f"//{hosts[0]}").hostname if len(hosts) == 1 else None
    except ValueError:
        return None
