"""A year at a glance: twelve months with the days off and what falls due on which day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session

from models.queries.cases import board as queries
from models.queries.cases.board import Span
from rules.office import Office
from rules.plan import Obligation
from rules.working_days import WEEKEND


@dataclass(frozen=True)
class Due:
    duty: Obligation
    period: str
    day: date
    soft: bool


@dataclass(frozen=True)
class Day:
    day: date
    off: str  # why offices are closed; empty: a working day
    weekend: bool
    doubtful: str  # why offices may be closed: nobody has confirmed it, so it counts as worked
    due: tuple[Due, ...]


@dataclass(frozen=True)
class Month:
    first: date
    weeks: tuple[tuple[Day | None, ...], ...]  # from Monday on; None: of another month

    @property
    def due(self) -> tuple[Due, ...]:
        return tuple(item for week in self.weeks for day in week if day for item in day.due)

    @property
    def doubtful(self) -> tuple[Day, ...]:
        return tuple(day for week in self.weeks for day in week if day and day.doubtful)

    @property
    def holidays(self) -> tuple[tuple[str, date, date], ...]:
        """(name, first day, last day), days in a row that bear one name together."""
        spans: list[tuple[str, date, date]] = []
        for day in (day for week in self.weeks for day in week if day and day.off and not day.weekend):
            if spans and spans[-1][0] == day.off and day.day - spans[-1][2] == timedelta(days=1):
                spans[-1] = (day.off, spans[-1][1], day.day)
            else:
                spans.append((day.off, day.day, day.day))
        return tuple(spans)


def year_calendar(session: Session, office: Office, year: int) -> tuple[Month, ...]:
    due: dict[date, list[Due]] = defaultdict(list)
    for row in queries.occurrences(session, Span(office.plan.id, date(year, 1, 1), date(year, 12, 31))):
        due[row.target_day].append(Due(office.obligations[row.duty], row.period, row.target_day, row.soft))
    return tuple(_month(office, date(year, month, 1), due) for month in range(1, 13))


def _month(office: Office, first: date, due: dict[date, list[Due]]) -> Month:
    start, weeks = first - timedelta(days=first.weekday()), []
    while start <= first or start.month == first.month:
        days = (start + timedelta(days=number) for number in range(7))
        weeks.append(tuple(_day(office, day, due) if day.month == first.month else None for day in days))
        start += timedelta(days=7)
    return Month(first, tuple(weeks))


def _day(office: Office, day: date, due: dict[date, list[Due]]) -> Day:
    off = office.calendar.name_of(day) or ""
    return Day(day, off, off == WEEKEND, office.calendar.doubts(day.year).get(day, ""), tuple(due.get(day, ())))
