"""What the figures of a report show, as plain numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from rules.punctuality import on_time_rate


@dataclass(frozen=True)
class QuarterCount:
    """The cases whose last day, or mere target, lies in the figures of a quarter, as known when it was counted."""

    period: str  # "2014-Q1"
    on_time: int = 0
    late: int = 0
    missing: int = 0

    @property
    def expected(self) -> int:
        return self.on_time + self.late + self.missing

    @property
    def rate(self) -> Decimal | None:
        return on_time_rate(self.on_time, self.expected)


@dataclass(frozen=True)
class ReportNumbers:
    quarters: tuple[QuarterCount, ...] = ()  # eight, the last that of the report's own period; empty: none counted
    ladder: tuple[tuple[str, int], ...] = ()  # level of reminding → cases that came to it in the period
    answers: tuple[tuple[str, int], ...] = ()  # days from the first reminder to the answer → cases


def together(quarters: Iterable[QuarterCount], period: str) -> QuarterCount:
    some = tuple(quarters)
    sums = (sum(getattr(one, name) for one in some) for name in ("on_time", "late", "missing"))
    return QuarterCount(period, *sums)
