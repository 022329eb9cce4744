"""HEAD answers like GET, without the body, and uses nothing up: what GET would write is rolled back."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.database import nothing_kept
from portal.oidc import ANSWERED_AT

USED_UP = frozenset({ANSWERED_AT})  # the identity provider's code is good once, whoever asks: GET alone


class HeadRequests:
    """The application sees a GET: no route has to be declared twice."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD" or scope["path"] in USED_UP:
            return await self._app(scope, receive, send)

        async def without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        get_scope = {**scope, "method": "GET"}  # the server goes by its own scope, and sends no body
        try:
            with nothing_kept():
                return await self._app(get_scope, receive, without_body)
        finally:
            scope.update({**get_scope, "method": "HEAD"})  # which route it was, for the figures
