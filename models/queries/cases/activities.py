"""Named queries about the register of activities."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Session, col

from models.tables.activities import Activity


def stands(as_of: datetime | None = None, activity: Any = Activity) -> ColumnElement[bool]:
    """Neither corrected nor taken back; or, before a moment of the past, not yet."""
    if as_of is None:
        return col(activity.ended_at).is_(None)
    ended = or_(col(activity.ended_at).is_(None), col(activity.ended_at) >= as_of)
    return and_(col(activity.recorded_at) < as_of, ended)


@dataclass(frozen=True)
class ActivitySelection:
    """None: every one."""

    obligation: str | None = None
    organisations: Collection[int] | None = None
    first: date | None = None
    last: date | None = None
    ended: bool = False  # also what was corrected or taken back
    as_of: datetime | None = None

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        given: list[ColumnElement[bool]] = [] if self.ended else [stands(self.as_of)]
        if self.obligation is not None:
            given.append(col(Activity.obligation) == self.obligation)
        if self.organisations is not None:
            given.append(col(Activity.organisation_id).in_(self.organisations))
        if self.first is not None:
            given.append(col(Activity.on_day) >= self.first)
        if self.last is not None:
            given.append(col(Activity.on_day) <= self.last)
        return given


def activities(
    session: Session, selection: ActivitySelection, limit: int | None = None, before: tuple[date, int] | None = None
) -> Sequence[Activity]:
    """The newest day first. `before`: only what comes after this (day, id) in that order."""
    query = select(Activity).where(*selection.conditions)
    if before is not None:
        day, id = before
        query = query.where(or_(col(Activity.on_day) < day, and_(col(Activity.on_day) == day, col(Activity.id) < id)))
    query = query.order_by(col(Activity.on_day).desc(), col(Activity.id).desc()).limit(limit)
    return session.execute(query).scalars().all()


class ActivityCount(NamedTuple):
    obligation: str
    organisation_id: int
    kind: str
    entries: int
    people: int


def counts(session: Session, selection: ActivitySelection) -> list[ActivityCount]:
    """How many of each kind each unit recorded for each duty."""
    key = (col(Activity.obligation), col(Activity.organisation_id), col(Activity.kind))
    query = (
        select(*key, func.count(), func.coalesce(func.sum(Activity.people), 0))
        .where(*selection.conditions)
        .group_by(*key)
        .order_by(*key)
    )
    return [ActivityCount(*row) for row in session.execute(query)]


def held_activity(session: Session, id: int) -> Activity | None:
    """Nobody else changes it until this transaction ends."""
    return session.get(Activity, id, with_for_update=True)
