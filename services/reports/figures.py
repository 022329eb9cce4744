"""The numbers of a report's figures: results by quarter, how far reminding went, how soon answers came after it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from sqlmodel import Session

from models.queries.messages.ledger import LETTER, LedgerLine
from models.queries.reports import progress as report_queries
from models.queries.reports.known import cases_known
from reports.facts import CaseResult
from reports.figures.numbers import QuarterCount, ReportNumbers
from rules.deadlines import late_from, local_day, start_of
from rules.office import Office
from rules.periods import period_bounds, previous_period
from rules.punctuality import ReportOutcome
from rules.reporting import ReportingWindow, reporting_window
from services.reports.duties import INSTANT, result_of
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
    urged: Sequence[LedgerLine],
    results: Mapping[int, CaseResult],
) -> ReportNumbers:
    return ReportNumbers(_quarters(session, office, window, as_of), _ladder(urged, office), _answers(urged, results))


def _quarters(session: Session, office: Office, window: ReportingWindow, as_of: date) -> tuple[QuarterCount, ...]:
    windows = _windows(office, window)
    due = report_queries.due_days(session, windows[0].first, min(windows[-1].cutoff, as_of))
    moment = late_from(as_of) - INSTANT
    outcomes: dict[int, Counter[ReportOutcome]] = defaultdict(Counter)
    for case in cases_known(session, due, moment, start_of(window.first)):
        outcomes[case.occurrence_id][result_of(case, as_of)] += 1
    quarters = []
    for quarter in windows:
        counts: Counter[ReportOutcome] = Counter()
        for occurrence, day in due.items():
            if quarter.first <= day <= quarter.cutoff:
                counts += outcomes[occurrence]
        named = {name: counts[outcome] for outcome, name in COUNTED.items()}
        quarters.append(QuarterCount(quarter.period, **named))
    return tuple(quarters)


def _windows(office: Office, window: ReportingWindow) -> list[ReportingWindow]:
    """Of eight quarters, the last that in which the report's period ends, each from the day after the last cut-off."""
    end = period_bounds(window.period)[1]
    periods = [f"{end.year}-Q{(end.month + 2) // 3}"]
    while len(periods) < QUARTERS:
        periods.append(previous_period(periods[-1]))
    when, signed_on = when_of(report_of(office.plan)), office.plan.signed_on
    return [reporting_window(when, period, signed_on) for period in reversed(periods)]


def _ladder(urged: Sequence[LedgerLine], office: Office) -> tuple[tuple[str, int], ...]:
    """Cases, not mails: who is reminded twice at one level counts once."""
    levels = (title.vi for title in office.step_titles.values())
    cases: dict[str, set[int]] = {level: set() for level in (*levels, LETTERS)}
    for line in filter(_went_out, urged):
        cases.setdefault(level_of(line, office.step_title), set()).add(line.case_id)
    return tuple((level, len(some)) for level, some in cases.items() if some)


def _went_out(line: LedgerLine) -> bool:
    return line.kind == LETTER or line.fate in LEFT


def _answers(urged: Sequence[LedgerLine], results: Mapping[int, CaseResult]) -> tuple[tuple[str, int], ...]:
    first: dict[int, date] = {}
    for line in filter(_went_out, urged):  # the oldest first
        first.setdefault(line.case_id, local_day(line.sent_at) if line.sent_at else line.on_day)
    spans = Counter(
        _span(day, results[case])
        for case, day in first.items()
        if case in results and results[case].outcome not in CLOSED
    )
    return tuple((name, spans[name]) for name in (*(name for _, name in DAYS), LONGER, UNANSWERED))


def _span(reminded: date, result: CaseResult) -> str:
    """Empty where the answer was there before, and only a step after it was reminded of."""
    if result.received_on is None:
        return UNANSWERED
    days = (result.received_on - reminded).days
    return next((name for most, name in DAYS if days <= most), LONGER) if days >= 0 else ""
