"""What an administrator sees first: how many people, units and versions there are, and what waits for a hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlmodel import Session, col

from models.conditions import holds_post_on
from models.queries.operations import log as log_queries
from models.queries.plan import occurrences as plan_queries
from models.tables.organisations import Organisation
from models.tables.people import Person, Post, Tenure
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
    examples, people = (_count(session, Person, col(Person.example) == told) for told in (True, False))
    plan = plan_queries.current_plan(session)
    assert plan is not None
    return OfficeOverview(
        people=people,
        examples=examples,
        units=_count(session, Organisation, _stands(today)),
        empty_posts=sum(empty_posts_by_role(session, today).values()),
        days_entered=len(office.calendar.overrides),
        next_day_off=min((one.day for one in office.calendar.overrides if one.day >= today), default=None),
        ladders=len(office.ladders),
        plan=plan,
        log_entries=log_queries.count(session),
    )


def _stands(today: date) -> ColumnElement[bool]:
    return col(Organisation.dissolved_on).is_(None) | (col(Organisation.dissolved_on) > today)


def _count(session: Session, model: type[Person] | type[Organisation], condition: ColumnElement[bool]) -> int:
    return int(session.execute(select(func.count()).select_from(model).where(condition)).scalar_one())


def empty_posts_by_role(session: Session, today: date) -> dict[str, int]:
    query = (
        select(col(Post.role), func.count())
        .select_from(Post)
        .join(Organisation, col(Organisation.id) == col(Post.organisation_id))
        .outerjoin(Tenure, and_(col(Tenure.post_id) == col(Post.id), holds_post_on(today)))
        .where(col(Tenure.id).is_(None), _stands(today))
        .group_by(col(Post.role))
    )
    return {role: int(number) for role, number in session.execute(query)}
