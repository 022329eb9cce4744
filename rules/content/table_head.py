"""Finds the head of a table: the lines of titles, also merged ones, and the line of numbers below them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rules.content.outline import SheetOutline

HEAD_WITHIN = 60  # rows
MOST_LINES = 5
LONGEST_TITLE = 200  # letters
LEAST_COLUMNS = 2
_NUMBERED = re.compile(r"\(?(?:\d{1,3}|[A-Z])\)?(?:\s*=.*)?")  # A, B, 1, (2), 4=3/1
_NO_TITLE = re.compile(r"[\d.,\s%()/-]+|[IVXLC]+\.?|[….\s]+|x", re.IGNORECASE)
_MARK = re.compile(r"\s*\(\s*\*+\s*\)|\s*\*+(?=\s|$)|\s*\(bắt buộc\)", re.IGNORECASE)


@dataclass(frozen=True)
class TableHead:
    lines: tuple[int, ...]  # rows
    columns: range
    paths: tuple[tuple[str, ...], ...]  # titles of each column from the top, as they stand there
    numbered: int | None = None  # the row (1) (2) (3)

    @property
    def first_row(self) -> int:
        return max(self.lines[-1], self.numbered or 0) + 1

    def title(self, place: int) -> str:
        return " / ".join(without_mark(part) for part in self.paths[place])


def without_mark(title: str) -> str:
    return _MARK.sub("", title).strip()


def is_marked(title: str) -> bool:
    return _MARK.search(title) is not None


def find_head(sheet: SheetOutline, first: int | None = None, last: int | None = None) -> TableHead | None:
    """`first` and `last`: its lines where a person named them; else those that give most titles."""
    if first is not None:
        lines = tuple(range(first, max(first, last or first) + 1))
        return _head(sheet, lines)
    heads = (_head(sheet, _lines(sheet, row)) for row in range(1, min(sheet.rows, HEAD_WITHIN) + 1))
    found = [head for head in heads if head is not None]
    return max(found, key=lambda head: (len(set(head.paths)), -head.lines[0]), default=None)


def _lines(sheet: SheetOutline, row: int) -> tuple[int, ...]:
    """This row and those below that split its titles."""
    lines = [row]
    while len(lines) < MOST_LINES and _goes_on(sheet, lines):
        lines.append(lines[-1] + 1)
    return tuple(lines)


def _goes_on(sheet: SheetOutline, lines: Sequence[int]) -> bool:
    last = lines[-1]
    filled = [column for column in range(1, sheet.columns + 1) if sheet.text(last, column)]
    if len({sheet.anchor(last, column) for column in filled}) < LEAST_COLUMNS or not _is_titles(sheet, last, filled):
        return False
    if any(first in lines and until > last and until - first < MOST_LINES for first, _, until, _ in sheet.merged):
        return True
    span = range(filled[0], filled[-1] + 1)
    shared = [column for column in span if _is_shared(sheet, last, column)]
    below = [column for column in span if sheet.own_text(last + 1, column)]
    starts = {column - 1 for column in shared}
    return (
        bool(shared)
        and set(shared) <= set(below) <= {*shared, *starts}
        and len(below) >= LEAST_COLUMNS
        and _is_titles(sheet, last + 1, below)
    )


def _is_shared(sheet: SheetOutline, row: int, column: int) -> bool:
    """Under a title that stands further left."""
    return not sheet.text(row, column) or sheet.anchor(row, column)[1] < column


def _is_titles(sheet: SheetOutline, row: int, columns: Sequence[int]) -> bool:
    return all(
        isinstance(sheet.cells.get(sheet.anchor(row, column)), str)
        and len(text := sheet.text(row, column)) <= LONGEST_TITLE
        and _NO_TITLE.fullmatch(text) is None
        for column in columns
    )


def _head(sheet: SheetOutline, lines: tuple[int, ...]) -> TableHead | None:
    columns = _block(sheet, lines)
    if columns is None or not all(
        _is_titles(sheet, row, [column for column in columns if sheet.text(row, column)]) for row in lines
    ):
        return None
    paths = tuple(_path(sheet, lines, columns, column) for column in columns)
    return TableHead(lines, columns, paths, _number_row(sheet, lines[-1] + 1, columns)) if all(paths) else None


def _block(sheet: SheetOutline, lines: Sequence[int]) -> range | None:
    """The longest run of columns with titles: a list of codes beside the table is none of it."""
    titled = [any(sheet.text(row, column) for row in lines) for column in range(1, sheet.columns + 2)]
    best, start = range(0), None
    for column, is_titled in enumerate(titled, 1):
        if is_titled and start is None:
            start = column
        elif not is_titled and start is not None:
            best = max(best, range(start, column), key=len)
            start = None
    anchors = {sheet.anchor(lines[-1], column) for column in best if sheet.text(lines[-1], column)}
    return best if len(best) >= LEAST_COLUMNS and len(anchors) >= LEAST_COLUMNS else None


def _path(sheet: SheetOutline, lines: Sequence[int], columns: range, column: int) -> tuple[str, ...]:
    path = list[str]()
    seen = set[tuple[int, int]]()
    for place, row in enumerate(lines):
        anchor = sheet.anchor(row, column)
        text = sheet.text(row, column)
        if not text and place < len(lines) - 1:  # the title of several columns, not merged, stands further left
            left = next((one for one in range(column, columns[0] - 1, -1) if sheet.text(row, one)), column)
            anchor, text = sheet.anchor(row, left), sheet.text(row, left)
        if text and anchor not in seen:
            seen.add(anchor)
            path.append(text)
    return tuple(path)


def _number_row(sheet: SheetOutline, row: int, columns: range) -> int | None:
    texts = [text for column in columns if (text := sheet.own_text(row, column))]
    numbered = len(texts) == len(columns) and all(map(_NUMBERED.fullmatch, texts))
    return row if numbered and len(set(texts)) == len(texts) else None
