"""Named queries about who answers for a post on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
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
