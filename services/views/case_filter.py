"""What somebody wants to see of all there is: some units, some duties, some standings."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from rules.plan import Obligation
from rules.status import ANSWERED, EXEMPT, LATE, OVERDUE, RETURNED, STEPS, Status
from services.units import Unit
from services.views.portfolio import Portfolio

# as a list of choices has them; what is asked for most stands first
STANDINGS: Mapping[str, frozenset[Status]] = {
    "qua-han": OVERDUE,
    "sat-han": frozenset({Status.DUE_SOON}),
    "chua-nop": frozenset({Status.OPEN, Status.DUE_SOON, Status.OVERDUE}),
    "cho-xet": frozenset({Status.RECEIVED, Status.RECEIVED_LATE}),
    "bo-sung": RETURNED,
    "con-buoc": STEPS,
    "xong": ANSWERED - {Status.RECEIVED, Status.RECEIVED_LATE},
    "sau-han": LATE,
    "mien": EXEMPT,
    "chua-mo": frozenset({Status.NOT_OPEN, Status.WAITING_FOR_TRIGGER}),
}

OF_HAND_INS = frozenset({"cho-xet", "sau-han"})  # these ask about the hand-in alone, whatever steps follow


@dataclass(frozen=True)
class CaseFilter:
    """None: all of them."""

    organisations: frozenset[int] | None = None
    duties: frozenset[str] | None = None
    statuses: frozenset[Status] | None = None
    hand_ins: frozenset[Status] | None = None

    def binds(self, organisation: int, duty: str) -> bool:
        return self.concerns(duty) and (self.organisations is None or organisation in self.organisations)

    def concerns(self, duty: str) -> bool:
        return self.duties is None or duty in self.duties

    def stands(self, status: Status) -> bool:
        return self.statuses is None or status in self.statuses

    def takes_unopened(self, status: Status) -> bool:
        return self.hand_ins is None and self.stands(status)


EVERYTHING = CaseFilter()


@dataclass(frozen=True)
class FilterForm:
    """A filter as it was set; empty words and no portfolio: everything."""

    unit: str = ""  # key
    group: str = ""
    duty: str = ""
    standing: str = ""
    mine: bool = False

    @property
    def narrows(self) -> bool:
        return self != FilterForm()


def wanted(
    form: FilterForm,
    units: Collection[Unit],
    duties: Collection[Obligation],
    mine: Portfolio,
    reach: frozenset[int] | None,
) -> CaseFilter:
    """`reach`: the organisations the visitor may see at all."""
    chosen = STANDINGS.get(form.standing)
    of_hand_ins = form.standing in OF_HAND_INS
    return CaseFilter(
        organisations=_organisations(form, units, mine, reach),
        duties=_duties(form, duties, mine),
        statuses=None if of_hand_ins else chosen,
        hand_ins=chosen if of_hand_ins else None,
    )


def _organisations(
    form: FilterForm, units: Collection[Unit], mine: Portfolio, reach: frozenset[int] | None
) -> frozenset[int] | None:
    kept = [unit for unit in units if reach is None or unit.id in reach]
    if form.unit:
        kept = [unit for unit in kept if unit.key == form.unit]
    if form.group:
        kept = [unit for unit in kept if unit.group == form.group]
    if form.mine and mine.units:
        kept = [unit for unit in kept if unit.key in mine.units]
    narrowed = reach is not None or len(kept) < len(units)
    return frozenset(unit.id for unit in kept) if narrowed else None


def _duties(form: FilterForm, duties: Collection[Obligation], mine: Portfolio) -> frozenset[str] | None:
    kept = {duty.id for duty in duties}
    if form.duty:
        kept &= {form.duty}
    if form.mine and mine.duties:
        kept &= mine.duties
    return frozenset(kept) if len(kept) < len(duties) else None
