"""The review after half a year: what was planned and announced, beside the releases the record knows of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from models.queries.cases import answers
from models.queries.cases.answers import ReviewAnswer
from models.queries.content import frozen as frozen_queries
from models.queries.content import rows_by_period as row_queries
from rules.content.consolidation import Origin
from rules.content.findings import Value
from rules.content.gathering import ComparedTable
from rules.deadlines import local_day
from rules.forms import Column, ColumnKind
from rules.office import Office
from rules.plan import Obligation
from rules.province.releases import Release, ReleaseCounts, ReleaseLine, compare, count
from rules.step_records import conditional_steps
from services.content.consolidation import consolidate, gathering_duties
from services.content.crosscheck import checked_form
from services.content.frozen import frozen_table
from services.errors import Refused
from services.forms.unit_forms import form_of
from services.units import Unit, all_units

HALF = (6, 30)  # month and day


@dataclass(frozen=True)
class Source:
    """A table that is compared, and what it was taken from."""

    duty: str  # that gathers it
    title: str
    frozen: int | None  # number of the version; None: what is accepted as of now
    there: bool


@dataclass(frozen=True)
class UnitReleases:
    unit: Unit
    counts: ReleaseCounts
    lines: Sequence[ReleaseLine]


@dataclass(frozen=True)
class MidyearReview:
    duty: Obligation
    year: str
    until: date
    sources: tuple[Source, ...]
    units: tuple[UnitReleases, ...]
    totals: ReleaseCounts
    follow: tuple[Obligation, ...]  # arise where something is adjusted
    cases: tuple[ReviewAnswer, ...]  # of this year
    day: Column  # how days are written


Row = tuple[Mapping[str, Value], Iterable[Origin]]


def reviewed_forms(office: Office, day: date) -> frozenset[str]:
    """Whose tables a review sets beside each other; none where the plan has no review of tables."""
    tables = _tables(office, day)
    return frozenset(table.form for table in tables[1]) if tables else frozenset()


def midyear_review(session: Session, office: Office, year: str, now: datetime) -> MidyearReview:
    """Raises Refused where the plan has no review of tables."""
    today = local_day(now)
    found = _tables(office, today)
    if found is None:
        raise Refused("Kế hoạch không có việc rà soát các bảng. / The plan has no review of tables.")
    duty, (plan, calendar) = found
    until = min(today, date(int(year), *HALF))
    of_plan, planned = _releases(session, office, plan, year, now)
    of_calendar, announced = _releases(session, office, calendar, year, now)
    lines = compare(planned, announced, _records(session, office, calendar, year, today), until)
    cases = [row for row in answers.review_answers(session, [duty.id]) if row.period == year]
    column = _column(office, calendar, today)
    units = tuple(_by_unit(session, lines, today))
    follow = conditional_steps(office.plan, duty.id)
    return MidyearReview(duty, year, until, (of_plan, of_calendar), units, count(lines), follow, tuple(cases), column)


def _tables(office: Office, day: date) -> tuple[Obligation, tuple[ComparedTable, ComparedTable]] | None:
    """The review, the plan that it reviews, and the calendar."""
    duty = office.plan.review
    try:
        check = checked_form(office, day)[1]
    except Refused:
        return None
    plan = next((table for table in check.promised if duty and table.form in duty.reviews), None)
    return (duty, (plan, check.calendar)) if duty and plan and check.calendar else None


def _column(office: Office, table: ComparedTable, day: date) -> Column:
    form = form_of(office, table.form, on=day)
    assert form is not None
    return next(column for column in form.columns if column.id == table.day)


def _releases(
    session: Session, office: Office, table: ComparedTable, year: str, now: datetime
) -> tuple[Source, list[Release]]:
    """As frozen, else as accepted."""
    duties = gathering_duties(office, local_day(now))
    duty = next((duty.id for duty, gathers in duties if gathers.obligation == table.form), "")
    newest = frozen_queries.newest(session, table.form, year)
    frozen = frozen_table(session, table.form, year, newest.number) if newest else None
    if frozen:
        rows: list[Row] = [
            (values, [Origin(**origin) for origin in json.loads(row.origins)])
            for values, row in zip(frozen.values, frozen.rows, strict=True)
        ]
    else:
        rows = _accepted(session, office, duty, year, now)
    title = office.obligations[table.form].short
    source = Source(duty, title, frozen.about.number if frozen else None, bool(rows))
    return source, [release for values, origins in rows for release in _each(table, values, origins)]


def _accepted(session: Session, office: Office, duty: str, year: str, now: datetime) -> list[Row]:
    try:
        whole = consolidate(session, office, duty, year, now)
    except Refused:
        return []
    return [(row.values, row.origins) for row in whole.table.rows]


def _each(table: ComparedTable, values: Mapping[str, Value], origins: Iterable[Origin]) -> Iterator[Release]:
    """Once for each unit that sent it."""
    product, day = values.get(table.name), values.get(table.day)
    if product and day:
        for unit in dict.fromkeys(origin.unit for origin in origins):
            yield Release(unit, str(product), str(day))


def _records(session: Session, office: Office, table: ComparedTable, year: str, today: date) -> list[Release]:
    """What units themselves said since, in the newest table of each, accepted or not: where a release can be read."""
    form = form_of(office, table.form, on=today)
    links = [column.id for column in form.columns if column.kind is ColumnKind.LINK] if form else []
    records = []
    for row in row_queries.handed_in_rows(session, table.form, year):
        values = json.loads(row.cells)
        address = next((str(values[name]) for name in links if values.get(name)), "")
        if address and values.get(table.name) and values.get(table.day):
            told = str(values[table.name]), str(values[table.day])
            records.append(Release(row.unit, *told, address, local_day(row.received_at)))
    return records


def _by_unit(session: Session, lines: Iterable[ReleaseLine], today: date) -> Iterator[UnitReleases]:
    """In the order of the register; within a unit by day."""
    found: dict[str, list[ReleaseLine]] = {}
    for line in lines:
        found.setdefault(line.release.unit, []).append(line)
    for unit in all_units(session, today).values():
        if own := found.get(unit.key):
            yield UnitReleases(unit, count(own), sorted(own, key=lambda line: (line.release.day, line.release.product)))
