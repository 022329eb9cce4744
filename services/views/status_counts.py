"""How the cases of a span stand, counted in one pass: by status, by the dates they are held to, by unit and duty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from typing import NamedTuple

from sqlmodel import Session

from models.queries.cases import board as queries
from models.queries.cases.board import CaseStanding, Span
from rules.status import ANSWERED, Status
from services.views.case_counts import BY_VALUE, RANK, StatusCounts, tally_of
from services.views.case_filter import EVERYTHING, CaseFilter


class MatrixCell(NamedTuple):
    """What one unit owes of one duty; a tuple, for a board has many thousands."""

    status: Status  # the most urgent of its cases
    cases: int
    answered: int
    case_id: int | None = None  # where it is one case, and open already


@dataclass(frozen=True)
class CaseStandings:
    tally: StatusCounts
    by_term: Mapping[int, Mapping[Status, int]]
    by_unit: Mapping[int, Mapping[Status, int]]
    cells: dict[int, dict[str, MatrixCell]]  # by unit and duty


def standings(
    session: Session, span: Span, now: datetime, today: date, case_filter: CaseFilter = EVERYTHING
) -> CaseStandings:
    rows = queries.standings(session, span, now, case_filter.hand_ins)
    terms = {id: (duty, has_come) for id, duty, has_come in queries.terms_of(session, span, today)}
    if case_filter != EVERYTHING:
        rows = [
            row
            for row in rows
            if case_filter.binds(row.organisation_id, terms[row.term_id][0])
            and case_filter.stands(BY_VALUE[row.status])
        ]
    term, unit, status, _ = range(len(CaseStanding._fields))
    by_term = Counter(map(itemgetter(term, status), rows))
    by_unit = Counter(map(itemgetter(unit, status), rows))
    return CaseStandings(
        tally=tally_of((value, cases, cases * terms[id][1]) for (id, value), cases in by_term.items()),
        by_term=_counts(by_term),
        by_unit=_counts(by_unit),
        cells=_cells(rows, {id: duty for id, (duty, _) in terms.items()}),
    )


def _counts(counted: Mapping[tuple[int, str], int]) -> dict[int, dict[Status, int]]:
    counts: dict[int, dict[Status, int]] = {}
    for (id, status), cases in counted.items():
        counts.setdefault(id, {})[BY_VALUE[status]] = cases
    return counts


def _cells(rows: list[CaseStanding], duties: Mapping[int, str]) -> dict[int, dict[str, MatrixCell]]:
    answered = {status.value: int(status in ANSWERED) for status in Status}
    cells: dict[int, dict[str, MatrixCell]] = {}
    for term, unit, status, case_id in rows:
        duty, owed = duties[term], cells.setdefault(unit, {})
        cell = MatrixCell(BY_VALUE[status], 1, answered[status], case_id)
        owed[duty] = together(owed[duty], cell) if duty in owed else cell
    return cells


def together(one: MatrixCell, other: MatrixCell) -> MatrixCell:
    """The more urgent status speaks for both."""
    status = min(one.status, other.status, key=RANK.__getitem__)
    return MatrixCell(status, one.cases + other.cases, one.answered + other.answered)
