"""How days and numbers are written in Vietnamese letters, reports and screens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def weekday_name(day: date) -> str:
    return WEEKDAYS[day.weekday()]


def day_vi(day: date) -> str:
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def full_day_vi(day: date) -> str:
    """«thứ Hai 31/12/2018»."""
    return f"{weekday_name(day)} {day_vi(day)}"


def dates_vi(days: Iterable[date]) -> str:
    """«05/11/2013, 12/11/2013 và 19/11/2013»."""
    *head, last = [day_vi(day) for day in days] or [""]
    return f"{', '.join(head)} và {last}" if head else last


def long_day_vi(day: date) -> str:
    """«ngày 05 tháng 01 năm 2014»; a zero before days below 10 and before months 1 and 2 only (NĐ 30/2020)."""
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def text_day_vi(day: date) -> str:
    """«05/01/2014», «20/9/2026»: in running text, as `long_day_vi` writes it."""
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"


def count_vi(value: int) -> str:
    """«05», «17», «1.250»: a number of things in an official text has two digits at least."""
    return f"{value:02d}" if 0 < value < 10 else number_vi(value)


def number_vi(value: int | Decimal) -> str:
    """«1.250», «-3,5»: a dot between thousands, a comma before decimals."""
    return f"{value:,}".translate(str.maketrans(",.", ".,"))


def one_decimal(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def percent_vi(value: Decimal | None) -> str:
    """«86,4%», «100%»; a dash where there is nothing to divide."""
    if value is None:
        return "–"
    return number_vi(one_decimal(value)).removesuffix(",0") + "%"
