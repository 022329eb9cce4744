"""Which report is asked for, of which days it speaks, and as of which day it is counted."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from sqlmodel import Session

from models.queries.reports import progress as report_queries
from rules.plan import Obligation, PeriodicReport, Plan
from rules.reporting import ReportingWindow, counting_day, reporting_window
from services.errors import Refused

YEAR = re.compile(r"2\d{3}")


def report_of(plan: Plan) -> Obligation:
    """The obligation that asks for the report. Raises Refused when the plan asks for none."""
    if plan.periodic_report is None:
        raise Refused(
            f"Kế hoạch {plan.number} không có nhiệm vụ báo cáo định kỳ (report trong plan.yaml). / "
            "The plan asks for no periodic report."
        )
    return plan.periodic_report


def when_of(report: Obligation) -> PeriodicReport:
    if not isinstance(report.when, PeriodicReport):
        raise Refused(f"{report.id}: when phải là periodic_report. / {report.id} must fall due as a periodic_report.")
    return report.when


def window_of(session: Session, plan: Plan, period: str) -> ReportingWindow:
    """Its cut-off is that of its occurrence, laid out or not. Raises Refused: no such period."""
    report = report_of(plan)
    when = when_of(report)
    cutoffs = report_queries.cutoffs(session, report.id)
    if period.upper() in cutoffs or _is_asked_for(when, period):
        window = reporting_window(when, period.upper(), plan.signed_on)
        if window.first <= window.cutoff:
            return replace(window, cutoff=cutoffs.get(window.period) or window.cutoff)
    known = list(cutoffs) or [f"{plan.signed_on.year + 1}-{part}" for part in when.periods]
    some = ", ".join(known[:12])
    raise Refused(f"Không có kỳ báo cáo «{period}». Các kỳ: {some}. / No such reporting period.")


def _is_asked_for(when: PeriodicReport, period: str) -> bool:
    """Whether or not its occurrence is laid out yet."""
    year, _, part = period.upper().partition("-")
    return bool(YEAR.fullmatch(year)) and part in when.periods


def day_of_counting(session: Session, plan: Plan, period: str, as_of: date | None, today: date) -> date:
    """Raises Refused: no such period, or a day on which it cannot be counted, with what to do instead."""
    try:
        return counting_day(window_of(session, plan, period), as_of, today)
    except ValueError as error:
        raise Refused(str(error)) from error
