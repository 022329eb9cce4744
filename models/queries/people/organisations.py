"""Named queries about organisations, their names and how one followed another."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import or_, select, update
from sqlmodel import Session, col

from models.tables.organisations import Organisation, OrganisationEvent, OrganisationName


def organisations(session: Session) -> Sequence[Organisation]:
    """In the register's order, the dissolved ones too."""
    return session.execute(select(Organisation).order_by(col(Organisation.position))).scalars().all()


def standing_organisations(session: Session, day: date) -> Sequence[Organisation]:
    """In the register's order, without those dissolved by then."""
    ends = col(Organisation.dissolved_on)
    query = select(Organisation).where(or_(ends.is_(None), ends > day)).order_by(col(Organisation.position))
    return session.execute(query).scalars().all()


def organisations_with_names(session: Session) -> Sequence[tuple[Organisation, OrganisationName]]:
    """A row for each name."""
    query = select(Organisation, OrganisationName).where(col(OrganisationName.organisation_id) == col(Organisation.id))
    return [row._tuple() for row in session.execute(query)]


def end_names(session: Session, organisation_id: int, day: date) -> None:
    """No name lasts beyond that day."""
    session.execute(
        update(OrganisationName)
        .where(col(OrganisationName.organisation_id) == organisation_id, col(OrganisationName.valid_to).is_(None))
        .values(valid_to=day)
    )


def events(session: Session, kinds: Collection[str]) -> Sequence[OrganisationEvent]:
    """In the order in which they took effect."""
    query = select(OrganisationEvent).where(col(OrganisationEvent.kind).in_(kinds))
    ordered = query.order_by(col(OrganisationEvent.effective_on), col(OrganisationEvent.id))
    return session.execute(ordered).scalars().all()
