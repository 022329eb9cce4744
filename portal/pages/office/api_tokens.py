"""The tokens other systems call with: made and shown once, listed, revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from models.database import reading, writing
from portal.parameters import Id
from portal.rendering import AnyPage, Page
from portal.visitor import AnyVisitor, may
from rules.access import Action
from rules.deadlines import local_day
from rules.systems.scopes import OF_THE_LEAD, Scope
from services.errors import Refused
from services.systems import api_tokens
from services.units import all_units

router = APIRouter(prefix="/quan-tri/ket-noi", dependencies=[Depends(may(Action.SEE_OFFICE))])

Word = Annotated[str, Form(max_length=200)]


@router.get("")
def show_systems(page: AnyPage) -> HTMLResponse:
    return _systems_page(page)


def _systems_page(page: Page, problem: str = "", made: str = "", **typed: object) -> HTMLResponse:
    """`made`: a new token, shown on this page and never again."""
    with reading(page.context.engine) as session:
        lines = api_tokens.all_tokens(session)
        units = all_units(session, local_day(page.now)).values()
    return page.render(
        "office/api_tokens.html",
        status_code=422 if problem else 200,
        lines=lines,
        units=[unit for unit in units if unit.dissolved_on is None],
        scopes=list(Scope),
        of_the_lead=OF_THE_LEAD,
        problem=problem,
        made=made,
        typed={"name": "", "scopes": (), "unit": "", "days": 365, **typed},
        here="/quan-tri",
    )


@router.post("", dependencies=[Depends(may(Action.MANAGE))])
def make_token(
    page: AnyPage,
    visitor: AnyVisitor,
    name: Word = "",
    scopes: Annotated[list[Scope] | None, Form()] = None,
    unit: Word = "",
    days: Annotated[int, Form(ge=1, le=10_000)] = 365,
) -> HTMLResponse:
    """Answers the page itself: an address, or a second look, must not bring the token back."""
    chosen = scopes or []
    try:
        with writing(page.context.engine) as session:
            life = timedelta(days=days)
            _, token = api_tokens.make(session, name, chosen, unit or None, life, visitor.name, page.now)
    except Refused as refused:
        return _systems_page(page, str(refused), name=name, scopes=chosen, unit=unit, days=days)
    return _systems_page(page, made=token)


@router.post("/{id}/thu-hoi", dependencies=[Depends(may(Action.MANAGE))])
def revoke_token(page: AnyPage, visitor: AnyVisitor, id: Id) -> Response:
    with writing(page.context.engine) as session:
        if not api_tokens.revoke(session, id, visitor.name, page.now):
            raise HTTPException(404)
    return RedirectResponse(page.url("/quan-tri/ket-noi"), 303)
