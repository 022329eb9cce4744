"""The board, the lists behind its numbers, a unit and a duty."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import takewhile

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from models.database import reading
from models.queries.cases.lists import PageOfCases, Selection
from portal.pages.filters import A_SHEET, FilterParam, PageNumber, PeriodParam, choices, kept, sheets
from portal.parameters import Id
from portal.rendering import AnyPage, Page
from portal.visitor import AnyVisitor, Visitor, may
from rules.access import Action
from rules.deadlines import local_day
from rules.plan import Kind
from rules.status import ANSWERED, EXEMPT, OVERDUE, Status
from services.units import UNIT_GROUPS, bodies_on, unit_named, units_of
from services.views import board as board_facts
from services.views import case_lists
from services.views.board_matrix import MatrixRow
from services.views.case_filter import CaseFilter

router = APIRouter(dependencies=[Depends(may(Action.READ_CASES))])

LISTS: Mapping[str, frozenset[Status]] = {
    "duoc-giao": frozenset(Status) - EXEMPT,
    "den-han": frozenset(Status) - EXEMPT,
    "hoan-thanh": ANSWERED,
    "qua-han": OVERDUE,
}


@router.get("/")
def show_board(page: AnyPage, visitor: AnyVisitor, period: PeriodParam, form: FilterParam) -> Response:
    """Who follows every unit sees the board; who answers for a unit is taken to its page."""
    if not visitor.may(Action.READ_BOARD):
        return _to_own_unit(page, visitor) if page.query.get("nam") else RedirectResponse(page.url("/phai-nop"), 303)
    with page.context.in_turn():
        with reading(page.context.engine) as session:
            filter = choices(session, page, visitor, form)
            facts = board_facts.board(session, page.context.office, page.now, period, filter.case_filter)
        groups, state = grouped(facts.matrix.rows), kept(period, filter.query)
        return page.render("work/board.html", board=facts, filter=filter, kept=state, groups=groups, here="/")


def _to_own_unit(page: Page, visitor: Visitor) -> RedirectResponse:
    own = visitor.reach(Action.READ_CASES) or frozenset()
    with reading(page.context.engine) as session:
        units = units_of(session, local_day(page.now), own)
    first = next(iter(units.values()))
    return RedirectResponse(page.url(f"/don-vi/{first.key}", nam=page.query.get("nam"), quy=page.query.get("quy")), 303)


def grouped(rows: tuple[MatrixRow, ...]) -> list[tuple[str, list[MatrixRow], str]]:
    """Rows under their group, in the order an official lists them, with the words all names of a group end in."""
    groups = [(name, [row for row in rows if row.unit.group == name]) for name in UNIT_GROUPS]
    return [(name, members, common_ending([row.unit.name for row in members])) for name, members in groups if members]


def common_ending(names: list[str]) -> str:
    """« tỉnh Sóc Trăng» behind every department says nothing in a narrow column."""
    if len(names) < 5:  # among a few names the words shared may belong to each of them
        return ""
    words = [name.split()[:0:-1] for name in names]  # backwards, without the first word: a name never vanishes
    shared = [place[0] for place in takewhile(lambda place: len(set(place)) == 1, zip(*words, strict=False))]
    return "".join(f" {word}" for word in reversed(shared))


@router.get("/danh-sach")
def show_list(
    page: AnyPage,
    visitor: AnyVisitor,
    period: PeriodParam,
    form: FilterParam,
    loc: str = "duoc-giao",
    xep: str = "",
    trang: PageNumber = 1,
    chon: str = "",
) -> HTMLResponse:
    if loc not in LISTS:
        raise HTTPException(404)
    today, office = local_day(page.now), page.context.office
    with reading(page.context.engine) as session:
        filter = choices(session, page, visitor, form)
        chosen = _of_list(loc, filter.case_filter, today)
        sheet = sheets(case_lists.how_many(session, office, page.now, period, chosen), trang)
        cut = PageOfCases(xep == "qua-han", sheet.offset, A_SHEET)
        lines = case_lists.case_lines(session, office, page.now, period, chosen, cut)
        years = board_facts.years(session, office, today)
    state = kept(period, filter.query, {"loc": loc, "xep": xep or None})
    return page.render(
        "work/list.html",
        lines=lines,
        which=loc,
        period=period,
        years=years,
        filter=filter,
        kept=state,
        sheet=sheet,
        picks=visitor.may(Action.DECIDE),
        picked=bool(chon),
        here="/danh-sach",
    )


def _of_list(which: str, case_filter: CaseFilter, today: date) -> Selection:
    statuses = LISTS[which] if case_filter.statuses is None else LISTS[which] & case_filter.statuses
    come_by = today if which == "den-han" else None
    return Selection(case_filter.organisations, case_filter.duties, statuses, come_by, case_filter.hand_ins)


@router.get("/occurrences/{id}")
def show_occurrence(page: AnyPage, id: Id) -> RedirectResponse:
    """Target of links from the dashboard: the page of the duty, in the year it falls due."""
    with reading(page.context.engine) as session:
        place = case_lists.place_of(session, id)
    if place is None:
        raise HTTPException(404)
    code, day = place
    return RedirectResponse(page.url(f"/nhiem-vu/{code}", nam=day.year), 303)


@router.get("/don-vi/{key}")
def show_unit(page: AnyPage, visitor: AnyVisitor, period: PeriodParam, key: str) -> HTMLResponse:
    """Raises 404 also for those who may not read of this unit."""
    own, today = visitor.reach(Action.READ_CASES), local_day(page.now)
    with reading(page.context.engine) as session:
        unit = unit_named(session, today, key)
        if unit is None or not visitor.may(Action.READ_CASES, unit.id):
            raise HTTPException(404)
        lines = case_lists.case_lines(
            session, page.context.office, page.now, period, Selection(organisations={unit.id})
        )
        years = board_facts.years(session, page.context.office, today)
        others = units_of(session, today, (own or frozenset()) - {unit.id})
    return page.render(
        "work/unit.html",
        unit=unit,
        others=list(others.values()),
        lines=lines,
        tally=case_lists.tally_of_lines(lines),
        period=period,
        years=years,
        here=f"/don-vi/{key}",
    )


@router.get("/nhiem-vu/{code}")
def show_duty(page: AnyPage, visitor: AnyVisitor, period: PeriodParam, code: str) -> HTMLResponse:
    """With the cases of every unit the visitor may read of."""
    own = visitor.reach(Action.READ_CASES)
    duty = page.context.office.obligations.get(code.upper())
    if duty is None:
        raise HTTPException(404)
    with reading(page.context.engine) as session:
        occurrences = case_lists.duty_lines(session, page.context.office, page.now, period, duty.id, own)
        years = board_facts.years(session, page.context.office, local_day(page.now))
        named = {*duty.recipients, duty.approver or ""}
        names = {key: unit.name for key, unit in bodies_on(session, local_day(page.now), named).items()}
    readings = [item for item in page.context.office.plan.interpretations if item.key in duty.interpretations]
    return page.render(
        "work/duty.html",
        duty=duty,
        Kind=Kind,
        readings=readings,
        names=names,
        occurrences=[(item, case_lists.tally_of_lines(item.cases)) for item in occurrences],
        period=period,
        years=years,
        here=f"/nhiem-vu/{duty.id}",
    )
