"""Named queries about documents the office issues about cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import Session, col

from models.tables.cases import Case
from models.tables.messages import OfficeDocument
from models.tables.plan import ObligationRow, Occurrence

ON_THE_ROAD = ("draft", "approved", "signed")

Row = tuple[OfficeDocument, Occurrence, ObligationRow]


def _rows() -> Select[Any]:
    return (
        select(OfficeDocument, Occurrence, ObligationRow)
        .join(Case, col(Case.id) == col(OfficeDocument.case_id))
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
    )


def waiting_ids() -> Select[Any]:
    return select(col(OfficeDocument.id)).where(col(OfficeDocument.state).in_(ON_THE_ROAD))


def waiting(session: Session) -> list[Row]:
    """The oldest first."""
    query = _rows().where(col(OfficeDocument.state).in_(ON_THE_ROAD)).order_by(col(OfficeDocument.id))
    return [tuple(row) for row in session.execute(query)]


def settled(session: Session, most: int) -> list[Row]:
    """Issued or dropped, the last first."""
    query = _rows().where(col(OfficeDocument.state).not_in(ON_THE_ROAD))
    ordered = query.order_by(col(OfficeDocument.changed_at).desc(), col(OfficeDocument.id).desc()).limit(most)
    return [tuple(row) for row in session.execute(ordered)]


def document(session: Session, id: int) -> OfficeDocument | None:
    """Held until the transaction ends."""
    return session.get(OfficeDocument, id, with_for_update=True)


def of_case(session: Session, case: int) -> Sequence[OfficeDocument]:
    """The newest first."""
    query = select(OfficeDocument).where(col(OfficeDocument.case_id) == case)
    return session.execute(query.order_by(col(OfficeDocument.id).desc())).scalars().all()


def issued_for(session: Session, case: int, step: str) -> OfficeDocument | None:
    """The last one issued that proves this step of the case, or its hand-in."""
    query = (
        select(OfficeDocument)
        .where(col(OfficeDocument.case_id) == case, col(OfficeDocument.step) == step)
        .where(col(OfficeDocument.state) == "issued")
        .order_by(col(OfficeDocument.issued_on).desc(), col(OfficeDocument.id).desc())
    )
    return session.execute(query.limit(1)).scalars().first()
