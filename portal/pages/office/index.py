"""The administrator's side of the portal: what the office works by, who works in it, and what was done."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from models.database import reading
from portal.pages.office import (
    api_tokens,
    calendar,
    duties,
    forms,
    health,
    ladder_edit,
    ladders,
    log,
    people,
    plan_load,
    plans,
    rehearsal,
    table_import,
    templates,
    triggers,
    units,
)
from portal.rendering import AnyPage
from portal.visitor import may
from rules.access import Action
from services.views.office_overview import look_over

PARTS = (
    people,
    units,
    table_import,
    calendar,
    forms,
    templates,
    ladders,
    ladder_edit,
    plan_load,
    triggers,
    duties,
    plans,
    rehearsal,
    log,
    health,
    api_tokens,
)
router = APIRouter()
for part in PARTS:
    router.include_router(part.router)


@router.get("/quan-tri", dependencies=[Depends(may(Action.SEE_OFFICE))])
def show_office(page: AnyPage) -> HTMLResponse:
    with reading(page.context.engine) as session:
        seen = look_over(session, page.context.office, page.now)
    return page.render("office/index.html", seen=seen, here="/quan-tri")
