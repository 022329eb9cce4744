"""Unit by duty: what each unit owes, and how it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlmodel import Session

from models import queries_board as queries
from models.queries_board import Span
from rules.office import Office
from rules.plan import Obligation
from rules.status import ANSWERED, Status
from services.tally import BY_VALUE, RANK, URGENCY, Tally
from services.units import Unit
from services.wanted import EVERYTHING, Wanted


class Cell(NamedTuple):
    """A tuple, for a board has many thousands."""

    status: Status
    cases: int
    answered: int
    case_id: int | None = None  # where it is one case, and open already


@dataclass(frozen=True)
class MatrixRow:
    unit: Unit
    cells: tuple[Cell | None, ...]  # one for each duty of the matrix; None: the unit does not owe it
    tally: Tally


@dataclass(frozen=True)
class Matrix:
    duties: tuple[Obligation, ...]
    rows: tuple[MatrixRow, ...]

    @property
    def statuses(self) -> tuple[Status, ...]:
        """What the cells show, for the legend."""
        shown = {cell.status for row in self.rows for cell in row.cells if cell}
        return tuple(status for status in URGENCY if status in shown)


def matrix(
    session: Session,
    office: Office,
    units: Mapping[int, Unit],
    bindings: Iterable[Any],
    span: Span,
    tallies: Iterable[Any],
    wanted: Wanted = EVERYTHING,
) -> Matrix:
    found: dict[int, dict[str, Cell]] = defaultdict(dict)
    totals: dict[int, dict[Status, int]] = defaultdict(dict)
    for duty, unit, value, cases, one in [
        *((t[0], t[1], t[2], t[3], t[5]) for t in tallies),
        *_unopened(session, bindings, span, wanted),
    ]:
        status, total, owed = BY_VALUE[value], totals[unit], found[unit]
        total[status] = total.get(status, 0) + cases
        cell = Cell(status, cases, cases if status in ANSWERED else 0, one if cases == 1 else None)
        owed[duty] = _together(owed[duty], cell) if duty in owed else cell
    owed_by_any = {code for duties in found.values() for code in duties}
    duties = tuple(item for item in office.plan.obligations if item.id in owed_by_any)
    codes = [duty.id for duty in duties]
    rows = tuple(
        MatrixRow(unit, tuple(map(found[unit.id].get, codes)), Tally(totals[unit.id]))
        for unit in units.values()
        if unit.id in found
    )
    return Matrix(duties, rows)


def _unopened(
    session: Session, bindings: Iterable[Any], span: Span, wanted: Wanted
) -> list[tuple[str, int, str, int, None]]:
    """Occurrences of the span that have no cases yet count as «not open» for everyone bound by the plan."""
    waiting = {
        row.duty: Status.NOT_OPEN.value if row.opens_on else Status.WAITING_FOR_TRIGGER.value
        for row in queries.occurrences(session, span)
        if row.opened_at is None
    }
    shown = {duty: value for duty, value in waiting.items() if wanted.stands(BY_VALUE[value])}
    return [(row.code, row.organisation_id, shown[row.code], 1, None) for row in bindings if row.code in shown]


def _together(one: Cell, other: Cell) -> Cell:
    """The more urgent status speaks for both."""
    status = min(one.status, other.status, key=RANK.__getitem__)
    return Cell(status, one.cases + other.cases, one.answered + other.answered)
