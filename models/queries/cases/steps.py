"""Named queries about the open steps that follow a hand-in: what is to be done, by whom, how late it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlmodel import Session, col

from models.conditions import is_current_step, is_known_step, is_open_step
from models.queries.cases.status import ANY_TIME, MOMENT, severity, status_case, step_case
from models.tables.cases import Case, Stage
from models.tables.organisations import Organisation
from models.tables.plan import ObligationRow, Occurrence, PlanVersion, Term
from rules.steps import FOLLOWED, OPEN_STEPS, ORDER, StepState, step_day

OPEN_PLACES = sorted(ORDER.index(state) for state in OPEN_STEPS)


@dataclass(frozen=True)
class OpenStep:
    """A step that counts and is not done, as of a moment."""

    stage_id: int
    code: str  # of the step: "I5-APPROVE"
    position: int
    target_day: date | None
    late_after: date | None  # the last day its case is held to
    severity: str | None  # None: the plan its case was opened under does not have it
    case_id: int
    organisation_id: int
    unit: str  # key
    occurrence_id: int
    obligation: str  # whose hand-in it follows
    period: str
    title: str  # of that obligation, Vietnamese
    place: int  # of its state in rules.steps.ORDER

    @property
    def state(self) -> StepState:
        """Waiting, past its target, or overdue."""
        return ORDER[self.place]

    @property
    def day(self) -> date | None:
        """What its state is about: the target, or once it is overdue the last day there was."""
        return step_day(self.state, self.target_day, self.late_after)


NO_STEPS: Mapping[StepState, int] = MappingProxyType({})


def open_counts(session: Session, now: datetime, flow: str | None = None) -> dict[int, dict[StepState, int]]:
    """Occurrence id → how many steps of its cases are open, by state; of one flow, or of all."""
    place = step_case(now).label("place")
    inner = _counting(select(col(Case.occurrence_id).label("occurrence"), place), place, now)
    if flow is not None:
        inner = inner.where(col(ObligationRow.flow) == flow)
    rows = inner.subquery()
    query = select(rows.c.occurrence, rows.c.place, func.count()).group_by(rows.c.occurrence, rows.c.place)
    counts: dict[int, dict[StepState, int]] = {}
    for occurrence, number, steps in session.execute(query):
        counts.setdefault(occurrence, {})[ORDER[number]] = steps
    return counts


def open_steps(session: Session, now: datetime, *conditions: ColumnElement[bool]) -> list[OpenStep]:
    """Of every unit's cases, or of those that meet the conditions (on `Case`, `Stage`, `Organisation` …).

    One statement. A step counts once its hand-in is in and not returned; see rules.steps. In the order of the targets,
    then of the units, the steps of a case in their own order.
    """
    place = step_case(now).label("place")
    columns: tuple[Any, ...] = (
        col(Stage.id),
        col(Stage.code),
        col(Stage.position),
        col(Stage.target_day),
        col(Term.late_after),
        severity().correlate(Case, Stage).scalar_subquery(),
        col(Case.id),
        col(Case.organisation_id),
        col(Organisation.key),
        col(Occurrence.id),
        col(ObligationRow.code),
        col(Occurrence.period),
        col(ObligationRow.title_vi),
    )
    order = (col(Stage.target_day), col(ObligationRow.position), col(Organisation.position), col(Case.id))
    query = (
        _counting(select(*columns, place), place, now)
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .where(*conditions)
        .order_by(*order, col(Stage.position))
    )
    return [OpenStep(*row) for row in session.execute(query)]


def late_steps() -> Select[Any]:
    """Ids of the steps past their target or overdue; built once, the moment is given by `status.as_of`."""
    place = step_case(ANY_TIME)
    late = [ORDER.index(state) for state in (StepState.PAST_TARGET, StepState.OVERDUE)]
    return _counting(select(col(Stage.id)), place, ANY_TIME).where(is_open_step(), place.in_(late))


def with_severity(session: Session, case_id: int) -> list[tuple[Stage, str | None]]:
    """The steps of a case in their order, each with the severity the plan gives it."""
    rows = session.execute(_STAGES, {"case": case_id})
    return [(stage, severity) for stage, severity in rows]


# made once: building a statement costs several times as much as running it
_STAGES = (
    select(Stage, severity().correlate(Case, Stage).scalar_subquery())
    .join(Case, col(Case.id) == col(Stage.case_id))
    .where(col(Stage.case_id) == bindparam("case"), is_current_step())
    .order_by(col(Stage.position))
)


def supersede(session: Session, stage: Stage, now: datetime, **record: Any) -> Stage:
    """What is now known of a step, beside what was known before: the one writer of a step once its case is open."""
    before = stage.model_dump(exclude={"id", "recorded_at", "corrected_at"})
    stage.superseded_at = now
    session.add(stage)
    session.flush()  # before the other is written: one row stands
    return add(session, now, **before | record)


def add(session: Session, now: datetime, **record: Any) -> Stage:
    """A step that its case has from now on."""
    stage = Stage(**record, recorded_at=now)
    session.add(stage)
    return stage


def _counting(query: Select[Any], place: ColumnElement[int], now: datetime) -> Select[Any]:
    return (
        query.select_from(Stage)
        .join(Case, col(Case.id) == col(Stage.case_id))
        .join(Term, col(Term.id) == col(Case.term_id))
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(is_known_step(bindparam("status_as_of", now, MOMENT)), col(Stage.applicable))
        .where(status_case(now).in_([status.value for status in FOLLOWED]), place.in_(OPEN_PLACES))
    )


def of_plan(code: str) -> ColumnElement[bool]:
    versions = select(col(PlanVersion.id)).where(col(PlanVersion.code) == code)
    # a sum leads to no index: a database begins with the steps and need not walk through every case of the plan
    return (col(ObligationRow.plan_id) + 0).in_(versions)


def of_cases(cases: Collection[int]) -> ColumnElement[bool]:
    return col(Case.id).in_(cases)


def of_units(units: Collection[int]) -> ColumnElement[bool]:
    return col(Case.organisation_id).in_(units)


def of_units_or_codes(units: Collection[int], codes: Collection[str]) -> ColumnElement[bool]:
    """Of cases of these units, or one of these steps."""
    return or_(of_units(units), col(Stage.code).in_(codes))
