"""Named queries about who is reached under which Zalo id, the codes that link the two, and the accounts' tokens."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlmodel import Session, col

from models.tables.people import ContactAddress, Person
from models.tables.zalo import LinkCode, OaToken


def drop_codes(session: Session, person: int, now: datetime) -> None:
    """Of this person, and all that have run out."""
    session.execute(delete(LinkCode).where(or_(col(LinkCode.person_id) == person, col(LinkCode.expires_at) <= now)))


def spend_code(session: Session, digest: str, now: datetime) -> bool:
    """False for a code that is unknown, spent or out of date: of two who send the same, one is heard."""
    good = (col(LinkCode.used_at).is_(None), col(LinkCode.expires_at) > now)
    statement = update(LinkCode).where(col(LinkCode.code_hash) == digest, *good).values(used_at=now)
    return int(session.connection().execute(statement).rowcount) == 1


def person_of_address(session: Session, kind: str, address: str) -> Person | None:
    query = select(Person).join(ContactAddress, col(ContactAddress.person_id) == col(Person.id))
    return session.execute(query.where(_is(kind, address))).scalars().first()


def linked_since(session: Session, person: int, kind: str) -> datetime | None:
    query = select(col(ContactAddress.since)).where(
        col(ContactAddress.person_id) == person, col(ContactAddress.kind) == kind
    )
    moment: datetime | None = session.execute(query).scalar_one_or_none()
    return moment


def number_of_links(session: Session, kind: str) -> int:
    query = select(func.count()).select_from(ContactAddress).where(col(ContactAddress.kind) == kind)
    return int(session.execute(query).scalar_one())


def drop_links(session: Session, kind: str, address: str, person: int | None) -> None:
    """Of this chat, whosever it is, and of this person, wherever it leads."""
    either = or_(col(ContactAddress.address) == address, col(ContactAddress.person_id) == person)
    session.execute(delete(ContactAddress).where(col(ContactAddress.kind) == kind, either))


def drop_link_of_address(session: Session, kind: str, address: str) -> None:
    session.execute(delete(ContactAddress).where(_is(kind, address)))


def drop_links_of_person(session: Session, person: int, kinds: Collection[str]) -> int:
    """Returns how many there were."""
    theirs = (col(ContactAddress.person_id) == person, col(ContactAddress.kind).in_(kinds))
    return int(session.connection().execute(delete(ContactAddress).where(*theirs)).rowcount)


def account_tokens(session: Session) -> Sequence[OaToken]:
    return session.execute(select(OaToken).order_by(col(OaToken.profile))).scalars().all()


def _is(kind: str, address: str) -> ColumnElement[bool]:
    return and_(col(ContactAddress.kind) == kind, col(ContactAddress.address) == address)
