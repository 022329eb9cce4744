"""Security headers on every answer, whoever wrote it."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; frame-src 'self'; object-src 'none'"
)
FOREIGN = "default-src 'none'; frame-ancestors 'none'; sandbox"  # whatever is in a file, it is not a page of ours
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # addresses may hold a one-time token
    "Cache-Control": "no-store",  # who signs out on a shared computer leaves nothing behind
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}  # from the first visit on, for a year


def common_headers(*, secure: bool) -> dict[str, str]:
    return HEADERS | (HTTPS_ONLY if secure else {})


class SecurityHeaders:
    """A page may set its own stricter or narrower value; what it leaves out is filled in."""

    def __init__(self, app: ASGIApp, secure: bool = False) -> None:
        self._app, self._headers = app, common_headers(secure=secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)
