"""What the board shows: the four numbers, what is late, what falls due next, and unit by duty."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlmodel import Session

from models import queries_board as queries
from models.queries_board import Span
from rules.deadlines import local_day
from rules.office import Office
from rules.plan import Obligation
from rules.punctuality import days_late
from rules.status import ANSWERED, EXEMPT, LATE, OccurrenceStatus, Status, occurrence_status
from services.board_notices import Notices, notices

AHEAD = timedelta(days=60)

# what a leader asks first stands first: a cell shows the most urgent of its cases
URGENCY = (
    Status.OVERDUE,
    Status.RETURNED,
    Status.DUE_SOON,
    Status.OPEN,
    Status.RECEIVED_LATE,
    Status.RECEIVED,
    Status.ACCEPTED_LATE,
    Status.ACCEPTED,
    Status.NIL_RETURN,
    Status.NOT_OPEN,
    Status.WAITING_FOR_TRIGGER,
    Status.WAIVED,
    Status.SUPERSEDED,
    Status.NOT_APPLICABLE,
)
RANK = {status: rank for rank, status in enumerate(URGENCY)}
BY_VALUE = {status.value: status for status in Status}  # many times quicker than asking the enumeration


@dataclass(frozen=True)
class Tally:
    """How many cases have which status. Done, soon, overdue and waiting together make up assigned."""

    counts: Mapping[Status, int] = field(default_factory=dict)
    due: int = 0  # of those assigned: whose last day has come, answered or not

    def of(self, statuses: Collection[Status]) -> int:
        return sum(cases for status, cases in self.counts.items() if status in statuses)

    @property
    def assigned(self) -> int:
        return sum(self.counts.values()) - self.exempt

    @property
    def done(self) -> int:
        return self.of(ANSWERED)

    @property
    def done_late(self) -> int:
        return self.of(LATE)

    @property
    def soon(self) -> int:
        return self.of({Status.DUE_SOON})

    @property
    def overdue(self) -> int:
        return self.of({Status.OVERDUE})

    @property
    def waiting(self) -> int:
        return self.assigned - self.done - self.soon - self.overdue

    @property
    def exempt(self) -> int:
        return self.of(EXEMPT)


@dataclass(frozen=True)
class Unit:
    id: int
    key: str
    name: str
    abbreviation: str
    kind: str
    groups: frozenset[str]
    dissolved_on: date | None


@dataclass(frozen=True)
class Falling:
    """Those who owe one occurrence by one day."""

    duty: Obligation
    period: str
    role: str
    target_day: date
    late_after: date | None
    agreed: bool
    soft: bool
    why: str
    opens_on: date | None
    days_left: int
    working_days_late: int
    answered: int
    expected: int
    status: OccurrenceStatus
    missing: tuple[Unit, ...]
    screen_id: str | None


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


@dataclass(frozen=True)
class Period:
    """A year, or one quarter of it, by the day things fall due."""

    year: int
    quarter: int | None = None

    @property
    def first(self) -> date:
        return date(self.year, 1 if self.quarter is None else 3 * self.quarter - 2, 1)

    @property
    def last(self) -> date:
        if self.quarter in (None, 4):
            return date(self.year, 12, 31)
        return date(self.year, 3 * (self.quarter or 0) + 1, 1) - timedelta(days=1)


@dataclass(frozen=True)
class Board:
    today: date
    period: Period
    years: tuple[int, ...]
    tally: Tally
    overdue: tuple[Falling, ...]
    upcoming: tuple[Falling, ...]
    matrix: Matrix
    notices: Notices

    @property
    def until(self) -> date:
        return self.today + AHEAD

    @property
    def overdue_everywhere(self) -> int:
        return sum(len(item.missing) for item in self.overdue)


def board(session: Session, office: Office, now: datetime, period: Period) -> Board:
    today = local_day(now)
    units = all_units(session, today)
    span = Span(office.plan.id, period.first, period.last)
    tallies = queries.tallies(session, span, now, today)
    bindings = queries.bindings(session, office.plan.id)
    overdue, upcoming = _falling(session, office, units, bindings, now)
    return Board(
        today=today,
        period=period,
        years=years(session, office, today),
        tally=tally_of((status, cases, come) for _, _, status, cases, come, _ in tallies),
        overdue=overdue,
        upcoming=upcoming,
        matrix=_matrix(session, office, units, bindings, span, tallies),
        notices=notices(session, office, now),
    )


def all_units(session: Session, on_day: date) -> dict[int, Unit]:
    return _by_id(queries.units(session, on_day))


def units_of(session: Session, on_day: date, ids: Collection[int]) -> dict[int, Unit]:
    """These alone: a page about one unit must not cost what a thousand cost."""
    return _by_id(queries.units(session, on_day, ids=ids)) if ids else {}


def unit_named(session: Session, on_day: date, key: str) -> Unit | None:
    return next(iter(_by_id(queries.units(session, on_day, keys=[key])).values()), None)


def _by_id(rows: Iterable[Any]) -> dict[int, Unit]:
    return {
        id: Unit(id, key, name, abbreviation, kind, frozenset(groups.split()), dissolved_on)
        for id, key, kind, groups, dissolved_on, name, abbreviation in rows
    }


def years(session: Session, office: Office, today: date) -> tuple[int, ...]:
    """The years in which anything falls due, and this one."""
    first, last = queries.due_days(session, office.plan.id)
    return tuple(range(min(first or today, today).year, max(last or today, today).year + 1))


def tally_of(counts: Iterable[tuple[str, int, int]]) -> Tally:
    """From (status, cases, of which have reached their last day)."""
    total: dict[Status, int] = {}
    due = 0
    for value, cases, come in counts:
        status = BY_VALUE[value]
        total[status] = total.get(status, 0) + cases
        due += 0 if status in EXEMPT else come
    return Tally(total, due)


# --- what is late, what falls due next --------------------------------------------------------------------------


def _falling(
    session: Session, office: Office, units: Mapping[int, Unit], bindings: Iterable[Any], now: datetime
) -> tuple[tuple[Falling, ...], tuple[Falling, ...]]:
    today = local_day(now)
    missing: dict[int, list[Unit]] = defaultdict(list)
    for row in queries.overdue_cases(session, office.plan.id, now):
        missing[row.term_id].append(units[row.organisation_id])
    terms = queries.terms(session, office.plan.id, today, today + AHEAD, also=missing.keys())
    counts = _counts_by_term(session, [term.term_id for term in terms], now)
    bound = Counter((row.code, row.role) for row in bindings)
    lines = {
        term.term_id: _falling_line(
            office, term, today, counts.get(term.term_id, {}), bound, tuple(missing.get(term.term_id, ()))
        )
        for term in terms
    }
    overdue = tuple(line for id, line in lines.items() if id in missing)
    return overdue, tuple(line for id, line in lines.items() if id not in missing and line.expected)


def _counts_by_term(session: Session, term_ids: list[int], now: datetime) -> dict[int, Counter[Status]]:
    counts: dict[int, Counter[Status]] = defaultdict(Counter)
    for row in queries.statuses_by_term(session, term_ids, now):
        counts[row.term_id][Status(row.status)] += row.cases
    return counts


def _falling_line(
    office: Office,
    term: Any,
    today: date,
    counts: Mapping[Status, int],
    bound: Mapping[tuple[str, str], int],
    missing: tuple[Unit, ...],
) -> Falling:
    opened = term.opened_at is not None
    statutory = not term.agreed
    return Falling(
        duty=office.plan.obligation(term.duty),
        period=term.period,
        role=term.role,
        target_day=term.target_day,
        late_after=term.late_after,
        agreed=bool(term.agreed),
        soft=term.late_after is None,
        why=term.why if statutory and term.target_day == term.occurrence_day else "",
        opens_on=term.opens_on,
        days_left=(term.target_day - today).days,
        working_days_late=days_late(today, term.late_after, office.calendar),
        answered=Tally(counts).done,
        expected=Tally(counts).assigned if opened else bound.get((term.duty, term.role), 0) if statutory else 0,
        status=occurrence_status(counts),
        missing=missing,
        screen_id=term.screen_id,
    )


# --- unit by duty -------------------------------------------------------------------------------------------------


def _matrix(
    session: Session,
    office: Office,
    units: Mapping[int, Unit],
    bindings: Iterable[Any],
    span: Span,
    tallies: Iterable[Any],
) -> Matrix:
    found: dict[int, dict[str, Cell]] = defaultdict(dict)
    totals: dict[int, dict[Status, int]] = defaultdict(dict)
    for duty, unit, value, cases, one in [
        *((t[0], t[1], t[2], t[3], t[5]) for t in tallies),
        *_unopened(session, bindings, span),
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


def _unopened(session: Session, bindings: Iterable[Any], span: Span) -> list[tuple[str, int, str, int, None]]:
    """Occurrences of the span that have no cases yet count as «not open» for everyone bound by the plan."""
    waiting = {
        row.duty: Status.NOT_OPEN.value if row.opens_on else Status.WAITING_FOR_TRIGGER.value
        for row in queries.occurrences(session, span)
        if row.opened_at is None
    }
    return [(row.code, row.organisation_id, waiting[row.code], 1, None) for row in bindings if row.code in waiting]


def _together(one: Cell, other: Cell) -> Cell:
    """The more urgent status speaks for both."""
    status = min(one.status, other.status, key=RANK.__getitem__)
    return Cell(status, one.cases + other.cases, one.answered + other.answered)
