"""Figures for operators in Prometheus' format: what waits, what is late, how the portal answers. No personal data."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from ipaddress import ip_address
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.database import reading
from models.queries.operations import metrics as queries
from portal.api.caller import ScopeGuard, system_of
from portal.api.problems import ApiProblem, answer
from portal.context import PortalContext
from portal.known_hosts import THROUGH_A_PROXY
from portal.renewal import renewed
from rules.status import Status
from rules.systems.scopes import Scope as MayDo
from services.systems.api_tokens import InvalidToken

WAITING = ("pending", "leased")
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class PortalMetrics:
    """Of one portal process; figures of the database are read at each request."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "kyhan_http_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "kyhan_http_request_seconds", "Time to answer.", ("route",), registry=self.registry, buckets=BUCKETS
        )


class CountRequests:
    """By the route's pattern, never by the address: there are as many of them as routes."""

    def __init__(self, app: ASGIApp, figures: PortalMetrics) -> None:
        self._app, self._figures = app, figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        began, status = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            return await self._app(scope, receive, noted)
        finally:
            route, method = _route(scope), scope["method"] if scope["method"] in METHODS else "other"
            self._figures.requests.labels(method, route, str(status)).inc()
            self._figures.seconds.labels(route).observe(time.perf_counter() - began)


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _route(scope: Scope) -> str:
    path = getattr(scope.get("route"), "path", None)
    if path is not None:
        return f"{scope.get('root_path', '')}{path}"
    return "/static" if str(scope.get("path", "")).startswith("/static/") else "other"


class OfficeCollector(Collector):
    def __init__(self, context: PortalContext, now: datetime) -> None:
        self._context, self._now = context, now

    def collect(self) -> Iterator[Metric]:
        with reading(self._context.engine) as session:
            cases = dict(row._tuple() for row in queries.cases(session, self._now))
            messages = queries.messages(session)
            beats = queries.beats(session)
            deliveries = queries.deliveries(session)
            disabled = queries.disabled_webhooks(session)
        yield _family("kyhan_cases", "Cases by status.", "status", {(s.value,): cases.get(s.value, 0) for s in Status})
        yield _family(
            "kyhan_messages",
            "Messages by channel and state.",
            "channel state",
            {(channel, state): number for channel, state, number, _ in messages},
        )
        waits = [since for _, state, _, since in messages if state in WAITING]
        oldest = max((self._age(since) for since in waits), default=0.0)
        yield GaugeMetricFamily(
            "kyhan_oldest_waiting_message_seconds", "How long the oldest waits beyond its time.", value=oldest
        )
        ages = {(name,): self._age(at) for name, at in beats}
        yield _family("kyhan_heartbeat_age_seconds", "Since each part of the engine was last heard.", "name", ages)
        counts = {(state,): number for state, number in deliveries}
        yield _family("kyhan_webhook_deliveries", "What other systems are told, by state.", "state", counts)
        yield GaugeMetricFamily("kyhan_webhooks_disabled", "Webhooks nobody listens to any more.", value=disabled)

    def _age(self, since: datetime) -> float:
        return max((self._now - since).total_seconds(), 0.0)


def _family(name: str, about: str, labels: str, values: Mapping[Any, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, about, labels=labels.split())
    for words, value in values.items():
        family.add_metric(words, value)
    return family


# --- the door -------------------------------------------------------------------------------------------------------


class MetricsGuard(ScopeGuard):
    """A token that may. Of a portal for this machine alone, also who is on it; a web server on it speaks for others."""

    async def __call__(self, request: Request) -> None:
        context: PortalContext = request.app.state.context
        base = urlsplit(context.office.base_url).hostname or ""
        if context.secure or not (_is_loopback(base) and _is_from_here(request)):
            try:
                request.state.system = system_of(request, context)
            except InvalidToken:
                raise ApiProblem("unauthenticated") from None
            await super().__call__(request)


def _is_from_here(request: Request) -> bool:
    if any(name in request.headers for name in THROUGH_A_PROXY):
        return False
    return _is_loopback(request.client.host if request.client else "") and _is_loopback(request.url.hostname or "")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


router = APIRouter(dependencies=[Depends(MetricsGuard(MayDo.METRICS_READ))])


async def context_of(request: Request) -> PortalContext:
    return renewed(request.app)


@router.get("/metrics")
def show_metrics(request: Request, context: Annotated[PortalContext, Depends(context_of)]) -> Response:
    figures: PortalMetrics = request.app.state.figures
    of_the_office = CollectorRegistry()
    of_the_office.register(OfficeCollector(context, context.clock()))
    content = generate_latest(of_the_office) + generate_latest(figures.registry)
    return Response(content, media_type=CONTENT_TYPE_LATEST)


def refused(request: Request, error: Exception) -> JSONResponse:  # noqa: ARG001
    assert isinstance(error, ApiProblem)
    return answer(error)
