"""The verdict on a table that was handed in, what is wrong in which cell, and the rows that can be used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, overload

Value = str | int | float | None  # a day as 2027-01-29, a month as 2027-01, a quarter as 2027-Q1, yes and no as 1 and 0


class Level(StrEnum):
    """How far a finding reaches."""

    REMARK = "remark"  # the table is good all the same
    ROW = "row"  # this row cannot be used as it stands
    TABLE = "table"  # rows are lacking
    FILE = "file"  # nothing of it can be used


class FindingKind(StrEnum):
    MISSING = "missing"
    COLUMN_MISSING = "column_missing"
    NOT_A_CHOICE = "not_a_choice"
    NOT_A_DATE = "not_a_date"
    AMBIGUOUS_DATE = "ambiguous_date"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_LINK = "not_a_link"
    NOT_YES_NO = "not_yes_no"
    OUT_OF_RANGE = "out_of_range"
    OUTSIDE_YEAR = "outside_year"
    OUTSIDE_PERIOD = "outside_period"
    WRONG_YEAR = "wrong_year"
    WRONG_DUTY = "wrong_duty"
    UNIT_OTHER = "unit_other"
    UNIT_UNKNOWN = "unit_unknown"
    DUPLICATE = "duplicate"
    GROUP_MISSING = "group_missing"
    DATES_COUNT = "dates_count"
    SUM = "sum"
    ROW_MISSING = "row_missing"  # a row of a form with fixed rows was deleted
    FIXED_CHANGED = "fixed_changed"  # a text the form prints was changed
    ERROR_CELL = "error_cell"
    NOT_READ = "not_read"
    HIDDEN_SHEET = "hidden_sheet"
    HIDDEN_ROWS = "hidden_rows"
    ENCODING = "encoding"
    EMPTY = "empty"


class ContentVerdict(StrEnum):
    OK = "ok"
    OK_WITH_REMARKS = "ok_with_remarks"
    PARTLY = "partly"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Finding:
    kind: FindingKind
    level: Level
    sheet: str | None = None  # None in a file without sheets
    row: int | None = None  # as Excel counts, from 1; None: the whole sheet or column
    column: str = ""  # id of the form's column
    column_title: str | None = None
    stands: str = ""  # what the cell holds, or what the finding names
    expected: tuple[str, ...] = ()  # values that would be right, the likeliest first


def finding_of(entry: Mapping[str, Any]) -> Finding:
    """As `asdict` and JSON wrote it."""
    typed = {"kind": FindingKind(entry["kind"]), "level": Level(entry["level"]), "expected": tuple(entry["expected"])}
    return Finding(**{**entry, **typed})


@dataclass(frozen=True)
class TakenRow:
    """A row of data that is usable as it stands."""

    sheet: str | None
    row: int
    values: Mapping[str, Value]  # by the id of the column


class TakenRows(Sequence[TakenRow]):
    """Rows that are made when somebody takes them: of long tables most readers want the count alone."""

    def __init__(
        self, sheet: str | None, numbers: Sequence[int], columns: Mapping[str, Sequence[Value]], places: Sequence[int]
    ) -> None:
        self._sheet, self._numbers, self._columns, self._places = sheet, numbers, columns, places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> TakenRow: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[TakenRow]: ...
    def __getitem__(self, index: int | slice) -> TakenRow | Sequence[TakenRow]:
        if isinstance(index, slice):
            return TakenRows(self._sheet, self._numbers, self._columns, self._places[index])
        place = self._places[index]
        values = {name: values[place] for name, values in self._columns.items()}
        return TakenRow(self._sheet, self._numbers[place], values)


@dataclass(frozen=True)
class Judgement:
    verdict: ContentVerdict
    findings: tuple[Finding, ...] = ()
    rows: Sequence[TakenRow] = ()


def verdict_of(findings: Iterable[Finding], rows_taken: int) -> ContentVerdict:
    levels = {finding.level for finding in findings}
    if Level.FILE in levels or not rows_taken:
        return ContentVerdict.REJECTED
    if levels & {Level.ROW, Level.TABLE}:
        return ContentVerdict.PARTLY
    return ContentVerdict.OK_WITH_REMARKS if levels else ContentVerdict.OK
