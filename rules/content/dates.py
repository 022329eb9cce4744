"""Days, months, quarters and half years as people write them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from rules.content.grid import Cell
from rules.content.spelling import bare_words, plain
from rules.periods import period_bounds

_DAY = re.compile(r"(?:ngay )?(\d{1,2}) ?[/.-] ?(\d{1,2}) ?[/.-] ?(\d{4})")
_LONG_DAY = re.compile(r"(?:ngay )?(\d{1,2}) thang (\d{1,2})(?: nam |[/.-])(\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?: 00:00(?::00)?)?")
_MONTH = re.compile(r"(?:thang ?|t ?)?(\d{1,2}) ?(?:[/.-] ?| nam )(\d{4})")
_ISO_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_YEAR_BEHIND = re.compile(r"(?:[/.-]| nam | )?(\d{4})?")
_QUARTER = re.compile(r"(?:quy ?|q ?)(iv|i{1,3}|[1-4])(?: ?[/.-] ?| nam | )?(\d{4})?")
_HALF = re.compile(r"(?:(?:6|sau) thang|nua) (dau|cuoi)(?: nam)?(?: ?[/.-] ?| )?(\d{4})?")
_BARE_MONTH = re.compile(r"(?:thang ?|t)(\d{1,2})(?: ?[/.-] ?| nam | )?(\d{4})?")
_EVERY = re.compile(r"(?:hang|moi) (?:thang|quy|nam|6 thang|9 thang)")
_WHOLE_YEAR = re.compile(r"(?:ca )?nam(?: (\d{4}))?")
_JOINED = re.compile(r" (?:-|–|—|va|den|,|;) |[–—,;] ?| ?- ?(?=thang|quy|q\d|t\d)")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000  # 1954 to 2119
_EPOCH = date(1899, 12, 30)


def letters(cell: Cell) -> str:
    """Small letters without marks, punctuation kept: «quy ii/2027»."""
    text = plain(cell).casefold()
    pieces = re.split(r"([^\W\d_]+)", text)
    return "".join("".join(bare_words(piece)) if number % 2 else piece for number, piece in enumerate(pieces))


def day_of(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _EPOCH + timedelta(int(cell)) if _FIRST_SERIAL <= cell <= _LAST_SERIAL else None
    text = letters(cell)
    try:
        if match := _DAY.fullmatch(text) or _LONG_DAY.fullmatch(text):
            return date(int(match[3]), int(match[2]), int(match[1]))
        iso = _ISO_DAY.fullmatch(text)
        return date(int(iso[1]), int(iso[2]), int(iso[3])) if iso else None
    except ValueError:
        return None


def month_of(cell: Cell) -> str | None:
    """«2027-01»."""
    text = letters(cell)
    year, month = (
        (match[2], match[1])
        if (match := _MONTH.fullmatch(text))
        else (match[1], match[2])
        if (match := _ISO_MONTH.fullmatch(text))
        else ("", "0")
    )
    return f"{year}-{int(month):02d}" if 1 <= int(month) <= 12 else None


def swapped_day(cell: Cell) -> date | None:
    """The day that a text means which puts the month first: «01/29/2027»."""
    match = _DAY.fullmatch(letters(cell)) if isinstance(cell, str) else None
    try:
        return date(int(match[3]), int(match[1]), int(match[2])) if match else None
    except ValueError:
        return None


def is_short_day(cell: Cell) -> bool:
    """Whether day and month of this text could be read the other way round."""
    return isinstance(cell, str) and _DAY.fullmatch(letters(cell)) is not None


def span_of(cell: Cell, year: int) -> str | None:
    """«2027-Q1», «2027-H2», «2027-03/2027-05»; `year` where none is written; a text such as «hằng tháng» as it is."""
    if day := day_of(cell):
        return day.isoformat()
    text = letters(cell)
    if _EVERY.fullmatch(text):
        return plain(cell)
    text = re.sub(r"^tu ", "", text)
    if (one := _one_span(text, year)) is not None:
        return one
    parts = [_one_span(part.strip(), year) for part in _JOINED.split(text) if part.strip()]
    return "/".join(part for part in parts if part) if len(parts) == 2 and all(parts) else None


def _one_span(text: str, year: int) -> str | None:
    if match := _QUARTER.fullmatch(text):
        return f"{match[2] or year}-Q{_ROMAN.get(match[1]) or match[1]}"
    if match := _HALF.fullmatch(text):
        return f"{match[2] or year}-H{1 if match[1] == 'dau' else 2}"
    if match := _WHOLE_YEAR.fullmatch(text):
        return str(match[1] or year)
    if match := _BARE_MONTH.fullmatch(text):
        return f"{match[2] or year}-{int(match[1]):02d}" if 1 <= int(match[1]) <= 12 else None
    if day := day_of(text):
        return day.isoformat()
    return month_of(text)


def bounds_of(value: object) -> tuple[date, date] | None:
    """First and last day of a value that this module made of a cell."""
    if not isinstance(value, str):
        return None
    bounds = [_bounds_of_one(part) for part in value.split("/")]
    known = [pair for pair in bounds if pair]
    return (known[0][0], known[-1][1]) if known and len(known) == len(bounds) else None


def _bounds_of_one(value: str) -> tuple[date, date] | None:
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            day = date.fromisoformat(value)
            return day, day
        return period_bounds(re.sub(r"-(\d\d)$", r"-M\1", value))
    except ValueError:
        return None


_MOMENT = re.compile(r"(?:ngay )?\d{1,2} ?(?:[/.-]| thang ) ?\d{1,2}(?: ?[/.-] ?\d{4}| nam \d{4})?")
_NAMED = re.compile(r"thang \d{1,2}|quy (?:iv|i{1,3}|[1-4])\b(?! ?:)")
_RULE = re.compile(r"\b(?:hang|moi|cuoi|dau|sau|truoc|tung|cac)\b")
_OFTEN = {"thang": 12, "quy": 4, "6 thang": 2, "9 thang": 1, "nam": 1}


def times_a_year(cell: Cell) -> int:
    """«hằng quý»: 4; 0 where it is not plain."""
    return _OFTEN.get(re.sub(r"^(?:hang|moi) ", "", letters(cell)), 0)


def moments_in(cell: Cell) -> int:
    """How many days or months are listed; 0 where a rule stands, or nothing that could be counted."""
    if isinstance(cell, date):
        return 1
    text = letters(cell)
    if _RULE.search(text):
        return 0
    rest, days = _MOMENT.subn(" ", text)
    return days + len(_NAMED.findall(rest))
