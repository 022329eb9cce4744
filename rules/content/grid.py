"""What a reader takes out of a file: sheets of plain cells, and what a person would see or not see of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Cell = object  # text, a number, a day, or nothing
Area = tuple[int, int, int, int]  # top, left, bottom, right, from 0


@dataclass(frozen=True)
class SheetGrid:
    """Of an error the cell holds its sign, of a formula without a stored result its text: «#REF!», «=H5»."""

    name: str | None  # None in a file without sheets
    rows: Sequence[Sequence[Cell]]
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()  # from 1
    merged: tuple[Area, ...] = ()
    picture: bool = False  # something is drawn on it


@dataclass(frozen=True)
class FileGrids:
    sheets: tuple[SheetGrid, ...]
    code_table: str = ""  # of before Unicode, by which the letters were read
