"""Calendar periods by their short names: «2014-Q1», «2014-H1», «2014-Y», «2014-M03», and «2014» for a plain year."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

MONTHS = {"M": 1, "Q": 3, "H": 6, "Y": 12}
ROMAN = ("", "I", "II", "III", "IV")
HALVES = ("", "6 tháng đầu năm", "6 tháng cuối năm")
SHAPE = re.compile(r"(\d{4})(?:-(?:(M)(0[1-9]|1[0-2])|(Q)([1-4])|(H)([12])|(Y)))?")


class _Period(NamedTuple):
    year: int
    kind: str
    number: int  # 1 for the first month, quarter or half of the year
    suffix: str  # "" for a plain year


def _parse(period: str) -> _Period:
    match = SHAPE.fullmatch(period)
    if match is None:
        raise ValueError(f"Kỳ «{period}» không hợp lệ; cần dạng 2014-Q1, 2014-H1, 2014-Y, 2014-M03 hoặc 2014.")
    year, *pairs = (part for part in match.groups() if part is not None)
    kind, number = (*pairs, "Y", "1")[:2] if pairs != ["Y"] else ("Y", "1")
    return _Period(int(year), kind, int(number), period[4:])


def period_bounds(period: str) -> tuple[date, date]:
    """First and last calendar day."""
    year, kind, number, _ = _parse(period)
    length = MONTHS[kind]
    return _month_start(year, (number - 1) * length), _month_start(year, number * length) - timedelta(days=1)


def period_title_vi(period: str) -> str:
    """«quý I năm 2014», «6 tháng đầu năm 2014», «năm 2014»."""
    year, kind, number, _ = _parse(period)
    match kind:
        case "M":
            return f"tháng {number} năm {year}"
        case "Q":
            return f"quý {ROMAN[number]} năm {year}"
        case "H":
            return f"{HALVES[number]} {year}"
    return f"năm {year}"


PERIOD_HERE = "{period}"


def worded(text: str, period: str = "") -> str:
    """The plan's words with the name of a period in them: «Lịch phổ biến … năm 2014»; or as they hold for every one."""
    return text.replace(PERIOD_HERE, period_title_vi(period)) if period else text.replace(f" {PERIOD_HERE}", "")


def month_bounds(year: int, month: int) -> tuple[date, date]:
    """Raises ValueError for a month that is none."""
    first = date(year, month, 1)
    return first, day_of_month(first, 31)


def next_period(period: str) -> str:
    return _moved(period, 1)


def previous_period(period: str) -> str:
    return _moved(period, -1)


def length_rank(period: str) -> int:
    """Shorter periods come first where several end together: quarter, half, year."""
    return MONTHS[_parse(period).kind]


def _moved(period: str, by: int) -> str:
    year, kind, number, suffix = _parse(period)
    per_year = 12 // MONTHS[kind]
    years, index = divmod(number - 1 + by, per_year)
    shown = {"M": f"-M{index + 1:02d}", "Y": suffix}.get(kind, f"-{kind}{index + 1}")
    return f"{year + years}{shown}"


def _month_start(year: int, months: int) -> date:
    """First day of the month that lies `months` after January of `year`; may be negative or above 11."""
    years, index = divmod(months, 12)
    return date(year + years, index + 1, 1)


def day_of_month(month: date, day: int) -> date:
    """This day of the month, or its last day where the month is shorter (BLDS 2015 art. 148(3))."""
    last = _month_start(month.year, month.month) - timedelta(days=1)
    return last.replace(day=min(day, last.day))


def months_later(month: date, count: int) -> date:
    return _month_start(month.year, month.month - 1 + count)
