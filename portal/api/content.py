"""What handed-in tables say: rows, consolidations, cross-checks. Read only."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any
from unicodedata import normalize

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from models.database import reading
from models.queries.content import rows as queries
from models.queries.content.rows import RowFilter, ShownRow
from portal.api.caller import AnyCall, ApiRoute, Call, needs
from portal.api.fields import Code, Line, Paged, PageOf, cursor, page_of, place
from portal.api.problems import ApiProblem
from rules.deadlines import local_day
from rules.systems.scopes import Scope
from services.content.consolidation import consolidate, summary
from services.content.crosscheck import as_json, cross_check_year
from services.content.rows import searched
from services.errors import Refused
from services.units import all_units

router = APIRouter(route_class=ApiRoute, tags=["content"])
READ = needs(Scope.CASES_READ)
A_DAY = date(2000, 1, 1)  # cursors of this list hold an id alone
Named = Annotated[str, Path(min_length=1, max_length=60)]


class RowOut(BaseModel):
    """A row of a table as it was handed in, in its newest version."""

    id: int
    case_id: int
    unit: str = Field(examples=["SYT"])
    obligation: str = Field(examples=["I4B-CATALOGUE"])
    period: str = Field(examples=["2015"])
    version: int
    sha256: str
    sheet: str | None
    row: int = Field(description="Như Excel đếm, từ 1. / As Excel counts, from 1.")
    accepted: bool
    cells: dict[str, str | int | float | None] = Field(description="Theo mã cột của mẫu. / By the form's column ids.")


class RowsQuery(Paged):
    unit: Code | None = Field(None, examples=["SYT"])
    obligation: Code | None = Field(None, examples=["I4B-CATALOGUE"])
    period: Code | None = Field(None, examples=["2015"])
    words: Line = Field("", description="Có dấu hay không dấu. / With or without diacritics.", examples=["giuong benh"])


class ConsolidationOut(BaseModel):
    obligation: str
    period: str
    expected: int
    received: int
    accepted: list[str]
    waiting: list[str]
    missing: list[str]
    rows: int
    findings: int
    open_conflicts: int
    similar_names: int


class CrossFindingOut(BaseModel):
    kind: str
    product: str
    stands: str
    expected: str


class OutlierOut(BaseModel):
    unit: str
    obligation: str
    sheet: str
    row: str
    column_title: str
    period: str
    value: float
    past: list[float]


class CrossCheckOut(BaseModel):
    year: str
    products: int
    compared: list[str]
    lacking: list[str]
    findings: list[CrossFindingOut]
    outliers: list[OutlierOut]


@router.get("/rows", response_model=PageOf[RowOut], summary="Dòng của các bảng đã gửi / Rows of tables", **READ)
def rows(call: AnyCall, query: Annotated[RowsQuery, Query()]) -> PageOf[RowOut]:
    """In the order in which they were kept; the token of one unit sees that unit's alone."""
    after = place(query.cursor)
    with reading(call.context.engine) as session:
        units = all_units(session, local_day(call.now)).values()
        seen = [unit for unit in units if call.system.sees(unit.id)]
        named = [unit.id for unit in seen if query.unit is None or unit.key.upper() == query.unit.upper()]
        words = searched(normalize("NFC", query.words))
        chosen = RowFilter(words, named, (query.obligation or "").upper(), (query.period or "").upper())
        found = queries.rows_after(session, chosen, after[1] if after else 0, query.limit + 1)
    shown, following = page_of(found, query.limit, lambda row: cursor(A_DAY, row.id))
    return PageOf(items=[_line(row) for row in shown], next=following)


def _line(row: ShownRow) -> RowOut:
    facts: dict[str, Any] = {name: getattr(row, name) for name in RowOut.model_fields if name != "cells"}
    return RowOut(**facts, cells=json.loads(row.cells))


def _every_unit(call: Call) -> None:
    """What all units sent together is not for the token of one."""
    if call.system.organisation_id is not None:
        raise ApiProblem("not_found")


@router.get(
    "/consolidations/{code}/{period}",
    response_model=ConsolidationOut,
    summary="Một bảng tổng hợp / A consolidation",
    **READ,
)
def consolidation(call: AnyCall, code: Named, period: Named) -> dict[str, Any]:
    """How far it has come; its rows are those of `/rows` that are accepted."""
    _every_unit(call)
    try:
        with call.context.in_turn(), reading(call.context.engine) as session:
            return summary(consolidate(session, call.context.office, code, period, call.now))
    except Refused as refused:
        raise ApiProblem("not_found") from refused


@router.get(
    "/crosschecks/{year}", response_model=CrossCheckOut, summary="Đối chiếu các bảng một năm / Cross-check", **READ
)
def crosscheck(call: AnyCall, year: Annotated[int, Path(ge=2000, le=2100)]) -> dict[str, Any]:
    """Products against the calendar, the lists of users, and last year."""
    _every_unit(call)
    try:
        with call.context.in_turn(), reading(call.context.engine) as session:
            return as_json(cross_check_year(session, call.context.office, str(year), call.now))
    except Refused as refused:
        raise ApiProblem("not_found") from refused
