"""Which steps wait to be recorded: those somebody owes, and those of others that may be recorded in their place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.queries.cases import waiting_steps as queries
from models.queries.cases.waiting_steps import WaitingStep
from rules.access import Action, Holder, is_of, reach
from rules.deadlines import local_day
from rules.office import Office
from rules.plan import Obligation
from services.units import Unit, all_units


@dataclass(frozen=True)
class StepLine:
    row: WaitingStep
    duty: Obligation | None  # of the step; None: the plan in force no longer has it
    unit: Unit  # whose document it follows
    owner: Unit  # who owes the step


@dataclass(frozen=True)
class WaitingSteps:
    own: tuple[StepLine, ...]
    others: tuple[StepLine, ...]


def steps_waiting(session: Session, office: Office, visitor: Holder, now: datetime) -> WaitingSteps:
    """The soonest first."""
    units, reached = all_units(session, local_day(now)), reach(visitor, Action.RECORD_STEP)
    keys = {units[id].key for id in reached or () if id in units}
    approved = [code for code, duty in office.obligations.items() if duty.approving_body in keys]
    by_key = {unit.key: unit for unit in units.values()}
    lines = [_line(row, office, units, by_key) for row in queries.waiting_steps(session, reached, approved)]
    own = tuple(line for line in lines if is_of(visitor, line.owner.id))
    others = tuple(line for line in lines if reached is None and not is_of(visitor, line.owner.id))
    return WaitingSteps(own, others)


def _line(row: WaitingStep, office: Office, units: Mapping[int, Unit], by_key: Mapping[str, Unit]) -> StepLine:
    duty, unit = office.obligations.get(row.code), units[row.organisation_id]
    owner = by_key.get(duty.approving_body or "", unit) if duty else unit
    return StepLine(row, duty, unit, owner)
