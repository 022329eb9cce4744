"""Named queries about who is who, and how they came in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    ColumnElement,
    CompoundSelect,
    Date,
    and_,
    bindparam,
    delete,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlmodel import Session, col

from models.columns import UtcMoment
from models.conditions import holds_post_on, is_example
from models.queries.messages.claiming import Recipient
from models.queries.people.examples import in_demonstration, real_holder
from models.tables.access import Grant, SignInAttempt, SignInLink, WebSession
from models.tables.organisations import Organisation
from models.tables.people import Person, Post, Tenure

MOMENT = UtcMoment()


class SessionRow(NamedTuple):
    id: int
    person_id: int
    name: str
    email: str
    example: bool
    created_at: datetime
    last_seen_at: datetime


# asked for every page, so made once: building a statement costs more than running it
_LIVE = (
    select(
        col(WebSession.id),
        col(Person.id),
        col(Person.name),
        col(Person.email),
        col(Person.example),
        col(WebSession.created_at),
        col(WebSession.last_seen_at),
    )
    .join(Person, col(Person.id) == col(WebSession.person_id))
    .where(
        col(WebSession.token) == bindparam("token"),
        col(WebSession.revoked_at).is_(None),
        col(WebSession.expires_at) > bindparam("now", type_=MOMENT),
        col(WebSession.last_seen_at) > bindparam("seen_since", type_=MOMENT),
    )
)
_DAY = bindparam("day", type_=Date())
_COUNTS = or_(~is_example(), and_(bindparam("demonstration", type_=Boolean()), ~real_holder(_DAY)))
_HELD: CompoundSelect[Any] = union_all(
    select(col(Post.role), col(Post.organisation_id))
    .join(Tenure, col(Tenure.post_id) == col(Post.id))
    .join(Person, col(Person.id) == col(Tenure.person_id))
    .where(
        col(Tenure.person_id) == bindparam("person"),
        holds_post_on(_DAY),
        _COUNTS,
    ),
    select(col(Grant.role), null())
    .join(Person, col(Person.id) == col(Grant.person_id))
    .where(col(Grant.person_id) == bindparam("person"), _COUNTS),
)


def live_session(session: Session, token: str, now: datetime, seen_since: datetime) -> SessionRow | None:
    told = {"token": token, "now": now, "seen_since": seen_since}
    row = session.connection().execute(_LIVE, told).first()
    return SessionRow(*row) if row else None


def roles_held(session: Session, person_id: int, day: date) -> list[tuple[str, int | None]]:
    """(role, organisation) of every post held that day and every role granted; of an example, in a demonstration."""
    told = {"person": person_id, "day": day, "demonstration": in_demonstration(session)}
    return [(role, unit) for role, unit in session.connection().execute(_HELD, told)]


def _live(now: datetime, seen_since: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(WebSession.revoked_at).is_(None),
        col(WebSession.expires_at) > literal(now, MOMENT),
        col(WebSession.last_seen_at) > literal(seen_since, MOMENT),
    )


def live_sessions(session: Session, person_id: int, now: datetime, seen_since: datetime) -> Sequence[WebSession]:
    query = select(WebSession).where(col(WebSession.person_id) == person_id, *_live(now, seen_since))
    newest_first = col(WebSession.last_seen_at).desc(), col(WebSession.id).desc()
    return session.execute(query.order_by(*newest_first)).scalars().all()


def person_by_email(session: Session, email: str) -> Person | None:
    query = select(Person).where(func.lower(col(Person.email)) == email.lower())
    return session.execute(query).scalars().first()


def holders(session: Session, role: str) -> list[str]:
    """Names of those to whom the role was granted; examples only in a demonstration."""
    query = select(col(Person.name)).join(Grant, col(Grant.person_id) == col(Person.id)).where(col(Grant.role) == role)
    if not in_demonstration(session):
        query = query.where(~is_example())
    return list(session.execute(query.order_by(col(Person.name))).scalars())


def somebody_holds(session: Session, role: str, example: bool) -> bool:
    query = (
        select(col(Grant.id))
        .join(Person, col(Person.id) == col(Grant.person_id))
        .where(col(Grant.role) == role, col(Person.example) == (true() if example else ~true()))
    )
    return session.execute(query.limit(1)).first() is not None


class ExampleRow(NamedTuple):
    person_id: int
    name: str
    role: str
    title: str
    organisation_id: int | None


def examples(session: Session, day: date) -> list[ExampleRow]:
    """Made-up people and the posts or roles they hold, in the register's order; those without a post first."""
    posts = (
        select(col(Person.id), col(Person.name), col(Post.role), col(Post.title), col(Post.organisation_id))
        .join(Tenure, col(Tenure.person_id) == col(Person.id))
        .join(Post, col(Post.id) == col(Tenure.post_id))
        .join(Organisation, col(Organisation.id) == col(Post.organisation_id))
        .where(is_example(), holds_post_on(day), col(Organisation.dissolved_on).is_(None))
        .order_by(col(Organisation.position), col(Post.id))
    )
    grants = (
        select(col(Person.id), col(Person.name), col(Grant.role), literal(""), null())
        .join(Grant, col(Grant.person_id) == col(Person.id))
        .where(is_example())
        .order_by(col(Grant.id))
    )
    found = [*session.execute(grants), *session.execute(posts)]
    return [ExampleRow(*row) for row in found]


class PostRow(NamedTuple):
    post_id: int
    role: str
    title: str
    person_id: int | None
    name: str | None
    email: str | None
    example: bool | None
    from_day: date | None


def posts_of(session: Session, organisation_id: int, day: date) -> list[PostRow]:
    """Every post of an organisation with whoever holds it that day."""
    query = (
        select(
            col(Post.id),
            col(Post.role),
            col(Post.title),
            col(Person.id),
            col(Person.name),
            col(Person.email),
            col(Person.example),
            col(Tenure.from_day),
        )
        .outerjoin(Tenure, and_(col(Tenure.post_id) == col(Post.id), holds_post_on(day)))
        .outerjoin(Person, col(Person.id) == col(Tenure.person_id))
        .where(col(Post.organisation_id) == organisation_id)
        .order_by(col(Post.id))
    )
    return [PostRow(*row) for row in session.execute(query)]


class InvitationRow(NamedTuple):
    link_id: int
    post_id: int
    name: str
    email: str
    from_day: date
    expires_at: datetime
    created_by: str


def open_invitations(session: Session, organisation_id: int, now: datetime) -> list[InvitationRow]:
    query = (
        select(
            col(SignInLink.id),
            col(SignInLink.post_id),
            col(Person.name),
            col(Person.email),
            col(SignInLink.from_day),
            col(SignInLink.expires_at),
            col(SignInLink.created_by),
        )
        .join(Post, col(Post.id) == col(SignInLink.post_id))
        .join(Person, col(Person.id) == col(SignInLink.person_id))
        .where(
            col(Post.organisation_id) == organisation_id,
            col(SignInLink.used_at).is_(None),
            col(SignInLink.expires_at) > literal(now, MOMENT),
        )
        .order_by(col(SignInLink.id))
    )
    return [InvitationRow(*row) for row in session.execute(query)]


def recipients_without_post(session: Session, people: Collection[int], lead: int) -> dict[int, Recipient]:
    """Those who are written to before they hold a post, or for a role that comes with none."""
    query = select(col(Person.id), col(Person.name), col(Person.email), col(Person.example)).where(
        col(Person.id).in_(people)
    )
    return {
        id: Recipient(id, name, email, example, "", "", lead) for id, name, email, example in session.execute(query)
    }


# --- counted tries --------------------------------------------------------------------------------------------------


def failures(
    session: Session,
    kind: str,
    since: datetime,
    *,
    subject: str | None = None,
    network: str | None = None,
    beside: Collection[str] = (),
) -> tuple[int, datetime | None]:
    """How many, and when the last one was. `beside`: with these networks, and known browsers, left out."""
    about = [col(SignInAttempt.subject) == subject] if subject is not None else []
    if network is not None:
        about.append(col(SignInAttempt.network) == network)
    else:
        known = or_(col(SignInAttempt.network).in_(beside), col(SignInAttempt.network).startswith("browser:"))
        about.append(~known)
    query = select(func.count(), func.max(col(SignInAttempt.at))).where(
        *about,
        col(SignInAttempt.kind) == kind,
        col(SignInAttempt.at) > literal(since, MOMENT),
        ~col(SignInAttempt.succeeded),
    )
    count, last = session.execute(query).one()
    return count, last


def known_networks(session: Session, email: str) -> set[str]:
    """From where the person of this address has come in before."""
    query = select(col(WebSession.network)).join(Person, col(Person.id) == col(WebSession.person_id)).distinct()
    mine = (func.lower(col(Person.email)) == email.lower(), col(WebSession.network) != "")
    return set(session.execute(query.where(*mine)).scalars())


def known_browser(session: Session, email: str, token: str) -> int | None:
    """The session by which this browser, which has kept the digest of its token, has come in before."""
    query = select(col(WebSession.id)).join(Person, col(Person.id) == col(WebSession.person_id))
    mine = (func.lower(col(Person.email)) == email.lower(), col(WebSession.token) == token)
    return session.execute(query.where(*mine)).scalars().first()


def revoke(session: Session, person_id: int, now: datetime, *, keep: int | None = None) -> int:
    """End every session of a person, but one. Returns how many were ended."""
    statement = update(WebSession).where(
        col(WebSession.person_id) == person_id,
        col(WebSession.revoked_at).is_(None),
        col(WebSession.expires_at) > literal(now, MOMENT),
    )
    if keep is not None:
        statement = statement.where(col(WebSession.id) != keep)
    return int(session.connection().execute(statement.values(revoked_at=now)).rowcount)


def forget(session: Session, tries_before: datetime, ended_before: datetime) -> None:
    """Tries, links and sessions that no longer say anything."""
    execute = session.connection().execute
    execute(delete(SignInAttempt).where(col(SignInAttempt.at) < literal(tries_before, MOMENT)))
    execute(delete(SignInLink).where(col(SignInLink.expires_at) < literal(ended_before, MOMENT)))
    execute(delete(WebSession).where(col(WebSession.expires_at) < literal(ended_before, MOMENT)))
