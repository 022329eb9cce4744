"""The lists behind the board's numbers: the cases of a period, of a unit, of a duty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from typing import Any

from sqlmodel import Session

from models.queries.cases import board as queries
from models.queries.cases import lists as case_lists_queries
from models.queries.cases.board import Span
from models.queries.cases.lists import EVERY_CASE, WHOLE, PageOfCases, Selection
from rules.deadlines import local_day
from rules.due_day import days_left, due_day, send_by
from rules.office import Office
from rules.plan import Obligation
from rules.punctuality import days_late
from rules.status import RETURNED, STEPS, UNANSWERED, Status
from services.units import Unit, units_of
from services.views.case_counts import Period, StatusCounts, tally_of
from services.views.open_steps import StepLine, steps_of_cases


@dataclass(frozen=True)
class CaseLine:
    case_id: int
    occurrence_id: int
    unit: Unit
    duty: Obligation
    period: str
    role: str
    target_day: date
    late_after: date | None
    agreed: bool
    received_on: date | None
    status: Status
    days_left: int
    working_days_late: int
    has_come: bool  # its last day, whether it was answered or not
    steps: tuple[StepLine, ...]  # open ones that follow its hand-in, the most pressing first
    return_by: date | None = None  # the last day to complete it, while it is returned

    @property
    def soft(self) -> bool:
        return self.late_after is None

    @property
    def day(self) -> date:
        """The one it is due on; of steps behind a hand-in that of the step that presses most."""
        if self.status in STEPS and self.steps and self.steps[0].day:
            return self.steps[0].day
        return due_day(self.target_day, self.late_after, self.return_by)

    @property
    def send_by(self) -> date | None:
        return send_by(self.day, self.target_day) if self.status in UNANSWERED and self.days_left >= 0 else None


@dataclass(frozen=True)
class OccurrenceLine:
    period: str
    opens_on: date | None
    target_day: date
    late_after: date | None
    soft: bool
    why: str
    opened: bool
    screen_id: str | None
    cases: tuple[CaseLine, ...]


def case_lines(
    session: Session,
    office: Office,
    now: datetime,
    period: Period,
    chosen: Selection = EVERY_CASE,
    sheet: PageOfCases = WHOLE,
) -> tuple[CaseLine, ...]:
    """The cases of a period that were chosen, or one sheet of them."""
    span = Span(office.plan.id, period.first, period.last)
    return lines_of(session, office, now, case_lists_queries.cases(session, span, now, chosen, sheet))


def lines_of(session: Session, office: Office, now: datetime, rows: Collection[Any]) -> tuple[CaseLine, ...]:
    today = local_day(now)
    units = units_of(session, today, {row.organisation_id for row in rows})
    late = cache(partial(days_late, calendar=office.calendar))
    steps = steps_of_cases(session, office, now, ((row.id, row.status) for row in rows), units)
    return tuple(
        _case_line(row, units[row.organisation_id], office.obligations[row.duty], today, late, steps.get(row.id, ()))
        for row in rows
    )


def how_many(session: Session, office: Office, now: datetime, period: Period, chosen: Selection) -> int:
    return case_lists_queries.count(session, Span(office.plan.id, period.first, period.last), now, chosen)


def _case_line(
    row: Any,
    unit: Unit,
    duty: Obligation,
    today: date,
    late: Callable[[date, date | None], int],
    steps: tuple[StepLine, ...],
) -> CaseLine:
    received, status = local_day(row.received_at) if row.received_at else None, Status(row.status)
    return_by = row.return_by if status in RETURNED else None
    return CaseLine(
        case_id=row.id,
        occurrence_id=row.occurrence_id,
        unit=unit,
        duty=duty,
        period=row.period,
        role=row.role,
        target_day=row.target_day,
        late_after=row.late_after,
        agreed=bool(row.agreed),
        received_on=received,
        status=status,
        days_left=days_left(due_day(row.target_day, row.late_after, return_by), today),
        working_days_late=late(today, return_by) if return_by else late(received or today, row.late_after),
        has_come=(row.late_after or row.target_day) <= today,
        steps=steps,
        return_by=return_by,
    )


def tally_of_lines(lines: Iterable[CaseLine]) -> StatusCounts:
    return tally_of((line.status, 1, int(line.has_come)) for line in lines)


def duty_lines(
    session: Session,
    office: Office,
    now: datetime,
    period: Period,
    duty: str,
    organisations: Collection[int] | None = None,
) -> tuple[OccurrenceLine, ...]:
    """The occurrences of one duty in a period, with who, of these organisations or of all, has answered."""
    by_period: dict[str, list[CaseLine]] = defaultdict(list)
    chosen = Selection(organisations=organisations, duties={duty})
    for line in case_lines(session, office, now, period, chosen):
        by_period[line.period].append(line)
    span = Span(office.plan.id, period.first, period.last)
    return tuple(
        OccurrenceLine(
            period=row.period,
            opens_on=row.opens_on,
            target_day=row.target_day,
            late_after=row.late_after,
            soft=row.soft,
            why=row.why,
            opened=row.opened_at is not None,
            screen_id=row.screen_id,
            cases=tuple(by_period[row.period]),
        )
        for row in queries.occurrences(session, span, duty)
    )


def place_of(session: Session, occurrence_id: int) -> tuple[str, date] | None:
    """The duty an occurrence belongs to, and the day it falls due."""
    return queries.occurrence_place(session, occurrence_id)
