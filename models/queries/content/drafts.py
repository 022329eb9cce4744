"""Tables that are being filled in on a page, and the rows a unit handed in before."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from models.tables.content import Consolidation, ContentRow
from models.tables.forms import FormDraft


def draft_of(session: Session, case_id: int) -> FormDraft | None:
    return session.exec(select(FormDraft).where(FormDraft.case_id == case_id)).first()


def change_if_same(session: Session, case_id: int, seen: int, **values: object) -> bool:
    """False when somebody saved it since; then nothing is written."""
    same = (col(FormDraft.case_id) == case_id, col(FormDraft.number) == seen)
    return session.connection().execute(update(FormDraft).where(*same).values(**values)).rowcount == 1


def rows_before(session: Session, organisation_id: int, obligation: str, period: str) -> Sequence[ContentRow]:
    """As the unit handed them in for the newest period before this one for which it did."""
    of_unit = (
        ContentRow.organisation_id == organisation_id,
        ContentRow.obligation == obligation,
        col(ContentRow.current),
        func.length(ContentRow.period) == len(period),  # a year before a year, a quarter before a quarter
    )
    newest = select(func.max(ContentRow.period)).where(*of_unit, ContentRow.period < period).scalar_subquery()
    return session.exec(
        select(ContentRow).where(*of_unit, ContentRow.period == newest).order_by(col(ContentRow.id))
    ).all()


def frozen_periods_before(session: Session, obligation: str, period: str) -> Sequence[str]:
    """Those of the same kind of which there is a frozen table, the newest first."""
    query = (
        select(Consolidation.period)
        .where(Consolidation.obligation == obligation, Consolidation.period < period)
        .where(func.length(Consolidation.period) == len(period))
    )
    return session.exec(query.distinct().order_by(col(Consolidation.period).desc())).all()
