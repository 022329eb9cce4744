"""Answers in Zalo's shapes, and connections that break in the middle."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from uvicorn.protocols.http.h11_impl import H11Protocol

from tests.fakes.zalo_platform.state import platform

_CONNECTIONS: dict[tuple[str, int], asyncio.Transport] = {}


class Cuttable(H11Protocol):
    """Lets the application break the connection it is answering on."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        _CONNECTIONS[transport.get_extra_info("peername")[:2]] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        _CONNECTIONS.pop(self.transport.get_extra_info("peername")[:2], None)
        super().connection_lost(exc)


def cut(request: Request) -> Response:
    assert request.client is not None
    _CONNECTIONS[(request.client.host, request.client.port)].abort()
    return Response()


def ok(data: Any = None) -> JSONResponse:
    return JSONResponse({"error": 0, "message": "Success", **({} if data is None else {"data": data})})


def refused(code: int, message: str = "") -> JSONResponse:
    return JSONResponse({"error": code, "message": message or f"error {code}"})


async def broken(request: Request, fault: dict[str, Any]) -> Response | None:
    """What a scripted fault answers; None: carry on as usual, and break afterwards if it says so."""
    if "hang" in fault and not fault.get("after"):
        await asyncio.sleep(float(fault["hang"]))
    if fault.get("cut") and not fault.get("after"):
        return cut(request)
    if "error" in fault:
        return refused(fault["error"], fault.get("message", ""))
    if "body" in fault or "status" in fault:
        return _raw(fault)
    return None


def _raw(fault: dict[str, Any]) -> Response:
    headers = fault.get("headers", {})
    body = fault.get("body", "<html>nginx</html>")
    if isinstance(body, str):
        return HTMLResponse(body, fault.get("status", 200), headers)
    return JSONResponse(body, fault.get("status", 200), headers)


Handler = Callable[[Request], Awaitable[Response]]


def scripted(endpoint: str, handler: Handler) -> Handler:
    """Writes the request down, plays the next fault of this endpoint if there is one, then answers."""

    async def answer(request: Request) -> Response:
        state = platform.state
        raw = await request.body()
        state.log.append(
            {
                "endpoint": endpoint,
                "method": request.method,
                "path": request.url.path,
                "query": dict(request.query_params),
                "headers": dict(request.headers),
                "body": raw.decode("utf-8", "replace"),
                "at": state.now().isoformat(),
            }
        )
        waiting = state.script[endpoint]
        fault = waiting.popleft() if waiting else {}
        early = await broken(request, fault)
        if early is not None:
            return early
        response = await handler(request)
        if fault.get("after") and "hang" in fault:
            await asyncio.sleep(float(fault["hang"]))
        return cut(request) if fault.get("after") and fault.get("cut") else response

    return answer


async def json_body(request: Request) -> dict[str, Any] | None:
    try:
        found = json.loads(await request.body())
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
