"""Rows of handed-in tables: searched over all units, and one unit's over the years."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Annotated, Any
from unicodedata import normalize

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from models.database import reading
from models.queries.content import rows as queries
from models.queries.content.rows import RowFilter, ShownRow
from portal.pages.filters import A_SHEET, PageNumber, sheets
from portal.rendering import AnyPage, Page
from portal.visitor import AnyVisitor, may
from reports.province.values import text_of
from rules.access import Action
from rules.deadlines import local_day
from rules.forms import Column
from services.content.rows import searched
from services.forms.unit_forms import form_of
from services.units import unit_named, units_of

router = APIRouter()
Words = Annotated[str, Query(max_length=200)]
Code = Annotated[str, Query(max_length=40)]


@router.get("/noi-dung/tim", dependencies=[Depends(may(Action.READ_BOARD))])
def search(page: AnyPage, q: Words = "", nhiem_vu: Code = "", ky: Code = "", trang: PageNumber = 1) -> HTMLResponse:
    words = searched(normalize("NFC", q))
    chosen = RowFilter(words, None, nhiem_vu, ky)
    kept = {"q": q or None, "nhiem_vu": nhiem_vu or None, "ky": ky or None}
    return _rows(page, "content/search.html", chosen, trang, kept=kept, q=q, asked=bool(words), path="/noi-dung/tim")


@router.get("/don-vi/{key}/so-lieu", dependencies=[Depends(may(Action.READ_CASES))])
def of_unit(page: AnyPage, visitor: AnyVisitor, key: str, q: Words = "", trang: PageNumber = 1) -> HTMLResponse:
    with reading(page.context.engine) as session:
        unit = unit_named(session, local_day(page.now), key)
    if unit is None or not visitor.may(Action.READ_CASES, unit.id):
        raise HTTPException(404)
    chosen = RowFilter(searched(normalize("NFC", q)), [unit.id])
    path = f"/don-vi/{unit.key}/so-lieu"
    return _rows(page, "content/unit_rows.html", chosen, trang, kept={"q": q or None}, q=q, unit=unit, path=path)


def _rows(page: Page, template: str, chosen: RowFilter, number: int, **facts: Any) -> HTMLResponse:
    with reading(page.context.engine) as session:
        sheet = sheets(queries.count_rows(session, chosen), number)
        rows = queries.shown_rows(session, chosen, sheet.offset, A_SHEET)
        units = units_of(session, local_day(page.now), {row.organisation_id for row in rows})
    lines = [(row, units[row.organisation_id], values_of(page, row)) for row in rows]
    return page.render(template, sheet=sheet, lines=lines, here="/noi-dung", **facts)


def values_of(page: Page, row: ShownRow) -> list[tuple[Column, str]]:
    """Under the titles of the form as it is now; values of a column it no longer has under the column's id."""
    form = form_of(page.context.office, row.obligation, on=local_day(page.now))
    columns = {column.id: column for sheet in (form.sheets if form else ()) for column in sheet.columns}
    cells = json.loads(row.cells)
    found = [columns.get(name, replace(NAMELESS, id=name, title=name)) for name in cells]
    return [(column, text) for column in found if (text := text_of(column, cells[column.id]))]


NAMELESS = Column("", "")
