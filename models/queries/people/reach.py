"""Named queries about who can be reached, and how much each unit is asked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, literal, select
from sqlmodel import Session, col

from models.conditions import holds_post_on, is_example, is_open
from models.database import id_of
from models.tables.cases import Case
from models.tables.channels import ChannelOptOut
from models.tables.people import ContactAddress, Person, Post, Tenure
from models.tables.plan import Binding, ObligationRow, Occurrence, Term
from rules.channels import ChannelPolicy


def reachable(way: ChannelPolicy, person: ColumnElement[int], today: date) -> list[ColumnElement[bool]]:
    """Whether this person may be written to by this channel: an address is known, and they did not opt out.

    A room is reached through the coordinator, so that it gets one post a day.
    """
    if way.reaches_by == "email":
        return []
    if way.shared:
        held = select(col(Tenure.id)).join(Post, col(Post.id) == col(Tenure.post_id))
        coordinates = (col(Tenure.person_id) == person, col(Post.role) == "coordinator", holds_post_on(today))
        return [held.where(*coordinates).exists()]
    refused = (col(ChannelOptOut.person_id) == person, col(ChannelOptOut.family) == way.family)
    wanted = ~select(col(ChannelOptOut.person_id)).where(*refused).exists()
    if way.reaches_by == "phone":
        return [select(col(Person.id)).where(col(Person.id) == person, col(Person.phone) != "").exists(), wanted]
    linked = (col(ContactAddress.person_id) == person, col(ContactAddress.kind) == way.reaches_by)
    return [select(col(ContactAddress.id)).where(*linked).exists(), wanted]


def is_reachable(session: Session, way: ChannelPolicy, person: int, today: date) -> bool:
    reached = reachable(way, literal(person), today)
    return session.execute(select(literal(True)).where(*reached)).first() is not None


class OptOuts(NamedTuple):
    """Who wants nothing more by a family of channels: people, and telephone numbers as 84987654321."""

    people: frozenset[int]
    numbers: frozenset[str]


def opted_out(session: Session, family: str) -> OptOuts:
    """All of them: few ever ask."""
    query = select(col(ChannelOptOut.person_id), col(ChannelOptOut.number)).where(col(ChannelOptOut.family) == family)
    rows = session.execute(query).all()
    return OptOuts(frozenset(person for person, _ in rows), frozenset(number for _, number in rows if number))


class DueUnit(NamedTuple):
    occurrence_id: int
    title: str
    period: str
    target_day: date
    organisation_id: int


def due_units(session: Session, after: date, until: date, codes: Collection[str] | None = None) -> list[DueUnit]:
    """Open cases whose target lies in (after, until]."""
    query = (
        select(
            col(Occurrence.id),
            col(ObligationRow.title_vi),
            col(Occurrence.period),
            col(Term.target_day),
            col(Case.organisation_id),
        )
        .join(Case, col(Case.occurrence_id) == col(Occurrence.id))
        .join(Term, col(Term.id) == col(Case.term_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(is_open(), col(Term.target_day) > after, col(Term.target_day) <= until)
        .order_by(col(Occurrence.target_day), col(Occurrence.id), col(Case.organisation_id))
    )
    if codes is not None:
        query = query.where(col(ObligationRow.code).in_(codes))
    return [DueUnit(*row) for row in session.execute(query)]


def focal_points(session: Session, units: Collection[int], today: date) -> dict[int, Person]:
    query = (
        select(col(Post.organisation_id), Person)
        .join(Tenure, col(Tenure.post_id) == col(Post.id))
        .join(Person, col(Person.id) == col(Tenure.person_id))
        .where(col(Post.organisation_id).in_(units), col(Post.role) == "focal_point", holds_post_on(today))
    )
    return {row[0]: row[1] for row in session.execute(query)}


def has_real_people(session: Session) -> bool:
    return session.execute(select(col(Person.id)).where(~is_example()).limit(1)).first() is not None


class HeldPost(NamedTuple):
    person_id: int
    title: str
    organisation_id: int


def posts_held(session: Session, roles: Collection[str], today: date, before: date) -> list[tuple[Person, HeldPost]]:
    """By real people, who took them before that day."""
    query = (
        select(Person, col(Post.title), col(Post.organisation_id))
        .join(Tenure, col(Tenure.person_id) == col(Person.id))
        .join(Post, col(Post.id) == col(Tenure.post_id))
        .where(col(Post.role).in_(roles), ~is_example(), holds_post_on(today))
        .where(col(Tenure.from_day) < before)
        .order_by(col(Person.id), col(Post.id))
    )
    return [(person, HeldPost(id_of(person), title, unit)) for person, title, unit in session.execute(query)]


class Request(NamedTuple):
    organisation_id: int
    day: date
    short: str
    period: str
    code: str = ""


def requests(session: Session, first: date, last: date) -> list[Request]:
    """What each unit owes by which day, opened or still to come."""
    query = (
        select(
            col(Binding.organisation_id),
            col(Term.target_day),
            col(ObligationRow.short),
            col(Occurrence.period),
            col(ObligationRow.code),
        )
        .join(ObligationRow, col(ObligationRow.id) == col(Binding.obligation_id))
        .join(Occurrence, col(Occurrence.obligation_id) == col(ObligationRow.id))
        .join(
            Term,
            and_(
                col(Term.occurrence_id) == col(Occurrence.id),
                col(Term.role) == col(Binding.role),
                col(Term.agreed) == "",
            ),
        )
        .where(col(Term.target_day) >= first, col(Term.target_day) <= last)
        .order_by(col(Binding.organisation_id), col(Term.target_day), col(Term.id))
    )
    return [Request(*row) for row in session.execute(query)]
