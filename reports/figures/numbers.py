"""What the figures of a report show, as plain numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from rules.punctuality import on_time_rate

if TYPE_CHECKING:
    from reports.facts import CaseResult


@dataclass(frozen=True)
class QuarterCount:
    """The cases whose last day, or mere target, lies in the figures of a quarter, as known when it was counted."""

    period: str  # "2014-Q1"
    on_time: int = 0
    late: int = 0
    missing: int = 0
    cases: tuple[CaseResult, ...] = ()  # those counted, and what is not expected of that time

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
    ladder_cases: tuple[tuple[CaseResult, ...], ...] = ()  # of each number of `ladder`
    answers_cases: tuple[tuple[CaseResult, ...], ...] = ()


def together(quarters: Iterable[QuarterCount], period: str) -> QuarterCount:
    some = tuple(quarters)
    sums = (sum(getattr(one, name) for one in some) for name in ("on_time", "late", "missing"))
    return QuarterCount(period, *sums)
