"""Named queries behind what a unit owes; each is one statement, whatever the number of its cases."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, case, func, or_, select
from sqlmodel import Session, col

from models.conditions import is_open, is_open_step, is_returned, stands
from models.queries.cases.status import day_owed, standing_case
from models.tables.answers import AnswerRequest
from models.tables.cases import Case, Stage
from models.tables.plan import Binding, ObligationRow, Occurrence, PlanVersion, Term
from models.tables.submissions import Decision

Rows = Sequence[Row[Any]]


def owed(session: Session, plan_code: str, units: Collection[int], now: datetime, settled_since: datetime) -> Rows:
    """Every case of these units that is not answered or has an open step, and those answered since; soonest first."""
    unanswered = is_open()
    followed = select(col(Stage.id)).where(col(Stage.case_id) == col(Case.id), is_open_step()).exists()
    lately = func.coalesce(col(Case.outcome_at), col(Case.received_at)) >= settled_since
    query = (
        select(
            col(Case.id),
            col(Case.organisation_id),
            col(Case.role),
            col(Case.received_at),
            col(Case.return_by),
            col(ObligationRow.code).label("duty"),
            col(Occurrence.period),
            col(Occurrence.why),
            col(Occurrence.target_day).label("occurrence_day"),
            col(Term.target_day),
            col(Term.late_after),
            col(Term.agreed),
            standing_case(now).label("status"),
        )
        .select_from(Case)
        .join(Term, col(Term.id) == col(Case.term_id))
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .join(PlanVersion, col(PlanVersion.id) == col(ObligationRow.plan_id))
        .where(col(PlanVersion.code) == plan_code, col(Case.organisation_id).in_(units))
        .where(or_(unanswered, col(Case.returned_at).is_not(None), lately, followed))
        .order_by(day_owed(col(Term.target_day)), col(ObligationRow.position), col(Case.id))
    )
    return session.execute(query).all()


def asked(session: Session, cases: Collection[int]) -> dict[int, list[AnswerRequest]]:
    """What the units of these cases asked for, the newest first."""
    query = select(AnswerRequest).where(col(AnswerRequest.case_id).in_(cases)).order_by(col(AnswerRequest.id).desc())
    found: dict[int, list[AnswerRequest]] = {}
    for row in session.execute(query).scalars():
        found.setdefault(row.case_id, []).append(row)
    return found


def returned_because(session: Session, cases: Collection[int]) -> dict[int, str]:
    """What the last return of each case asked for."""
    newest = select(func.max(col(Decision.id))).where(
        col(Decision.kind) == "return", col(Decision.case_id).in_(cases), stands(Decision)
    )
    query = select(col(Decision.case_id), col(Decision.reason)).where(
        col(Decision.id).in_(newest.group_by(col(Decision.case_id)))
    )
    return {row.case_id: row.reason for row in session.execute(query)}


def coming(session: Session, plan_code: str, units: Collection[int], today: date, until: date) -> Rows:
    """(duty, period, role, opens_on, target_day, why, organisation_id) of what is not open yet but will be."""
    newest = select(func.max(col(PlanVersion.id))).where(col(PlanVersion.code) == plan_code).scalar_subquery()
    query: Select[Any] = (
        select(
            col(ObligationRow.code).label("duty"),
            col(Occurrence.period),
            col(Binding.role),
            col(Binding.organisation_id),
            col(Occurrence.opens_on),
            col(Occurrence.target_day),
            col(Occurrence.why),
        )
        .join(Occurrence, col(Occurrence.obligation_id) == col(ObligationRow.id))
        .join(Binding, col(Binding.obligation_id) == col(ObligationRow.id))
        .where(col(ObligationRow.plan_id) == newest, col(Binding.organisation_id).in_(units))
        .where(col(Occurrence.opened_at).is_(None), col(Occurrence.opens_on).between(today, until))
        .order_by(col(Occurrence.opens_on), col(ObligationRow.position), col(Occurrence.id), col(Binding.id))
    )
    return session.execute(query).all()


@dataclass(frozen=True)
class OpenTerm:
    """A case that waits for the unit's answer, and when its day was last set."""

    case_id: int
    duty: str
    period: str
    why: str
    occurrence_day: date
    target_day: date
    late_after: date | None
    agreed: str
    return_by: date | None
    changed_at: datetime


def deadlines(session: Session, plan_code: str, unit: int) -> list[OpenTerm]:
    """Of this unit alone, soonest first."""
    extended = (
        select(func.max(col(Decision.decided_at)))
        .where(col(Decision.case_id) == col(Case.id), col(Decision.kind) == "extend", stands(Decision))
        .correlate(Case)
        .scalar_subquery()
    )
    unanswered = is_open()
    query = (
        select(
            col(Case.id),
            col(ObligationRow.code),
            col(Occurrence.period),
            col(Occurrence.why),
            col(Occurrence.target_day),
            col(Term.target_day),
            col(Term.late_after),
            col(Term.agreed),
            case((is_returned(), col(Case.return_by))),
            col(Case.opened_at),
            extended,
            col(Case.returned_at),
        )
        .select_from(Case)
        .join(Term, col(Term.id) == col(Case.term_id))
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .join(PlanVersion, col(PlanVersion.id) == col(ObligationRow.plan_id))
        .where(col(PlanVersion.code) == plan_code, col(Case.organisation_id) == unit)
        .where(or_(unanswered, col(Case.returned_at).is_not(None)))
        .order_by(col(Term.target_day), col(Case.id))
    )
    rows: Any = session.execute(query)
    return [OpenTerm(*[*facts, max(filter(None, moments))]) for *facts, moments in map(_with_moments, rows)]


def _with_moments(row: Any) -> tuple[Any, ...]:
    """The last three, when its day may have been set, as one."""
    return *row[:-3], row[-3:]
