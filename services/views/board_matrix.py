"""Unit by duty: what each unit owes, and how it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from sqlmodel import Session

from models.queries.cases import board as queries
from models.queries.cases.board import Span
from rules.office import Office
from rules.plan import Obligation
from rules.status import Status
from services.units import Unit
from services.views.case_counts import URGENCY, StatusCounts
from services.views.case_filter import EVERYTHING, CaseFilter
from services.views.status_counts import CaseStandings, MatrixCell, together


class MatrixRow(NamedTuple):
    unit: Unit
    cells: tuple[MatrixCell | None, ...]  # one for each duty of the matrix; None: the unit does not owe it
    tally: StatusCounts


@dataclass(frozen=True)
class Matrix:
    duties: tuple[Obligation, ...]
    rows: tuple[MatrixRow, ...]

    @cached_property
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
    standings: CaseStandings,
    case_filter: CaseFilter = EVERYTHING,
) -> Matrix:
    cells = {unit: dict(owed) for unit, owed in standings.cells.items()}
    totals = dict(standings.by_unit)
    for duty, unit, status in _unopened(session, bindings, span, case_filter):
        owed = cells.setdefault(unit, {})
        owed[duty] = together(owed[duty], MatrixCell(status, 1, 0)) if duty in owed else MatrixCell(status, 1, 0)
        totals[unit] = Counter(totals.get(unit, {})) + Counter((status,))
    owed_by_any = set().union(*cells.values())
    codes = [code for code in office.obligations if code in owed_by_any]
    rows = tuple(
        MatrixRow(unit, tuple(map(cells[unit.id].get, codes)), StatusCounts(totals[unit.id]))
        for unit in units.values()
        if unit.id in cells
    )
    return Matrix(tuple(office.obligations[code] for code in codes), rows)


def _unopened(
    session: Session, bindings: Iterable[Any], span: Span, case_filter: CaseFilter
) -> list[tuple[str, int, Status]]:
    """Occurrences of the span that have no cases yet count as «not open» for everyone bound by the plan."""
    waiting = {
        row.duty: Status.NOT_OPEN if row.opens_on else Status.WAITING_FOR_TRIGGER
        for row in queries.occurrences(session, span)
        if row.opened_at is None
    }
    return [
        (row.code, row.organisation_id, waiting[row.code])
        for row in bindings
        if row.code in waiting and case_filter.takes_unopened(waiting[row.code])
    ]
