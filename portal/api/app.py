"""The application under /api/v1, mounted beside the pages: its own document, its own refusals, no cookies."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.routing import BaseRoute

from portal.api import cases, decisions, plan, submissions, webhooks
from portal.api.caller import PREFIX as PREFIX
from portal.api.caller import Gate
from portal.api.document import document
from portal.api.pace import RateLimit
from portal.api.problems import add_handlers
from portal.context import PortalContext

STRANGERS_PER_MINUTE = 60


def create_api(portal: FastAPI) -> FastAPI:
    """Beside the pages of this portal, and by the office as they know it."""
    context: PortalContext = portal.state.context
    api = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    api.state.portal = portal
    api.state.gate = Gate(RateLimit(context.api_per_minute), RateLimit(STRANGERS_PER_MINUTE))
    add_handlers(api)
    api.router.routes.extend(_routes())
    api.add_route("/openapi.json", _document, methods=["GET"])
    return api


@cache
def _routes() -> list[BaseRoute]:
    """Of all calls, made once in a process, as those of the pages are."""
    every = APIRouter()
    for part in (plan, cases, submissions, decisions, webhooks):
        every.include_router(part.router)
    return every.routes


async def _document(request: Request) -> JSONResponse:
    """Open to everybody: it tells nothing but how to ask."""
    return JSONResponse(document(request.app, version("kyhan")))
