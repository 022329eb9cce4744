"""How much each unit is asked, week by week, and where two deadlines could be one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session

from rules.office import Office
from services.reminders.reach import MOST_A_WEEK, Week, burden
from services.units import Unit, units_of

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class BurdenRow:
    unit: Unit
    weeks: tuple[Week | None, ...]  # one for each Monday of the map; None: nothing is asked

    @property
    def total(self) -> int:
        return sum(len(week.requests) for week in self.weeks if week)


@dataclass(frozen=True)
class BurdenMap:
    mondays: tuple[date, ...]
    rows: tuple[BurdenRow, ...]
    fullest: tuple[Week, ...]  # the fullest first
    most: int

    @property
    def heavy(self) -> tuple[Week, ...]:
        return tuple(week for week in self.fullest if len(week.requests) > self.most)


def burden_map(session: Session, office: Office, first: date, last: date, most: int = MOST_A_WEEK) -> BurdenMap:
    weeks = burden(session, office, first, last, most)
    start = first - timedelta(days=first.weekday())
    mondays = tuple(start + WEEK * number for number in range((last - start).days // 7 + 1))
    by_monday = {(week.organisation_id, week.monday): week for week in weeks}
    units = units_of(session, first, {week.organisation_id for week in weeks})
    rows = tuple(
        BurdenRow(unit, tuple(by_monday.get((id, monday)) for monday in mondays)) for id, unit in units.items()
    )
    return BurdenMap(mondays, rows, tuple(weeks), most)
