"""Reads one cell by the kind of its column: the value, or what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from rules.content.dates import day_of, month_of, span_of, swapped_day
from rules.content.findings import FindingKind, Level, Value
from rules.content.grid import Cell
from rules.content.spelling import plain, same
from rules.forms import Column, ColumnKind

DITTO = frozenset({"nt", "-nt-", "n.t", "n/t", "như trên", '"', "''", "〃", "”", "“", "-//-", "//"})
LONGER_THAN_DITTO = 12  # letters
_ERROR = re.compile(r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|GETTING_DATA|SPILL!|CALC!)|Err:\d{3}", re.IGNORECASE)
_FORMULA = re.compile(r"=\s*[\w$(+'#{-].*", re.DOTALL)
_EVERY = re.compile(r"^(?:hằng|hàng|mỗi) ")
_NUMBERED = re.compile(r"^\(?\d{1,2}[.)]\s*")
_MONEY = re.compile(r"\s*(?:đ|đồng|vnđ|vnd|₫|%)(?:\s*/\s*[^\d/]{1,20})?\.?$", re.IGNORECASE)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d+)?|[+-]?\d{1,3}(?: \d{3})+(?:,\d+)?")
_ENGLISH = re.compile(r"[+-]?\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?|[+-]?\d{1,3}(?:,\d{3})+\.\d+|[+-]?\d{1,3},000")
_DECIMAL = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_YES = frozenset({"x", "✓", "✔", "√", "☑", "☒"})
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
SPANS = ("Quý II", "Tháng 3 - tháng 5", "6 tháng đầu năm")
LONGEST_GUESSED = 120  # letters


@dataclass(frozen=True, slots=True)
class Reading:
    value: Value = None
    kind: FindingKind | None = None
    expected: tuple[str, ...] = ()


ALWAYS_ROW = frozenset({FindingKind.NOT_YES_NO, FindingKind.OUT_OF_RANGE, FindingKind.AMBIGUOUS_DATE})


def level_of(column: Column, kind: FindingKind) -> Level:
    return Level.ROW if column.required or kind in ALWAYS_ROW else Level.REMARK


def is_ditto(cell: Cell) -> bool:
    return isinstance(cell, str) and len(cell) < LONGER_THAN_DITTO and plain(cell).casefold() in DITTO


def read_cell(column: Column, cell: Cell, year: int) -> Reading:
    """`year`: of the period the table is for."""
    text = plain(cell)
    if text.startswith("#") and _ERROR.fullmatch(text):
        return Reading(None, FindingKind.ERROR_CELL)
    if text.startswith("=") and _FORMULA.fullmatch(text):
        silent = column.computed or not column.required  # often one that shows nothing
        return Reading(None, None if silent else FindingKind.NOT_READ)
    if _is_blank(text):
        return Reading(None, FindingKind.MISSING if column.required else None)
    return _READERS[column.kind](column, cell, text, year)


def _is_blank(text: str) -> bool:
    """Dots and dashes to be written over are no content."""
    return not text or not (any(map(str.isalnum, text)) or _YES & set(text))


def _text(_: Column, __: Cell, text: str, ___: int) -> Reading:
    return Reading(text)


def choice_key(text: str) -> str:
    """«Hằng tháng» is the choice «tháng», «Lãnh đạo …» is «1. Lãnh đạo …»."""
    return same(_EVERY.sub("", _NUMBERED.sub("", plain(text).casefold())))


def choice_named(column: Column, text: str) -> str | None:
    key = choice_key(text)
    return next((choice for choice in column.choices if choice_key(choice) == key), None)


def _choice(column: Column, _: Cell, text: str, __: int) -> Reading:
    if choice := choice_named(column, text):
        return Reading(choice)
    known = {choice_key(choice): choice for choice in column.choices}
    near = get_close_matches(choice_key(text[:LONGEST_GUESSED]), known, n=1, cutoff=0.6)
    likeliest = [known[key] for key in near]
    others = [choice for choice in column.choices if choice not in likeliest]
    return Reading(text, FindingKind.NOT_A_CHOICE, (*likeliest, *others))


def _day(_: Column, cell: Cell, text: str, __: int) -> Reading:
    if day := day_of(cell):
        return Reading(day.isoformat())
    return _no_day(cell, text, "ngày/tháng/năm")


def _month_or_day(_: Column, cell: Cell, text: str, __: int) -> Reading:
    if day := day_of(cell):
        return Reading(day.isoformat())
    month = month_of(cell)
    return Reading(month) if month else _no_day(cell, text, "ngày/tháng/năm", "tháng/năm")


def _no_day(cell: Cell, text: str, *patterns: str) -> Reading:
    swapped = swapped_day(cell)
    return Reading(text, FindingKind.NOT_A_DATE, (f"{swapped:%d/%m/%Y}",) if swapped else patterns)


def _span(_: Column, cell: Cell, text: str, year: int) -> Reading:
    span = span_of(cell, year)
    return Reading(span) if span else Reading(text, FindingKind.NOT_A_DATE, SPANS)


def number_in(text: str) -> float | int | None:
    """As Vietnamese write it: a dot between thousands, a comma before decimals."""
    bare = _MONEY.sub("", text.replace("\u00a0", " ")).strip()
    if _THOUSANDS.fullmatch(bare):
        bare = bare.replace(".", "").replace(" ", "").replace(",", ".")
    elif _ENGLISH.fullmatch(bare):
        bare = bare.replace(",", "")
    elif _DECIMAL.fullmatch(bare):
        bare = bare.replace(",", ".")
    else:
        return None
    return float(bare) if "." in bare else int(bare)


def _number(column: Column, cell: Cell, text: str, _: int) -> Reading:
    number = cell if isinstance(cell, int | float) and not isinstance(cell, bool) else number_in(text)
    if number is None:
        return Reading(text, FindingKind.NOT_A_NUMBER)
    if isinstance(number, float) and number.is_integer() and abs(number) < 1e15:
        number = int(number)
    least, most = column.least, column.most
    if (least is not None and number < least) or (most is not None and number > most):
        bounds = tuple(f"{sign} {bound:g}" for sign, bound in (("≥", least), ("≤", most)) if bound is not None)
        return Reading(number, FindingKind.OUT_OF_RANGE, bounds)
    return Reading(number)


def _link(_: Column, __: Cell, text: str, ___: int) -> Reading:
    return Reading(text) if _LINK.match(text) else Reading(text, FindingKind.NOT_A_LINK)


def _yes_no(_: Column, __: Cell, text: str, ___: int) -> Reading:
    return Reading(1) if text.casefold() in _YES else Reading(text, FindingKind.NOT_YES_NO, ("x",))


_READERS: Mapping[ColumnKind, Callable[[Column, Cell, str, int], Reading]] = {
    ColumnKind.TEXT: _text,
    ColumnKind.LABEL: _text,
    ColumnKind.CHOICE: _choice,
    ColumnKind.DAY: _day,
    ColumnKind.MONTH_OR_DAY: _month_or_day,
    ColumnKind.SPAN: _span,
    ColumnKind.NUMBER: _number,
    ColumnKind.LINK: _link,
    ColumnKind.YES_NO: _yes_no,
}
