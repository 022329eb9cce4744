"""Which steps wait to be recorded: those somebody owes, and those of others that may be recorded in their place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from models.queries.cases import steps as queries
from rules.access import Action, Holder, is_of, reach
from rules.deadlines import local_day
from rules.office import Office
from services.units import all_units, bodies_on
from services.views.open_steps import StepLine, step_lines


@dataclass(frozen=True)
class WaitingSteps:
    own: tuple[StepLine, ...]
    others: tuple[StepLine, ...]


def steps_waiting(session: Session, office: Office, visitor: Holder, now: datetime) -> WaitingSteps:
    """The next step of every case whose document is in, the soonest first."""
    units, reached = all_units(session, local_day(now)), reach(visitor, Action.RECORD_STEP)
    bodies = bodies_on(session, local_day(now), {duty.approving_body or "" for duty in office.obligations.values()})
    keys = {key for key, unit in bodies.items() if unit.id in (reached or ())}
    approved = [code for code, duty in office.obligations.items() if duty.approving_body in keys]
    within = () if reached is None else (queries.of_units_or_codes(reached, approved),)
    lines = _next_of_each(step_lines(session, office, now, *within, units=units))
    own = tuple(line for line in lines if is_of(visitor, line.owner.id))
    others = tuple(line for line in lines if reached is None and not is_of(visitor, line.owner.id))
    return WaitingSteps(own, others)


def _next_of_each(lines: Iterable[StepLine]) -> list[StepLine]:
    first: dict[int, StepLine] = {}
    for line in sorted(lines, key=lambda line: line.row.position):
        first.setdefault(line.row.case_id, line)
    return sorted(first.values(), key=lambda line: (line.row.target_day or date.max, line.row.case_id))
