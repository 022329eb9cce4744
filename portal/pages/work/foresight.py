"""What lies ahead: the load of each unit, and the year at a glance."""

from __future__ import annotations

from datetime import date, timedelta

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from models.database import reading
from portal.pages.filters import PeriodParam
from portal.rendering import AnyPage, Page
from portal.visitor import may
from rules.access import Action
from rules.deadlines import local_day
from services.calendar.year import year_calendar
from services.views import board as board_facts
from services.views.burden import burden_map
from services.views.case_counts import Period

router = APIRouter(dependencies=[Depends(may(Action.READ_BOARD))])

WEEKS = 13
MOST_LINES = 200  # of the table behind the picture


@router.get("/ganh-nang")
def show_burden(page: AnyPage, period: PeriodParam) -> HTMLResponse:
    first, last = _span(page, period)
    with reading(page.context.engine) as session:
        burden = burden_map(session, page.context.office, first, last)
        years = board_facts.years(session, page.context.office, local_day(page.now))
    lines = burden.fullest[:MOST_LINES]
    return page.render("work/burden.html", map=burden, lines=lines, period=period, years=years, here="/ganh-nang")


def _span(page: Page, period: Period) -> tuple[date, date]:
    """The chosen quarter; by default the coming one, from this week on."""
    if "nam" in page.query or "quy" in page.query:
        return period.first, period.last
    today = local_day(page.now)
    return today, today + timedelta(days=7 * WEEKS - 1 - today.weekday())


@router.get("/lich")
def show_calendar(page: AnyPage, period: PeriodParam) -> HTMLResponse:
    with reading(page.context.engine) as session:
        months = year_calendar(session, page.context.office, period.year)
        years = board_facts.years(session, page.context.office, local_day(page.now))
    return page.render(
        "work/calendar.html",
        months=months,
        period=Period(period.year),
        years=years,
        today=local_day(page.now),
        here="/lich",
    )
