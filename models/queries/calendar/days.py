"""Named queries about the days the office entered itself, beside those of calendar.yaml."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from models.tables.calendar import CalendarOverride
from models.tables.forms import OfficeForm
from models.tables.plan import PlanVersion, TriggerRecord
from models.tables.templates import TemplateVersion


def entered_days(session: Session) -> Sequence[CalendarOverride]:
    return session.execute(select(CalendarOverride).order_by(col(CalendarOverride.day))).scalars().all()


def delete_days(session: Session, days: Collection[date]) -> None:
    session.execute(delete(CalendarOverride).where(col(CalendarOverride.day).in_(days)))


def plan_and_days(session: Session) -> tuple[int | datetime | None, ...]:
    """(newest version of the plan, how many days are entered, when the last one was, newest record of a trigger, when
    a form of the office last came or went, which ladders of the office are in use), in one statement."""
    plan = select(func.max(col(PlanVersion.id))).scalar_subquery()
    newest = func.max(col(CalendarOverride.entered_at))
    record = select(func.max(col(TriggerRecord.id))).scalar_subquery()
    form = select(func.max(col(OfficeForm.changed_at))).where(col(OfficeForm.version).is_not(None)).scalar_subquery()
    own = (col(TemplateVersion.family) == "ladder", col(TemplateVersion.in_use))
    ladders = select(func.sum(col(TemplateVersion.id))).where(*own).scalar_subquery()
    days = func.count(col(CalendarOverride.day))
    return tuple(session.execute(select(plan, days, newest, record, form, ladders)).one())
