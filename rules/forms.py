"""The tables units fill in: their columns, and what is wrong in one that came back. Nothing here blocks a hand-in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from unicodedata import normalize

from rules.intake import FileRemark, Remark


class ColumnKind(StrEnum):
    TEXT = "text"
    CHOICE = "choice"
    DAY = "day"
    MONTH_OR_DAY = "month_or_day"
    NUMBER = "number"
    LINK = "link"


@dataclass(frozen=True)
class Column:
    id: str
    title: str
    kind: ColumnKind = ColumnKind.TEXT
    choices: tuple[str, ...] = ()
    required: bool = False
    note: str = ""
    fill: str = ""  # «unit»: the unit's name is filled in
    width: int = 20


@dataclass(frozen=True)
class SheetForm:
    obligation: str
    sheet: str
    title: str
    note: str
    columns: tuple[Column, ...]
    covers: str = ""  # a choice column whose every choice must occur


Cell = object  # text, a number, a day, or nothing
MOST_TOLD = 50
HEAD_WITHIN = 15  # rows: a title and some lines may stand above the head
_DAY = re.compile(r"\s*(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})\s*")
_MONTH = re.compile(r"\s*(?:tháng\s*)?(\d{1,2})\s*[/.-]\s*(\d{4})\s*", re.IGNORECASE)
_NUMBER = re.compile(r"\s*\d[\d.,\s]*(?:đ|đồng)?\s*", re.IGNORECASE)


def check_rows(form: SheetForm, rows: Sequence[Sequence[Cell]]) -> list[Remark]:
    """`rows` as the sheet has them, from its first row."""
    found = _head(form, rows)
    if found is None:
        wanted = ", ".join(f"«{column.title}»" for column in form.columns if column.required)
        return [Remark(FileRemark.HEADER, f"không thấy dòng tiêu đề của mẫu; cần các cột {wanted}")]
    at, places = found
    remarks = [
        Remark(FileRemark.HEADER, f"thiếu cột «{column.title}»", at + 1, column.title)
        for column in form.columns
        if column.required and column.id not in places
    ]
    filled = [(number, row) for number, row in enumerate(rows[at + 1 :], at + 2) if any(map(plain, row))]
    if not filled:
        return [*remarks, Remark(FileRemark.CELL, "chưa có dòng số liệu nào", at + 2)]
    remarks += [remark for number, row in filled for remark in _row(form, places, number, row)]
    return [*_mixed_days(form, places, filled), *remarks, *_uncovered(form, places, filled)][:MOST_TOLD]


def _mixed_days(
    form: SheetForm, places: Mapping[str, int], filled: Sequence[tuple[int, Sequence[Cell]]]
) -> Iterator[Remark]:
    """A program of another country makes days of those it can read as month and day, and leaves the others as text."""
    for column in form.columns:
        place = places.get(column.id)
        if column.kind not in (ColumnKind.DAY, ColumnKind.MONTH_OR_DAY) or place is None:
            continue
        cells = [row[place] for _, row in filled if place < len(row)]
        days = [cell for cell in cells if isinstance(cell, date)]
        if (
            days
            and any(isinstance(cell, str) and _is_day(cell) for cell in cells)
            and all(day.day <= 12 for day in days)
        ):
            yield Remark(
                FileRemark.CELL, "chỗ là ngày, chỗ là chữ: ngày và tháng có thể đã bị đổi chỗ, xem lại", 0, column.title
            )


def plain(cell: Cell) -> str:
    if isinstance(cell, datetime | date):
        return f"{cell:%d/%m/%Y}"
    return " ".join(normalize("NFC", str(cell)).split()) if cell is not None else ""


def _head(form: SheetForm, rows: Sequence[Sequence[Cell]]) -> tuple[int, dict[str, int]] | None:
    """The row that names most columns, at least half of those required, and where each stands."""
    best: tuple[int, dict[str, int]] | None = None
    for number, row in enumerate(rows[:HEAD_WITHIN]):
        told = {_key(plain(cell)): place for place, cell in reversed(list(enumerate(row))) if plain(cell)}
        places = {column.id: told[_key(column.title)] for column in form.columns if _key(column.title) in told}
        if len(places) > len(best[1] if best else {}):
            best = number, places
    needed = sum(column.required for column in form.columns) / 2
    return best if best and len(best[1]) >= needed else None


def _key(title: str) -> str:
    """Titles count as the same whatever their case, numbering and marks at the end."""
    return re.sub(r"^\(?\d+[.)]\s*|[\s*:(]+$", "", title.casefold()).strip()


def _row(form: SheetForm, places: Mapping[str, int], number: int, row: Sequence[Cell]) -> Iterator[Remark]:
    for column in form.columns:
        place = places.get(column.id)
        if place is None:
            continue
        cell = row[place] if place < len(row) else None
        if problem := _cell(column, cell):
            yield Remark(FileRemark.CELL, problem, number, column.title)


def _cell(column: Column, cell: Cell) -> str:
    told = plain(cell)
    if not told:
        return "chưa ghi" if column.required else ""
    if column.kind is ColumnKind.CHOICE and told.casefold() not in {choice.casefold() for choice in column.choices}:
        return f"«{told[:60]}» không thuộc các giá trị: {'; '.join(column.choices)}"
    if column.kind is ColumnKind.DAY and not _is_day(told):
        return f"«{told[:60]}» không phải là ngày, ví dụ 29/01/2014"
    if column.kind is ColumnKind.MONTH_OR_DAY and not (_is_day(told) or _is_month(told)):
        return f"«{told[:60]}» không phải là ngày hoặc tháng, ví dụ 29/01/2014 hoặc 01/2014"
    if column.kind is ColumnKind.NUMBER and not isinstance(cell, int | float) and not _NUMBER.fullmatch(told):
        return f"«{told[:60]}» không phải là số"
    if column.kind is ColumnKind.LINK and not told.lower().startswith(("http://", "https://", "www.")):
        return f"«{told[:60]}» không phải là địa chỉ http(s)://…"
    return ""


def _is_day(told: str) -> bool:
    found = _DAY.fullmatch(told)
    try:
        return found is not None and bool(date(int(found[3]), int(found[2]), int(found[1])))
    except ValueError:
        return False


def _is_month(told: str) -> bool:
    found = _MONTH.fullmatch(told)
    return found is not None and 1 <= int(found[1]) <= 12


def _uncovered(
    form: SheetForm, places: Mapping[str, int], filled: Sequence[tuple[int, Sequence[Cell]]]
) -> Iterator[Remark]:
    column = next((item for item in form.columns if item.id == form.covers), None)
    if column is None or column.id not in places:
        return
    place = places[column.id]
    told = {plain(row[place]).casefold() for _, row in filled if place < len(row)}
    for choice in column.choices:
        if choice.casefold() not in told:
            yield Remark(FileRemark.CELL, f"chưa có dòng nào cho «{choice}»", 0, column.title)
