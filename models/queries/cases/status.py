"""The SQL twin of rules.status: the status of a case at a moment, and how many cases have which."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, case, func, literal, select
from sqlmodel import Session, col

from models.columns import UtcMoment
from models.tables.cases import Case
from models.tables.plan import ObligationRow, Occurrence, Term
from rules.status import CaseFacts, Status

MOMENT = UtcMoment()  # one for all: a statement is known again by the very types in it


def status_case(now: datetime) -> ColumnElement[str]:
    """Status of `Case` joined to the `Term` it is held to, as of `now`; same order as `rules.status.status_of`."""
    moment = bindparam("status_as_of", now, MOMENT)
    received, accepted, returned = col(Case.received_at), col(Case.accepted_at), col(Case.returned_at)
    counted = case((received <= moment, received), else_=accepted)
    late = and_(col(Term.late_at).is_not(None), counted.is_not(None), counted >= col(Term.late_at))
    returned_since = and_(returned.is_not(None), accepted < returned, returned <= moment)
    return case(
        (and_(col(Case.outcome).is_not(None), col(Case.outcome_at) <= moment), col(Case.outcome)),
        (and_(accepted <= moment, ~_true(returned_since), late), Status.ACCEPTED_LATE.value),
        (and_(accepted <= moment, ~_true(returned_since)), Status.ACCEPTED.value),
        (returned <= moment, Status.RETURNED.value),
        (and_(received <= moment, late), Status.RECEIVED_LATE.value),
        (received <= moment, Status.RECEIVED.value),
        (col(Term.opens_at).is_(None), Status.WAITING_FOR_TRIGGER.value),
        (col(Term.opens_at) > moment, Status.NOT_OPEN.value),
        (col(Term.late_at) <= moment, Status.OVERDUE.value),
        (and_(col(Term.due_soon_at) <= moment, ~_true(col(Term.due_soon_until) <= moment)), Status.DUE_SOON.value),
        else_=Status.OPEN.value,
    )


def _true(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return func.coalesce(condition, literal(False))


def facts_of(item: Case, term: Term) -> CaseFacts:
    return CaseFacts(
        opens_at=term.opens_at,
        due_soon_at=term.due_soon_at,
        late_at=term.late_at,
        due_soon_until=term.due_soon_until,
        received_at=item.received_at,
        returned_at=item.returned_at,
        accepted_at=item.accepted_at,
        outcome=item.outcome,
        outcome_at=item.outcome_at,
    )


def counts_by_occurrence(session: Session, now: datetime, flow: str | None = None) -> dict[int, dict[Status, int]]:
    """Occurrence id → how many of its cases have which status, for the occurrences opened by `now`."""
    status = status_case(now).label("status")
    query = (
        select(col(Case.occurrence_id), status, func.count())
        .join(Term, col(Term.id) == col(Case.term_id))
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(Case.opened_at) <= literal(now, MOMENT))
        .group_by(col(Case.occurrence_id), status)
    )
    if flow is not None:
        query = query.where(col(ObligationRow.flow) == flow)
    counts: dict[int, dict[Status, int]] = {}
    for occurrence, name, number in session.execute(query):
        counts.setdefault(occurrence, {})[Status(name)] = number
    return counts
