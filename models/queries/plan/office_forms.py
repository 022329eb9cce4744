"""Named queries about the forms an office made itself."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlmodel import Session, col

from models.tables.forms import OfficeForm


def drafts(session: Session, plan_code: str) -> Sequence[OfficeForm]:
    """The newest first."""
    query = select(OfficeForm).where(col(OfficeForm.plan_code) == plan_code, col(OfficeForm.version).is_(None))
    return session.execute(query.order_by(col(OfficeForm.id).desc())).scalars().all()


def versions(session: Session, plan_code: str, obligation: str = "") -> Sequence[OfficeForm]:
    """Of every duty, or of one, by their number."""
    query = select(OfficeForm).where(col(OfficeForm.plan_code) == plan_code, col(OfficeForm.version).is_not(None))
    if obligation:
        query = query.where(col(OfficeForm.obligation) == obligation)
    return session.execute(query.order_by(col(OfficeForm.obligation), col(OfficeForm.version))).scalars().all()


def next_version(session: Session, plan_code: str, obligation: str) -> int:
    query = select(func.max(col(OfficeForm.version)))
    query = query.where(col(OfficeForm.plan_code) == plan_code, col(OfficeForm.obligation) == obligation)
    return (session.execute(query).scalar() or 0) + 1
