"""Province-wide tables that were frozen."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlmodel import Session, col

from models.tables.content import Consolidation, ConsolidationRow


def versions(session: Session, obligation: str, period: str) -> Sequence[Consolidation]:
    """The newest first."""
    query = (
        select(Consolidation)
        .where(col(Consolidation.obligation) == obligation, col(Consolidation.period) == period)
        .order_by(col(Consolidation.number).desc())
    )
    return session.execute(query).scalars().all()


def version(session: Session, obligation: str, period: str, number: int | None) -> Consolidation | None:
    """Without a number, the newest."""
    found = versions(session, obligation, period)
    return next((one for one in found if number in (None, one.number)), None)


def newest(session: Session, obligation: str, period: str) -> Consolidation | None:
    return version(session, obligation, period, None)


def rows_of(session: Session, consolidation: int) -> Sequence[ConsolidationRow]:
    query = (
        select(ConsolidationRow)
        .where(col(ConsolidationRow.consolidation_id) == consolidation)
        .order_by(col(ConsolidationRow.position))
    )
    return session.execute(query).scalars().all()


def newest_numbers(session: Session, obligations: Collection[str]) -> dict[tuple[str, str], int]:
    """Obligation and period → the number of the newest frozen version."""
    query = (
        select(col(Consolidation.obligation), col(Consolidation.period), func.max(col(Consolidation.number)))
        .where(col(Consolidation.obligation).in_(obligations))
        .group_by(col(Consolidation.obligation), col(Consolidation.period))
    )
    return {(obligation, period): number for obligation, period, number in session.execute(query)}
