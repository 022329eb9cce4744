"""Named queries about posts: who holds them, and who answers for one on a day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.conditions import holds_post_on
from models.tables.organisations import Organisation
from models.tables.people import Absence, Post, Tenure

DEPUTY = "deputy"


def organisation_id(session: Session, key: str) -> int:
    """Raises NoResultFound for a key nobody bears."""
    found = select(col(Organisation.id)).where(col(Organisation.key) == key)
    return int(session.execute(found).scalar_one())


def away(today: date) -> Select[Any]:
    """People who are away; their posts are answered for by the unit's deputy."""
    return select(col(Absence.person_id)).where(col(Absence.from_day) <= today, col(Absence.to_day) > today)


def anybody_away(session: Session, today: date) -> bool:
    return session.execute(away(today).limit(1)).first() is not None


def stand_ins(today: date) -> Select[Any]:
    """(organisation, role, person): the deputy at work, for each post that is empty or whose holder is away."""
    holder, post_of_deputy, deputy = aliased(Tenure), aliased(Post), aliased(Tenure)
    return (
        select(
            col(Post.organisation_id).label("organisation_id"),
            col(Post.role).label("role"),
            col(deputy.person_id).label("person_id"),
        )
        .join(holder, and_(col(holder.post_id) == col(Post.id), holds_post_on(today, holder)), isouter=True)
        .join(
            post_of_deputy,
            and_(col(post_of_deputy.organisation_id) == col(Post.organisation_id), col(post_of_deputy.role) == DEPUTY),
        )
        .join(deputy, and_(col(deputy.post_id) == col(post_of_deputy.id), holds_post_on(today, deputy)))
        .where(col(Post.role) != DEPUTY)
        .where(or_(col(holder.id).is_(None), col(holder.person_id).in_(away(today))))
        .where(col(deputy.person_id).not_in(away(today)))
    )


def not_stood_in_for(tenure: Any, post: Any, today: date) -> ColumnElement[bool]:
    """At work, or away without a deputy at work: better a mail that waits than nobody told."""
    covered = stand_ins(today).subquery("covered")
    same = (covered.c.organisation_id == col(post.organisation_id), covered.c.role == col(post.role))
    return or_(col(tenure.person_id).not_in(away(today)), ~select(covered.c.person_id).where(*same).exists())


def all_posts(session: Session) -> Sequence[Post]:
    return session.execute(select(Post)).scalars().all()


def posts_in(session: Session, organisation_id: int) -> Sequence[Post]:
    return session.execute(select(Post).where(col(Post.organisation_id) == organisation_id)).scalars().all()


def posts_with_holders(
    session: Session, organisations: Collection[int], day: date
) -> Sequence[tuple[Post, Tenure | None]]:
    """Whoever holds each on that day; None: nobody."""
    query = (
        select(Post, Tenure)
        .outerjoin(Tenure, (col(Tenure.post_id) == col(Post.id)) & holds_post_on(day))
        .where(col(Post.organisation_id).in_(organisations))
    )
    return [row._tuple() for row in session.execute(query)]


def tenure_on(session: Session, person_id: int, post_id: int, day: date) -> Tenure | None:
    query = select(Tenure).where(col(Tenure.person_id) == person_id, col(Tenure.post_id) == post_id, holds_post_on(day))
    return session.execute(query).scalars().first()


def tenures_beyond(session: Session, day: date, post_id: int | None = None) -> Sequence[Tenure]:
    """Those that last beyond that day or begin later; of one post, or of every one."""
    query = select(Tenure).where(or_(col(Tenure.to_day).is_(None), col(Tenure.to_day) > day))
    if post_id is not None:
        query = query.where(col(Tenure.post_id) == post_id)
    return session.execute(query).scalars().all()


def delete_absences_beyond(session: Session, people: Collection[int], day: date) -> None:
    """Those that last beyond that day or begin later."""
    session.execute(delete(Absence).where(col(Absence.person_id).in_(people), col(Absence.to_day) > day))
