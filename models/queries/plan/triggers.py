"""Named queries about the documents a plan waits for: those recorded, and those handed in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.conditions import stands
from models.tables.cases import Case
from models.tables.plan import ObligationRow, Occurrence, TriggerRecord
from models.tables.submissions import Submission


def records(session: Session, plan_code: str) -> Sequence[TriggerRecord]:
    """All there ever were, the newest first."""
    query = select(TriggerRecord).where(col(TriggerRecord.plan_code) == plan_code)
    return session.execute(query.order_by(col(TriggerRecord.id).desc())).scalars().all()


def documents(session: Session, codes: Collection[str]) -> list[tuple[str, datetime, date | None]]:
    """(obligation, received, day of the document) of the newest version of what was handed in and not returned."""
    newer = aliased(Submission)
    newest = select(func.max(col(newer.version))).where(col(newer.case_id) == col(Case.id), stands(newer))
    query = (
        select(col(ObligationRow.code), col(Case.received_at), col(Submission.document_date))
        .join(Occurrence, col(Occurrence.obligation_id) == col(ObligationRow.id))
        .join(Case, col(Case.occurrence_id) == col(Occurrence.id))
        .join(Submission, col(Submission.case_id) == col(Case.id))
        .where(col(ObligationRow.code).in_(codes), col(Case.received_at).is_not(None))
        .where(col(Case.returned_at).is_(None), col(Submission.version) == newest.scalar_subquery())
        .order_by(col(Case.received_at), col(Case.id))
    )
    return [(code, received, day) for code, received, day in session.execute(query)]


def waiting(session: Session) -> set[str]:
    """Obligations with an occurrence that waits for its condition."""
    query = select(col(ObligationRow.code)).join(Occurrence, col(Occurrence.obligation_id) == col(ObligationRow.id))
    unmet = (col(Occurrence.trigger).is_not(None), col(Occurrence.opens_on).is_(None))
    return set(session.execute(query.where(*unmet, col(Occurrence.opened_at).is_(None))).scalars())


class Dependent(NamedTuple):
    """An occurrence that waits, or waited, for a document."""

    code: str
    period: str
    opens_on: date | None
    target_day: date
    late_after: date | None
    opened_at: datetime | None
    cases: int
    answered: int


def dependents(session: Session, codes: Collection[str]) -> list[Dependent]:
    answered = col(Case.received_at).is_not(None) | col(Case.outcome).is_not(None)
    columns = (
        col(ObligationRow.code),
        col(Occurrence.period),
        col(Occurrence.opens_on),
        col(Occurrence.target_day),
        col(Occurrence.late_after),
        col(Occurrence.opened_at),
    )
    query = (
        select(*columns, func.count(col(Case.id)), func.count(col(Case.id)).filter(answered))
        .join(Occurrence, col(Occurrence.obligation_id) == col(ObligationRow.id))
        .outerjoin(Case, col(Case.occurrence_id) == col(Occurrence.id))
        .where(col(ObligationRow.code).in_(codes))
        .group_by(*columns)
        .order_by(col(ObligationRow.code), col(Occurrence.period))
    )
    return [Dependent(*row) for row in session.execute(query)]
