"""The tables units fill in: their columns and, where the form prints them, their rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rules.content.gathering import AS_SENT, CrossCheck, Gathering

OWN_LISTS = "Giá trị"  # the hidden sheet of choices in the forms we write


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
    unit: str = ""  # of a number, «m²»
    computed: bool = False  # by a formula of the form, whose result may be nothing


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
    printed: tuple[str, ...] = ()  # what stands over its head when it is empty: says nothing of who filled it in

    @property
    def sheets(self) -> tuple[SheetForm, ...]:
        return (self, *self.further)
