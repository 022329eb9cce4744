"""When the people of a unit are away; meanwhile their deputy is written to."""

from __future__ import annotations

from typing import Annotated
from unicodedata import normalize

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from models.database import writing
from models.queries.people import access as access_queries
from models.tables.people import Absence
from portal.pages.unit.posts import SEEN, UnitParam, posts_page
from portal.pages.work.case import day_of
from portal.parameters import Id
from portal.rendering import AnyPage, Page
from portal.visitor import AnyVisitor, Visitor
from rules.access import Role, may_fill
from rules.deadlines import local_day
from services.cases import absences
from services.cases.decisions import DecisionRefused
from services.units import Unit

router = APIRouter(prefix="/don-vi/{key}/vang-mat", dependencies=SEEN)

Word = Annotated[str, Form(max_length=300)]


@router.post("")
def add(
    page: AnyPage,
    visitor: AnyVisitor,
    unit: UnitParam,
    person: Annotated[int, Form(ge=1, le=2**31 - 1)],
    first: Word = "",
    last: Word = "",
    reason: Word = "",
) -> Response:
    try:
        with writing(page.context.engine) as session:
            _may_tell(session, page, visitor, unit, person)
            why = normalize("NFC", " ".join(reason.split()))
            absences.add(session, person, day_of(first), day_of(last), why, visitor.name, page.now)
    except DecisionRefused as wrong:
        typed = {"away": person, "first": first, "last": last, "reason": reason}
        return posts_page(page, visitor, unit, problem=wrong.problem, **typed)
    return _back(page, unit)


@router.post("/{id}/thoi")
def end(page: AnyPage, visitor: AnyVisitor, unit: UnitParam, id: Id) -> RedirectResponse:
    with writing(page.context.engine) as session:
        absence = session.get(Absence, id)
        if absence is None:
            raise HTTPException(404)
        _may_tell(session, page, visitor, unit, absence.person_id)
        absences.end(session, absence, visitor.name, page.now)
    return _back(page, unit)


def _may_tell(session: Session, page: Page, visitor: Visitor, unit: Unit, person: int) -> None:
    """One's own absence, or that of a holder of a post one may fill. Raises HTTPException otherwise."""
    posts = access_queries.posts_of(session, unit.id, local_day(page.now))
    held = [Role(row.role) for row in posts if row.person_id == person]
    if not held:
        raise HTTPException(404)
    if person != visitor.known.person_id and not any(may_fill(visitor, role, unit.id) for role in held):
        raise HTTPException(403)


def _back(page: Page, unit: Unit) -> RedirectResponse:
    return RedirectResponse(page.url(f"/don-vi/{unit.key}/vi-tri"), 303)
