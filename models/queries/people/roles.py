"""Named queries about roles that come with no post."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from models.tables.access import Grant
from models.tables.people import Person


def grant_of(session: Session, person_id: int, role: str) -> Grant | None:
    return session.exec(select(Grant).where(Grant.person_id == person_id, Grant.role == role)).first()


def grants_of(session: Session, role: str) -> Sequence[Grant]:
    return session.exec(select(Grant).where(Grant.role == role)).all()


def real_people_with(session: Session, role: str) -> set[int]:
    query = select(Grant.person_id, Person.example).join(Person, col(Person.id) == col(Grant.person_id))
    return {person for person, example in session.exec(query.where(Grant.role == role)) if not example}


def names_with(session: Session, role: str) -> Sequence[str]:
    """By the alphabet."""
    query = select(Person.name).join(Grant, col(Grant.person_id) == col(Person.id)).where(Grant.role == role)
    return session.exec(query.order_by(col(Person.name))).all()
