"""Open steps after hand-ins as pages show them: of cases, of units, of all; one by one or together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session

from models.queries.cases import steps as queries
from models.queries.cases.steps import OpenStep
from rules.deadlines import local_day
from rules.office import Office
from rules.plan import Obligation
from rules.status import STEPS, Status
from rules.steps import ORDER, StepState, step_text
from services.units import Unit, all_units, bodies_on, units_of


@dataclass(frozen=True)
class StepLine:
    row: OpenStep
    unit: Unit
    duty: Obligation | None  # of the step; None: the plan in force no longer has it
    owner: Unit  # of the step: the body above the unit that approves; else the unit

    @property
    def approver(self) -> str:
        """Name of the body above the unit that approves; empty: none does."""
        return self.owner.name if self.owner.id != self.unit.id else ""

    @property
    def state(self) -> StepState:
        return self.row.state

    @property
    def day(self) -> date | None:
        return self.row.day

    @property
    def text(self) -> str:
        """Vietnamese."""
        return step_text(self.duty.short if self.duty else self.row.code, self.state, self.day)


@dataclass(frozen=True)
class StepGroup:
    """The units that owe the same step of the same occurrence, and stand alike."""

    duty: Obligation | None
    code: str
    title: str  # of the duty whose hand-in it follows, Vietnamese
    period: str
    state: StepState
    day: date | None
    approver: str
    lines: tuple[StepLine, ...]


def step_lines(
    session: Session,
    office: Office,
    now: datetime,
    *conditions: ColumnElement[bool],
    units: Mapping[int, Unit] | None = None,
) -> list[StepLine]:
    """`units`: by id, where they were read already."""
    rows = queries.open_steps(session, now, queries.of_plan(office.plan.id), *conditions)
    if units is None:
        units = units_of(session, local_day(now), {row.organisation_id for row in rows})
    duties = {row.code: office.obligations.get(row.code) for row in rows}
    approving = {duty.approving_body for duty in duties.values() if duty and duty.approving_body}
    bodies = bodies_on(session, local_day(now), approving) if approving else {}
    return [_line(row, units[row.organisation_id], duties[row.code], bodies) for row in rows]


def _line(row: OpenStep, unit: Unit, duty: Obligation | None, bodies: Mapping[str, Unit]) -> StepLine:
    return StepLine(row, unit, duty, owner=bodies.get(duty.approving_body or "", unit) if duty else unit)


def late_lines(session: Session, office: Office, now: datetime) -> list[StepLine]:
    """Of every unit, what is past its target or overdue."""
    lines = step_lines(session, office, now, units=all_units(session, local_day(now)))
    return [line for line in lines if line.state is not StepState.WAITING]


def steps_of_cases(
    session: Session,
    office: Office,
    now: datetime,
    standings: Iterable[tuple[int, str]],
    units: Mapping[int, Unit] | None = None,
) -> dict[int, tuple[StepLine, ...]]:
    """Case → its open steps, the most pressing first. `standings`: (case, how it stands); most have no open step."""
    cases = [case for case, standing in standings if Status(standing) in STEPS]
    found: dict[int, list[StepLine]] = defaultdict(list)
    if cases:
        for line in step_lines(session, office, now, queries.of_cases(cases), units=units):
            found[line.row.case_id].append(line)
    return {case: tuple(sorted(lines, key=_pressing)) for case, lines in found.items()}


def _pressing(line: StepLine) -> tuple[int, int]:
    return -ORDER.index(line.state), line.row.position


def grouped(lines: Collection[StepLine]) -> tuple[StepGroup, ...]:
    """What is overdue first, then what is past its target; within these by the day."""
    groups: dict[tuple[object, ...], list[StepLine]] = defaultdict(list)
    for line in lines:
        groups[line.row.occurrence_id, line.row.code, line.state, line.day].append(line)
    made = [
        StepGroup(
            duty=members[0].duty,
            code=members[0].row.code,
            title=members[0].row.title,
            period=members[0].row.period,
            state=members[0].state,
            day=members[0].day,
            approver=members[0].approver,
            lines=tuple(members),
        )
        for members in groups.values()
    ]
    return tuple(sorted(made, key=lambda group: (-ORDER.index(group.state), group.day or date.max)))
