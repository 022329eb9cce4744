"""What the board shows: the four numbers, what is late, what falls due next, and unit by duty."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from models.queries.cases import board as queries
from models.queries.cases.board import Span
from rules.deadlines import local_day
from rules.due_day import days_left, due_day
from rules.office import Office
from rules.plan import Obligation
from rules.punctuality import days_late
from rules.status import STEPS, OccurrenceStatus, Status, occurrence_status
from rules.steps import StepState
from services.units import Unit, all_units
from services.views.board_matrix import Matrix, matrix
from services.views.board_notices import Notices, notices
from services.views.case_counts import Period, StatusCounts
from services.views.case_filter import EVERYTHING, CaseFilter
from services.views.open_steps import StepGroup, grouped, step_lines
from services.views.status_counts import CaseStandings, standings

AHEAD = timedelta(days=60)


@dataclass(frozen=True)
class UpcomingDeadline:
    """Those who owe one occurrence by one day."""

    duty: Obligation
    period: str
    role: str
    target_day: date
    late_after: date | None
    agreed: bool
    soft: bool
    why: str
    opens_on: date | None
    days_left: int
    working_days_late: int
    answered: int
    expected: int
    status: OccurrenceStatus
    missing: tuple[Unit, ...]
    screen_id: str | None
    returned: bool = False  # what came is not complete yet

    @property
    def last_day(self) -> date:
        return due_day(self.target_day, self.late_after)


@dataclass(frozen=True)
class Board:
    today: date
    period: Period
    years: tuple[int, ...]
    tally: StatusCounts
    overdue: tuple[UpcomingDeadline, ...]
    upcoming: tuple[UpcomingDeadline, ...]
    matrix: Matrix
    notices: Notices
    steps: tuple[StepGroup, ...]  # after hand-ins: what is late from any year, and what is to be done soon

    @property
    def until(self) -> date:
        return self.today + AHEAD

    @property
    def overdue_everywhere(self) -> int:
        return sum(len(item.missing) for item in self.overdue)


def board(
    session: Session, office: Office, now: datetime, period: Period, case_filter: CaseFilter = EVERYTHING
) -> Board:
    today = local_day(now)
    units = all_units(session, today)
    span = Span(office.plan.id, period.first, period.last)
    standing = standings(session, span, now, today, case_filter)
    bindings = queries.bindings(session, office.plan.id)
    if case_filter != EVERYTHING:
        bindings = [row for row in bindings if case_filter.binds(row.organisation_id, row.code)]
    overdue, upcoming = _falling(session, office, units, bindings, now, case_filter, span, standing)
    return Board(
        today=today,
        period=period,
        years=years(session, office, today),
        tally=standing.tally,
        overdue=overdue,
        upcoming=upcoming,
        matrix=matrix(session, office, units, bindings, span, standing, case_filter),
        notices=notices(session, office, now),
        steps=_steps(session, office, units, now, case_filter),
    )


def _steps(
    session: Session, office: Office, units: Mapping[int, Unit], now: datetime, case_filter: CaseFilter
) -> tuple[StepGroup, ...]:
    if case_filter.hand_ins is not None or not any(map(case_filter.stands, STEPS)):
        return ()
    until = local_day(now) + AHEAD
    return grouped(
        [
            line
            for line in step_lines(session, office, now, units=units)
            if case_filter.binds(line.row.organisation_id, line.row.obligation)
            and (line.state is not StepState.WAITING or line.day is None or line.day <= until)
        ]
    )


def years(session: Session, office: Office, today: date) -> tuple[int, ...]:
    """The years in which anything falls due, and this one."""
    first, last = queries.due_days(session, office.plan.id)
    return tuple(range(min(first or today, today).year, max(last or today, today).year + 1))


# --- what is late, what falls due next --------------------------------------------------------------------------


def _falling(
    session: Session,
    office: Office,
    units: Mapping[int, Unit],
    bindings: Iterable[Any],
    now: datetime,
    case_filter: CaseFilter,
    span: Span,
    standing: CaseStandings,
) -> tuple[tuple[UpcomingDeadline, ...], tuple[UpcomingDeadline, ...]]:
    today = local_day(now)
    missing, returned = _late(session, office, units, now, case_filter)
    late = {*missing, *(term for term, _ in returned)}
    terms = queries.terms(session, office.plan.id, today, today + AHEAD, also=late)
    terms = [term for term in terms if case_filter.concerns(term.duty)]
    outside = [term.term_id for term in terms if not span.first <= term.occurrence_day <= span.last]
    counts = {**standing.by_term, **_counts_by_term(session, outside, now, case_filter)}
    unopened = case_filter.takes_unopened(Status.NOT_OPEN)
    bound = Counter((row.code, row.role) for row in bindings) if unopened else Counter()
    lines = {
        term.term_id: _falling_line(
            office, term, today, counts.get(term.term_id, {}), bound, tuple(missing.get(term.term_id, ()))
        )
        for term in terms
    }
    overdue = [line for id, line in lines.items() if id in missing]
    overdue += [_returned_line(office, lines[term], today, day, of) for (term, day), of in returned.items()]
    overdue.sort(key=lambda line: line.last_day)
    ahead = (line for id, line in lines.items() if id not in missing and _falls_soon(line, today))
    return tuple(overdue), tuple(line for line in ahead if line.expected)


def _late(
    session: Session, office: Office, units: Mapping[int, Unit], now: datetime, case_filter: CaseFilter
) -> tuple[dict[int, list[Unit]], dict[tuple[int, date], list[Unit]]]:
    """By term, who handed in nothing; by term and the day set for it, who did not complete what was handed in."""
    missing, returned = defaultdict[int, list[Unit]](list), defaultdict[tuple[int, date], list[Unit]](list)
    if not any(map(case_filter.takes_unopened, (Status.OVERDUE, Status.RETURNED_OVERDUE))):
        return missing, returned
    for row in queries.overdue_cases(session, office.plan.id, now):
        status = Status(row.status)
        if case_filter.binds(row.organisation_id, row.duty) and case_filter.takes_unopened(status):
            of = missing[row.term_id] if status is Status.OVERDUE else returned[row.term_id, row.return_by]
            of.append(units[row.organisation_id])
    return missing, returned


def _falls_soon(line: UpcomingDeadline, today: date) -> bool:
    return today <= line.last_day <= today + AHEAD


def _returned_line(
    office: Office, line: UpcomingDeadline, today: date, day: date, units: list[Unit]
) -> UpcomingDeadline:
    """Of those who were to complete what they handed in by this day."""
    late = days_late(today, day, office.calendar)
    return replace(line, late_after=day, working_days_late=late, missing=tuple(units), returned=True)


def _counts_by_term(
    session: Session, term_ids: list[int], now: datetime, case_filter: CaseFilter
) -> dict[int, Counter[Status]]:
    counts: dict[int, Counter[Status]] = defaultdict(Counter)
    if not term_ids:
        return counts
    for row in queries.statuses_by_term(session, term_ids, now, case_filter.organisations, case_filter.hand_ins):
        if case_filter.stands(Status(row.status)):
            counts[row.term_id][Status(row.status)] += row.cases
    return counts


def _falling_line(
    office: Office,
    term: Any,
    today: date,
    counts: Mapping[Status, int],
    bound: Mapping[tuple[str, str], int],
    missing: tuple[Unit, ...],
) -> UpcomingDeadline:
    opened = term.opened_at is not None
    statutory = not term.agreed
    return UpcomingDeadline(
        duty=office.obligations[term.duty],
        period=term.period,
        role=term.role,
        target_day=term.target_day,
        late_after=term.late_after,
        agreed=bool(term.agreed),
        soft=term.late_after is None,
        why=term.why if statutory and term.target_day == term.occurrence_day else "",
        opens_on=term.opens_on,
        days_left=days_left(due_day(term.target_day, term.late_after), today),
        working_days_late=days_late(today, term.late_after, office.calendar),
        answered=StatusCounts(counts).handed_in,
        expected=StatusCounts(counts).assigned if opened else bound.get((term.duty, term.role), 0) if statutory else 0,
        status=occurrence_status(counts),
        missing=missing,
        screen_id=term.screen_id,
    )
