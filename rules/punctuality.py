"""How a case stands when a report is counted, working days late, and the share of cases on time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum

from rules.text.wording import one_decimal
from rules.working_days import WorkCalendar


class ReportOutcome(StrEnum):
    """Each case stands in exactly one; so the columns of a report add up to what was assigned."""

    ON_TIME = "on_time"
    LATE = "late"
    MISSING = "missing"  # its day has passed
    NOT_DUE = "not_due"  # not received, and its day lies ahead
    EXTENDED = "extended"  # not received, its first day has passed, the agreed one lies ahead
    NIL_RETURN = "nil_return"
    WAIVED = "waived"
    NOT_APPLICABLE = "not_applicable"


CLOSED = {
    "nil_return": ReportOutcome.NIL_RETURN,
    "waived": ReportOutcome.WAIVED,
    "not_applicable": ReportOutcome.NOT_APPLICABLE,
    "superseded": ReportOutcome.NOT_APPLICABLE,  # somebody else owes the same
}
EXEMPT = frozenset({ReportOutcome.WAIVED, ReportOutcome.NOT_APPLICABLE})


def report_outcome(
    closed: str | None, received: date | None, first_day: date | None, last_day: date | None, as_of: date
) -> ReportOutcome:
    """At the end of `as_of`. `first_day`: by the plan, the last day or else the mere target; `last_day`: the same, or
    what was agreed in an extension. None: no day at all."""
    if closed is not None:
        return CLOSED[closed]
    if received is not None:
        return ReportOutcome.LATE if last_day is not None and received > last_day else ReportOutcome.ON_TIME
    if last_day is not None and last_day < as_of:
        return ReportOutcome.MISSING
    return ReportOutcome.EXTENDED if first_day is not None and first_day < as_of else ReportOutcome.NOT_DUE


def days_late(received_day: date, late_after: date | None, calendar: WorkCalendar) -> int:
    """In working days; at least one for anything late, though it came on the weekend right after."""
    if late_after is None or received_day <= late_after:
        return 0
    return max(1, calendar.between(late_after, received_day))


def on_time_rate(on_time: int, expected: int) -> Decimal | None:
    """Percent with one decimal; None where nothing was expected."""
    return one_decimal(Decimal(100 * on_time) / expected) if expected else None


def rate_of(counts: Mapping[ReportOutcome, int]) -> Decimal | None:
    """Of those whose day has passed, or who handed in before it."""
    on_time = counts.get(ReportOutcome.ON_TIME, 0)
    return on_time_rate(on_time, on_time + counts.get(ReportOutcome.LATE, 0) + counts.get(ReportOutcome.MISSING, 0))
