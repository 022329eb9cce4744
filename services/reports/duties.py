"""How the duties of a report stand, each case and each step after it in exactly one column, as known on its day."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlmodel import Session

from models.database import id_of
from models.queries.reports import progress as report_queries
from models.queries.reports.known import ReportCase, ReportStep, cases_known, steps_known
from models.tables.organisations import OrganisationName
from models.tables.plan import ObligationRow, Occurrence
from reports import facts as say
from reports.phrases import inside, units_of
from rules.deadlines import late_from, local_day, start_of
from rules.office import Office
from rules.periods import period_title_vi
from rules.plan import BoundRole
from rules.punctuality import ReportOutcome, days_late, rate_of, report_outcome
from rules.reporting import ReportingWindow
from rules.text.wording import day_vi
from services.reports.window import report_of
from services.units import groups_of

KINDS_OF_PERIOD = re.compile(r" \((?:(?:quý|6 tháng|năm)(?:, )?)+\)")
INSTANT = timedelta(microseconds=1)
CONTRIBUTORS = "Các cơ quan phối hợp"
ROLES = (BoundRole.LEAD.value, BoundRole.EACH.value, BoundRole.CONTRIBUTOR.value)


@dataclass(frozen=True)
class Counted:
    duties: Mapping[str, Sequence[say.DutyResult]]  # by code, in the plan's order
    results: Mapping[int, say.CaseResult]  # by case

    @property
    def cases(self) -> tuple[say.CaseResult, ...]:
        return tuple(self.results.values())

    @property
    def missing(self) -> frozenset[int]:
        return frozenset(id for id, result in self.results.items() if result.outcome is ReportOutcome.MISSING)

    @property
    def rows(self) -> tuple[say.DutyResult, ...]:
        return tuple(duty for duties in self.duties.values() for duty in duties)


@dataclass(frozen=True)
class _Group:
    """The cases of one role, or one step of theirs."""

    occurrence: Occurrence
    code: str
    clause: str
    title: str
    role: str
    results: tuple[say.CaseResult, ...]
    units: str  # what those it applies to are called
    step: bool = False


@dataclass(frozen=True)
class _Day:
    """What a report sees: the day it is counted on, the names of that day, the first day of its window."""

    office: Office
    as_of: date
    since: datetime
    names: Mapping[int, OrganisationName]
    groups: Mapping[int, str]  # organisation → the group an official thinks in

    def called(self, cases: Iterable[ReportCase]) -> str:
        return units_of(self.groups[case.organisation_id] for case in cases)

    @property
    def moment(self) -> datetime:
        return late_from(self.as_of) - INSTANT


def count_duties(
    session: Session,
    office: Office,
    window: ReportingWindow,
    as_of: date,
    names: Mapping[int, OrganisationName],
    hindsight: datetime | None = None,
) -> Counted:
    """As known at the end of `as_of`; with `hindsight`, with what was recorded by then of days up to `as_of`."""
    day = _Day(office, as_of, start_of(window.first), names, groups_of(session))
    occurrences = _told_of(session, office, window, day)
    before = report_queries.previous_occurrences(session, [occurrence for occurrence, _ in occurrences])
    ids = [id_of(occurrence) for occurrence, _ in occurrences]
    cases: dict[int, list[ReportCase]] = defaultdict(list)
    known = {*ids, *(id_of(one) for one in before.values())}
    for case in cases_known(session, known, day.moment, day.since, hindsight):
        cases[case.occurrence_id].append(case)
    steps: dict[int, list[ReportStep]] = defaultdict(list)
    for step in steps_known(session, ids, as_of, hindsight or day.moment, day.since):
        steps[step.case_id].append(step)
    groups: list[_Group] = []
    told: dict[int, say.CaseResult] = {}
    for occurrence, row in occurrences:
        owed = cases[id_of(occurrence)]
        results = {case.id: _result(day, row.short, case) for case in owed}
        if _is_current(occurrence, window, owed):
            groups += _by_role(day, occurrence, row, owed, results)
            told |= results
        groups += _steps(day, occurrence, row, owed, steps, every=_is_current(occurrence, window, owed))
    earlier = {id: _earlier(day, occurrence, cases[id_of(occurrence)]) for id, occurrence in before.items()}
    return Counted(_as_duties(day, groups, earlier), told)


def _told_of(
    session: Session, office: Office, window: ReportingWindow, day: _Day
) -> list[tuple[Occurrence, ObligationRow]]:
    """Of the reports themselves only those that were due before this one."""
    report = report_of(office.plan)
    rows = report_queries.in_window(session, window.first, day.as_of, day.since)
    own = next((o.target_day for o, row in rows if (row.code, o.period) == (report.id, window.period)), window.cutoff)
    return [(o, row) for o, row in rows if row.code != report.id or o.target_day < own]


def _is_current(occurrence: Occurrence, window: ReportingWindow, cases: Sequence[ReportCase]) -> bool:
    """It fell due in or after the window, or something was still awaited when the window began, or is again."""
    last = occurrence.late_after or occurrence.target_day
    return last >= window.first or any(case.awaited_before or case.is_awaited for case in cases)


# --- one case, one step -------------------------------------------------------------------------------------------


def results_known(
    session: Session, office: Office, as_of: date, names: Mapping[int, OrganisationName], duties: Mapping[int, str]
) -> list[tuple[ReportCase, say.CaseResult]]:
    """Every case of these occurrences as known on that day; `duties`: what each is called."""
    day = _Day(office, as_of, late_from(as_of), names, {})
    return [
        (case, _result(day, duties[case.occurrence_id], case))
        for case in cases_known(session, duties, day.moment, day.since)
    ]


def _received_on(case: ReportCase) -> date | None:
    return local_day(case.facts.received_at) if case.facts.received_at else None


def _result(day: _Day, duty: str, case: ReportCase) -> say.CaseResult:
    first = case.late_after or case.target_day
    last, received = case.agreed_day or first, _received_on(case)
    outcome = report_outcome(case.closed, received, first, last, day.as_of)
    soft = case.late_after is None
    return say.CaseResult(
        unit=day.names[case.organisation_id].name,
        duty=duty,
        first_day=first,
        soft=soft,
        outcome=outcome,
        received_on=received,
        document_number=case.facts.document_number,
        days_late=_days(day, received, last, soft=soft) if outcome is ReportOutcome.LATE else 0,
        extended_to=case.agreed_day,
        returned=case.facts.returned and case.closed is None,
        superseded=case.superseded,
        case_id=case.id,
    )


def _days(day: _Day, received: date | None, last: date | None, *, soft: bool) -> int:
    assert received is not None
    assert last is not None
    return (received - last).days if soft else days_late(received, last, day.office.calendar)


def _step_result(day: _Day, title: str, case: ReportCase, step: ReportStep) -> say.CaseResult:
    closed = "not_applicable" if not step.applicable else case.closed
    outcome = report_outcome(closed, step.done_on, step.target_day, step.target_day, day.as_of)
    late = outcome is ReportOutcome.LATE
    return say.CaseResult(
        unit=day.names[case.organisation_id].name,
        duty=title,
        first_day=step.target_day,
        soft=True,
        outcome=outcome,
        received_on=step.done_on,
        document_number=step.document_number,
        days_late=_days(day, step.done_on, step.target_day, soft=True) if late else 0,
        place=step.place,
        case_id=case.id,
    )


# --- a row of annex I ---------------------------------------------------------------------------------------------


def _by_role(
    day: _Day,
    occurrence: Occurrence,
    row: ObligationRow,
    cases: Sequence[ReportCase],
    results: Mapping[int, say.CaseResult],
) -> list[_Group]:
    groups = []
    for role in ROLES:
        of_role = [case for case in cases if case.role == role]
        if of_role:
            title = titled(row.title_vi, occurrence.period)
            part = f"Nội dung đóng góp cho {inside(title)}" if role == BoundRole.CONTRIBUTOR else title
            told = tuple(results[case.id] for case in of_role)
            groups.append(_Group(occurrence, row.code, row.clause, part, role, told, day.called(of_role)))
    return groups


def _steps(
    day: _Day,
    occurrence: Occurrence,
    row: ObligationRow,
    cases: Sequence[ReportCase],
    steps: Mapping[int, Sequence[ReportStep]],
    *,
    every: bool,
) -> list[_Group]:
    """Of an older occurrence only those somebody had not done when the window began."""
    by_code: dict[str, list[tuple[ReportCase, ReportStep]]] = defaultdict(list)
    for case in cases:
        for step in steps.get(case.id, ()):
            by_code[step.code].append((case, step))
    groups = []
    for code, rows in by_code.items():
        if not every and not any(step.awaited_before and step.applicable and not case.closed for case, step in rows):
            continue
        duty = day.office.obligations.get(code)
        title = titled(duty.title.vi if duty else code, occurrence.period)
        results = tuple(_step_result(day, title, case, step) for case, step in rows)
        called = day.called(case for case, step in rows if step.applicable)
        clause = duty.clause if duty else row.clause
        groups.append(_Group(occurrence, code, clause, title, rows[0][0].role, results, called, step=True))
    return groups


@dataclass(frozen=True)
class _Earlier:
    """The occurrence before, to compare with."""

    title: str
    outcomes: Mapping[str, Sequence[ReportOutcome]]  # by role


def _earlier(day: _Day, occurrence: Occurrence, cases: Sequence[ReportCase]) -> _Earlier:
    by_role: dict[str, list[ReportOutcome]] = defaultdict(list)
    for case in cases:
        by_role[case.role].append(_result(day, "", case).outcome)
    return _Earlier(period_title_vi(occurrence.period), by_role)


def _as_duties(day: _Day, groups: Sequence[_Group], earlier: Mapping[int, _Earlier]) -> dict[str, list[say.DutyResult]]:
    from reports.tables import counts_by  # pandas loads slowly; only reports pay for it

    outcomes = [[result.outcome for result in group.results] for group in groups]
    outcomes += [list(_before(group, earlier)) for group in groups]
    keys = [key for key, some in enumerate(outcomes) for _ in some]
    counts = counts_by(keys, [outcome for some in outcomes for outcome in some])
    duties: dict[str, list[say.DutyResult]] = defaultdict(list)
    for key, group in enumerate(groups):
        duty = _as_duty(day, group, counts[key])
        before = earlier.get(id_of(group.occurrence))
        if before is not None and not duty.still_open:
            rate = rate_of(counts.get(key + len(groups), {}))
            duty = replace(duty, previous_rate=rate, previous_title=before.title)
        duties[group.code].append(duty)
    return duties


def _before(group: _Group, earlier: Mapping[int, _Earlier]) -> Sequence[ReportOutcome]:
    before = earlier.get(id_of(group.occurrence))
    return before.outcomes.get(group.role, ()) if before and not group.step else ()


def _as_duty(day: _Day, group: _Group, counts: Mapping[ReportOutcome, int]) -> say.DutyResult:
    first = group.results[0]
    last = next((result.first_day for result in group.results if result.first_day), None)
    still_open = last is None or last >= day.as_of
    return say.DutyResult(
        title=group.title,
        clause=group.clause,
        lead=_lead(group),
        units=group.units,
        deadline_phrase=_deadline(group, last, soft=first.soft),
        last_day=last,
        soft=first.soft,
        counts=counts,
        still_open=still_open,
        on_time_rate=None if still_open else rate_of(counts),
        step=group.step,
        only=first if len(group.results) == 1 else None,
        by_extension=sum(result.handed_in_thanks_to_extension for result in group.results),
        returned=sum(result.returned for result in group.results),
        results=group.results,
    )


def _lead(group: _Group) -> str:
    if len(group.results) == 1:
        return group.results[0].unit
    return CONTRIBUTORS if group.role == BoundRole.CONTRIBUTOR else f"Các {group.units}"


def _deadline(group: _Group, last: date | None, *, soft: bool) -> str:
    """The plan's own words; where its last day was moved to a working day, that day too."""
    if last is None:
        return ""
    if group.step or (soft and last != group.occurrence.target_day):
        return f"phấn đấu đến ngày {day_vi(last)}"
    nominal = group.occurrence.nominal_last_day
    moved = f"; tính trễ sau ngày {day_vi(last)}" if nominal and nominal != last and not soft else ""
    return f"{group.occurrence.deadline_phrase}{moved}"


def titled(title: str, period: str) -> str:
    """«Danh mục sản phẩm … năm 2015»; «cho năm kế tiếp» becomes the year itself, and no «năm năm» is left; of
    «(quý, 6 tháng, năm)» nothing, because the period says which."""
    when, title = period_title_vi(period), KINDS_OF_PERIOD.sub("", title)
    if title.endswith(" năm") and when.startswith("năm "):
        title = title.removesuffix(" năm")
    return title.replace("năm kế tiếp", when) if "năm kế tiếp" in title else f"{title} {when}"
