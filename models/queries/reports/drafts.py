"""Named queries about drafted reports: their documents, and the words people wrote into them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from models.tables.plan import Occurrence
from models.tables.reports import ReportDraft, ReportWords


def newest_drafts(session: Session) -> Sequence[tuple[ReportDraft, Occurrence]]:
    """The last document of each period, the newest first."""
    query = _newest().order_by(col(Occurrence.target_day).desc(), col(Occurrence.id).desc())
    return [row._tuple() for row in session.execute(query)]


def newest_draft(session: Session, occurrence: int) -> tuple[ReportDraft, Occurrence] | None:
    row = session.execute(_newest().where(col(Occurrence.id) == occurrence)).first()
    return row._tuple() if row else None


def _newest() -> Select[tuple[ReportDraft, Occurrence]]:
    last = (
        select(func.max(col(ReportDraft.version)))
        .where(col(ReportDraft.occurrence_id) == col(Occurrence.id))
        .correlate(Occurrence)
        .scalar_subquery()
    )
    return (
        select(ReportDraft, Occurrence)
        .join(Occurrence, col(Occurrence.id) == col(ReportDraft.occurrence_id))
        .where(col(ReportDraft.version) == last)
    )


def versions(session: Session, occurrence: int) -> Sequence[ReportDraft]:
    """The newest first."""
    query = select(ReportDraft).where(col(ReportDraft.occurrence_id) == occurrence)
    return session.execute(query.order_by(col(ReportDraft.version).desc())).scalars().all()


def newest_words(session: Session, occurrence: int) -> dict[str, ReportWords]:
    """Slot → what stands in it."""
    query = select(ReportWords).where(col(ReportWords.occurrence_id) == occurrence).order_by(col(ReportWords.id))
    return {row.slot: row for row in session.execute(query).scalars()}
