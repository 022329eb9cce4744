"""A leader's start page: what waits for a decision, the numbers, the reports; each decided in two taps."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from models.database import reading
from portal.rendering import AnyPage
from portal.visitor import AnyVisitor, may
from rules.access import Action
from services.views import leader

router = APIRouter(prefix="/cho-quyet-dinh", dependencies=[Depends(may(Action.APPROVE))])


@router.get("")
def show_start(page: AnyPage, visitor: AnyVisitor) -> HTMLResponse:
    with reading(page.context.engine) as session:
        waiting = leader.leaders_page(session, page.context.office, visitor, page.now)
    return page.render("leader/start.html", leader=waiting, here="/cho-quyet-dinh")
