"""Two states of a table are set beside each other row by row."""

from __future__ import annotations

from content_builders import a_product, the_forms

from rules.content.comparison import compare_rows

CATALOGUE = the_forms()["I4B-CATALOGUE"]


def test_a_row_is_added_dropped_or_changed_in_named_columns() -> None:
    before = [a_product("A"), a_product("B"), a_product("C")]
    after = [a_product("a"), a_product("B", frequency="quý", unit_price=1), a_product("D")]
    compared = compare_rows(CATALOGUE, before, after)
    assert [row.values["name"] for row in compared.added] == ["D"]
    assert [row.values["name"] for row in compared.dropped] == ["C"]
    assert [(row.values["name"], row.columns) for row in compared.changed] == [("B", ("frequency", "unit_price"))]


def test_of_several_rows_about_one_thing_the_equal_ones_are_paired_first() -> None:
    before = [a_product("A"), a_product("A", frequency="quý")]
    after = [a_product("A", frequency="quý"), a_product("A", frequency="năm")]
    [changed] = compare_rows(CATALOGUE, before, after).changed
    assert (changed.before["frequency"], changed.after["frequency"]) == ("tháng", "năm")


def test_a_table_does_not_differ_from_itself() -> None:
    rows = [a_product("A"), a_product("A"), a_product("B")]
    assert compare_rows(CATALOGUE, rows, list(reversed(rows))).is_empty
