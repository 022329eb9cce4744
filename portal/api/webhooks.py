"""Webhooks: addresses of other systems, the kinds of events they get, and the deliveries."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from models.database import id_of, reading
from models.queries.systems import webhooks as queries
from models.tables.api import Webhook, WebhookDelivery
from portal.api.caller import AnyCall, ApiRoute, Call, Key, needs
from portal.api.fields import Id, Paged, PageOf, RequestBody, cursor, page_of, place
from portal.api.problems import ApiProblem
from portal.api.submissions import A_DAY
from portal.api.writes import write
from rules.systems.scopes import EventName as Everything
from rules.systems.scopes import Scope
from services.systems import webhooks as service
from services.systems.webhooks import WrongUrl

router = APIRouter(route_class=ApiRoute, prefix="/webhooks", tags=["webhooks"])
MANAGE = needs(Scope.WEBHOOKS_MANAGE)
SHOWN = 100


class EventKind(StrEnum):
    SUBMITTED = "case.submitted"
    DECIDED = "case.decided"
    STAGE = "case.stage"
    OVERDUE = "case.overdue"


class WebhookIn(RequestBody):
    url: Annotated[
        str,
        Field(
            min_length=8,
            max_length=500,
            pattern=r"^https?://[!-~]+$",
            description="https; máy trong mạng nội bộ chỉ khi KYHAN_WEBHOOK_ALLOW cho phép. / No inner host.",
            examples=["https://ioffice.soctrang.example/kyhan"],
        ),
    ]
    kinds: list[EventKind] = Field(
        min_length=1, max_length=len(EventKind), examples=[["case.submitted", "case.overdue"]]
    )


class WebhookOut(BaseModel):
    id: int
    url: str
    kinds: list[EventKind]
    created_at: datetime
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_why: str


class WebhookMade(WebhookOut):
    secret: str = Field(description="Khóa ký, chỉ hiện lần này. / Signs what is sent; shown only now.")


class DeliveryOut(BaseModel):
    event: str = Field(examples=["log-412"])
    kind: Everything
    case_id: int | None
    at: datetime
    state: str = Field(description="waiting, delivered, given_up")
    attempts: int
    not_before: datetime
    finished_at: datetime | None
    outcome: str = Field(examples=["HTTP 200"])


@router.get("", response_model=PageOf[WebhookOut], summary="Các webhook / Webhooks", **MANAGE)
def webhooks(call: AnyCall, query: Annotated[Paged, Query()]) -> PageOf[WebhookOut]:
    after = place(query.cursor)
    with reading(call.context.engine) as session:
        rows = queries.of(session, call.system.organisation_id, after[1] if after else 0, query.limit + 1)
    shown, following = page_of(list(rows), query.limit, lambda row: cursor(A_DAY, id_of(row)))
    return PageOf(items=[_out(row) for row in shown], next=following)


@router.post("", status_code=201, response_model=WebhookMade, summary="Đăng ký webhook / Subscribe", **MANAGE)
def subscribe(call: AnyCall, key: Key, body: WebhookIn) -> Response:
    """From now on. Each call is signed: see docs/api.md."""

    def act(session: Session) -> tuple[int, WebhookMade]:
        kinds = {Everything(kind.value) for kind in body.kinds}
        try:
            hook = service.subscribe(session, call.context.outside, call.system, body.url, kinds, call.now)
        except WrongUrl as wrong:
            raise ApiProblem("invalid", errors=[("url", str(wrong))]) from None
        secret = service.secret_of(call.context.office, hook)
        return 201, WebhookMade(**_out(hook).model_dump(), secret=secret)

    return write(call, key, body.model_dump(mode="json"), act, "/webhooks/{id}")


@router.get("/{id}", response_model=WebhookOut, summary="Một webhook / One webhook", **MANAGE)
def webhook(call: AnyCall, id: Id) -> WebhookOut:
    with reading(call.context.engine) as session:
        return _out(_load(session, call, id))


@router.delete("/{id}", status_code=204, summary="Bỏ webhook / Unsubscribe", **MANAGE)
def unsubscribe(call: AnyCall, id: Id, key: Key) -> Response:
    """With the deliveries that still waited."""

    def act(session: Session) -> tuple[int, None]:
        service.drop(session, _load(session, call, id), call.system, call.now)
        return 204, None

    return write(call, key, None, act)


@router.post("/{id}/enable", status_code=200, response_model=WebhookOut, summary="Bật lại / Enable again", **MANAGE)
def enable(call: AnyCall, id: Id, key: Key) -> Response:
    """After it was disabled; missed events are delivered."""

    def act(session: Session) -> tuple[int, WebhookOut]:
        hook = _load(session, call, id)
        service.enable(session, hook, call.system, call.now)
        return 200, _out(hook)

    return write(call, key, None, act)


@router.post("/{id}/ping", status_code=202, response_model=DeliveryOut, summary="Gửi thử / Try it", **MANAGE)
def ping(call: AnyCall, id: Id, key: Key) -> Response:
    """Sent with the next round, like everything else."""

    def act(session: Session) -> tuple[int, DeliveryOut]:
        return 202, _delivery(service.ping(session, _load(session, call, id), call.now))

    return write(call, key, None, act)


@router.get("/{id}/deliveries", response_model=PageOf[DeliveryOut], summary="Đã báo gì / What was told", **MANAGE)
def deliveries(call: AnyCall, id: Id) -> PageOf[DeliveryOut]:
    """The newest hundred; what was delivered is kept thirty days."""
    with reading(call.context.engine) as session:
        _load(session, call, id)
        rows = queries.deliveries(session, id, SHOWN)
    return PageOf(items=[_delivery(row) for row in rows], next=None)


def _load(session: Session, call: Call, id: int) -> Webhook:
    hook = session.get(Webhook, id)
    if hook is None:
        raise ApiProblem("not_found")
    call.hold_to(hook.organisation_id)
    return hook


def _out(hook: Webhook) -> WebhookOut:
    facts = hook.model_dump(include=set(WebhookOut.model_fields) - {"kinds"})
    return WebhookOut(**facts, kinds=[EventKind(word) for word in hook.kinds.split()])


def _delivery(row: WebhookDelivery) -> DeliveryOut:
    return DeliveryOut.model_validate(row, from_attributes=True)
