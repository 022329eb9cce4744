"""Every date of the plan in one place: as laid out for the office; beyond that, by the plan in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from models.queries.plan import occurrences as plan_queries
from models.queries.plan.occurrences import StoredDates
from rules.office import Office
from rules.periods import length_rank
from rules.plan import DatedOccurrence
from rules.recurrence import occurrences


@dataclass(frozen=True)
class OccurrenceDates:
    obligation: str
    clause: str
    period: str
    opens_on: date | None  # None: waits for its trigger
    nominal_last_day: date | None
    target_day: date
    late_after: date | None
    soft: bool
    why: str
    worded: bool


def dates_between(session: Session, office: Office, first: date, last: date) -> list[OccurrenceDates]:
    """Occurrences whose last day lies in [first, last], with the dates that pages, board and API show.

    What is laid out already keeps the dates it has: an open one those of the version it was opened under.
    """
    laid_out = [dates_of_row(row) for row in plan_queries.stored_dates(session, office.plan.id, first, last)]
    known = plan_queries.planned(session, office.plan.id)
    computed = occurrences(office.plan, office.calendar, first, last)
    beyond = [dates_of(item) for item in computed if (item.obligation, item.period) not in known]
    return in_order([*laid_out, *beyond])


def in_order(dates: Iterable[OccurrenceDates]) -> list[OccurrenceDates]:
    return sorted(
        dates,
        key=lambda one: (
            one.nominal_last_day or one.target_day,
            one.obligation,
            length_rank(one.period),
            one.period,
        ),
    )


def dates_of(item: DatedOccurrence) -> OccurrenceDates:
    return OccurrenceDates(
        obligation=item.obligation,
        clause=item.clause,
        period=item.period,
        opens_on=None if item.trigger else item.opens_on,
        nominal_last_day=item.nominal_last_day,
        target_day=item.target_day,
        late_after=item.late_after,
        soft=item.soft,
        why=item.why,
        worded=item.worded,
    )


def dates_of_row(row: StoredDates) -> OccurrenceDates:
    return OccurrenceDates(**row._asdict())
