"""The tables units fill in: their columns, and what is wrong in one that came back. Nothing here blocks a hand-in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from unicodedata import normalize

from rules.content.gathering import AS_SENT, CrossCheck, Gathering
from rules.intake import FileRemark, Remark
from rules.periods import month_bounds, period_bounds, period_title_vi


class ColumnKind(StrEnum):
    TEXT = "text"
    CHOICE = "choice"
    DAY = "day"
    MONTH_OR_DAY = "month_or_day"
    SPAN = "span"  # a month, quarter or half year, or two of them joined; the year may be left out
    NUMBER = "number"
    LINK = "link"
    YES_NO = "yes_no"
    LABEL = "label"  # printed on the form, or a running number: not asked for


class Shape(StrEnum):
    FREE_LIST = "free_list"  # rows are added
    FIXED_ROWS = "fixed_rows"  # the form prints its rows, figures are filled in


@dataclass(frozen=True)
class Column:
    id: str
    title: str
    kind: ColumnKind = ColumnKind.TEXT
    choices: tuple[str, ...] = ()
    required: bool = False
    note: str = ""
    fill: str = ""  # «unit»: the unit's name is filled in
    in_period: bool = False  # its days lie in the period the table is for
    width: int = 20
    key: bool = False  # names what the row is about: no two rows have the same
    sums: tuple[tuple[str, ...], ...] = ()  # columns whose values add up to this one's, each group by itself
    least: float | None = None  # of a number
    most: float | None = None
    often: str = ""  # the column that says how often: as many days are listed here


@dataclass(frozen=True)
class FixedRow:
    """A row that the form prints."""

    labels: Mapping[str, str]  # what stands in the columns of labels, by the column's id
    group: bool = False  # a heading without figures
    sums: tuple[int, ...] = ()  # places in `SheetForm.rows`, from 0, of the rows that add up to this one
    summed: tuple[str, ...] = ()  # columns in which they do
    not_asked: tuple[str, ...] = ()  # columns in which the form itself prints an «x»


@dataclass(frozen=True)
class SheetForm:
    obligation: str
    sheet: str
    title: str
    note: str
    columns: tuple[Column, ...]
    covers: str = ""  # a choice column whose every choice must occur
    period: str = ""  # the one it is filled in for; empty: not known
    shape: Shape = Shape.FREE_LIST
    rows: tuple[FixedRow, ...] = ()  # of a form with fixed rows
    further: tuple[SheetForm, ...] = ()  # more sheets of the same workbook
    version: int = 0  # 0: as shipped with the plan
    gathering: Gathering = AS_SENT
    crosscheck: CrossCheck | None = None

    @property
    def sheets(self) -> tuple[SheetForm, ...]:
        return (self, *self.further)


Cell = object  # text, a number, a day, or nothing
MOST_REMARKS = 50
MOST_ROWS_NAMED = 10
HEAD_WITHIN = 15  # rows: a title and some lines may stand above the head
_DAY = re.compile(r"\s*(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})\s*")
_MONTH = re.compile(r"\s*(?:tháng\s*)?(\d{1,2})\s*[/.-]\s*(\d{4})\s*", re.IGNORECASE)
_COUNTED = re.compile(r"\(?\d{1,2}\)?")  # (1) (2) (3) under the titles
_TOTAL = re.compile(r"(?:tổng|cộng)\b", re.IGNORECASE)
_AS_ABOVE = frozenset({"nt", "-nt-", "n.t", "như trên", '"', "''", "〃", "”"})
_EVERY = re.compile(r"(?:hằng|hàng)\s+")
_NUMBER = re.compile(r"\s*\d[\d.,\s]*(?:đ|đồng)?\s*", re.IGNORECASE)


def check_rows(form: SheetForm, rows: Sequence[Sequence[Cell]]) -> list[Remark]:
    """`rows` as the sheet has them, from its first row."""
    head = _head(form, rows)
    if head is None:
        titles = ", ".join(f"«{column.title}»" for column in form.columns if column.required)
        return [Remark(FileRemark.HEADER, f"không thấy dòng tiêu đề của mẫu; cần các cột {titles}")]
    at, places = head
    remarks = [
        Remark(FileRemark.HEADER, f"thiếu cột «{column.title}»", at + 1, column.title)
        for column in form.columns
        if column.required and column.id not in places
    ]
    filled = [(number, row) for number, row in enumerate(rows[at + 1 :], at + 2) if any(map(plain, row))]
    if not filled:
        return [*remarks, Remark(FileRemark.CELL, "chưa có dòng số liệu nào", at + 2)]
    data = [(number, row) for number, row in filled if _is_data(form, places, row)] or filled
    known = {number for number, _ in data}
    other = [number for number, row in filled if number not in known and not (_is_numbering(row) or _is_total(row))]
    remarks += [remark for number, row in data for remark in _row(form, places, number, row)]
    days = [*_mixed_days(form, places, data), *_other_period(form, places, data)]
    return _not_too_many([*days, *remarks, *_uncovered(form, places, data), *_left_out(other)])


def _is_data(form: SheetForm, places: Mapping[str, int], row: Sequence[Cell]) -> bool:
    """Titles of groups, totals and signatures fill a cell or two of those that must be filled."""
    needed = [places[column.id] for column in form.columns if column.required and column.id in places]
    filled = sum(bool(plain(row[place])) for place in needed if place < len(row))
    return 3 * filled >= len(needed) and not _is_numbering(row)


def _is_numbering(row: Sequence[Cell]) -> bool:
    return all(_COUNTED.fullmatch(text) for cell in row if (text := plain(cell)))


def _is_total(row: Sequence[Cell]) -> bool:
    """Only for rows without data: «Tổng mức bán lẻ» is a product."""
    return _TOTAL.match(next(filter(None, map(plain, row)), "")) is not None


def _left_out(rows: Sequence[int]) -> Iterator[Remark]:
    if rows:
        named = ", ".join(map(str, rows[:MOST_ROWS_NAMED])) + (" …" if len(rows) > MOST_ROWS_NAMED else "")
        yield Remark(FileRemark.CELL, f"{len(rows)} dòng chỉ có vài ô nên không được xem là số liệu: dòng {named}")


def _not_too_many(remarks: list[Remark]) -> list[Remark]:
    if len(remarks) <= MOST_REMARKS:
        return remarks
    first = remarks[: MOST_REMARKS - 1]
    return [*first, Remark(FileRemark.CELL, f"và {len(remarks) - len(first)} nhận xét khác")]


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


def _other_period(
    form: SheetForm, places: Mapping[str, int], filled: Sequence[tuple[int, Sequence[Cell]]]
) -> Iterator[Remark]:
    """Days outside the period of the table; one remark where all of them are: last year's table was sent again."""
    bounds = _bounds(form.period)
    for column in form.columns:
        place = places.get(column.id)
        if not column.in_period or place is None or bounds is None:
            continue
        cells = [(number, plain(row[place])) for number, row in filled if place < len(row)]
        spans = [(number, cell, span) for number, cell in cells if (span := _span(cell))]
        outside = [(number, cell) for number, cell, (first, last) in spans if last < bounds[0] or first > bounds[1]]
        title = period_title_vi(form.period)
        if outside and len(outside) == len(spans):
            remark = f"mọi ngày đều ở ngoài {title}: có thể là bảng của kỳ khác, xem lại"
            yield Remark(FileRemark.CELL, remark, 0, column.title)
            continue
        for number, cell in outside:
            yield Remark(FileRemark.CELL, f"«{cell}» ở ngoài {title}", number, column.title)


def _bounds(period: str) -> tuple[date, date] | None:
    try:
        return period_bounds(period)
    except ValueError:
        return None


def plain(cell: Cell) -> str:
    if isinstance(cell, datetime | date):
        return f"{cell:%d/%m/%Y}"
    return " ".join(normalize("NFC", str(cell)).split()) if cell is not None else ""


def _head(form: SheetForm, rows: Sequence[Sequence[Cell]]) -> tuple[int, dict[str, int]] | None:
    """The row that names most columns, at least half of those required, and where each stands."""
    best: tuple[int, dict[str, int]] | None = None
    for number, row in enumerate(rows[:HEAD_WITHIN]):
        titles = {_key(plain(cell)): place for place, cell in reversed(list(enumerate(row))) if plain(cell)}
        places = {column.id: titles[_key(column.title)] for column in form.columns if _key(column.title) in titles}
        if len(places) > len(best[1] if best else {}):
            best = number, places
    needed = sum(column.required for column in form.columns) / 2
    return best if best and len(best[1]) >= needed else None


def _key(title: str) -> str:
    """Titles count as the same whatever their case, numbering, and the marks and brackets at the end."""
    return re.sub(r"^\(?\d+[.)]\s*|\s*\([^()]*\)[\s*:]*$|[\s*:(]+$", "", title.casefold()).strip()


def _row(form: SheetForm, places: Mapping[str, int], number: int, row: Sequence[Cell]) -> Iterator[Remark]:
    for column in form.columns:
        place = places.get(column.id)
        if place is None:
            continue
        cell = row[place] if place < len(row) else None
        if problem := _cell(column, cell):
            yield Remark(FileRemark.CELL, problem, number, column.title)


def _cell(column: Column, cell: Cell) -> str:
    text = plain(cell)
    if not text:
        return "chưa ghi" if column.required else ""
    if text.casefold() in _AS_ABOVE:
        return ""
    if column.kind is ColumnKind.CHOICE and _choice(text) not in map(_choice, column.choices):
        return f"«{text[:60]}» không thuộc các giá trị: {'; '.join(column.choices)}"
    if column.kind is ColumnKind.DAY and not _is_day(text):
        return f"«{text[:60]}» không phải là ngày, ví dụ 29/01/2014"
    if column.kind is ColumnKind.MONTH_OR_DAY and not (_is_day(text) or _is_month(text)):
        return f"«{text[:60]}» không phải là ngày hoặc tháng, ví dụ 29/01/2014 hoặc 01/2014"
    if column.kind is ColumnKind.NUMBER and not isinstance(cell, int | float) and not _NUMBER.fullmatch(text):
        return f"«{text[:60]}» không phải là số"
    if column.kind is ColumnKind.LINK and not text.lower().startswith(("http://", "https://", "www.")):
        return f"«{text[:60]}» không phải là địa chỉ http(s)://…"
    return ""


def _choice(text: str) -> str:
    """«Hằng tháng» is the choice «tháng»."""
    return _EVERY.sub("", text.casefold(), count=1)


def _span(text: str) -> tuple[date, date] | None:
    """The first and the last day of what a day or a month names."""
    try:
        if day := _DAY.fullmatch(text):
            only = date(int(day[3]), int(day[2]), int(day[1]))
            return only, only
        month = _MONTH.fullmatch(text)
        return month_bounds(int(month[2]), int(month[1])) if month else None
    except ValueError:
        return None


def _is_day(text: str) -> bool:
    return _DAY.fullmatch(text) is not None and _span(text) is not None


def _is_month(text: str) -> bool:
    return _MONTH.fullmatch(text) is not None and _span(text) is not None


def _uncovered(
    form: SheetForm, places: Mapping[str, int], filled: Sequence[tuple[int, Sequence[Cell]]]
) -> Iterator[Remark]:
    column = next((item for item in form.columns if item.id == form.covers), None)
    if column is None or column.id not in places:
        return
    place = places[column.id]
    covered = {_choice(plain(row[place])) for _, row in filled if place < len(row)}
    for choice in column.choices:
        if _choice(choice) not in covered:
            yield Remark(FileRemark.CELL, f"chưa có dòng nào cho «{choice}»", 0, column.title)
