"""Working days late, and the share of cases on time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from rules.text.wording import one_decimal
from rules.working_days import WorkCalendar


def days_late(received_day: date, late_after: date | None, calendar: WorkCalendar) -> int:
    """In working days; at least one for anything late, though it came on the weekend right after."""
    if late_after is None or received_day <= late_after:
        return 0
    return max(1, calendar.between(late_after, received_day))


def on_time_rate(on_time: int, expected: int) -> Decimal | None:
    """Percent with one decimal; None where nothing was expected."""
    return one_decimal(Decimal(100 * on_time) / expected) if expected else None
