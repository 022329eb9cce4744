"""Named queries about when somebody is away, and who stands in for a unit's people."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlmodel import Session, col, select

from models.conditions import holds_post_on
from models.queries.people.posts import DEPUTY
from models.tables.people import Absence, Post, Tenure


def absences_from(session: Session, people: Collection[int], today: date) -> Sequence[Absence]:
    """Going on or still to come, soonest first."""
    query = select(Absence).where(col(Absence.person_id).in_(people), Absence.to_day > today)
    return session.exec(query.order_by(col(Absence.from_day), col(Absence.id))).all()


def is_away_between(session: Session, person_id: int, first: date, last: date) -> bool:
    """On any day of them, the last one included."""
    query = select(Absence).where(Absence.person_id == person_id, Absence.from_day <= last, Absence.to_day > first)
    return session.exec(query).first() is not None


def deputy_of(session: Session, unit: int, today: date) -> int | None:
    query = (
        select(Tenure.person_id)
        .join(Post, col(Post.id) == col(Tenure.post_id))
        .where(Post.organisation_id == unit, Post.role == DEPUTY, holds_post_on(today))
    )
    return session.exec(query).first()
