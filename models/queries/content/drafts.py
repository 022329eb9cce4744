"""Tables that are being filled in on a page, and the rows a unit handed in before."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from models.tables.content import ContentRow
from models.tables.forms import FormDraft


def draft_of(session: Session, case_id: int) -> FormDraft | None:
    return session.exec(select(FormDraft).where(FormDraft.case_id == case_id)).first()


def change_if_same(session: Session, case_id: int, seen: int, **values: object) -> bool:
    """False when somebody saved it since; then nothing is written."""
    same = (col(FormDraft.case_id) == case_id, col(FormDraft.number) == seen)
    return session.connection().execute(update(FormDraft).where(*same).values(**values)).rowcount == 1


def rows_before(session: Session, organisation_id: int, obligation: str, period: str) -> Sequence[ContentRow]:
    """Of the newest period before this one for which the unit handed rows in."""
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
