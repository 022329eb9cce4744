"""Finds the head of a form in a sheet: wherever it stands, in one line or several, in its words or in others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from rules.content.grid import Area, Cell, SheetGrid
from rules.content.spelling import bare_words, plain
from rules.forms import Column, ColumnKind, SheetForm

SEARCHED_ROWS = 60
MOST_LINES = 3  # of a head
LONGEST_TITLE = 150  # letters
MOST_COLUMNS = 80
SURE, LIKELY = 1.0, 0.75
LEAST_ALIKE = 0.76  # «Thời hạn phổ biến» and «Thời điểm phổ biến» share three words of four
_OTHER_WORDS: Mapping[str, tuple[str, ...]] = {
    "sp": ("san", "pham"),
    "tg": ("thoi", "gian"),
    "dvt": ("don", "vi", "tinh"),
    "tt": ("stt",),
}
_OTHER_TERMS = (("co quan", "don vi"), ("so thu tu", "stt"))
_EMPTY_WORDS = frozenset({"cua", "ve", "cac", "va", "theo"})
_NUMBERING = re.compile(r"^\s*\(?\d+[.)]\s*")
_BEHIND = re.compile(r"\s*\([^()]*\)\s*[*:]*\s*$|[\s*:(]+$")
_COUNTED = re.compile(r"\(?\s*(?:\d{1,2}|[A-Z]|[a-z])\s*\)?(?:\s*=.*)?")


@dataclass(frozen=True)
class Head:
    first: int  # row, from 0
    last: int
    places: Mapping[str, int]  # of the form's columns in the sheet, by id
    quality: float  # what the places found are worth
    titles: Sequence[str] = field(default_factory=tuple)  # of every column of the sheet

    def lacks(self, form: SheetForm) -> list[Column]:
        return [column for column in form.columns if column.required and column.id not in self.places]


def find_head(form: SheetForm, sheet: SheetGrid) -> Head | None:
    """The lines that name most of the columns, at least half of those that count."""
    best: Head | None = None
    for first, row in enumerate(sheet.rows[:SEARCHED_ROWS]):
        if not _could_be_titles(row):
            continue
        for last in range(first, min(first + MOST_LINES, len(sheet.rows))):
            head = _head(form, sheet, first, last)
            if head.quality > (best.quality if best else 0) + 0.01:
                best = head
        if best and best.quality >= len(form.columns):
            break
    needed = _counting(form)
    return best if best and 2 * len(needed & best.places.keys()) >= len(needed) and len(best.places) > 1 else None


def _counting(form: SheetForm) -> set[str]:
    return {column.id for column in form.columns if column.required} or {column.id for column in form.columns}


def _could_be_titles(row: Sequence[Cell]) -> bool:
    return sum(isinstance(cell, str) and 0 < len(cell.strip()) <= LONGEST_TITLE for cell in row[:MOST_COLUMNS]) > 1


def _head(form: SheetForm, sheet: SheetGrid, first: int, last: int) -> Head:
    paths = _paths(sheet, first, last)
    ranked = sorted(
        (-score, order, place)
        for order, column in enumerate(form.columns)
        for place, path in enumerate(paths)
        if path and (score := likeness(column.title, path)) > 0
    )
    places: dict[str, int] = {}
    quality = 0.0
    for score, order, place in ranked:
        column = form.columns[order]
        if column.id not in places and place not in places.values():
            places[column.id] = place
            quality -= score
    return Head(first, last, places, quality, [" / ".join(path) for path in paths])


def _paths(sheet: SheetGrid, first: int, last: int) -> list[tuple[str, ...]]:
    """Of each column the titles over it, from the top; a title merged over several counts for each."""
    lines = [
        spread(sheet.rows[row], [area for area in sheet.merged if area[0] <= row <= area[2]])
        for row in range(first, last + 1)
    ]
    width = min(MOST_COLUMNS, max(map(len, lines)))
    texts = [
        [plain(line[place])[:LONGEST_TITLE] if place < len(line) else "" for place in range(width)] for line in lines
    ]
    for upper, lower in pairwise(texts):
        _widen(upper, lower)
    return [tuple(dict.fromkeys(text for text in column if text)) for column in zip(*texts, strict=True)]


def _widen(upper: list[str], lower: list[str]) -> None:
    """Files without merged cells leave the upper title in the first of its columns."""
    for place in range(1, len(upper)):
        if not upper[place] and lower[place] and lower[place - 1] and upper[place - 1] != lower[place - 1]:
            upper[place] = upper[place - 1]


def spread(row: Sequence[Cell], areas: Iterable[Area]) -> Sequence[Cell]:
    """The row with the value of each of its merged areas in all of their cells."""
    across = [area for area in areas if area[3] > area[1]]
    if not across:
        return row
    cells = list(row)
    for _, left, _, right in across:
        for place in range(left + 1, min(right + 1, len(cells))):
            cells[place] = cells[left]
    return cells


def likeness(title: str, path: tuple[str, ...]) -> float:
    """0 to 1.2; a form's title may itself be a path, «Thực hiện / Lũy kế»."""
    own = tuple(title.split(" / "))
    if tuple(map(_words, own)) == tuple(map(_words, path)):
        return 1.2
    last = _alike(_words(own[-1]), _words(path[-1]))
    if len(own) > 1 and len(path) > 1:  # the same last line may stand below two titles
        return last * 0.5 * (1 + _alike(_words(own[-2]), _words(path[-2])))
    whole = _alike(_words(own[-1]), _words(" ".join(path))) if len(path) > 1 else 0.0
    return max(last, whole)


@lru_cache(4096)
def _words(title: str) -> tuple[str, ...]:
    short = _BEHIND.sub("", _BEHIND.sub("", _NUMBERING.sub("", title))) or title
    text = f" {' '.join(word for known in bare_words(short) for word in _OTHER_WORDS.get(known, (known,)))} "
    for written, meant in _OTHER_TERMS:
        text = text.replace(f" {written} ", f" {meant} ")
    return tuple(word for word in text.split() if word not in _EMPTY_WORDS)


@lru_cache(65536)
def _alike(title: tuple[str, ...], written: tuple[str, ...]) -> float:
    if title == written:
        return SURE if title else 0.0
    mine, other = set(title), set(written)
    common = len(mine & other)
    if not common or min(len(mine), len(other)) < 2:
        return 0.0
    if other < mine:  # shortened
        return LIKELY * (0.6 + 0.4 * common / len(mine)) if title[:2] == written[:2] or common > 2 else 0.3
    alike = 2 * common / (len(mine) + len(other))
    if mine < other and title[0] == written[0]:  # with more words
        return LIKELY * (0.6 + 0.4 * alike)
    return LIKELY * alike if alike >= LEAST_ALIKE else 0.0


def is_numbering(row: Sequence[Cell]) -> bool:
    """(1) (2) (3), or «A B C 1 2 3=2/1», below the titles."""
    texts = [text for cell in row if (text := plain(cell))]
    return len(texts) > 1 and all(_COUNTED.fullmatch(text) for text in texts)


def repeats(form: SheetForm, head: Head, row: Sequence[Cell]) -> bool:
    """Whether the row is a line of the head again, as on a new page."""
    hits = [
        likeness(column.title, (plain(row[place]),)) >= SURE
        for column in form.columns
        if column.kind is not ColumnKind.LABEL and (place := head.places.get(column.id)) is not None
        if place < len(row) and isinstance(row[place], str) and row[place]
    ]
    return len(hits) > 1 and sum(hits) * 2 > len(hits)
