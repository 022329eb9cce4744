"""What stands where in a workbook: all that a form is proposed from. Rows and columns count from 1."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rules.content.grid import Cell
from rules.content.spelling import plain

Area = tuple[int, int, int, int]  # first row, first column, last row, last column
Place = tuple[int, int]  # row, column
_REFERENCE = r"\$?([A-Z]{1,3})\$?(\d{1,7})"
_RANGE = re.compile(rf"{_REFERENCE}(?::{_REFERENCE})?")
_SUM = re.compile(rf"=\s*(?:SUM\(([^()]*)\)|({_REFERENCE}(?:\s*\+\s*{_REFERENCE})+))\s*", re.IGNORECASE)
MOST_SUMMED = 2_000  # cells


@dataclass(frozen=True)
class SheetOutline:
    title: str
    cells: Mapping[Place, Cell]  # without formulas
    formulas: Mapping[Place, str] = field(default_factory=dict)
    merged: tuple[Area, ...] = ()
    lists: tuple[tuple[Area, tuple[str, ...]], ...] = ()  # where a value is chosen, and from what
    numbers: frozenset[Place] = frozenset()  # cells formatted for or restricted to numbers
    days: frozenset[Place] = frozenset()
    comments: Mapping[Place, str] = field(default_factory=dict)

    @cached_property
    def rows(self) -> int:
        return max((row for row, _ in [*self.cells, *self.formulas]), default=0)

    @cached_property
    def columns(self) -> int:
        return max((column for _, column in [*self.cells, *self.formulas]), default=0)

    @cached_property
    def _anchors(self) -> Mapping[Place, Place]:
        return {
            (row, column): (first_row, first_column)
            for first_row, first_column, last_row, last_column in self.merged
            for row in range(first_row, min(last_row, self.rows) + 1)
            for column in range(first_column, min(last_column, self.columns) + 1)
        }

    def anchor(self, row: int, column: int) -> Place:
        """The cell that holds what is seen here."""
        return self._anchors.get((row, column), (row, column))

    def text(self, row: int, column: int) -> str:
        """What is seen here, also inside a merged cell."""
        return plain(self.cells.get(self.anchor(row, column)))

    def own_text(self, row: int, column: int) -> str:
        return plain(self.cells.get((row, column)))

    def is_blank(self, row: int, columns: range) -> bool:
        return not any(self.own_text(row, column) or (row, column) in self.formulas for column in columns)


def letter(column: int) -> str:
    """«AB» of 28."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    number = 0
    for one in letters.upper():
        number = number * 26 + ord(one) - 64
    return number


def summed_cells(formula: str) -> tuple[Place, ...]:
    """The cells that a formula adds up, where it does nothing else."""
    whole = _SUM.fullmatch(formula.strip())
    inside = (whole[1] or whole[2]) if whole else ""
    if not inside or not all(_RANGE.fullmatch(part.strip()) for part in re.split(r"[,;+]", inside)):
        return ()
    return tuple(place for part in _RANGE.finditer(inside.upper()) for place in _places(part))[:MOST_SUMMED]


def _places(part: re.Match[str]) -> Iterator[Place]:
    first_column, first_row, last_column, last_row = part[1], int(part[2]), part[3] or part[1], int(part[4] or part[2])
    for row in range(first_row, min(last_row, first_row + MOST_SUMMED) + 1):
        for column in range(column_number(first_column), column_number(last_column) + 1):
            yield row, column
