"""What waits for a leader's word, and the numbers a leader asks for first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import dropwhile

from sqlmodel import Session

from models.queries.cases import board as board_queries
from models.queries.cases.board import Span
from models.queries.cases.lists import PageOfCases
from models.queries.reports import leader as leader_queries
from rules.access import Holder
from rules.deadlines import local_day
from rules.office import Office
from rules.punctuality import on_time_rate
from rules.status import ANSWERED, EXEMPT, LATE, OVERDUE, Status
from services.reports.road import Report, reports
from services.views.case_counts import Period, StatusCounts, tally_of
from services.views.case_filter import CaseFilter
from services.views.chasing import ChaseLine, chasing
from services.views.waiting_steps import WaitingSteps, steps_waiting

QUARTERS = 8
LATEST, LOOKED_THROUGH = 3, 100  # units; cases, the longest overdue first


@dataclass(frozen=True)
class Quarter:
    period: Period
    on_time: int
    late: int
    overdue: int
    waiting: int

    @property
    def assigned(self) -> int:
        return self.on_time + self.late + self.overdue + self.waiting

    @property
    def rate(self) -> Decimal | None:
        """Percent on time of those handed in or overdue."""
        return on_time_rate(self.on_time, self.on_time + self.late + self.overdue)


@dataclass(frozen=True)
class Comparison:
    """The newest quarter that is over and of which there is a share, beside earlier ones."""

    quarter: Quarter
    before: Quarter | None
    year_before: Quarter | None

    def change(self, other: Quarter) -> Decimal:
        """In points of percent."""
        assert self.quarter.rate is not None
        assert other.rate is not None
        return self.quarter.rate - other.rate


@dataclass(frozen=True)
class LeaderPage:
    steps: WaitingSteps
    reports: tuple[Report, ...]
    tally: StatusCounts  # of the last four quarters
    trend: tuple[Quarter, ...]
    latest: tuple[ChaseLine, ...]  # of the three units that are overdue the longest

    @property
    def comparison(self) -> Comparison | None:
        rated = {(one.period.year, one.period.quarter or 0): one for one in self.trend[:-1] if one.rate is not None}
        if not rated:
            return None
        year, quarter = max(rated)
        before = (year, quarter - 1) if quarter > 1 else (year - 1, 4)
        return Comparison(rated[year, quarter], rated.get(before), rated.get((year - 1, quarter)))

    @property
    def unsigned(self) -> tuple[Report, ...]:
        return tuple(report for report in self.reports if "approved" in report.next)


def leaders_page(session: Session, office: Office, visitor: Holder, now: datetime) -> LeaderPage:
    today = local_day(now)
    recent = _last_quarters(today)[-4:]
    span = Span(office.plan.id, recent[0].first, recent[-1].last)
    rows = board_queries.tallies(session, span, now, today)
    return LeaderPage(
        steps=steps_waiting(session, office, visitor, now),
        reports=reports(session),
        tally=tally_of((row.status, row.cases, row.come) for row in rows),
        trend=trend(session, office, now),
        latest=_latest_units(session, office, now),
    )


def _latest_units(session: Session, office: Office, now: datetime) -> tuple[ChaseLine, ...]:
    overdue = CaseFilter(statuses=OVERDUE)
    lines = chasing(session, office, now, overdue, PageOfCases(overdue_first=True, length=LOOKED_THROUGH))
    first_of = {line.case.unit.id: line for line in reversed(lines)}
    return tuple(line for line in lines if first_of[line.case.unit.id] is line)[:LATEST]


def trend(session: Session, office: Office, now: datetime) -> tuple[Quarter, ...]:
    """The last quarters, this one at the end; those before the plan's first day are left out."""
    periods = _last_quarters(local_day(now))
    counts: dict[tuple[int, int], Counter[Status]] = {}
    for day, status, cases in leader_queries.by_day(session, office.plan.id, periods[0].first, periods[-1].last, now):
        counts.setdefault((day.year, (day.month + 2) // 3), Counter())[Status(status)] += cases
    quarters = [_quarter(period, counts.get((period.year, period.quarter or 0), Counter())) for period in periods]
    return tuple(dropwhile(lambda quarter: not quarter.assigned, quarters))


def _last_quarters(today: date) -> list[Period]:
    this = today.year * 4 + (today.month - 1) // 3
    return [Period(number // 4, number % 4 + 1) for number in range(this - QUARTERS + 1, this + 1)]


def _quarter(period: Period, counts: Counter[Status]) -> Quarter:
    late = sum(counts[status] for status in LATE)
    on_time = sum(counts[status] for status in ANSWERED) - late
    overdue = sum(counts[status] for status in OVERDUE)
    exempt = sum(counts[status] for status in EXEMPT)
    return Quarter(period, on_time, late, overdue, counts.total() - exempt - on_time - late - overdue)
