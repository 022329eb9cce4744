"""The numbers of a report's figures: results by quarter, how far reminding went, how soon answers came after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from sqlmodel import Session

from models.queries.messages.ledger import LETTER, LedgerLine
from models.queries.reports import progress as report_queries
from models.queries.reports.known import ReportCase
from models.tables.organisations import OrganisationName
from reports.facts import CaseResult
from reports.figures.numbers import QuarterCount, ReportNumbers
from rules.deadlines import local_day
from rules.office import Office
from rules.periods import period_bounds, period_title_vi, previous_period
from rules.punctuality import ReportOutcome
from rules.reporting import ReportingWindow, reporting_window
from services.reports.duties import results_known
from services.reports.urging_facts import LEFT, LETTERS, level_of
from services.reports.window import report_of, when_of

QUARTERS = 8
COUNTED = {ReportOutcome.ON_TIME: "on_time", ReportOutcome.LATE: "late", ReportOutcome.MISSING: "missing"}
CLOSED = (ReportOutcome.NIL_RETURN, ReportOutcome.WAIVED, ReportOutcome.NOT_APPLICABLE)
DAYS = ((0, "trong ngày"), (3, "1–3 ngày"), (7, "4–7 ngày"), (14, "8–14 ngày"))
LONGER, UNANSWERED = "trên 14 ngày", "chưa gửi"


def numbers_of(
    session: Session,
    office: Office,
    window: ReportingWindow,
    as_of: date,
    names: Mapping[int, OrganisationName],
    urged: Sequence[LedgerLine],
) -> ReportNumbers:
    """Each number is how many cases its list holds."""
    windows = _windows(office, window)
    due = report_queries.due_days(session, windows[0].first, min(windows[-1].cutoff, as_of))
    reminded = {line.case_id for line in urged}
    duties = report_queries.duties_of(session, due, reminded)
    known = results_known(session, office, as_of, names, {id: _called(*words) for id, words in duties.items()})
    results = {case.id: result for case, result in known if case.id in reminded}
    levels, spans = _ladder(urged, office), _answers(urged, results)
    return ReportNumbers(
        quarters=_quarters(windows, due, known),
        ladder=tuple((level, len(cases)) for level, cases in levels.items()),
        answers=tuple((span, len(cases)) for span, cases in spans.items()),
        ladder_cases=tuple(tuple(results[id] for id in cases) for cases in levels.values()),
        answers_cases=tuple(tuple(results[id] for id in cases) for cases in spans.values()),
    )


def _called(duty: str, period: str) -> str:
    return f"{duty} ({period_title_vi(period)})"


def _quarters(
    windows: Sequence[ReportingWindow], due: Mapping[int, date], known: Sequence[tuple[ReportCase, CaseResult]]
) -> tuple[QuarterCount, ...]:
    cases: dict[str, list[CaseResult]] = {quarter.period: [] for quarter in windows}
    for case, result in known:
        day = due.get(case.occurrence_id)
        for quarter in windows:
            if day and quarter.first <= day <= quarter.cutoff:
                cases[quarter.period].append(result)
    return tuple(_quarter(period, tuple(some)) for period, some in cases.items())


def _quarter(period: str, cases: tuple[CaseResult, ...]) -> QuarterCount:
    counts = Counter(case.outcome for case in cases)
    return QuarterCount(period, **{name: counts[outcome] for outcome, name in COUNTED.items()}, cases=cases)


def _windows(office: Office, window: ReportingWindow) -> list[ReportingWindow]:
    """Of eight quarters, the last that in which the report's period ends, each from the day after the last cut-off."""
    end = period_bounds(window.period)[1]
    periods = [f"{end.year}-Q{(end.month + 2) // 3}"]
    while len(periods) < QUARTERS:
        periods.append(previous_period(periods[-1]))
    when, signed_on = when_of(report_of(office.plan)), office.plan.signed_on
    return [reporting_window(when, period, signed_on) for period in reversed(periods)]


def _ladder(urged: Sequence[LedgerLine], office: Office) -> dict[str, list[int]]:
    """Level → cases, not mails: who is reminded twice at one level counts once."""
    levels = (title.vi for title in office.step_titles.values())
    cases: dict[str, dict[int, None]] = {level: {} for level in (*levels, LETTERS)}
    for line in filter(_went_out, urged):
        cases.setdefault(level_of(line, office.step_title), {})[line.case_id] = None
    return {level: list(some) for level, some in cases.items() if some}


def _went_out(line: LedgerLine) -> bool:
    return line.kind == LETTER or line.fate in LEFT


def _answers(urged: Sequence[LedgerLine], results: Mapping[int, CaseResult]) -> dict[str, list[int]]:
    first: dict[int, date] = {}
    for line in filter(_went_out, urged):  # the oldest first
        first.setdefault(line.case_id, local_day(line.sent_at) if line.sent_at else line.on_day)
    spans: dict[str, list[int]] = {name: [] for name in (*(name for _, name in DAYS), LONGER, UNANSWERED)}
    for case, day in first.items():
        span = _span(day, results[case]) if results[case].outcome not in CLOSED else ""
        if span:
            spans[span].append(case)
    return spans


def _span(reminded: date, result: CaseResult) -> str:
    """Empty where the answer was there before, and only a step after it was reminded of."""
    if result.received_on is None:
        return UNANSWERED
    days = (result.received_on - reminded).days
    return next((name for most, name in DAYS if days <= most), LONGER) if days >= 0 else ""
