"""Named queries about the addresses of people in channels beside e-mail and telephone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import delete, select, tuple_
from sqlmodel import Session, col

from models.tables.people import ContactAddress, Person


class Contact(NamedTuple):
    person_id: int
    name: str
    email: str
    kind: str
    address: str


def contacts(
    session: Session,
    kinds: Collection[str] | None = None,
    *,
    person: int | None = None,
    addresses: Collection[str] | None = None,
) -> list[Contact]:
    query = select(
        col(Person.id), col(Person.name), col(Person.email), col(ContactAddress.kind), col(ContactAddress.address)
    ).join(Person, col(Person.id) == col(ContactAddress.person_id))
    if kinds is not None:
        query = query.where(col(ContactAddress.kind).in_(kinds))
    if person is not None:
        query = query.where(col(ContactAddress.person_id) == person)
    if addresses is not None:
        query = query.where(col(ContactAddress.address).in_(addresses))
    return [Contact(*row) for row in session.execute(query)]


def drop_contacts(session: Session, places: Sequence[tuple[int, str]]) -> None:
    """Of these people, each the address of that kind."""
    own = tuple_(col(ContactAddress.person_id), col(ContactAddress.kind))
    session.execute(delete(ContactAddress).where(own.in_(places)))
