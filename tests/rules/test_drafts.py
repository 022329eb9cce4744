"""Rows of a table that is being filled in on a page."""

from __future__ import annotations

from rules.content.drafts import (
    FIRST_ROWS,
    MOST_ROWS,
    DraftRow,
    as_grids,
    as_text,
    confirm_all,
    counted_rows,
    first_rows,
    from_text,
    merge_drafts,
    move_row,
    proposals_left,
    remove_row,
    with_empty_row,
)
from rules.forms import Column, ColumnKind, FixedRow, Shape, SheetForm

COLUMNS = (Column("name", "Tên", required=True), Column("unit", "Đơn vị", fill="unit"), Column("note", "Ghi chú"))
LIST = SheetForm("D", "Bảng", "Bảng", "", COLUMNS)
FIXED = SheetForm(
    "D",
    "Số liệu",
    "Số liệu",
    "",
    (Column("label", "Chỉ tiêu", ColumnKind.LABEL), Column("value", "Giá trị", ColumnKind.NUMBER)),
    shape=Shape.FIXED_ROWS,
    rows=(FixedRow({"label": "Tổng"}), FixedRow({"label": "Trong đó"})),
)
UNIT = "Sở Y tế"


def a_row(name: str, **other: str) -> DraftRow:
    return DraftRow({"name": name, "unit": UNIT}, **other)


def names(rows: tuple[DraftRow, ...]) -> list[str]:
    return [row["name"] for row in rows]


def test_a_new_list_begins_with_empty_rows_that_count_as_nothing():
    rows = first_rows(LIST, UNIT)
    assert len(rows) == FIRST_ROWS
    assert rows[0]["unit"] == UNIT
    assert counted_rows(LIST, rows) == ()


def test_a_form_that_prints_its_rows_has_each_of_them():
    assert first_rows(FIXED, UNIT) == (DraftRow(), DraftRow())
    assert with_empty_row(FIXED, first_rows(FIXED, UNIT), 0, UNIT) == first_rows(FIXED, UNIT)
    assert remove_row(FIXED, first_rows(FIXED, UNIT), 0) == first_rows(FIXED, UNIT)
    assert len(counted_rows(FIXED, first_rows(FIXED, UNIT))) == 2


def test_a_proposal_counts_only_once_it_is_confirmed():
    rows = first_rows(LIST, UNIT, [a_row("CPI", source="2026"), a_row("GRDP", source="2026")])
    assert (counted_rows(LIST, rows), proposals_left(rows)) == ((), 2)
    assert names(counted_rows(LIST, confirm_all(rows))) == ["CPI", "GRDP"]


def test_rows_are_added_taken_out_and_moved():
    rows = (a_row("a"), a_row("b"))
    assert names(with_empty_row(LIST, rows, 0, UNIT)) == ["a", "b", ""]
    assert names(remove_row(LIST, rows, 0)) == ["b"]
    assert names(move_row(LIST, rows, 1, -1)) == ["b", "a"]
    assert move_row(LIST, rows, 0, -1) == move_row(LIST, rows, 1, 1) == remove_row(LIST, rows, 7) == rows
    assert len(with_empty_row(LIST, (a_row("a"),) * MOST_ROWS, 0, UNIT)) == MOST_ROWS


def test_of_two_who_wrote_at_once_nothing_is_lost():
    rows, clashes = merge_drafts(LIST, (a_row("a"), a_row("c")), (a_row("a"), a_row("b")), "Lan")
    assert [(row["name"], row.source) for row in rows] == [("a", ""), ("c", ""), ("b", "Lan")]
    assert clashes == ()


def test_printed_rows_are_put_together_cell_by_cell():
    mine, theirs = (DraftRow({"value": "5"}), DraftRow()), (DraftRow({"value": "6"}), DraftRow({"value": "7"}))
    rows, [clash] = merge_drafts(FIXED, mine, theirs, "Lan")
    assert [row["value"] for row in rows] == ["5", "7"]
    assert (clash.place, clash.mine, clash.theirs) == (0, "5", "6")


def test_rows_come_back_as_they_were_kept():
    rows = (a_row("=1+1", source="2026"), a_row("«b»"))
    assert from_text(LIST, as_text(rows)) == rows
    assert len(from_text(FIXED, "[]")) == 2
    assert from_text(LIST, as_text((DraftRow({"name": "a"}, 3),))) == ()


def test_rows_are_read_as_a_sheet_with_its_printed_texts():
    grids, places = as_grids(FIXED, (DraftRow({"value": "5"}), DraftRow({"value": "3"})))
    assert grids.sheets[0].rows == [["Chỉ tiêu", "Giá trị"], ["Tổng", "5"], ["Trong đó", "3"]]
    assert places == (("Số liệu", 2), ("Số liệu", 3))
