"""A coordinator or leader chooses the units and duties they look after."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse

from models.database import reading, writing
from portal.rendering import AnyPage
from portal.visitor import AnyVisitor, may
from rules.access import Action
from rules.deadlines import local_day
from rules.text.collation import vietnamese_key
from services.units import UNIT_GROUPS, bound_units
from services.views.portfolio import choose, portfolio_of

router = APIRouter(prefix="/phan-viec", dependencies=[Depends(may(Action.READ_BOARD))])

Keys = Annotated[list[str] | None, Form(max_length=1_000)]


@router.get("")
def show_portfolio(page: AnyPage, visitor: AnyVisitor) -> HTMLResponse:
    with reading(page.context.engine) as session:
        bound = bound_units(session, page.context.office.plan.id, local_day(page.now))
        mine = portfolio_of(session, visitor.known.person_id)
    units = sorted(bound.values(), key=lambda unit: vietnamese_key(unit.name))
    groups = [(name, [unit for unit in units if unit.group == name]) for name in UNIT_GROUPS]
    return page.render("leader/portfolio.html", groups=groups, mine=mine, here="")


@router.post("")
def choose_portfolio(
    page: AnyPage, visitor: AnyVisitor, don_vi: Keys = None, nhiem_vu: Keys = None
) -> RedirectResponse:
    """What is no unit or duty of ours is left out."""
    with writing(page.context.engine) as session:
        bound = bound_units(session, page.context.office.plan.id, local_day(page.now))
        known = {unit.key for unit in bound.values()}
        duties = {duty.id for duty in page.context.office.plan.obligations}
        units, codes = known & set(don_vi or ()), duties & set(nhiem_vu or ())
        choose(session, visitor.known.person_id, units, codes, visitor.name, page.now)
    return RedirectResponse(page.url("/", rieng=1 if units or codes else None), 303)
