"""Named queries about how many units and empty posts there are."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, func, select
from sqlmodel import Session, col

from models.conditions import holds_post_on
from models.tables.organisations import Organisation
from models.tables.people import Post, Tenure


def number_of_units(session: Session, today: date) -> int:
    return int(session.execute(select(func.count()).select_from(Organisation).where(_exists_on(today))).scalar_one())


def empty_posts_by_role(session: Session, today: date) -> dict[str, int]:
    query = (
        select(col(Post.role), func.count())
        .select_from(Post)
        .join(Organisation, col(Organisation.id) == col(Post.organisation_id))
        .outerjoin(Tenure, and_(col(Tenure.post_id) == col(Post.id), holds_post_on(today)))
        .where(col(Tenure.id).is_(None), _exists_on(today))
        .group_by(col(Post.role))
    )
    return {role: int(number) for role, number in session.execute(query)}


def _exists_on(today: date) -> ColumnElement[bool]:
    return col(Organisation.dissolved_on).is_(None) | (col(Organisation.dissolved_on) > today)
