"""Values of a province's table as people read them, and where each row came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from rules.content.consolidation import Origin
from rules.content.findings import Value
from rules.forms import Column, ColumnKind
from rules.text.wording import day_vi

YES_NO = {1: "Có", 0: "Không"}
QUARTERS = ("I", "II", "III", "IV")
DAYS = frozenset({ColumnKind.DAY, ColumnKind.MONTH_OR_DAY})


def shown(column: Column, value: Value) -> str | int | float | date | None:
    """A number as a number, a day as a day, all else as text."""
    if value is None or value == "":
        return None
    if column.kind is ColumnKind.YES_NO and isinstance(value, int):
        return YES_NO.get(value, str(value))
    if column.kind in DAYS and isinstance(value, str):
        return _day(value)
    return value


def _day(value: str) -> str | date:
    """«2027-01-29» is a day, «2027-01» reads «01/2027», «2027-Q1» reads «Quý I/2027»."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        year, _, rest = value.partition("-")
    if rest in ("Q1", "Q2", "Q3", "Q4"):
        return f"Quý {QUARTERS[int(rest[1]) - 1]}/{year}"
    return f"{rest}/{year}" if len(rest) == 2 and rest.isdecimal() else value


def text_of(column: Column, value: Value) -> str:
    what = shown(column, value)
    if isinstance(what, date):
        return day_vi(what)
    return "" if what is None else str(what)


def units_text(origins: Iterable[Origin], names: Mapping[str, str]) -> str:
    return "; ".join(dict.fromkeys(names.get(origin.unit, origin.unit) for origin in origins))


def places_text(origins: Iterable[Origin]) -> str:
    """«SYT lần 2, trang «Danh mục», dòng 12»."""
    return "; ".join(
        f"{origin.unit} lần {origin.version},{f' trang «{origin.sheet}»,' if origin.sheet else ''} dòng {origin.row}"
        for origin in origins
    )
