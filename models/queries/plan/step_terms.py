"""Named queries about the terms by which steps after a hand-in are reminded of, until they are recorded."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.conditions import is_next_step
from models.queries.cases.status import status_case
from models.tables.cases import Case, Stage
from models.tables.plan import STEP, ObligationRow, Occurrence, Term
from rules.steps import FOLLOWED


class UndatedStep(NamedTuple):
    """A step that can be recorded now and has no term yet, or one of another day."""

    stage_id: int
    code: str
    target_day: date
    occurrence_id: int


def counts_now(now: datetime) -> ColumnElement[bool]:
    """Of `Stage` joined to its `Case` and to the `Term` the case is held to: the step is owed, and can be recorded."""
    return and_(is_next_step(), status_case(now).in_([status.value for status in FOLLOWED]))


def undated(session: Session, now: datetime, obligations: Collection[str] | None) -> list[UndatedStep]:
    own = aliased(Term)
    query = (
        select(col(Stage.id), col(Stage.code), col(Stage.target_day), col(Case.occurrence_id))
        .join(Case, col(Case.id) == col(Stage.case_id))
        .join(Term, col(Term.id) == col(Case.term_id))
        .join(own, col(own.id) == col(Stage.term_id), isouter=True)
        .where(counts_now(now), col(Stage.target_day).is_not(None))
        .where(or_(col(own.id).is_(None), col(own.target_day) != col(Stage.target_day)))
        .order_by(col(Stage.id))
    )
    rows = session.execute(query if obligations is None else query.where(_of(obligations)))
    return [UndatedStep(*row) for row in rows]


def _of(obligations: Collection[str]) -> ColumnElement[bool]:
    duty = select(col(Occurrence.id)).join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
    return col(Case.occurrence_id).in_(duty.where(col(ObligationRow.code).in_(obligations)))


def term_of(session: Session, occurrence: int, agreed: str) -> Term | None:
    same = (col(Term.occurrence_id) == occurrence, col(Term.role) == STEP, col(Term.agreed) == agreed)
    return session.execute(select(Term).where(*same)).scalars().first()


def hold_to(session: Session, stages: Collection[int], term: int) -> None:
    session.execute(update(Stage).where(col(Stage.id).in_(stages)).values(term_id=term))


def awaits_record(term: Any = Term) -> ColumnElement[bool]:
    """Whether a step that is still owed is reminded of by this term."""
    owed = (col(Stage.term_id) == term.id, is_next_step(), col(Case.outcome).is_(None))
    return select(col(Stage.id)).join(Case, col(Case.id) == col(Stage.case_id)).where(*owed).exists()
