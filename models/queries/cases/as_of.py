"""Every case there was at a moment, and how it stood then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import literal, select
from sqlmodel import Session, col

from models.columns import UtcMoment
from models.queries.cases.status import standing_case, status_case
from models.tables.cases import Case
from models.tables.organisations import Organisation
from models.tables.plan import ObligationRow, Occurrence, Term
from rules.status import LABELS, Status


@dataclass(frozen=True)
class CaseAsOf:
    id: int
    unit: str
    obligation: str
    clause: str
    period: str
    role: str
    target_day: date
    late_after: date | None
    received_at: datetime | None
    status: str  # a rules.status.Status, of the hand-in
    standing: str  # the same of the case as a whole

    @property
    def label(self) -> str:
        return LABELS[Status(self.standing)].vi


def cases_as_of(session: Session, now: datetime, unit: str | None = None) -> list[CaseAsOf]:
    """Every case opened by `now`, soonest first."""
    moment = literal(now, UtcMoment())
    query = (
        select(
            col(Case.id),
            col(Organisation.key),
            col(ObligationRow.code),
            col(ObligationRow.clause),
            col(Occurrence.period),
            col(Case.role),
            col(Term.target_day),
            col(Term.late_after),
            col(Case.received_at),
            status_case(now),
            standing_case(now),
        )
        .join(Term, col(Term.id) == col(Case.term_id))
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .where(col(Term.opens_at) <= moment)
        .order_by(col(Term.target_day), col(ObligationRow.position), col(Organisation.position), col(Case.id))
    )
    if unit is not None:
        query = query.where(col(Organisation.key) == unit.upper())
    return [CaseAsOf(*row) for row in session.execute(query)]
