"""The administrator's side of the portal: what the office works by, who works in it, and what was done."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from models.database import reading
from portal.pages import (
    office_calendar,
    office_import,
    office_ladders,
    office_log,
    office_people,
    office_plan_load,
    office_plans,
    office_rehearsal,
    office_system,
    office_systems,
    office_units,
)
from portal.rendering import AnyPage
from portal.visitor import may
from rules.access import Action
from services.overview_office import look_over

PARTS = (
    office_people,
    office_units,
    office_import,
    office_calendar,
    office_ladders,
    office_plan_load,
    office_plans,
    office_rehearsal,
    office_log,
    office_system,
    office_systems,
)
router = APIRouter()
for part in PARTS:
    router.include_router(part.router)


@router.get("/quan-tri", dependencies=[Depends(may(Action.SEE_OFFICE))])
def show_office(page: AnyPage) -> HTMLResponse:
    with reading(page.desk.engine) as session:
        seen = look_over(session, page.desk.office, page.now)
    return page.render("office/hub.html", seen=seen, here="/quan-tri")
