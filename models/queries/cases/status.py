"""The SQL twin of rules.status and rules.steps: how a case stands at a moment, and how many cases stand how."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, case, func, literal, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.columns import UtcMoment
from models.conditions import is_known_step
from models.tables.cases import Case, Stage
from models.tables.plan import ObligationRow, Occurrence, Term
from rules.deadlines import local_day
from rules.plan import Severity
from rules.status import CaseFacts, Status
from rules.steps import BINDING, FOLLOWED, OPEN_STEPS, ORDER, STANDINGS, StepFacts, StepState

ANY_TIME = datetime(1, 1, 2, tzinfo=UTC)  # of a statement built once: whoever asks gives the moment, see `as_of`
MOMENT = UtcMoment()  # one for all: a statement is known again by the very types in it


def as_of(now: datetime) -> dict[str, Any]:
    """The values of a statement that was built once and is asked again at another moment."""
    return {"status_as_of": now, "status_on": local_day(now)}


def standing_case(now: datetime) -> ColumnElement[str]:
    """How `Case` as a whole stands, as of `now`: `rules.steps.standing_of`."""
    open_steps = {ORDER.index(state): literal(STANDINGS[state].value) for state in ORDER if state in OPEN_STEPS}
    return case(open_steps, value=steps_case(now), else_=status_case(now))


def status_case(now: datetime) -> ColumnElement[str]:
    """Status of the hand-in of `Case` joined to the `Term` it is held to; same order as `rules.status.status_of`."""
    moment = bindparam("status_as_of", now, MOMENT)
    today = bindparam("status_on", local_day(now), Date())
    received, accepted, returned = col(Case.received_at), col(Case.accepted_at), col(Case.returned_at)
    counted = case((received <= moment, received), else_=accepted)
    late = and_(col(Term.late_at).is_not(None), counted.is_not(None), counted >= col(Term.late_at))
    returned_since = and_(returned.is_not(None), accepted < returned, returned <= moment)
    return case(
        (and_(col(Case.outcome).is_not(None), col(Case.outcome_at) <= moment), col(Case.outcome)),
        (and_(accepted <= moment, ~_true(returned_since), late), Status.ACCEPTED_LATE.value),
        (and_(accepted <= moment, ~_true(returned_since)), Status.ACCEPTED.value),
        (and_(returned <= moment, col(Case.return_by) < today), Status.RETURNED_OVERDUE.value),
        (returned <= moment, Status.RETURNED.value),
        (and_(received <= moment, late), Status.RECEIVED_LATE.value),
        (received <= moment, Status.RECEIVED.value),
        (col(Term.opens_at).is_(None), Status.WAITING_FOR_TRIGGER.value),
        (col(Term.opens_at) > moment, Status.NOT_OPEN.value),
        (col(Term.late_at) <= moment, Status.OVERDUE.value),
        (and_(col(Term.due_soon_at) <= moment, ~_true(col(Term.due_soon_until) <= moment)), Status.DUE_SOON.value),
        else_=Status.OPEN.value,
    )


def day_owed(of_term: Any) -> ColumnElement[date]:
    """Of `Case`: the last day to complete it while it is returned, else this day of the `Term` it is held to."""
    return func.coalesce(col(Case.return_by), of_term)


# --- the steps behind a hand-in ---------------------------------------------------------------------------------------

STEP = aliased(ObligationRow)  # what the plan a case was opened under says of a step
_DUTY, _OCCURRENCE = aliased(ObligationRow), aliased(Occurrence)


def steps_case(now: datetime) -> ColumnElement[int]:
    """Of all steps of `Case`, as a place in `rules.steps.ORDER`: `rules.steps.steps_state`."""
    of_case = (col(Stage.case_id) == col(Case.id), is_known_step(bindparam("status_as_of", now, MOMENT)))
    latest = select(func.max(step_case(now))).where(*of_case).correlate(Case, Term)
    followed = status_case(now).in_([status.value for status in FOLLOWED])
    return case((followed, func.coalesce(latest.scalar_subquery(), 0)), else_=0)


def step_case(now: datetime) -> ColumnElement[int]:
    """Of a `Stage` of `Case` known at that moment, as a place in `rules.steps.ORDER`: `rules.steps.step_state`."""
    moment, today = bindparam("status_as_of", now, MOMENT), bindparam("status_on", local_day(now), Date())
    target, late_at = col(Stage.target_day), col(Term.late_at)
    overdue = and_(
        or_(target.is_(None), target < today),
        or_(late_at.is_(None), late_at <= moment),
        or_(target.is_not(None), late_at.is_not(None)),
        severity().correlate(Case, Stage).scalar_subquery().in_([value.value for value in BINDING]),
    )
    return case(
        (~col(Stage.applicable), ORDER.index(StepState.NOT_APPLICABLE)),
        (col(Stage.done_on) <= today, ORDER.index(StepState.DONE)),
        (overdue, ORDER.index(StepState.OVERDUE)),
        (target < today, ORDER.index(StepState.PAST_TARGET)),
        else_=ORDER.index(StepState.WAITING),
    )


def severity() -> Select[Any]:
    """Of a `Stage`, by the version of the plan its `Case` was opened under."""
    return (
        select(col(STEP.severity))
        .join(_DUTY, col(_DUTY.plan_id) == col(STEP.plan_id))
        .join(_OCCURRENCE, col(_OCCURRENCE.obligation_id) == col(_DUTY.id))
        .where(col(_OCCURRENCE.id) == col(Case.occurrence_id), col(STEP.code) == col(Stage.code))
    )


def step_facts(stage: Stage, severity: str | None) -> StepFacts:
    return StepFacts(
        severity=Severity(severity) if severity else None,
        target_day=stage.target_day,
        applicable=stage.applicable,
        done_on=stage.done_on,
        recorded_at=stage.recorded_at,
        superseded_at=stage.superseded_at,
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
        return_by=item.return_by,
        accepted_at=item.accepted_at,
        outcome=item.outcome,
        outcome_at=item.outcome_at,
    )


def counts_by_occurrence(session: Session, now: datetime, flow: str | None = None) -> dict[int, dict[Status, int]]:
    """Occurrence id → how many of its cases stand how, for the occurrences opened by `now`."""
    status = standing_case(now).label("status")
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
