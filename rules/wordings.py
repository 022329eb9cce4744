"""When an obligation falls due: one small class per wording the plans use; `why` sentences: rules.deadlines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class OnceBefore:
    """«trước ngày D»: the last compliant day is D−1 and it never rolls forward (A1)."""

    day: date


@dataclass(frozen=True)
class OnceInQuarter:
    """«Quý IV năm 2013»."""

    year: int
    quarter: int


@dataclass(frozen=True)
class YearlyQuarter:
    """«Quý IV hàng năm»; the occurrence of year Y is for the year Y + `for_offset` (its period)."""

    quarter: int
    first_year: int
    for_offset: int = 0


@dataclass(frozen=True)
class YearlyMonth:
    """«Tháng 9 hàng năm … cho năm kế tiếp»."""

    month: int
    first_year: int
    for_offset: int = 0


@dataclass(frozen=True)
class YearlyBefore:
    """«trước ngày 15/10 hằng năm»: as OnceBefore, in every year."""

    month: int
    day: int
    first_year: int
    for_offset: int = 0


@dataclass(frozen=True)
class YearlyAfterHalf:
    """«Hàng năm, sau 6 tháng đầu năm»: opens 01/7, has only a soft target, is never overdue (A6)."""

    first_year: int
    target_month: int
    target_day: int


@dataclass(frozen=True)
class PeriodicReport:
    """«định kỳ (hàng quý, 6 tháng, năm)»: due on `day` of the last month of each period (A17)."""

    periods: tuple[str, ...]  # of Q1 Q2 H1 Q3 Q4 Y, in the order shown
    day: int
    cutoff_day: int  # data cut-off: this day of the last month (NĐ 09/2019 art. 12, A16)
    months_after: int = 0  # 1: due in the month after the period ends (the other reading of A16)
    satisfies: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (Y, (Q4,)): the yearly document is also that of Q4 (A15)


@dataclass(frozen=True)
class YearAfterTrigger:
    """«Trong năm 2014, sau khi có …»: opens with the trigger, due at the end of the year (A13)."""

    year: int
    trigger: str


@dataclass(frozen=True)
class TargetOnly:
    """The plan names no time; only an interpretation sets a soft target."""

    period: str
    target: date


@dataclass(frozen=True)
class YearlyTarget:
    """A standing obligation declared every year; the plan names no time, the days are an interpretation's."""

    first_year: int
    opens_month: int
    opens_day: int
    target_month: int
    target_day: int


@dataclass(frozen=True)
class AfterDocument:
    """Begins when the documents it waits for exist; the plan names no end, the target is an interpretation's."""

    year: int  # its period
    months: int  # from the day of the document to the target


When = (
    OnceBefore
    | OnceInQuarter
    | YearlyQuarter
    | YearlyMonth
    | YearlyBefore
    | YearlyAfterHalf
    | PeriodicReport
    | YearAfterTrigger
    | TargetOnly
    | YearlyTarget
    | AfterDocument
)
