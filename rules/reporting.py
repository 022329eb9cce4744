"""Which days a periodic report speaks of, and which reports one document discharges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from rules.periods import day_of_month, period_bounds, period_title_vi
from rules.plan import PeriodicReport
from rules.text.wording import day_vi

REPORT_MONTHS = {"Q1": 3, "Q2": 6, "H1": 6, "Q3": 9, "H2": 12, "Q4": 12, "Y": 12}
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class ReportingWindow:
    period: str
    first: date  # the first day whose figures belong to it
    cutoff: date  # the last one
    until: date  # counted on a later day, the next report tells it


def reporting_window(when: PeriodicReport, period: str, signed_on: date) -> ReportingWindow:
    """By the plan: from the day after one cut-off to the next (NĐ 09/2019/NĐ-CP art. 12), and not before the plan."""
    start, end = period_bounds(period)
    cutoff = day_of_month(end, when.cutoff_day)
    first = day_of_month(start - ONE_DAY, when.cutoff_day) + ONE_DAY
    months = {REPORT_MONTHS[part] for part in when.periods}
    cutoffs = [day_of_month(date(end.year + n, month, 1), when.cutoff_day) for n in (0, 1) for month in months]
    until = min(day for day in cutoffs if day > cutoff) - ONE_DAY
    return ReportingWindow(period, max(first, signed_on), cutoff, until)


def counting_day(window: ReportingWindow, as_of: date | None, today: date) -> date:
    """As of which day: without a wish that of the cut-off, or today if that is earlier. ValueError: what to do."""
    title = period_title_vi(window.period)
    day = as_of or min(window.cutoff, today)
    if day > today:
        raise ValueError(
            f"Ngày {day_vi(day)} còn ở phía trước; chọn một ngày không sau hôm nay ({day_vi(today)}) "
            f"hoặc để trống ngày. / {day} lies ahead: choose a day up to today, {today}, or none."
        )
    if day < window.first:
        raise ValueError(
            f"Ngày {day_vi(day)} chưa tới kỳ báo cáo {title}: số liệu của kỳ tính từ ngày {day_vi(window.first)}; "
            f"hãy soạn kỳ trước đó hoặc chờ đến kỳ. / {window.period} counts from {window.first}: "
            "write the period before it, or wait."
        )
    if day > window.until:
        raise ValueError(
            f"Ngày {day_vi(day)} đã thuộc kỳ báo cáo sau: kỳ {title} chỉ tính được đến ngày {day_vi(window.until)}. "
            f"Để trống ngày để lấy số liệu đến ngày chốt {day_vi(window.cutoff)}, hoặc soạn kỳ sau. / "
            f"{day} belongs to a later report: name no day to count up to {window.cutoff}, or write that one."
        )
    return day


def satisfied_periods(when: PeriodicReport, period: str) -> tuple[str, ...]:
    """Shorter periods whose report is discharged by the document of this one: by that of 2014-Y that of 2014-Q4."""
    year, _, part = period.partition("-")
    return tuple(f"{year}-{shorter}" for longer, others in when.satisfies if longer == part for shorter in others)


def satisfying_period(when: PeriodicReport, period: str) -> str | None:
    """The longer period whose document discharges this one."""
    year, _, part = period.partition("-")
    return next((f"{year}-{longer}" for longer, others in when.satisfies if part in others), None)
