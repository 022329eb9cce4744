"""Named queries about digests: which of them wait, on which day one is due, and those that new notices ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, String, Subquery, and_, case, cast, func, literal, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.columns import UtcMoment
from models.conditions import is_pending
from models.queries.people.reach import reachable
from models.tables.messages import Message, Notice
from rules.channels import ChannelPolicy


@dataclass(frozen=True)
class DigestTimes:
    """When a digest of today, and one of a later day, may leave; and when it is of no use any more (None: never)."""

    today: date
    not_before: datetime
    not_before_later: datetime
    expires_at: datetime | None
    expires_at_later: datetime | None


def hold_waiting_digests(session: Session) -> None:
    """A digest that leaves while a notice joins it would leave without it; PostgreSQL must be told, SQLite waits."""
    waiting = select(col(Message.id)).where(is_pending(), col(Message.kind) == "digest")
    session.execute(waiting.with_for_update()).all()


def waiting_digests(*, many_channels: bool) -> Subquery:
    """Person → the digest that still waits. Gathered once: a person's sent digests pile up over the years."""
    pending = select(col(Message.person_id), col(Message.on_day)).where(is_pending(), col(Message.kind) == "digest")
    if many_channels:  # a day whose digest has left by one channel takes nothing more by the others
        pending = pending.where(~_left_already())
    few = _at_first(pending, "pending")
    newest = select(few.c.person_id, func.max(few.c.on_day).label("on_day")).group_by(few.c.person_id)
    return newest.subquery("waiting")


def digest_day(waiting: Subquery, person: ColumnElement[int], today: date, next_day: date) -> ColumnElement[date]:
    """Join a digest that still waits; start today's; or, when today's has gone out, the next working day's."""
    of_person = (col(Message.person_id) == person, col(Message.kind) == "digest")
    gone = select(col(Message.id)).where(*of_person, col(Message.on_day) == today).exists()
    return func.coalesce(waiting.c.on_day, case((gone, literal(next_day, Date())), else_=literal(today, Date())))


def digests_of_new_notices(
    before: int, way: ChannelPolicy, earlier: Sequence[ChannelPolicy], times: DigestTimes
) -> Select[Any]:
    """One message by `way` for each person and digest day of the notices with a greater id than `before`.

    Whom one of the `earlier` channels of the family reaches is left out. The columns are labelled as the table's.
    """
    notices = select(col(Notice.person_id), col(Notice.on_day))
    of_family = (col(Notice.skipped).is_(None), col(Notice.channels).contains(f" {way.family} "))
    fresh = _at_first(notices.where(col(Notice.id) > before, *of_family), "fresh")
    person, on_day = fresh.c.person_id, fresh.c.on_day
    return (
        select(
            (literal("digest:") + cast(person, String()) + ":" + cast(on_day, String()) + f":{way.name}").label("key"),
            person,
            literal(way.name).label("channel"),
            literal("digest").label("kind"),
            on_day,
            _by_day(on_day, times.today, times.not_before, times.not_before_later).label("not_before"),
            _by_day(on_day, times.today, times.expires_at, times.expires_at_later).label("expires_at"),
            literal(way.family).label("carries"),
        )
        .where(
            *reachable(way, person, times.today),
            *(~and_(*reachable(other, person, times.today)) for other in earlier),
        )
        .group_by(person, on_day)
    )


def _by_day(on_day: Any, today: date, now: datetime | None, later: datetime | None) -> ColumnElement[Any]:
    return case((on_day <= today, literal(now, UtcMoment())), else_=literal(later, UtcMoment()))


def _left_already() -> ColumnElement[bool]:
    other = aliased(Message)
    same = (col(other.person_id) == col(Message.person_id), col(other.on_day) == col(Message.on_day))
    return select(col(other.id)).where(*same, col(other.kind) == "digest", col(other.state) != "pending").exists()


def _at_first(few: Select[Any], name: str) -> Subquery:
    """Read before anything is grouped: SQLite would rather walk the whole history in the groups' order."""
    return few.offset(0).subquery(name)
