"""Whom to urge: the list, its workbook, and notes of contacts."""

from __future__ import annotations

from typing import Annotated
from unicodedata import normalize
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from models.database import reading, writing
from models.queries.cases.lists import PageOfCases
from portal.pages.filters import A_SHEET, FilterParam, PageNumber, choices, sheets
from portal.pages.work.case import CaseParam, case_answer, day_of
from portal.rendering import AnyPage
from portal.visitor import AnyVisitor, may
from rules.access import Action
from rules.deadlines import local_day
from services import log
from services.cases.decisions import DecisionRefused
from services.views.case_filter import FilterForm
from services.views.chasing import LONGEST, ContactNote, chasing, how_many, record_contact
from services.views.chasing_book import chasing_book

router = APIRouter(dependencies=[Depends(may(Action.CHASE))])

MOST_ROWS = 10_000  # of a workbook
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/don-doc")
def show_chasing(
    page: AnyPage, visitor: AnyVisitor, form: FilterParam, trang: PageNumber = 1, chon: str = ""
) -> HTMLResponse:
    office = page.context.office
    with reading(page.context.engine) as session:
        filter = choices(session, page, visitor, form)
        sheet = sheets(how_many(session, office, page.now, filter.case_filter), trang)
        cut = PageOfCases(overdue_first=True, offset=sheet.offset, length=A_SHEET)
        lines = chasing(session, office, page.now, filter.case_filter, cut)
    return page.render(
        "work/chasing.html",
        lines=lines,
        filter=filter,
        kept=filter.query,
        sheet=sheet,
        today=local_day(page.now),
        picked=bool(chon),
        here="/don-doc",
    )


@router.get("/don-doc/xlsx")
def download_chasing(page: AnyPage, visitor: AnyVisitor, form: FilterParam) -> Response:
    """The workbook holds names and telephone numbers, so the log records who downloaded it."""
    office, cut = page.context.office, PageOfCases(overdue_first=True, length=MOST_ROWS)
    with reading(page.context.engine) as session:
        filter = choices(session, page, visitor, form)
        lines = chasing(session, office, page.now, filter.case_filter, cut)
    book = chasing_book(office, lines, _filter_text(form), page.now)
    with writing(page.context.engine) as session:
        log.append(session, page.now, visitor.name, "chasing.download", "chasing", {"rows": len(lines)})
    name = f"Đôn đốc {local_day(page.now).isoformat()}.xlsx"
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(book, media_type=XLSX, headers=headers)


def _filter_text(form: FilterForm) -> str:
    values = [form.unit, form.group, form.duty, form.standing, "phần việc của tôi" if form.mine else ""]
    chosen = ", ".join(value for value in values if value)
    return f"Đã lọc: {chosen}." if chosen else ""


@router.post("/ho-so/{case_id}/lien-he")
def record(
    page: AnyPage,
    visitor: AnyVisitor,
    case: CaseParam,
    way: Annotated[str, Form(max_length=20)] = "",
    spoke_with: Annotated[str, Form(max_length=200)] = "",
    told: Annotated[str, Form(max_length=LONGEST * 4)] = "",
    promised_on: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    contacted = ContactNote(way, _line(spoke_with), normalize("NFC", told.strip()), day_of(promised_on))
    try:
        if promised_on and contacted.promised_on is None:
            raise DecisionRefused("day")
        with writing(page.context.engine) as session:
            record_contact(session, case.id, contacted, visitor.name, page.now)
    except DecisionRefused as wrong:
        typed = {"kind": "contact", "reason": told, "until": promised_on, "number": spoke_with, "stage": way}
        return case_answer(page, visitor, case, status_code=422, problem=wrong.problem, typed=typed)
    return RedirectResponse(page.url(f"/ho-so/{case.id}") + "#dien-bien", 303)


def _line(given: str) -> str:
    return normalize("NFC", " ".join(given.split()))
