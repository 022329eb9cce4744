"""Rows of several units become one table; nothing that disagrees is decided without a person."""

from __future__ import annotations

from dataclasses import replace

import pytest
from content_builders import a_product, the_forms

from rules.content.consolidation import (
    Choice,
    Origin,
    ProvinceTable,
    Settled,
    SourceRow,
    put_together,
    total_of,
)
from rules.content.findings import Value
from rules.content.gathering import Gathering
from rules.content.spelling import same
from rules.forms import Column, ColumnKind, SheetForm

CATALOGUE, DEMAND, CALENDAR = (the_forms()[code] for code in ("I4B-CATALOGUE", "I2A-DEMAND-LIST", "I5-CALENDAR"))
NOTHING = Settled()


def sent(unit: str, *values: dict[str, Value]) -> list[SourceRow]:
    return [SourceRow(row, Origin(unit, 1, "f" * 64, "Danh mục", number)) for number, row in enumerate(values, 6)]


def put(form: SheetForm, *rows: list[SourceRow], settled: Settled = NOTHING) -> ProvinceTable:
    return put_together(form, [row for part in rows for row in part], settled)


def names(table: ProvinceTable, column: str = "name") -> list[Value]:
    return [row.values[column] for row in table.rows]


def places(table: ProvinceTable) -> list[list[tuple[str, int]]]:
    return [[(one.unit, one.row) for one in row.origins] for row in table.rows]


def test_equal_rows_of_two_units_become_one_that_names_both() -> None:
    table = put(CATALOGUE, sent("SYT", a_product("Giường bệnh")), sent("STC", a_product(" giường  BỆNH")))
    assert (names(table), table.conflicts) == (["Giường bệnh"], ())
    assert places(table) == [[("SYT", 6), ("STC", 6)]]


def test_an_empty_cell_contradicts_nothing_and_is_filled() -> None:
    table = put(CATALOGUE, sent("SYT", a_product("A")), sent("STC", a_product("A", unit_price=90_000)))
    assert [row.values["unit_price"] for row in table.rows] == [90_000]


def test_values_that_may_stand_beside_each_other_are_joined_in_the_order_of_the_units() -> None:
    rows = [sent("SYT", a_product("A", other="quý")), sent("STC", a_product("A", other="năm"))]
    assert [row.values["other"] for row in put(CATALOGUE, *rows).rows] == ["quý; năm"]


def test_what_two_units_say_differently_is_a_conflict_and_both_rows_stay() -> None:
    table = put(CATALOGUE, sent("SYT", a_product("A")), sent("STC", a_product("A", frequency="quý")))
    [conflict] = table.conflicts
    assert (conflict.columns, conflict.choice) == (("frequency",), None)
    assert [(row.values["frequency"], row.disputed) for row in table.rows] == [("tháng", True), ("quý", True)]


def test_a_unit_that_names_a_thing_twice_has_two_rows_and_no_conflict() -> None:
    table = put(CATALOGUE, sent("SYT", a_product("A"), a_product("A", frequency="quý")))
    assert (names(table), table.conflicts) == (["A", "A"], ())


@pytest.mark.parametrize(("take", "left"), [(0, ["tháng"]), (1, ["quý"]), (None, ["tháng", "quý"])])
def test_a_settled_conflict_leaves_what_the_person_chose(take: int | None, left: list[str]) -> None:
    rows = [sent("SYT", a_product("A")), sent("STC", a_product("A", frequency="quý"))]
    [open_one] = put(CATALOGUE, *rows).conflicts
    choice = Choice(open_one.stamp, "" if take is None else open_one.variants[take].stamp, "Mai", "theo công văn 12")
    table = put(CATALOGUE, *rows, settled=Settled({open_one.subject: choice}))
    assert ([row.values["frequency"] for row in table.rows], table.open_conflicts) == (left, ())
    assert table.conflicts[0].choice == choice


def test_a_settlement_does_not_bind_other_values() -> None:
    first = sent("SYT", a_product("A"))
    [conflict] = put(CATALOGUE, first, sent("STC", a_product("A", frequency="quý"))).conflicts
    settled = Settled({conflict.subject: Choice(conflict.stamp, conflict.variants[0].stamp)})
    table = put(CATALOGUE, first, sent("STC", a_product("A", frequency="năm")), settled=settled)
    assert len(table.open_conflicts) == 1


def test_a_name_that_a_person_took_for_another_stands_under_it() -> None:
    rows = [sent("SYT", a_product("Số giường bệnh")), sent("STC", a_product("Số gường bệnh"))]
    table = put(CATALOGUE, *rows, settled=Settled(names={same("Số gường bệnh"): "Số giường bệnh"}))
    assert (names(table), len(table.rows[0].origins)) == (["Số giường bệnh"], 2)


def test_rows_stand_under_headings_in_the_order_of_the_form_and_are_numbered_under_each() -> None:
    groups = DEMAND.columns[0].choices
    rows = [
        {"user_group": groups[1], "indicator": "Đầu tư"},
        {"user_group": groups[0], "indicator": "Ước tính thu"},
        {"user_group": groups[0], "indicator": "Dân số"},
    ]
    table = put(DEMAND, sent("SYT", *rows))
    assert [(row.group, row.number, row.values["indicator"]) for row in table.rows] == [
        (groups[0], 1, "Dân số"),
        (groups[0], 2, "Ước tính thu"),
        (groups[1], 1, "Đầu tư"),
    ]


def test_days_are_grouped_by_month_and_ordered_by_day() -> None:
    days = ("2015-02-27", "2015-01-29", "2015-01", "2015-01-05")
    table = put(CALENDAR, sent("SYT", *({"content": "C", "product": "P", "release": day} for day in days)))
    assert [(row.group, row.values["release"], row.number) for row in table.rows] == [
        ("Tháng 1/2015", "2015-01", 1),
        ("Tháng 1/2015", "2015-01-05", 2),
        ("Tháng 1/2015", "2015-01-29", 3),
        ("Tháng 2/2015", "2015-02-27", 4),
    ]


def test_numbers_are_added_up_as_the_form_says() -> None:
    columns = (Column("name", "Tên"), Column("cost", "Kinh phí", ColumnKind.NUMBER))
    form = SheetForm("X", "S", "T", "", columns, gathering=Gathering(totals=("cost",)))
    table = put(form, sent("SYT", {"name": "A", "cost": 1.1}, {"name": "B", "cost": 2.2}, {"name": "C", "cost": None}))
    assert total_of(table.rows, "cost") == 3.3


def test_without_rules_every_row_stands_as_it_was_sent() -> None:
    form = replace(CATALOGUE, gathering=Gathering())
    table = put(form, sent("SYT", a_product("A"), a_product("A")), sent("STC", a_product("A")))
    assert [row.number for row in table.rows] == [1, 2, 3]


def test_rows_that_do_not_say_what_they_are_about_are_never_put_together() -> None:
    table = put(CATALOGUE, sent("SYT", a_product("")), sent("STC", a_product("")))
    assert len(table.rows) == 2
