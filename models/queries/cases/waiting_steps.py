"""Steps that follow a hand-in and wait to be recorded, as one statement."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlmodel import Session, col

from models.tables.cases import Case, Stage
from models.tables.plan import ObligationRow, Occurrence


@dataclass(frozen=True)
class WaitingStep:
    code: str
    position: int
    target_day: date | None
    case_id: int
    organisation_id: int
    obligation: str
    period: str
    title: str


def waiting_steps(session: Session, units: Collection[int] | None, approved: Collection[str]) -> list[WaitingStep]:
    """The next step of every case whose document is in: of cases of these units, and of those with a step that is
    `approved` by somebody else. None: of every unit."""
    query = (
        select(
            col(Stage.code),
            col(Stage.position),
            col(Stage.target_day),
            col(Case.id),
            col(Case.organisation_id),
            col(ObligationRow.code),
            col(Occurrence.period),
            col(ObligationRow.title_vi),
        )
        .join(Case, col(Case.id) == col(Stage.case_id))
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(Stage.applicable), col(Stage.done_on).is_(None))
        .where(col(Case.received_at).is_not(None), col(Case.returned_at).is_(None), col(Case.outcome).is_(None))
        .order_by(col(Case.id), col(Stage.position))
    )
    if units is not None:
        query = query.where(or_(col(Case.organisation_id).in_(units), col(Stage.code).in_(approved)))
    first: dict[int, WaitingStep] = {}
    for row in session.execute(query):
        first.setdefault(row[3], WaitingStep(*row))
    return sorted(first.values(), key=lambda step: (step.target_day or date.max, step.case_id))
