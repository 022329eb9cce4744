"""The period and the filter of a page, read from its query string and carried from page to page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query
from fastapi.exceptions import RequestValidationError
from sqlmodel import Session

from portal.rendering import AnyPage, Page
from portal.visitor import Visitor
from rules.access import Action
from rules.deadlines import local_day
from rules.text.collation import vietnamese_key
from services.units import UNIT_GROUPS, Unit, bound_units
from services.views.case_counts import Period
from services.views.case_filter import STANDINGS, CaseFilter, FilterForm, wanted
from services.views.portfolio import Portfolio, portfolio_of

A_SHEET = 200  # lines of a list


async def read_period(
    page: AnyPage,
    nam: Annotated[int | None, Query(ge=2000, le=2100)] = None,
    quy: Annotated[int | None, Query(ge=1, le=4)] = None,
) -> Period:
    return Period(nam or local_day(page.now).year, quy)


PeriodParam = Annotated[Period, Depends(read_period)]


async def read_filter(
    don_vi: str = "",
    nhom: str = "",
    nhiem_vu: str = "",
    tinh_trang: str = "",
    rieng: str = "",
) -> FilterForm:
    return FilterForm(don_vi, nhom, nhiem_vu.upper(), tinh_trang, bool(rieng))


FilterParam = Annotated[FilterForm, Depends(read_filter)]
PageNumber = Annotated[int, Query(ge=1, le=10_000)]


@dataclass(frozen=True)
class Choices:
    """Options of a filter form, the values chosen, and the filter of cases made of them."""

    form: FilterForm
    units: tuple[Unit, ...]  # in the order of the alphabet
    mine: Portfolio
    case_filter: CaseFilter

    @property
    def query(self) -> dict[str, str | None]:
        """Query string values that carry the filter to the next page."""
        form = self.form
        values = {"don_vi": form.unit, "nhom": form.group, "nhiem_vu": form.duty, "tinh_trang": form.standing}
        return {name: value or None for name, value in values.items()} | {"rieng": "1" if form.mine else None}


def choices(session: Session, page: Page, visitor: Visitor, form: FilterForm) -> Choices:
    """Raises RequestValidationError for unknown values and for units the visitor may not see."""
    bound = bound_units(session, page.context.office.plan.id, local_day(page.now))
    reach = visitor.reach(Action.READ_CASES)
    units = [unit for unit in bound.values() if reach is None or unit.id in reach]
    duties = page.context.office.plan.obligations
    _known("don_vi", form.unit, {unit.key for unit in units})
    _known("nhom", form.group, UNIT_GROUPS)
    _known("nhiem_vu", form.duty, {duty.id for duty in duties})
    _known("tinh_trang", form.standing, STANDINGS)
    mine = portfolio_of(session, visitor.known.person_id)
    in_order = tuple(sorted(units, key=lambda unit: vietnamese_key(unit.name)))
    return Choices(form, in_order, mine, wanted(form, list(bound.values()), duties, mine, reach))


def _known(name: str, given: str, known: Collection[str]) -> None:
    if given and given not in known:
        raise RequestValidationError([{"loc": ("query", name), "input": given, "type": "unknown", "msg": ""}])


@dataclass(frozen=True)
class Sheets:
    """Page number in a long list, and the count of pages."""

    number: int
    of: int
    total: int

    @property
    def offset(self) -> int:
        return (self.number - 1) * A_SHEET


def sheets(total: int, number: int) -> Sheets:
    """Past the end, the last one."""
    of = max(1, -(-total // A_SHEET))
    return Sheets(min(number, of), of, total)


def kept(period: Period, *more: Mapping[str, str | None]) -> dict[str, object]:
    """The whole state of a list, for the address of a page beside it."""
    state: dict[str, object] = {"nam": period.year, "quy": period.quarter}
    for part in more:
        state |= part
    return state
