"""What persons settled about the tables of a duty and period."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from models.tables.content import Settlement


def settlements(session: Session, obligation: str, period: str, kinds: Collection[str]) -> Sequence[Settlement]:
    """The newest last, so that it counts."""
    query = (
        select(Settlement)
        .where(
            col(Settlement.obligation) == obligation,
            col(Settlement.period) == period,
            col(Settlement.kind).in_(kinds),
        )
        .order_by(col(Settlement.id))
    )
    return session.execute(query).scalars().all()
