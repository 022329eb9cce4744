"""Named queries behind the leader's page; each is one statement."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from models.queries.cases.status import standing_case
from models.tables.cases import Case
from models.tables.plan import ObligationRow, Occurrence, PlanVersion, Term


def handed_in_reports(session: Session) -> set[int]:
    """Occurrences whose report was handed in, and not returned: nobody waits for a word on its draft."""
    came = (col(Case.received_at).is_not(None), col(Case.returned_at).is_(None), col(Case.role) != "contributor")
    query = select(col(Case.occurrence_id)).join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
    return set(session.execute(query.where(*came, col(Occurrence.drafted_at).is_not(None))).scalars())


def by_day(session: Session, plan: str, first: date, last: date, now: datetime) -> list[tuple[date, str, int]]:
    """(the day they fall due, status, how many)."""
    inner = (
        select(col(Term.target_day).label("day"), standing_case(now).label("status"))
        .select_from(Case)
        .join(Term, col(Term.id) == col(Case.term_id))
        .join(Occurrence, col(Occurrence.id) == col(Term.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .join(PlanVersion, col(PlanVersion.id) == col(ObligationRow.plan_id))
        .where(col(PlanVersion.code) == plan, col(Term.target_day).between(first, last))
        .subquery()
    )
    query = select(inner.c.day, inner.c.status, func.count()).group_by(inner.c.day, inner.c.status)
    return [(row[0], row[1], row[2]) for row in session.execute(query)]
