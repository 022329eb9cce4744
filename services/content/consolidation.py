"""The province's table of a duty and period: put together from what was accepted, as of now."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlmodel import Session

from models.queries.cases import answers
from models.queries.cases.answers import Contribution
from models.queries.content import frozen as frozen_queries
from models.queries.content import rows as queries
from models.queries.content import settlements as settlement_queries
from models.queries.content.rows import CaseVerdict, StoredRow
from rules.content.consolidation import Choice, Origin, ProvinceTable, Settled, SourceRow, put_together
from rules.content.findings import ContentVerdict
from rules.content.spelling import same
from rules.deadlines import local_day
from rules.forms import SheetForm
from rules.office import Office
from rules.plan import Gathers, Obligation
from rules.status import OPEN, Status, ratio
from services.content.similar_names import SimilarNames, similar_names
from services.errors import Refused, unknown
from services.forms.unit_forms import form_of, with_forms
from services.units import Unit, units_of

VALUES, NAMES = "values", "names"  # kinds of settlements
ACCEPTED = frozenset({Status.ACCEPTED, Status.ACCEPTED_LATE})
WAITING = frozenset({Status.RECEIVED, Status.RECEIVED_LATE})


@dataclass(frozen=True)
class UnitLine:
    """How one unit stands that owes its part."""

    unit: Unit
    case_id: int
    status: Status
    version: int | None  # the newest that was handed in
    verdict: ContentVerdict | None  # on it; None: no table of it was judged
    findings: int
    rows: int  # of it that can be used

    @property
    def accepted(self) -> bool:
        return self.status in ACCEPTED

    @property
    def waiting(self) -> bool:
        """Handed in, and nobody decided yet."""
        return self.status in WAITING

    @property
    def missing(self) -> bool:
        return self.status in OPEN


@dataclass(frozen=True)
class Consolidated:
    duty: Obligation  # that gathers
    form: SheetForm
    period: str
    table: ProvinceTable
    units: tuple[UnitLine, ...]
    similar: tuple[SimilarNames, ...]  # nobody said yet whether they mean the same

    @property
    def received(self) -> int:
        return ratio(Counter(line.status for line in self.units))[0]

    @property
    def expected(self) -> int:
        return ratio(Counter(line.status for line in self.units))[1]

    @property
    def accepted(self) -> tuple[UnitLine, ...]:
        return tuple(line for line in self.units if line.accepted)

    @property
    def waiting(self) -> tuple[UnitLine, ...]:
        return tuple(line for line in self.units if line.waiting)

    @property
    def missing(self) -> tuple[UnitLine, ...]:
        return tuple(line for line in self.units if line.missing)

    @property
    def findings(self) -> int:
        return sum(line.findings for line in self.units)

    @property
    def text(self) -> str:
        """Vietnamese, for a line of the dashboard."""
        to_do = [
            (len(self.waiting), "bảng chờ chấp nhận"),
            (len(self.table.open_conflicts), "mâu thuẫn chờ xử lý"),
            (len(self.similar), "cặp tên gần giống chờ xem"),
        ]
        rest = "".join(f", {count} {words}" for count, words in to_do if count)
        return (
            f"{self.period}: {self.received}/{self.expected} đã nộp, {len(self.accepted)} đã chấp nhận, "
            f"{len(self.table.rows)} dòng{rest}"
        )


def gathering_duties(office: Office, day: date) -> list[tuple[Obligation, Gathers]]:
    """Whose tables can be put together, in the order of the plan."""
    forms = with_forms(office, day)
    return [
        (duty, duty.gathers) for duty in office.plan.obligations if duty.gathers and duty.gathers.obligation in forms
    ]


def gathering(office: Office, obligation: str, day: date) -> tuple[Obligation, Gathers]:
    """Raises Refused for a duty that gathers no tables."""
    duties = gathering_duties(office, day)
    for duty, gathers in duties:
        if duty.id == obligation.upper():
            return duty, gathers
    codes = [duty.id for duty, _ in duties]
    raise unknown("nhiệm vụ tổng hợp bảng", "duty that gathers tables", obligation, codes)


def consolidate(session: Session, office: Office, obligation: str, period: str, now: datetime) -> Consolidated:
    """Raises Refused for a duty or a period there is not."""
    duty, gathers = gathering(office, obligation, local_day(now))
    lines = _contributions(session, gathers, now)
    periods = list(dict.fromkeys(line.period for line in lines))
    if period.upper() not in periods:
        raise (
            unknown("kỳ", "period", period, periods)
            if periods
            else Refused(f"{duty.id} chưa mở kỳ nào. / No period of it is open yet.")
        )
    return _consolidated(session, office, duty, [line for line in lines if line.period == period.upper()], now)


def consolidations(
    session: Session, office: Office, duty: Obligation, now: datetime, newest: int
) -> list[Consolidated]:
    """Of the newest periods of this duty that are open, in the order of the calendar."""
    if duty.gathers is None or duty.gathers.obligation not in with_forms(office, local_day(now)):
        return []
    by_period: dict[str, list[Contribution]] = {}
    for line in _contributions(session, duty.gathers, now):
        by_period.setdefault(line.period, []).append(line)
    return [_consolidated(session, office, duty, lines, now) for lines in list(by_period.values())[-newest:]]


@dataclass(frozen=True)
class GatheringState:
    """How far one period of a duty has come, without putting anything together."""

    duty: Obligation
    form: str  # the obligation it belongs to
    period: str
    received: int
    expected: int
    accepted: int
    waiting: int
    frozen: int | None  # number of the newest frozen version


def gathering_states(session: Session, office: Office, now: datetime) -> list[GatheringState]:
    """Every open period of every duty that gathers tables, the newest first."""
    duties = gathering_duties(office, local_day(now))
    frozen = frozen_queries.newest_numbers(session, [gathers.obligation for _, gathers in duties])
    states = [
        _state(duty, list(lines), frozen)
        for duty, gathers in duties
        for _, lines in groupby(_contributions(session, gathers, now), key=lambda line: line.occurrence_id)
    ]
    return sorted(states, key=lambda state: state.period, reverse=True)


def _state(duty: Obligation, lines: list[Contribution], frozen: Mapping[tuple[str, str], int]) -> GatheringState:
    counts = Counter(Status(line.status) for line in lines)
    form, period = lines[0].obligation, lines[0].period
    accepted, waiting = (sum(counts[status] for status in kinds) for kinds in (ACCEPTED, WAITING))
    return GatheringState(duty, form, period, *ratio(counts), accepted, waiting, frozen.get((form, period)))


def _contributions(session: Session, gathers: Gathers, now: datetime) -> list[Contribution]:
    return answers.contributions(session, [gathers.obligation], [role.value for role in gathers.roles], now)


def _consolidated(
    session: Session, office: Office, duty: Obligation, lines: Sequence[Contribution], now: datetime
) -> Consolidated:
    period, source = lines[0].period, lines[0].obligation
    form = form_of(office, source, period, on=local_day(now))
    assert form is not None
    cases = [line.case_id for line in lines]
    accepted = [line.case_id for line in lines if Status(line.status) in ACCEPTED]
    settled, different = settled_of(session, source, period)
    table = put_together(form, map(source_row, queries.rows_of_cases(session, accepted)), settled)
    units = units_of(session, local_day(now), [line.organisation_id for line in lines])
    verdicts = queries.verdicts(session, cases)
    similar = _similar(form, table, different)
    lines_of_units = tuple(_line(line, units[line.organisation_id], verdicts) for line in lines)
    return Consolidated(duty, form, period, table, lines_of_units, tuple(similar))


def source_row(row: StoredRow) -> SourceRow:
    return SourceRow(json.loads(row.cells), Origin(row.unit, row.version, row.sha256, row.sheet, row.row))


def _line(line: Contribution, unit: Unit, verdicts: Mapping[tuple[int, int], CaseVerdict]) -> UnitLine:
    verdict = verdicts.get((line.case_id, line.version or 0))
    return UnitLine(
        unit,
        line.case_id,
        Status(line.status),
        line.version,
        ContentVerdict(verdict.verdict) if verdict else None,
        verdict.findings_count if verdict else 0,
        verdict.rows_taken if verdict else 0,
    )


def settled_of(session: Session, source: str, period: str) -> tuple[Settled, frozenset[str]]:
    """What persons decided, and the pairs of names of which they said something."""
    choices: dict[str, Choice] = {}
    names: dict[str, dict[str, Any]] = {}
    for row in settlement_queries.settlements(session, source, period, [VALUES, NAMES]):
        said = json.loads(row.choice)
        if row.kind == VALUES:
            choices[row.subject] = Choice(said["stamp"], said["take"], row.settled_by, row.reason)
        else:
            names[row.subject] = said
    counts = {same(said["other"]): said["counts"] for said in names.values() if said["counts"]}
    return Settled(choices, {name: _last(counts, name) for name in counts}), frozenset(names)


def _last(counts: Mapping[str, str], name: str) -> str:
    """The spelling that counts where one that counted was later taken for another."""
    seen, spelling = {name}, counts[name]
    while (further := same(spelling)) in counts and further not in seen:
        seen.add(further)
        spelling = counts[further]
    return spelling


def _similar(form: SheetForm, table: ProvinceTable, known: Collection[str]) -> list[SimilarNames]:
    column = form.gathering.name
    names = [value for row in table.rows if isinstance(value := row.values.get(column), str)]
    return [pair for pair in similar_names(names) if pair.subject not in known]


def summary(whole: Consolidated) -> dict[str, Any]:
    """For other programs: how far it has come, not the rows."""
    return {
        "obligation": whole.duty.id,
        "period": whole.period,
        "expected": whole.expected,
        "received": whole.received,
        "accepted": [line.unit.key for line in whole.accepted],
        "waiting": [line.unit.key for line in whole.waiting],
        "missing": [line.unit.key for line in whole.missing],
        "rows": len(whole.table.rows),
        "findings": whole.findings,
        "open_conflicts": len(whole.table.open_conflicts),
        "similar_names": len(whole.similar),
    }
