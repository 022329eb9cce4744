"""The board, the lists behind its numbers, a unit and a duty."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import takewhile
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from models.database import reading
from portal.rendering import AnyPage, Page
from portal.visitor import AnyVisitor, Visitor, may
from rules.access import Action
from rules.deadlines import local_day
from rules.plan import Kind
from rules.status import ANSWERED, EXEMPT, Status
from services import board as board_facts
from services import case_lists
from services.board import MatrixRow, Period, Unit
from services.case_lists import CaseLine

router = APIRouter(dependencies=[Depends(may(Action.READ_CASES))])

LISTS: Mapping[str, Callable[[CaseLine], bool]] = {
    "duoc-giao": lambda line: line.status not in EXEMPT,
    "den-han": lambda line: line.status not in EXEMPT and line.has_come,
    "hoan-thanh": lambda line: line.status in ANSWERED,
    "qua-han": lambda line: line.status is Status.OVERDUE,
}
UNIT_GROUPS = ("leading", "departments", "agencies", "districts")
GROUP_OF_KIND: Mapping[str, str] = {
    "statistics_office": "leading",
    "people_committee": "leading",
    "department": "departments",
    "district": "districts",
}


async def asked_period(
    page: AnyPage,
    nam: Annotated[int | None, Query(ge=2000, le=2100)] = None,
    quy: Annotated[int | None, Query(ge=1, le=4)] = None,
) -> Period:
    return Period(nam or local_day(page.now).year, quy)


AskedPeriod = Annotated[Period, Depends(asked_period)]


@router.get("/")
def show_board(page: AnyPage, visitor: AnyVisitor, period: AskedPeriod) -> Response:
    """Who follows every unit sees the board; who answers for a unit is taken to its page."""
    if not visitor.may(Action.READ_BOARD):
        return _to_own_unit(page, visitor)
    with reading(page.desk.engine) as session:
        facts = board_facts.board(session, page.desk.office, page.now, period)
    return page.render("board.html", board=facts, groups=grouped(facts.matrix.rows), here="/")


def _to_own_unit(page: Page, visitor: Visitor) -> RedirectResponse:
    own = visitor.reach(Action.READ_CASES) or frozenset()
    with reading(page.desk.engine) as session:
        units = board_facts.units_of(session, local_day(page.now), own)
    first = next(iter(units.values()))
    return RedirectResponse(page.url(f"/don-vi/{first.key}", nam=page.query.get("nam"), quy=page.query.get("quy")), 303)


def grouped(rows: tuple[MatrixRow, ...]) -> list[tuple[str, list[MatrixRow], str]]:
    """Rows under their group, in the order an official lists them, with the words all names of a group end in."""
    groups = [(name, [row for row in rows if group_of(row.unit) == name]) for name in UNIT_GROUPS]
    return [(name, members, common_ending([row.unit.name for row in members])) for name, members in groups if members]


def common_ending(names: list[str]) -> str:
    """« tỉnh Sóc Trăng» behind every department says nothing in a narrow column."""
    if len(names) < 5:  # among a few names the words shared may belong to each of them
        return ""
    words = [name.split()[:0:-1] for name in names]  # backwards, without the first word: a name never vanishes
    shared = [place[0] for place in takewhile(lambda place: len(set(place)) == 1, zip(*words, strict=False))]
    return "".join(f" {word}" for word in reversed(shared))


def group_of(unit: Unit) -> str:
    return GROUP_OF_KIND.get(unit.kind, "agencies")


@router.get("/danh-sach")
def show_list(page: AnyPage, visitor: AnyVisitor, period: AskedPeriod, loc: str = "duoc-giao") -> HTMLResponse:
    if loc not in LISTS:
        raise HTTPException(404)
    with reading(page.desk.engine) as session:
        own = visitor.reach(Action.READ_CASES)
        lines = case_lists.case_lines(session, page.desk.office, page.now, period, organisations=own)
        years = board_facts.years(session, page.desk.office, local_day(page.now))
    shown = [line for line in lines if LISTS[loc](line)]
    return page.render("list.html", lines=shown, which=loc, period=period, years=years, here="/danh-sach")


@router.get("/occurrences/{id}")
def show_occurrence(page: AnyPage, id: int) -> RedirectResponse:
    """Where links from the engine's screen lead: the duty, in the year it falls due."""
    with reading(page.desk.engine) as session:
        found = case_lists.place_of(session, id)
    if found is None:
        raise HTTPException(404)
    code, day = found
    return RedirectResponse(page.url(f"/nhiem-vu/{code}", nam=day.year), 303)


@router.get("/don-vi/{key}")
def show_unit(page: AnyPage, visitor: AnyVisitor, period: AskedPeriod, key: str) -> HTMLResponse:
    """For whoever may not read of this unit, it is as if it were not there."""
    own, today = visitor.reach(Action.READ_CASES), local_day(page.now)
    with reading(page.desk.engine) as session:
        unit = board_facts.unit_named(session, today, key)
        if unit is None or not visitor.may(Action.READ_CASES, unit.id):
            raise HTTPException(404)
        lines = case_lists.case_lines(session, page.desk.office, page.now, period, organisations={unit.id})
        years = board_facts.years(session, page.desk.office, today)
        others = board_facts.units_of(session, today, (own or frozenset()) - {unit.id})
    return page.render(
        "unit.html",
        unit=unit,
        others=list(others.values()),
        lines=lines,
        tally=case_lists.tally_of_lines(lines),
        period=period,
        years=years,
        here=f"/don-vi/{key}",
    )


@router.get("/nhiem-vu/{code}")
def show_duty(page: AnyPage, visitor: AnyVisitor, period: AskedPeriod, code: str) -> HTMLResponse:
    """With the cases of every unit the visitor may read of."""
    own = visitor.reach(Action.READ_CASES)
    try:
        duty = page.desk.office.plan.obligation(code)
    except KeyError:
        raise HTTPException(404) from None
    with reading(page.desk.engine) as session:
        occurrences = case_lists.duty_lines(session, page.desk.office, page.now, period, duty.id, own)
        years = board_facts.years(session, page.desk.office, local_day(page.now))
    readings = [item for item in page.desk.office.plan.interpretations if item.key in duty.interpretations]
    return page.render(
        "duty.html",
        duty=duty,
        Kind=Kind,
        readings=readings,
        occurrences=[(item, case_lists.tally_of_lines(item.cases)) for item in occurrences],
        period=period,
        years=years,
        here=f"/nhiem-vu/{duty.id}",
    )
