"""A figure is held against the unit's own past, whatever other units give."""

from __future__ import annotations

import pytest

from rules.forms import Column, ColumnKind, FixedRow, Shape, SheetForm
from rules.province.outliers import Figure, figures_of, is_far, outliers

FORM = SheetForm(
    "D",
    "Biểu 1",
    "Biểu 1",
    "",
    (
        Column("name", "Chỉ tiêu", ColumnKind.LABEL),
        Column("beds", "Số giường", ColumnKind.NUMBER),
        Column("note", "Ghi chú"),
    ),
    shape=Shape.FIXED_ROWS,
    rows=(FixedRow({"name": "Bệnh viện"}),),
)


def figures(*values: float, unit: str = "SYT", first: int = 2010, part: str = "") -> list[Figure]:
    return [
        Figure(unit, "D", "Biểu 1", "Bệnh viện", "Số giường", f"{first + place}{part}", value)
        for place, value in enumerate(values)
    ]


@pytest.mark.parametrize(
    ("value", "past", "far"),
    [
        (1000, [100, 102, 98, 101], True),
        (1000, [100, 102, 98], False),  # too few
        (105, [100, 102, 98, 101], False),
        (10, [100, 102, 98, 101], True),
        (109, [100, 100, 100, 100], False),  # little, however even the past was
        (111, [100, 100, 100, 100], True),
        (1, [0, 0, 0, 0], True),
        (0, [0, 0, 0, 0], False),
        (300, [100, 250, 40, 180, 90], False),  # the past itself goes up and down
        (100, [100, 102, 98, 101, 100_000], False),  # one slip in the past moves nothing
        (5000, [100, 102, 98, 101, 100_000], True),
    ],
)
def test_far_is_what_the_unit_s_own_past_does_not_explain(value: float, past: list[float], far: bool) -> None:
    assert is_far(value, past) is far


def test_only_the_year_is_looked_at_and_the_last_eight_values_are_shown() -> None:
    [found] = outliers(figures(900, 100, 101, 99, 100, 102, 98, 100, 101, 100, 1000), "2020")
    assert (found.figure.period, found.figure.value) == ("2020", 1000)
    assert found.past == (101, 99, 100, 102, 98, 100, 101, 100)


def test_units_and_kinds_of_periods_do_not_mix() -> None:
    of_others = figures(100, 100, 100, 100, unit="STC")
    quarters = figures(25, 25, 25, 25, part="-Q1")
    assert outliers([*of_others, *quarters, *figures(1000, first=2014)], "2014") == []
    [found] = outliers([*quarters, *figures(90, first=2014, part="-Q4")], "2014")
    assert found.figure.period == "2014-Q4"


def test_a_row_is_named_by_what_the_form_prints_and_every_number_of_it_counts() -> None:
    [figure] = figures_of(FORM, "SYT", "2014", "Biểu 1", {"name": "Bệnh viện", "beds": 120, "note": "7"})
    assert (figure.row, figure.column, figure.value) == ("Bệnh viện", "Số giường", 120)
    assert list(figures_of(FORM, "SYT", "2014", "Biểu 1", {"beds": 120})) == []  # nothing names it
    assert list(figures_of(FORM, "SYT", "2014", "Biểu 1", {"name": "Bệnh viện", "beds": "120"})) == []
