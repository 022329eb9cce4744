"""The application under /api/v1, beside the pages: its own OpenAPI document and error format, no cookies."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.routing import BaseRoute

from portal.api import activities, cases, content, decisions, plan, proposals, steps, submissions, webhooks
from portal.api.caller import PREFIX as PREFIX
from portal.api.caller import Gate
from portal.api.document import document
from portal.api.pace import RateLimit
from portal.api.problems import add_handlers
from portal.context import PortalContext

STRANGERS_PER_MINUTE = 60


def create_api(portal: FastAPI) -> FastAPI:
    """The API application, with the context of this portal."""
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
    """The routes of the API, made once in a process."""
    every = APIRouter()
    for part in (plan, activities, proposals, cases, submissions, content, decisions, steps, webhooks):
        every.include_router(part.router)
    return every.routes


async def _document(request: Request) -> JSONResponse:
    """The OpenAPI document, open to everybody: it holds no data."""
    return JSONResponse(document(request.app, version("kyhan")))
