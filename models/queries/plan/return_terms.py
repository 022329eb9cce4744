"""Named queries about the terms by which units are reminded of what was returned to them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, or_, select, update
from sqlmodel import Session, col

from models.conditions import is_returned
from models.tables.cases import Case
from models.tables.plan import RETURN, ObligationRow, Occurrence, Term


class UndatedReturn(NamedTuple):
    """A returned case without a term of its own, or with one of another day."""

    case_id: int
    occurrence_id: int
    return_by: date


def undated(session: Session, obligations: Collection[str] | None) -> list[UndatedReturn]:
    query = (
        select(col(Case.id), col(Case.occurrence_id), col(Case.return_by))
        .join(Term, col(Term.id) == col(Case.return_term_id), isouter=True)
        .where(is_returned(), col(Case.return_by).is_not(None))
        .where(or_(col(Term.id).is_(None), col(Term.target_day) != col(Case.return_by)))
        .order_by(col(Case.id))
    )
    if obligations is not None:
        duty = select(col(Occurrence.id)).join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        query = query.where(col(Case.occurrence_id).in_(duty.where(col(ObligationRow.code).in_(obligations))))
    return [UndatedReturn(*row) for row in session.execute(query)]


def term_of(session: Session, occurrence: int, agreed: str) -> Term | None:
    same = (col(Term.occurrence_id) == occurrence, col(Term.role) == RETURN, col(Term.agreed) == agreed)
    return session.execute(select(Term).where(*same)).scalars().first()


def hold_to(session: Session, cases: Collection[int], term: int) -> None:
    session.execute(update(Case).where(col(Case.id).in_(cases)).values(return_term_id=term))


def awaits_completion(term: Any = Term) -> ColumnElement[bool]:
    """Whether something returned is reminded of by this term."""
    return select(col(Case.id)).where(col(Case.return_term_id) == term.id, is_returned()).exists()
