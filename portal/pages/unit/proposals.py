"""A unit proposes to change the plan, and sees what became of it."""

from __future__ import annotations

from typing import Annotated
from unicodedata import normalize

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from models.database import reading, writing
from portal.parameters import LARGEST_ID, OptionalFormDay
from portal.rendering import AnyPage, Page
from portal.visitor import AnyVisitor, Visitor, may
from rules.access import Action
from rules.deadlines import local_day
from services.errors import Refused
from services.plan.amendments import LONGEST, Draft, clauses_of, may_propose, propose
from services.units import units_of
from services.views.amendments import lines_of_units

router = APIRouter(prefix="/de-xuat", dependencies=[Depends(may(Action.HAND_IN))])

Long = Annotated[str, Form(max_length=LONGEST * 4)]
Line = Annotated[str, Form(max_length=200)]


@router.get("")
def show_proposals(page: AnyPage, visitor: AnyVisitor) -> HTMLResponse:
    return _page(page, visitor)


def _page(page: Page, visitor: Visitor, draft: Draft | None = None, problem: str = "") -> HTMLResponse:
    own = visitor.reach(Action.HAND_IN) or frozenset()
    office = page.context.office
    with reading(page.context.engine) as session:
        bound = own & may_propose(session, office.plan)
        units = units_of(session, local_day(page.now), bound)
        lines = lines_of_units(session, own, page.now)
    return page.render(
        "unit/proposals.html",
        status_code=422 if problem else 200,
        units=sorted(units.values(), key=lambda unit: unit.id),
        lines=lines,
        clauses=clauses_of(office.plan),
        duty=office.plan.amendment,
        draft=draft or Draft("", "", ""),
        longest=LONGEST,
        problem=problem,
        here="/phai-nop",
    )


@router.post("")
def send_proposal(
    page: AnyPage,
    visitor: AnyVisitor,
    unit: Annotated[int, Form(ge=1, le=LARGEST_ID)],
    clause: Annotated[str, Form(max_length=20)] = "",
    difficulty: Long = "",
    content: Long = "",
    number: Line = "",
    day: OptionalFormDay = None,
) -> Response:
    if not visitor.may(Action.HAND_IN, unit):
        raise HTTPException(404)
    draft = Draft(clause, tidy(difficulty), tidy(content), tidy(number), day)
    try:
        with writing(page.context.engine) as session:
            propose(session, page.context.office, unit, draft, visitor.name, page.now)
    except Refused as refused:
        return _page(page, visitor, draft, str(refused))
    return RedirectResponse(page.url("/de-xuat"), 303)


def tidy(text: str) -> str:
    return normalize("NFC", text.strip())
