"""Days off, days worked and swaps: what would move is shown before anything does."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from models.database import reading, writing
from models.queries.calendar.days import entered_days
from portal.parameters import OptionalFormDay
from portal.rendering import AnyPage, Page
from portal.renewal import renew
from portal.visitor import AnyVisitor, may
from rules.access import Action
from rules.deadlines import local_day
from rules.working_days import WorkCalendar
from services.calendar import days as calendar_days
from services.calendar.days import DaysChange
from services.errors import Refused

router = APIRouter(prefix="/quan-tri/lich", dependencies=[Depends(may(Action.SEE_OFFICE))])

Words = Annotated[str, Form(max_length=500)]
Kind = Literal["nghi", "lam", "hoan-doi", "bo"]
DAY = timedelta(days=1)


@router.get("")
def show_calendar(page: AnyPage, nam: Annotated[int | None, Query(ge=2010, le=2100)] = None) -> HTMLResponse:
    return _calendar_page(page, nam)


def _calendar_page(page: Page, year: int | None = None, problem: str = "", **typed: object) -> HTMLResponse:
    today = local_day(page.now)
    year = year or today.year
    calendar = page.context.office.calendar
    with reading(page.context.engine) as session:
        entered = entered_days(session)
    return page.render(
        "office/calendar.html",
        status_code=422 if problem else 200,
        entered=entered,
        shipped=sorted(calendar.shipped, key=lambda one: one.day),
        unconfirmed=calendar.unconfirmed,
        off=_off_on_weekdays(calendar, year),
        year=year,
        years=range(today.year - 1, today.year + 4),
        problem=problem,
        typed={"kind": "", "day": None, "worked": None, "reason": "", "document": "", **typed},
        here="/quan-tri",
    )


def _off_on_weekdays(calendar: WorkCalendar, year: int) -> list[tuple[date, str]]:
    days = (date(year, 1, 1) + DAY * number for number in range(366))
    named = ((day, calendar.name_of(day)) for day in days if day.year == year and day.weekday() < 5)
    return [(day, name) for day, name in named if name]


class ChangeForm:
    """Fields of the form. To confirm, it is sent again with the seal of the preview."""

    def __init__(
        self,
        kind: Annotated[Kind, Form()],
        day: Annotated[date, Form()],
        worked: OptionalFormDay = None,
        reason: Words = "",
        document: Words = "",
    ) -> None:
        self.kind, self.day, self.worked = kind, day, worked
        self.reason, self.document = " ".join(reason.split()), " ".join(document.split())

    def change(self, session: Session) -> DaysChange:
        match self.kind:
            case "nghi":
                return calendar_days.day_off(self.day, self.reason, self.document)
            case "lam":
                return calendar_days.working_day(self.day, self.reason, self.document)
            case "hoan-doi" if self.worked:
                return calendar_days.swap(self.day, self.worked, self.document)
            case "hoan-doi":
                raise Refused("Cần ngày làm bù. / The day worked instead is missing.")
            case _:
                return calendar_days.taken_out(session, self.day)


DayChangeParam = Annotated[ChangeForm, Depends()]
MANAGED = [Depends(may(Action.MANAGE))]


@router.post("/xem-truoc", dependencies=MANAGED)
def preview_change(page: AnyPage, form: DayChangeParam) -> HTMLResponse:
    return _preview_page(page, form)


def _preview_page(page: Page, form: ChangeForm, *, again: bool = False) -> HTMLResponse:
    try:
        with writing(page.context.engine) as session:
            seen = calendar_days.preview(session, page.context.office, form.change(session), page.now)
    except Refused as refused:
        return _calendar_page(page, problem=str(refused), **vars(form))
    return page.render("office/calendar_preview.html", seen=seen, form=form, again=again, here="/quan-tri")


@router.post("/ghi", dependencies=MANAGED)
def make_change(
    request: Request,
    page: AnyPage,
    visitor: AnyVisitor,
    form: DayChangeParam,
    seal: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Only what the preview showed: when something has changed meanwhile, a new preview is shown."""
    try:
        with writing(page.context.engine) as session:
            change = form.change(session)
            seen = calendar_days.preview(session, page.context.office, change, page.now)
            if seen.seal == seal:
                calendar_days.change_days(session, page.context.office, change, visitor.name, page.now)
    except Refused as refused:
        return _calendar_page(page, problem=str(refused), **vars(form))
    if seen.seal != seal:
        return _preview_page(page, form, again=True)
    renew(request.app)
    return RedirectResponse(page.url("/quan-tri/lich", nam=form.day.year), 303)
