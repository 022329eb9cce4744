"""Figures that lie far from what the same unit gave for the same row in its earlier periods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from rules.content.findings import Value
from rules.content.fixed_rows import name_column
from rules.content.spelling import same
from rules.forms import ColumnKind, SheetForm

LEAST_PAST = 4  # with fewer values nothing can be said
SHOWN = 8  # values of the past
FAR = 5.0  # times the median of the distances from the median
USUAL = 0.1  # of the median: less than that is no news, however even the past was


@dataclass(frozen=True)
class Figure:
    """One number as a unit gave it."""

    unit: str  # key
    obligation: str
    sheet: str
    row: str  # the words that name the row
    column: str  # title
    period: str
    value: float

    @property
    def series(self) -> tuple[str, ...]:
        """Periods of one kind alone follow each other: quarters quarters, years years."""
        return (
            self.unit,
            self.obligation,
            self.sheet,
            same(self.row),
            self.column,
            self.period[4:6].rstrip("1234567890"),
        )


@dataclass(frozen=True)
class Outlier:
    figure: Figure
    past: tuple[float, ...]  # the newest last


def figures_of(form: SheetForm, unit: str, period: str, sheet: str, values: Mapping[str, Value]) -> Iterator[Figure]:
    """Of one row; none where nothing names it."""
    part = next((one for one in form.sheets if same(one.sheet) == same(sheet)), form if not form.further else None)
    row = _name(part, values) if part else ""
    if part is None or not row:
        return
    for column in part.columns:
        value = values.get(column.id)
        if column.kind is ColumnKind.NUMBER and isinstance(value, int | float) and not isinstance(value, bool):
            yield Figure(unit, form.obligation, part.sheet, row, column.title, period, value)


def _name(form: SheetForm, values: Mapping[str, Value]) -> str:
    """What the form prints in the row, or what the plan says tells rows apart."""
    printed = name_column(form)
    named = [column.id for column in form.columns if column.key] or list(form.gathering.same)
    columns = [printed.id] if printed else named
    return " · ".join(str(values[name]) for name in columns if values.get(name))


def is_far(value: float, past: Sequence[float]) -> bool:
    """From the median of the past, by the median of the distances from it."""
    if len(past) < LEAST_PAST:
        return False
    middle = median(past)
    spread = median(abs(one - middle) for one in past)
    return abs(value - middle) > max(FAR * spread, USUAL * abs(middle))


def outliers(figures: Iterable[Figure], year: str) -> list[Outlier]:
    """Of the periods of this year, each against those before it; by unit and row as they come."""
    series: dict[tuple[str, ...], dict[str, Figure]] = {}
    for figure in figures:
        series.setdefault(figure.series, {})[figure.period] = figure
    return [outlier for by_period in series.values() for outlier in _far(by_period, year)]


def _far(by_period: Mapping[str, Figure], year: str) -> Iterator[Outlier]:
    past: list[float] = []
    for period in sorted(by_period):
        figure = by_period[period]
        if period.startswith(year) and is_far(figure.value, past):
            yield Outlier(figure, tuple(past[-SHOWN:]))
        past.append(figure.value)
