"""The web portal: pages over HTTP. Built by a factory; nothing is read or opened at import."""

from __future__ import annotations

import gc
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import parseaddr
from functools import cache, partial
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute

from bootstrap.checks import all_checks
from bootstrap.demonstration import is_demonstration
from bootstrap.home import open_home
from bootstrap.private_files import keep_files_private
from config.clock import now
from config.settings import Settings
from models.changes import Changes
from models.database import is_away, reading, writing
from portal import metrics
from portal.api.app import PREFIX as API
from portal.api.app import create_api
from portal.api.problems import ApiProblem, of_the_framework
from portal.context import PortalContext, Provider
from portal.control_characters import DropControlCharacters
from portal.forms import ELSEWHERE, genuine
from portal.head_requests import HeadRequests
from portal.headers import SecurityHeaders, common_headers
from portal.known_hosts import KnownHosts, served, unlike_base_url
from portal.metrics import CountRequests, PortalMetrics, refused
from portal.page_cache import PageCache
from portal.pages.content import consolidation, crosscheck, midyear, table_rows
from portal.pages.door import account, caught_mail, hooks, sign_in
from portal.pages.door.hooks import Hooks, hooks_of
from portal.pages.leader import portfolio
from portal.pages.office import index
from portal.pages.unit import answer, hand_in, posts
from portal.pages.unit.answer_fill_in import router as fill_in_by_link
from portal.pages.unit.answer_hand_in import router as hand_in_by_link
from portal.pages.unit.calendars import feed_router
from portal.pages.unit_and_leader import router as own_pages
from portal.pages.work import (
    activities,
    board,
    bulk,
    case,
    chasing,
    foresight,
    lists,
    register,
    signed_copies,
    steps,
    taking_back,
    talk,
)
from portal.rendering import STATIC, Page, Renderer, page_of
from portal.visitor import SignInNeeded
from services.access.examples import add_examples_without_post
from services.checkup.files import free_room
from services.files.free_space import is_no_room
from services.views.board_notices import notices

OF_THE_LEAD = (
    taking_back,
    signed_copies,
    table_rows,
    crosscheck,
    midyear,
    consolidation,
    portfolio,
    bulk,
    chasing,
    register,
    lists,
    foresight,
)
PARTS = (sign_in, account, posts, board, activities, caught_mail, case, hand_in, index, talk, steps, *OF_THE_LEAD)
NO_ROOM = 507
AWAY = 503  # the database is away; it may come back by itself
LEAST_ROOM = 100 << 20  # bytes: less does not hold one file
YEAR = "public, max-age=31536000, immutable"


def create_app(context: PortalContext | None = None, webhooks: Hooks | None = None) -> FastAPI:
    """The ASGI application with this context, or with one made from the settings."""
    if context is None:
        context, webhooks = _from_settings()
    app = FastAPI(title="Kyhan", docs_url=None, redoc_url=None, openapi_url=None, lifespan=serving)
    app.state.context, app.state.hooks = context, webhooks or Hooks()
    app.state.renderer = Renderer(app.state.context)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=4)
    app.add_middleware(PageCache, changes=Changes(context.engine))
    app.add_middleware(SecurityHeaders, secure=context.secure)
    app.add_middleware(HeadRequests)
    app.state.figures = PortalMetrics()
    app.add_middleware(CountRequests, figures=app.state.figures)
    app.add_middleware(DropControlCharacters)
    if context.hosts:
        app.add_middleware(KnownHosts, hosts=context.hosts)
    app.add_exception_handler(ApiProblem, refused)
    app.add_exception_handler(SignInNeeded, _sign_in_first)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _misunderstood)
    app.add_exception_handler(Exception, _fault)
    app.add_api_route("/healthz", healthz, methods=["GET"])
    app.add_api_route("/healthz/engine", engine_health, methods=["GET"])
    app.router.routes.extend(_routes())
    app.mount(API, create_api(app))
    app.mount("/static", KeptFiles(directory=STATIC))
    return app


@cache
def _routes() -> list[BaseRoute]:
    """The routes of all pages, made once in a process: it takes half a second and depends on no context."""
    pages = APIRouter(dependencies=[Depends(genuine)])
    for part in PARTS:
        pages.include_router(part.router)
    pages.include_router(hand_in.upload_router)
    pages.include_router(own_pages)
    every = APIRouter()
    beside = (
        answer.router,
        feed_router,
        hand_in_by_link,
        fill_in_by_link,
        hooks.router,
        hooks.proof_router,
        metrics.router,
    )
    for router in (pages, *beside):
        every.include_router(router)
    return every.routes


@asynccontextmanager
async def serving(_: FastAPI) -> AsyncIterator[None]:
    """Lifespan: what exists at start-up stays until the end, so the garbage collector need not scan it again.

    A board of thousands of cells makes it look often; half of the page's time went there.
    """
    gc.collect()
    gc.freeze()
    yield


def _from_settings() -> tuple[PortalContext, Hooks]:
    keep_files_private()
    home = open_home(now())
    settings = home.settings
    engine_api = settings.prefect_api_url or f"http://127.0.0.1:{settings.prefect_port}/api"
    demo = is_demonstration(settings)
    if demo:
        with writing(home.engine) as session:
            add_examples_without_post(session, now())
    context = PortalContext(
        engine=home.engine,
        office=home.office,
        clock=now,
        screen_url=engine_api.rstrip("/").removesuffix("/api"),
        mail_folder=home.mail_folder,
        outgoing=lambda: home.outgoing(f"portal-{os.getpid()}"),
        provider=_provider(settings),
        mail_domain=parseaddr(settings.mail_from)[1].rpartition("@")[2],
        checks=partial(all_checks, home),
        renews_every=5,
        api_per_minute=settings.api_per_minute,
        outside=home.outside,
        bot_name=settings.zalo_bot_name or "",
        hears_account=settings.zalo_oa_secret is not None,
        zalo_verification=settings.zalo_site_verification or "",
        hosts=served(settings.base_url, settings.hosts),
        demo=demo,
    )
    return context, hooks_of(settings)


def _provider(settings: Settings) -> Provider | None:
    if settings.oidc_issuer is None or settings.oidc_client_id is None or settings.oidc_client_secret is None:
        return None
    return Provider(settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret.get_secret_value())


class KeptFiles(StaticFiles):
    """Files whose address carries a digest of their content may be kept by browsers for a year."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = YEAR
        return response


def healthz(request: Request) -> JSONResponse:
    """The portal answers and reaches its database; whether the engine beats stands beside it.

    For load balancers and supervisors: the portal goes on without the engine, so its silence is no 503 here.
    """
    health = _health(request)
    return JSONResponse(health, 200 if health["portal"] == "ok" else AWAY)


def engine_health(request: Request) -> JSONResponse:
    """For monitors: 503 while the engine is silent too, for then nobody is reminded."""
    health = _health(request)
    return JSONResponse(health, 200 if health.get("engine") == "ok" else AWAY)


def _health(request: Request) -> dict[str, str]:
    context: PortalContext = request.app.state.context
    if free_room(context.office.folder) < LEAST_ROOM:
        return {"portal": "no room"}
    with reading(context.engine) as session:
        seen = notices(session, context.office, context.clock())
    silent = seen.engine_silent_since is not None or seen.engine_never_ran
    sending = {"sending": "at rest" if seen.at_rest else "held" if seen.held else "paused"}
    stands = seen.at_rest or seen.held or seen.paused
    misled = unlike_base_url(request, context.office.base_url)
    extra = {**(sending if stands else {}), **({"proxy": misled} if misled else {})}
    return {"portal": "ok", "engine": "silent" if silent else "ok", **extra}


def _sign_in_first(request: Request, error: Exception) -> Response:
    assert isinstance(error, SignInNeeded)
    page, written = _page(request), getattr(request.state, "written", [])
    if written or error.form:
        return _error_page(page, 401, written=written, form=error.form)
    if request.url.path == "/" and page.context.zalo_verification:
        return sign_in.sign_in_page(page, "/")  # Zalo reads its mark on the home page itself, not behind a redirect
    address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    then = address if request.method == "GET" and address != "/" else None
    return RedirectResponse(page.url("/dang-nhap", tiep=then), 303)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if request.url.path.startswith(f"{API}/"):  # with a line break in it, so that it was not taken to the API
        return of_the_framework(request, error)
    written = getattr(request.state, "written", []) if error.status_code == ELSEWHERE else []
    return _error_page(_page(request), error.status_code, written=written)


def _misunderstood(request: Request, error: Exception) -> HTMLResponse:
    assert isinstance(error, RequestValidationError)
    fields = [(item["loc"][-1], item.get("input")) for item in error.errors()]
    return _error_page(_page(request), 422, fields=fields)


def _fault(request: Request, error: Exception) -> Response:
    """Page for an unexpected error, which the server still logs in full; the page does not use the database."""
    code = NO_ROOM if is_no_room(error) else AWAY if is_away(error) else 500
    if request.url.path.startswith("/healthz"):
        return JSONResponse({"portal": "database away" if code == AWAY else "fault"}, AWAY)
    answer = _error_page(page_of(request, None), code)
    answer.headers.update(common_headers(secure=request.app.state.context.secure))
    if code == AWAY:
        answer.headers["Retry-After"] = "30"
    return answer


def _error_page(page: Page, code: int, **facts: object) -> HTMLResponse:
    """A page for this status. `written`: texts to give back; `fields`: the wrong ones; `form`: address of the form."""
    values: dict[str, object] = {"fields": [], "written": [], "form": "", **facts}
    return page.render("refused.html", status_code=code, code=code, **values)


def _page(request: Request) -> Page:
    return page_of(request, getattr(request.state, "visitor", None))
