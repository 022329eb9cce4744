"""Finds the rows below a head: data, headings of groups, totals; where the table ends; which rows a form prints."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rules.content.outline import SheetOutline, summed_cells
from rules.content.table_head import TableHead
from rules.forms import Shape

MOST_ROWS = 1_000  # looked at
NOT_ASKED = "x"
_TOTAL = re.compile(r"(?:tổng|cộng)\b", re.IGNORECASE)
_END = re.compile(
    r"(?:người lập|thủ trưởng|ký|\(ký|kt\.|tl\.|nơi nhận|ghi chú\s*:|.*ngày\s*[….\d]*\s*tháng\s*[….\d]*\s*năm)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[\d.,()]+")
_GROUP_NUMBER = re.compile(r"(?:[IVXLC]+|[A-Z])\.?")


class RowKind(StrEnum):
    DATA = "data"
    GROUP = "group"
    TOTAL = "total"


@dataclass(frozen=True)
class BodyRow:
    row: int
    kind: RowKind
    sums: tuple[int, ...] = ()  # rows that add up to it
    summed: tuple[int, ...] = ()  # columns in which they do


@dataclass(frozen=True)
class TableBody:
    shape: Shape
    rows: tuple[BodyRow, ...]
    labels: frozenset[int] = frozenset()  # columns whose text the form prints

    def of(self, kind: RowKind) -> tuple[BodyRow, ...]:
        return tuple(row for row in self.rows if row.kind is kind)

    @property
    def last_row(self) -> int | None:
        return self.rows[-1].row if self.rows and self.shape is Shape.FIXED_ROWS else None


def find_body(sheet: SheetOutline, head: TableHead, last: int | None = None, shape: Shape | None = None) -> TableBody:
    """`last`, `shape`: its last row and its shape where a person named them."""
    numbers = _filled_rows(sheet, head, last)
    kinds = {row: _kind(sheet, head.columns, row) for row in numbers}
    data = [row for row in numbers if kinds[row] is RowKind.DATA]
    labels = _labels(sheet, head, data, shape)
    rows = tuple(_body_row(sheet, head.columns, row, kinds[row]) for row in numbers)
    if not labels:
        return TableBody(Shape.FREE_LIST, rows)
    fixed = [_heading(sheet, head.columns, labels, row) for row in rows]
    return TableBody(Shape.FIXED_ROWS, tuple(_by_numbering(sheet, head.columns, fixed)), labels)


def _filled_rows(sheet: SheetOutline, head: TableHead, last: int | None) -> list[int]:
    rows = list[int]()
    for row in range(head.first_row, min(last or sheet.rows, head.first_row + MOST_ROWS) + 1):
        if sheet.is_blank(row, head.columns):
            continue
        text = _first_text(sheet, head.columns, row)
        if last is None and (_END.match(text) or _is_remark(sheet, head.columns, row, rows)):
            break
        rows.append(row)
    return rows


def _is_remark(sheet: SheetOutline, columns: range, row: int, rows: Sequence[int]) -> bool:
    """A sentence below the table: alone in its row, after an empty one."""
    alone = sum(bool(sheet.own_text(row, column)) for column in columns) == 1
    return alone and bool(rows) and row > rows[-1] + 1 and not _TOTAL.match(_first_text(sheet, columns, row))


def _first_text(sheet: SheetOutline, columns: range, row: int) -> str:
    return next((text for column in columns if (text := sheet.own_text(row, column))), "")


def _kind(sheet: SheetOutline, columns: range, row: int) -> RowKind:
    if _TOTAL.match(_first_text(sheet, columns, row)):
        return RowKind.TOTAL
    wide = any(first == row and 2 * (until - start + 1) > len(columns) for first, start, _, until in sheet.merged)
    return RowKind.GROUP if wide else RowKind.DATA


def _labels(sheet: SheetOutline, head: TableHead, data: Sequence[int], shape: Shape | None) -> frozenset[int]:
    if shape is Shape.FREE_LIST or not data:
        return frozenset()
    printed = _printed(sheet, head, data)
    if printed or shape is None:
        return printed
    return frozenset(column for column in head.columns if _share(sheet, column, data) >= 0.3) or frozenset(
        head.columns[:1]
    )


def _printed(sheet: SheetOutline, head: TableHead, data: Sequence[int]) -> frozenset[int]:
    """Columns of texts that stand in most rows while others wait for figures; none in a list."""
    if len(data) < 2:
        return frozenset()
    columns = [column for column in head.columns if _share(sheet, column, data) >= 0.6]
    waiting = [column for column in head.columns if _share(sheet, column, data) <= 0.2]
    words = [column for column in columns if _is_words(sheet, column, data)]
    return frozenset(columns) if words and 3 * len(waiting) >= len(head.columns) else frozenset()


def _share(sheet: SheetOutline, column: int, rows: Sequence[int]) -> float:
    texts = [sheet.own_text(row, column) for row in rows]
    return sum(bool(text) and text.casefold() != NOT_ASKED for text in texts) / len(rows)


def _is_words(sheet: SheetOutline, column: int, rows: Sequence[int]) -> bool:
    texts = [text for row in rows if (text := sheet.own_text(row, column))]
    return not any(map(_NUMBER.fullmatch, texts)) and 2 * len(set(texts)) > len(texts)


def _body_row(sheet: SheetOutline, columns: range, row: int, kind: RowKind) -> BodyRow:
    sums: tuple[int, ...] = ()
    summed = list[int]()
    for column in columns:
        cells = summed_cells(sheet.formulas.get((row, column), ""))
        if cells and all(one == column for _, one in cells):
            sums = tuple(sorted({one for one, _ in cells}))
            summed.append(column)
    return BodyRow(row, kind, sums, tuple(summed))


def _heading(sheet: SheetOutline, columns: range, labels: frozenset[int], row: BodyRow) -> BodyRow:
    """«II» with a name and nothing else is the heading of a group, also where its cells are not merged."""
    texts = [text for column in columns if (text := sheet.own_text(row.row, column))]
    if row.kind is not RowKind.DATA or len(texts) != 2 or any((row.row, one) in sheet.formulas for one in columns):
        return row
    heading = _GROUP_NUMBER.fullmatch(texts[0]) and (len(labels) > 2 or texts[1].isupper())
    return BodyRow(row.row, RowKind.GROUP) if heading else row


def _by_numbering(sheet: SheetOutline, columns: range, rows: Sequence[BodyRow]) -> list[BodyRow]:
    """«2 Tổng chi» is the sum of 2.1, 2.2 also where it has no formula."""
    names = [_first_text(sheet, columns, row.row).rstrip(".") for row in rows]
    whole = list[BodyRow]()
    for row, name in zip(rows, names, strict=True):
        second = next(
            (text for column in columns[1:] if (text := sheet.own_text(row.row, column))), ""
        )  # what follows its number
        parts = [other.row for other, one in zip(rows, names, strict=True) if one.rpartition(".")[0] == name and name]
        if not row.sums and len(parts) > 1 and _TOTAL.match(second):
            row = BodyRow(row.row, row.kind, tuple(parts))
        whole.append(row)
    return whole
