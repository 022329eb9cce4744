"""Reads a column at a time: every distinct cell once, then what only the column as a whole can show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast
from unicodedata import is_normalized

from rules.content.dates import bounds_of, day_of, is_short_day, swapped_day
from rules.content.findings import Finding, FindingKind, Level, Value
from rules.content.grid import Cell
from rules.content.spelling import shown
from rules.content.values import LONGER_THAN_DITTO, Reading, is_ditto, level_of, read_cell
from rules.forms import Column, ColumnKind
from rules.periods import period_bounds

RUN = 256  # texts looked at together, as most need no closer look
DAYS = frozenset({ColumnKind.DAY, ColumnKind.MONTH_OR_DAY})


@dataclass(frozen=True)
class Frame:
    """What the table was handed in for."""

    sheet: str | None
    period: str

    @property
    def bounds(self) -> tuple[date, date] | None:
        try:
            return period_bounds(self.period)
        except ValueError:
            return None

    @property
    def year(self) -> int:
        return self.bounds[0].year if self.bounds else 0

    def finding(
        self,
        column: Column | None,
        kind: FindingKind,
        level: Level,
        row: int | None = None,
        cell: Cell = "",
        expected: tuple[str, ...] = (),
    ) -> Finding:
        name, title = (column.id, column.title) if column else ("", None)
        return Finding(kind, level, self.sheet, row, name, title, shown(cell), expected)


@dataclass
class ReadColumn:
    column: Column
    cells: list[Cell]
    values: list[Value]
    problems: dict[int, Reading]  # by place among the rows of data


def column_cells(own: list[Cell] | None, above: str, by_group: Sequence[str | None], count: int) -> list[Cell]:
    """The cells of the rows of data; what stands over the table, or in titles of groups, counts for those below."""
    if own is None:
        return [group or above for group in by_group] if by_group else [above] * count
    if by_group and "" in own:
        return [group if cell == "" and group else cell for cell, group in zip(own, by_group, strict=True)]
    return own


def read_column(column: Column, cells: list[Cell], year: int) -> ReadColumn:
    odd, values = _apart(column, cells)
    if any(map(is_ditto, odd)):
        _without_ditto(cells)
        odd, values = _apart(column, cells)
    readings = {cell: read_cell(column, cell, year) for cell in odd}
    wrong = {cell: reading for cell, reading in readings.items() if reading.kind}
    other = {cell: reading.value for cell, reading in readings.items() if not _is_same(reading.value, cell)}
    problems = {place: wrong[cell] for place, cell in enumerate(cells) if cell in wrong} if wrong else {}
    if other:
        values = list(map(other.get, values, values))
    read = ReadColumn(column, cells, cast(list[Value], values), problems)
    if column.kind in DAYS:
        read.problems.update(_ambiguous(read))
    return read


def _without_ditto(cells: list[Cell]) -> None:
    for place, cell in enumerate(cells):
        if is_ditto(cell):
            cells[place] = cells[place - 1] if place else ""


def _is_same(value: Value, cell: Cell) -> bool:
    return type(value) is type(cell) and value == cell


def _apart(column: Column, cells: list[Cell]) -> tuple[Iterable[Cell], list[Cell]]:
    """The distinct cells that have to be looked at; and all cells, with the whole numbers that Excel keeps as 3.0.

    Most texts and figures are taken as they stand: `read_cell` would say the same of each at greater length.
    """
    if column.kind is ColumnKind.NUMBER and column.least is None and column.most is None:
        odd = dict.fromkeys([cell for cell in cells if type(cell) is not float])
        return odd, [
            int(cell) if type(cell) is float and -1e15 < cell < 1e15 and cell.is_integer() else cell for cell in cells
        ]
    distinct = list(dict.fromkeys(cells))
    if column.kind is not ColumnKind.TEXT:
        return distinct, cells
    runs = [distinct[start : start + RUN] for start in range(0, len(distinct), RUN)]
    return [cell for run in runs if not _are_plain(run) for cell in run if not _are_plain([cell])], cells


def _are_plain(cells: Sequence[Cell]) -> bool:
    """Texts begun by a letter that are what `plain` makes of them, and too long for a sign of repetition."""
    texts = cast(Sequence[str], cells)
    try:
        whole = f" {' '.join(texts)} "
    except TypeError:  # something else among them
        return False
    return (
        "  " not in whole
        and whole.isprintable()
        and is_normalized("NFC", whole)
        and min(map(len, texts)) >= LONGER_THAN_DITTO
        and "".join([text[0] for text in texts]).isalpha()
    )


def _ambiguous(read: ReadColumn) -> Iterator[tuple[int, Reading]]:
    """A program of another country makes days of those it can read as month and day, and leaves the others as text."""
    texts = [place for place, cell in enumerate(read.cells) if is_short_day(cell)]
    true = [place for place, cell in enumerate(read.cells) if isinstance(cell, date)]
    month_first = [place for place in texts if place in read.problems and swapped_day(read.cells[place])]
    doubtful = list(texts) if month_first else []
    if texts and all(day.day <= 12 for place in true if isinstance(day := read.cells[place], date)):
        doubtful += true
    for place in doubtful:
        day = day_of(read.cells[place])
        if day and day.day <= 12 and day.day != day.month and place not in read.problems:
            other = date(day.year, day.day, day.month)
            yield place, Reading(day.isoformat(), FindingKind.AMBIGUOUS_DATE, (f"{day:%d/%m/%Y}", f"{other:%d/%m/%Y}"))


def cell_findings(frame: Frame, read: ReadColumn, numbers: Sequence[int]) -> Iterator[Finding]:
    """`numbers`: of the rows, as Excel counts."""
    for place, reading in read.problems.items():
        assert reading.kind is not None
        cell = read.cells[place]
        level = level_of(read.column, reading.kind)
        stands = _both_ways(cell) if reading.kind is FindingKind.AMBIGUOUS_DATE else cell
        if reading.kind is FindingKind.MISSING:
            stands = ""
        yield frame.finding(read.column, reading.kind, level, numbers[place], stands, reading.expected)


def _both_ways(cell: Cell) -> str:
    day = day_of(cell)
    assert day is not None
    return f"{day.month:02d}/{day.day:02d} hoặc {day.day:02d}/{day.month:02d}"


def period_findings(frame: Frame, reads: Sequence[ReadColumn], numbers: Sequence[int]) -> Iterator[Finding]:
    """Days outside the period; one finding for the file where all of them are, and in another year."""
    asked = [read for read in reads if read.column.in_period]
    if frame.bounds is None:
        return
    for read in asked:
        spans = {value: bounds_of(value) for value in set(read.values)}
        known = [value for place, value in enumerate(read.values) if spans[value] and place not in read.problems]
        first, last = frame.bounds
        outside = {value for value, span in spans.items() if span and (span[1] < first or span[0] > last)}
        if known and outside.issuperset(known) and (years := _other_years(known, spans, frame.year)):
            yield frame.finding(
                read.column, FindingKind.WRONG_YEAR, Level.FILE, None, ", ".join(map(str, years)), (str(frame.year),)
            )
            continue
        kind = (
            FindingKind.OUTSIDE_YEAR
            if last.year == first.year and (last - first).days > 300
            else FindingKind.OUTSIDE_PERIOD
        )
        for place, value in enumerate(read.values):
            if value in outside and place not in read.problems:
                yield frame.finding(
                    read.column,
                    kind,
                    Level.ROW,
                    numbers[place],
                    read.cells[place],
                    (f"{first:%d/%m/%Y}", f"{last:%d/%m/%Y}"),
                )


def _other_years(values: Sequence[Value], spans: Mapping[Value, tuple[date, date] | None], year: int) -> list[int]:
    years = sorted({day.year for value in values if (span := spans[value]) for day in span})
    return [] if year in years else years
