"""A form is proposed from a workbook as a person would make it."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

from reports.reading.workbook_outline import workbook_outline
from reports.workbook_guard import UnsafeWorkbook
from rules.content.proposal import ProposedSheet, propose, propose_sheet
from rules.forms import Column, ColumnKind, Shape

CASES = Path(__file__).parents[1] / "content" / "forms"
FORMS = sorted(folder.name for folder in CASES.iterdir() if folder.is_dir())


def proposal_of(content: bytes) -> tuple[ProposedSheet, ...]:
    sheets, _ = workbook_outline(content)
    return propose(sheets)


@pytest.mark.parametrize("folder", FORMS)
def test_the_proposal_is_what_a_person_would_make_of_the_form(folder: str) -> None:
    expected = json.loads((CASES / folder / "expected.json").read_text())["form"]
    proposed = proposal_of((CASES / folder / expected["file"]).read_bytes())
    assert {sheet.form.shape.value for sheet in proposed} == {expected["shape"]}
    assert next((sheet.every for sheet in proposed if sheet.every), "year") == expected["every"]
    assert [
        _as_expected(sheet, len(wish["columns"])) for sheet, wish in zip(proposed, expected["sheets"], strict=True)
    ] == [_wish(wish) for wish in expected["sheets"]]


def _as_expected(sheet: ProposedSheet, columns: int) -> dict[str, Any]:
    form, places = sheet.form, sheet.places
    assert len(form.columns) == columns
    return {
        "sheet": form.sheet,
        "head": list(places.head),
        "number_row": places.number_row,
        "first_row": places.first_row,
        "last_row": places.last_row,
        "columns": [_column(sheet, column) for column in form.columns],
        "groups": [row for row, fixed in zip(places.rows, form.rows, strict=True) if fixed.group],
        "totals": [(one.row, list(one.sums), list(one.columns)) for one in places.totals],
    }


def _column(sheet: ProposedSheet, column: Column) -> dict[str, Any]:
    letters, places = sheet.places.letters, sheet.places
    crossed = [row for row, fixed in zip(places.rows, sheet.form.rows, strict=True) if column.id in fixed.not_asked]
    return {
        "column": letters[column.id],
        "title": column.title,
        "kind": column.kind.value,
        "required": column.required,
        "choices": list(column.choices),
        "key": column.key,
        "within": column.in_period,
        "sums": [[letters[part] for part in group] for group in column.sums],
        "not_asked": crossed,
        "is_m2": column.unit == "m²",
        "formula": column.computed,
    }


def _wish(wish: dict[str, Any]) -> dict[str, Any]:
    return {
        "sheet": wish["sheet"],
        "head": wish["header_rows"],
        "number_row": wish.get("number_row"),
        "first_row": wish["first_row"],
        "last_row": wish.get("last_row"),
        "columns": [
            {
                "column": one["column"],
                "title": one["title"],
                "kind": one["kind"],
                "required": one["required"],
                "choices": one.get("choices", []),
                "key": one.get("key", False),
                "within": one.get("within") == "period",
                "sums": one.get("sums", []),
                "not_asked": one.get("not_asked_in_rows", []),
                "is_m2": one.get("unit") == "m²",
                "formula": "×" in one.get("computed", ""),
            }
            for one in wish["columns"]
        ],
        "groups": wish.get("group_rows", []),
        "totals": [(one["row"], one.get("sums", []), one.get("columns", [])) for one in wish.get("total_rows", [])],
    }


# --- other workbooks --------------------------------------------------------------------------------------------------


def book_of(*rows: tuple[object, ...]) -> Workbook:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return book


def content_of(book: Workbook) -> bytes:
    whole = BytesIO()
    book.save(whole)
    return whole.getvalue()


def only_sheet(book: Workbook) -> ProposedSheet:
    (sheet,) = proposal_of(content_of(book))
    return sheet


def titles(sheet: ProposedSheet) -> list[str]:
    return [column.title for column in sheet.form.columns]


def test_a_head_of_two_lines_is_read_also_where_its_cells_are_not_merged() -> None:
    book = book_of(
        ("BÁO CÁO",),
        ("STT", "Xã", "Số hộ", None, "Ghi chú"),
        (None, None, "Nghèo", "Cận nghèo", None),
        ("(1)", "(2)", "(3)", "(4)", "(5)"),
    )
    sheet = only_sheet(book)
    assert titles(sheet) == ["STT", "Xã", "Số hộ / Nghèo", "Số hộ / Cận nghèo", "Ghi chú"]
    assert (sheet.places.head, sheet.places.number_row, sheet.places.first_row) == ((2, 3), 4, 5)


def test_a_list_that_is_filled_in_stays_a_list_and_repeated_values_become_choices() -> None:
    rows = [(number, f"Hồ sơ {number}", "Đúng hạn" if number % 2 else "Trễ hạn", number * 3) for number in range(1, 9)]
    sheet = only_sheet(book_of(("STT", "Hồ sơ", "Kết quả", "Phí thu"), *rows))
    assert sheet.form.shape is Shape.FREE_LIST
    kinds = [(column.kind, column.choices) for column in sheet.form.columns]
    assert kinds == [
        (ColumnKind.LABEL, ()),
        (ColumnKind.TEXT, ()),
        (ColumnKind.CHOICE, ("Đúng hạn", "Trễ hạn")),
        (ColumnKind.NUMBER, ()),
    ]


@pytest.mark.parametrize("folder", ["legal-documents", "staff-and-facilities"])
def test_a_list_is_no_form_with_fixed_rows_because_some_columns_are_empty(folder: str) -> None:
    filled = proposal_of((CASES / folder / "filled-good.xlsx").read_bytes())
    assert {sheet.form.shape for sheet in filled} == {Shape.FREE_LIST}


SHEETS = sorted((CASES.parent / "sheets").rglob("*.xlsx"))


@pytest.mark.parametrize("path", SHEETS, ids=[path.name for path in SHEETS])
def test_a_table_a_unit_filled_in_proposes_a_list(path: Path) -> None:
    proposed = proposal_of(path.read_bytes())
    assert {sheet.form.shape for sheet in proposed} == {Shape.FREE_LIST}
    assert all(len(sheet.form.columns) >= 7 for sheet in proposed)


def test_choices_are_taken_from_a_hidden_sheet() -> None:
    book = book_of(("STT", "Hình thức"), (1, None))
    lists = book.create_sheet("Mã 1")
    lists.sheet_state = "hidden"
    for place, value in enumerate(("Báo giấy", "Trang tin"), 1):
        lists.cell(place, 1, value)
    rule = DataValidation("list", "'Mã 1'!$A$1:$A$2")
    rule.add("B2:B40")
    book.active.add_data_validation(rule)
    assert only_sheet(book).form.columns[1].choices == ("Báo giấy", "Trang tin")


def test_totals_are_known_by_their_words_and_numbers_where_a_form_has_no_formulas() -> None:
    book = book_of(
        ("TT", "Chỉ tiêu", "Đơn vị", "Kế hoạch", "Thực hiện"),
        ("I", "THU", None, None, None),
        ("1", "Tổng thu", "đồng", None, None),
        ("1.1", "Thuế", "đồng", None, None),
        ("1.2", "Phí", "đồng", None, None),
        ("2", "Số vụ", "vụ", None, None),
    )
    sheet = only_sheet(book)
    assert sheet.form.shape is Shape.FIXED_ROWS
    assert [row.group for row in sheet.form.rows] == [True, False, False, False, False]
    assert [row.sums for row in sheet.form.rows] == [(), (2, 3), (), (), ()]


def test_a_person_may_name_the_head_and_the_last_row() -> None:
    book = book_of(("Một", "Hai", "Ba"), ("Tên", "Ngày cấp", "Ghi chú"), ("a", None, None))
    (outline,), _ = workbook_outline(content_of(book))
    named = propose_sheet(outline, (2, 2), 3)
    assert named is not None
    assert titles(named) == ["Tên", "Ngày cấp", "Ghi chú"]
    assert [column.required for column in named.form.columns] == [True, True, False]


def test_a_workbook_without_a_table_proposes_nothing() -> None:
    assert proposal_of(content_of(book_of(("Kính gửi các đơn vị",), ("Trân trọng.",)))) == ()


def test_what_is_no_workbook_is_refused_with_words() -> None:
    with pytest.raises(UnsafeWorkbook):
        workbook_outline(b"PK\x03\x04 not a workbook")
