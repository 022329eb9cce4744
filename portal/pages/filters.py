"""What a page is asked to show: a period and a filter, read from the address and kept in it from page to page."""

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


async def asked_period(
    page: AnyPage,
    nam: Annotated[int | None, Query(ge=2000, le=2100)] = None,
    quy: Annotated[int | None, Query(ge=1, le=4)] = None,
) -> Period:
    return Period(nam or local_day(page.now).year, quy)


AskedPeriod = Annotated[Period, Depends(asked_period)]


async def asked_filter(
    don_vi: str = "",
    nhom: str = "",
    nhiem_vu: str = "",
    tinh_trang: str = "",
    rieng: str = "",
) -> FilterForm:
    return FilterForm(don_vi, nhom, nhiem_vu.upper(), tinh_trang, bool(rieng))


AskedFilter = Annotated[FilterForm, Depends(asked_filter)]
AskedSheet = Annotated[int, Query(ge=1, le=10_000)]


@dataclass(frozen=True)
class Choices:
    """What the form of a filter offers, what was chosen of it, and what follows from that."""

    asked: FilterForm
    units: tuple[Unit, ...]  # in the order of the alphabet
    mine: Portfolio
    wanted: CaseFilter

    @property
    def query(self) -> dict[str, str | None]:
        """Of the address, so that the next page filters alike."""
        asked = self.asked
        values = {"don_vi": asked.unit, "nhom": asked.group, "nhiem_vu": asked.duty, "tinh_trang": asked.standing}
        return {name: value or None for name, value in values.items()} | {"rieng": "1" if asked.mine else None}


def choices(session: Session, page: Page, visitor: Visitor, asked: FilterForm) -> Choices:
    """Raises RequestValidationError for what is no choice, as a unit the visitor may not see is none."""
    found = bound_units(session, page.context.office.plan.id, local_day(page.now))
    reach = visitor.reach(Action.READ_CASES)
    units = [unit for unit in found.values() if reach is None or unit.id in reach]
    duties = page.context.office.plan.obligations
    _known("don_vi", asked.unit, {unit.key for unit in units})
    _known("nhom", asked.group, UNIT_GROUPS)
    _known("nhiem_vu", asked.duty, {duty.id for duty in duties})
    _known("tinh_trang", asked.standing, STANDINGS)
    mine = portfolio_of(session, visitor.known.person_id)
    in_order = tuple(sorted(units, key=lambda unit: vietnamese_key(unit.name)))
    return Choices(asked, in_order, mine, wanted(asked, list(found.values()), duties, mine, reach))


def _known(name: str, given: str, known: Collection[str]) -> None:
    if given and given not in known:
        raise RequestValidationError([{"loc": ("query", name), "input": given, "type": "unknown", "msg": ""}])


@dataclass(frozen=True)
class Sheets:
    """Which sheet of a long list this is, and of how many."""

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
