"""Which steps wait to be recorded: those somebody owes, and those of others that may be recorded in their place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from models.queries.cases import steps as queries
from rules.access import Action, Holder, is_of, reach
from rules.deadlines import local_day
from rules.office import Office
from services.units import Unit, all_units, bodies_on
from services.views.open_steps import StepLine, step_lines


@dataclass(frozen=True)
class WaitingSteps:
    own: tuple[StepLine, ...]
    others: tuple[StepLine, ...]


def steps_waiting(session: Session, office: Office, visitor: Holder, now: datetime) -> WaitingSteps:
    """The next step of every case whose document is in, the soonest first."""
    units, reached = all_units(session, local_day(now)), reach(visitor, Action.RECORD_STEP)
    approved = _approved_by(session, office, reached or (), now)
    within = () if reached is None else (queries.of_units_or_codes(reached, approved),)
    lines = _next_of_each(step_lines(session, office, now, *within, units=units))
    own = tuple(line for line in lines if is_of(visitor, line.owner.id))
    others = tuple(line for line in lines if reached is None and not is_of(visitor, line.owner.id))
    return WaitingSteps(own, others)


def steps_for_others(
    session: Session, office: Office, own: Collection[int], units: Mapping[int, Unit], now: datetime
) -> tuple[StepLine, ...]:
    """The next steps these bodies owe on cases of units below them, the soonest first."""
    codes = _approved_by(session, office, own, now)
    lines = step_lines(session, office, now, queries.of_units_or_codes((), codes), units=units) if codes else []
    return tuple(line for line in _next_of_each(lines) if line.owner.id in own and line.unit.id not in own)


def _approved_by(session: Session, office: Office, own: Collection[int], now: datetime) -> list[str]:
    """The duties whose documents these bodies approve today."""
    bodies = bodies_on(session, local_day(now), {duty.approving_body or "" for duty in office.obligations.values()})
    keys = {key for key, unit in bodies.items() if unit.id in own}
    return [code for code, duty in office.obligations.items() if duty.approving_body in keys]


def _next_of_each(lines: Iterable[StepLine]) -> list[StepLine]:
    first: dict[int, StepLine] = {}
    for line in sorted(lines, key=lambda line: line.row.position):
        first.setdefault(line.row.case_id, line)
    return sorted(first.values(), key=lambda line: (line.row.target_day or date.max, line.row.case_id))
