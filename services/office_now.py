"""The office as its database has it now: the plan in force, and the days entered beside calendar.yaml."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from models import queries_plan
from models.calendar import CalendarOverride
from models.plan import PlanVersion
from rules.office import Office
from rules.working_days import Override
from services.plans import restore_plan


def entered_days(session: Session) -> Sequence[CalendarOverride]:
    return session.execute(select(CalendarOverride).order_by(col(CalendarOverride.day))).scalars().all()


def entered(session: Session) -> list[Override]:
    return [Override(row.day, row.working, row.reason, row.document) for row in entered_days(session)]


def office_now(session: Session, office: Office) -> Office:
    """`office`: as it was when this process began."""
    version = queries_plan.current_plan(session)
    assert version is not None
    return replace(office, plan=restore_plan(version), calendar=office.calendar.with_entered(entered(session)))


Mark = tuple[int | None, int, datetime | None]


def mark(session: Session) -> Mark:
    """Another one whenever the plan or the calendar is another."""
    plan = select(func.max(col(PlanVersion.id))).scalar_subquery()
    newest = func.max(col(CalendarOverride.entered_at))
    row = session.execute(select(plan, func.count(col(CalendarOverride.day)), newest)).one()
    return row[0], row[1], row[2]
