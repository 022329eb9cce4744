"""«Ai nhận gì đến ngày …»: the days ahead, rehearsed on a copy by the same code that sends."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, timedelta
from functools import lru_cache
from io import StringIO
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Engine

from models.database import reading
from models.queries.operations import log as log_queries
from portal.parameters import OptionalDay
from portal.rendering import AnyPage, Page
from portal.visitor import may
from rules.access import Action
from rules.deadlines import local_day
from rules.office import Office
from rules.text.cells import harmless
from services.operations.rehearse import PlannedNotice, rehearse
from services.units import all_units

router = APIRouter(prefix="/quan-tri/dien-tap", dependencies=[Depends(may(Action.SEE_OFFICE))])

USUAL = timedelta(days=30)
LONGEST = timedelta(days=120)
SHOWN = 500  # lines on a page; the file has all of them
Word = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True)
class RehearsalForm:
    first: date
    last: date
    unit: str = ""
    person: str = ""
    channel: str = ""
    step: str = ""

    def fits(self, one: PlannedNotice) -> bool:
        named = (one.unit, one.person, one.channel, one.step)
        conditions = (self.unit, self.person, self.channel, self.step)
        return all(not word or word == name for word, name in zip(conditions, named, strict=True))


def read_form(
    page: AnyPage,
    tu: OptionalDay = None,
    den: OptionalDay = None,
    don_vi: Word = "",
    nguoi: Word = "",
    kenh: Word = "",
    buoc: Word = "",
) -> RehearsalForm:
    first = max(tu or local_day(page.now), local_day(page.now))
    last = min(max(den or first + USUAL, first), first + LONGEST)
    return RehearsalForm(first, last, don_vi, nguoi, kenh, buoc)


RehearsalParam = Annotated[RehearsalForm, Depends(read_form)]


@router.get("")
def show_rehearsal(page: AnyPage, form: RehearsalParam) -> HTMLResponse:
    planned = _rehearsed(page, form)
    notices = [one for one in planned if form.fits(one)]
    with reading(page.context.engine) as session:
        units = all_units(session, local_day(page.now))
    office = page.context.office
    return page.render(
        "office/rehearsal.html",
        form=form,
        lines=notices[:SHOWN],
        total=len(notices),
        mails=len({(one.day, one.address, one.channel) for one in notices}),
        people=len({one.address for one in notices}),
        days=_per_day(notices),
        choices={name: _choices(planned, name) for name in CHOICES},
        longest=LONGEST.days,
        titles={code: duty.short for code, duty in office.obligations.items()},
        names={unit.key: unit.name for unit in units.values()},
        here="/quan-tri",
    )


CHOICES = ("unit", "person", "channel", "step")


def _choices(planned: Sequence[PlannedNotice], name: str) -> list[tuple[str, str]]:
    return [(value, value) for value in sorted({getattr(one, name) for one in planned})]


def _per_day(planned: Sequence[PlannedNotice]) -> list[tuple[date, int, int]]:
    """(day, notices, messages), for the days that have any."""
    notices = Counter(one.day for one in planned)
    mails = Counter(day for day, _, _ in {(one.day, one.address, one.channel) for one in planned})
    return [(day, notices[day], mails[day]) for day in sorted(notices)]


@router.get("/xuat")
def export_rehearsal(page: AnyPage, form: RehearsalParam) -> Response:
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([field.name for field in fields(PlannedNotice)])
    writer.writerows([harmless(value) for value in astuple(one)] for one in _rehearsed(page, form) if form.fits(one))
    headers = {"Content-Disposition": f'attachment; filename="dien-tap-{form.first}-{form.last}.csv"'}
    return Response("\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _rehearsed(page: Page, form: RehearsalForm) -> tuple[PlannedNotice, ...]:
    with reading(page.context.engine) as session:
        head = log_queries.head(session)
    return _kept(_Province(page.context.engine, page.context.office, head), form.first, form.last)


@dataclass(frozen=True, eq=False)
class _Province:
    """As it was after the newest act in its log: until the next one, a rehearsal has the same outcome."""

    engine: Engine
    office: Office
    head: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Province) and self._marks == other._marks

    def __hash__(self) -> int:
        return hash(self._marks)

    @property
    def _marks(self) -> tuple[int, int, str]:
        return id(self.engine), id(self.office), self.head


@lru_cache(maxsize=4)
def _kept(province: _Province, first: date, last: date) -> tuple[PlannedNotice, ...]:
    return tuple(rehearse(province.engine, province.office, first, last))
