"""What an administrator sees first: how many people, units and versions there are, and what waits for a hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from models.queries.operations import log as log_queries
from models.queries.people import counts as count_queries
from models.queries.people import register as register_queries
from models.queries.plan import occurrences as plan_queries
from models.tables.plan import PlanVersion
from rules.deadlines import local_day
from rules.office import Office


@dataclass(frozen=True)
class OfficeOverview:
    people: int
    examples: int
    units: int
    empty_posts: int
    days_entered: int
    next_day_off: date | None
    ladders: int
    plan: PlanVersion
    log_entries: int


def look_over(session: Session, office: Office, now: datetime) -> OfficeOverview:
    today = local_day(now)
    people, examples = register_queries.real_and_example_people(session)
    plan = plan_queries.current_plan(session)
    assert plan is not None
    return OfficeOverview(
        people=people,
        examples=examples,
        units=count_queries.number_of_units(session, today),
        empty_posts=sum(count_queries.empty_posts_by_role(session, today).values()),
        days_entered=len(office.calendar.overrides),
        next_day_off=min((one.day for one in office.calendar.overrides if one.day >= today), default=None),
        ladders=len(office.ladders),
        plan=plan,
        log_entries=log_queries.count(session),
    )
