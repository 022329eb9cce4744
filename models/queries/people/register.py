"""Named queries behind the register of people and units; each is one statement, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Session, col

from models.conditions import holds_post_on
from models.tables.access import Grant, WebSession
from models.tables.organisations import Organisation, OrganisationEvent, OrganisationName
from models.tables.people import Person, Post, Tenure


def people(session: Session, asked: str, today: date, limit: int, offset: int) -> Sequence[Person]:
    """By name or address, or of a unit by its key; those of the register first."""
    query = select(Person).where(*_named(asked, today)).order_by(col(Person.example), col(Person.name), col(Person.id))
    return session.execute(query.limit(limit).offset(offset)).scalars().all()


def count_people(session: Session, asked: str, today: date) -> int:
    query = select(func.count()).select_from(Person).where(*_named(asked, today))
    return int(session.execute(query).scalar_one())


def real_and_example_people(session: Session) -> tuple[int, int]:
    query = select(col(Person.example), func.count()).group_by(col(Person.example))
    counts = {bool(example): number for example, number in session.execute(query)}
    return counts.get(False, 0), counts.get(True, 0)


def _named(asked: str, today: date) -> list[ColumnElement[bool]]:
    if not asked:
        return []
    of_unit = (
        select(col(Tenure.person_id))
        .join(Post, col(Post.id) == col(Tenure.post_id))
        .join(Organisation, col(Organisation.id) == col(Post.organisation_id))
        .where(func.upper(col(Organisation.key)) == asked.upper(), holds_post_on(today))
    )
    words = (col(Person.name), col(Person.email), col(Person.phone))
    # SQLite folds ASCII letters only, so a name is also looked for as it is written with capitals
    like = [word.icontains(form, autoescape=True) for word in words for form in {asked, asked.title()}]
    return [or_(*like, col(Person.id).in_(of_unit))]


def all_people(session: Session) -> Sequence[Person]:
    return session.execute(select(Person)).scalars().all()


class HolderRow(NamedTuple):
    person_id: int
    unit_key: str
    role: str
    title: str
    name: str
    email: str
    phone: str


def holders_in_order(session: Session, day: date) -> list[HolderRow]:
    """Who holds which post on that day, in the register's order of units."""
    query = (
        select(
            col(Person.id),
            col(Organisation.key),
            col(Post.role),
            col(Post.title),
            col(Person.name),
            col(Person.email),
            col(Person.phone),
        )
        .join(Post, col(Post.organisation_id) == col(Organisation.id))
        .join(Tenure, col(Tenure.post_id) == col(Post.id))
        .join(Person, col(Person.id) == col(Tenure.person_id))
        .where(holds_post_on(day))
        .order_by(col(Organisation.position), col(Post.id))
    )
    return [HolderRow(*row) for row in session.execute(query)]


class Holding(NamedTuple):
    person_id: int
    post_id: int
    role: str
    title: str
    unit_key: str
    unit_id: int
    from_day: date
    to_day: date | None


def held(session: Session, people: Collection[int]) -> list[Holding]:
    """Every post these people hold, held or will hold, the latest first."""
    query = (
        select(
            col(Tenure.person_id),
            col(Post.id),
            col(Post.role),
            col(Post.title),
            col(Organisation.key),
            col(Organisation.id),
            col(Tenure.from_day),
            col(Tenure.to_day),
        )
        .join(Post, col(Post.id) == col(Tenure.post_id))
        .join(Organisation, col(Organisation.id) == col(Post.organisation_id))
        .where(col(Tenure.person_id).in_(people))
        .order_by(col(Tenure.from_day).desc(), col(Tenure.id).desc())
    )
    return [Holding(*row) for row in session.execute(query)]


def grants(session: Session, people: Collection[int]) -> dict[int, list[str]]:
    query = select(col(Grant.person_id), col(Grant.role)).where(col(Grant.person_id).in_(people)).order_by(Grant.role)
    found: dict[int, list[str]] = {}
    for person, role in session.execute(query):
        found.setdefault(person, []).append(role)
    return found


def last_seen(session: Session, people: Collection[int]) -> dict[int, datetime]:
    query = (
        select(col(WebSession.person_id), func.max(col(WebSession.last_seen_at)))
        .where(col(WebSession.person_id).in_(people))
        .group_by(col(WebSession.person_id))
    )
    return dict(session.execute(query).tuples().all())


class PostCount(NamedTuple):
    organisation_id: int
    posts: int
    empty: int


def post_counts(session: Session, today: date) -> dict[int, PostCount]:
    query = (
        select(
            col(Post.organisation_id),
            func.count(func.distinct(col(Post.id))),
            func.count(func.distinct(col(Tenure.post_id))),
        )
        .outerjoin(Tenure, and_(col(Tenure.post_id) == col(Post.id), holds_post_on(today)))
        .group_by(col(Post.organisation_id))
    )
    return {unit: PostCount(unit, posts, posts - filled) for unit, posts, filled in session.execute(query)}


def names_of(session: Session, organisation_id: int) -> Sequence[OrganisationName]:
    """Every name it ever bore, the newest first."""
    query = select(OrganisationName).where(col(OrganisationName.organisation_id) == organisation_id)
    return session.execute(query.order_by(col(OrganisationName.valid_from).desc())).scalars().all()


def events_of(session: Session, key: str) -> Sequence[OrganisationEvent]:
    about = (col(OrganisationEvent.from_keys), col(OrganisationEvent.to_keys))
    query = select(OrganisationEvent).where(or_(*(keys.contains(f" {key} ", autoescape=True) for keys in about)))
    newest_first = col(OrganisationEvent.effective_on).desc(), col(OrganisationEvent.id).desc()
    return session.execute(query.order_by(*newest_first)).scalars().all()


def longest_unit_name(session: Session) -> str:
    return _longest(session, OrganisationName.name)


def longest_person_name(session: Session) -> str:
    return _longest(session, Person.name)


def _longest(session: Session, column: Any) -> str:
    return session.execute(select(column).order_by(func.length(column).desc()).limit(1)).scalar() or ""
