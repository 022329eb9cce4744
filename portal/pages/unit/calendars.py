"""A unit's deadlines in the calendars of its people: subscribed to by a secret address, which they may change."""

from __future__ import annotations

from hashlib import sha256

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from models.database import reading, writing
from portal.rendering import AnyPage, Page
from portal.visitor import AnyVisitor, Visitor, may
from rules.access import Action
from rules.deadlines import local_day
from services.access.links import LinkInvalid
from services.calendar import feeds
from services.units import all_units

feed_router = APIRouter()
router = APIRouter(prefix="/tai-khoan/lich/{key}", dependencies=[Depends(may(Action.HAND_IN))])

HEADERS = {"Cache-Control": "private, no-cache", "Content-Disposition": 'attachment; filename="ky-han.ics"'}


@feed_router.get("/lich/{secret}.ics")
def read_calendar(request: Request, page: AnyPage, secret: str) -> Response:
    """Read by calendar programs, which cannot sign in: the secret address is the credential."""
    try:
        with reading(page.context.engine) as session:
            content = feeds.calendar_of(session, page.context.office, secret, page.context.mail_domain, page.now)
    except LinkInvalid:
        raise HTTPException(404) from None
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {**HEADERS, "ETag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


@router.post("/moi")
def renew(page: AnyPage, visitor: AnyVisitor, key: str) -> RedirectResponse:
    with writing(page.context.engine) as session:
        unit = _own(session, page, visitor, key)
        feeds.renew(session, page.context.office, visitor.known.person_id, unit, visitor.name, page.now)
    return _back(page)


@router.post("/tat")
def shut(page: AnyPage, visitor: AnyVisitor, key: str) -> RedirectResponse:
    with writing(page.context.engine) as session:
        unit = _own(session, page, visitor, key)
        feeds.revoke(session, visitor.known.person_id, unit, visitor.name, page.now)
    return _back(page)


def _own(session: Session, page: Page, visitor: Visitor, key: str) -> int:
    units = all_units(session, local_day(page.now))
    unit_id = next((unit.id for unit in units.values() if unit.key == key), None)
    if unit_id is None or not visitor.may(Action.HAND_IN, unit_id):
        raise HTTPException(404)
    return unit_id


def _back(page: Page) -> RedirectResponse:
    return RedirectResponse(page.url("/tai-khoan") + "#lich", 303)
