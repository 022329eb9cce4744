"""Drops control characters from addresses, queries and forms before anybody reads them."""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rules.text.control_characters import without_controls

FORM = b"application/x-www-form-urlencoded"
_WRITTEN = re.compile(rb"%0[0-8bcefBCEF]|%1[0-9a-fA-F]|[\x00-\x08\x0b\x0c\x0e-\x1f]")
_BREAKS = frozenset({b"%0B", b"%0C", b"\x0b", b"\x0c"})
_CUT = re.compile(rb"%[01]?\Z")  # the rest of it comes with the next chunk


class DropControlCharacters:
    """What comes as multipart is cleaned by who reads it, and whatever reaches the database once more there."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            query = _clean(scope["query_string"])
            scope = {**scope, "path": without_controls(scope["path"]), "query_string": query}
            if _is_form(scope):
                receive = _cleaned(receive)
        await self._app(scope, receive, send)


def _is_form(scope: Scope) -> bool:
    return any(name == b"content-type" and value.lower().startswith(FORM) for name, value in scope["headers"])


def _clean(written: bytes) -> bytes:
    return _WRITTEN.sub(lambda match: b"%0A" if match[0].upper() in _BREAKS else b"", written)


def _cleaned(receive: Receive) -> Receive:
    held = b""

    async def receive_clean() -> Message:
        nonlocal held
        message = await receive()
        if message["type"] != "http.request":
            return message
        body, held = held + message.get("body", b""), b""
        if message.get("more_body") and (cut := _CUT.search(body)):
            body, held = body[: cut.start()], cut[0]
        return {**message, "body": _clean(body)}

    return receive_clean
