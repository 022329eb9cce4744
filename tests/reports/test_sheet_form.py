"""The form goes out as a workbook and comes back."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from config.forms import Forms
from reports.sheet_form import HEAD_ROW, Unreadable, empty_form, rows_of
from rules.forms import check_rows
from rules.intake import Grade, Intake
from services.files.check import check_file
from services.forms.unit_forms import looked_at

FORMS = Forms(Path("config/plans/70-KH-UBND"))
UNIT = "Sở Y tế tỉnh Sóc Trăng"


def a_form(obligation: str = "I5-CALENDAR") -> bytes:
    return empty_form(FORMS[obligation], UNIT, "70/KH-UBND", "năm 2014")


@pytest.mark.parametrize("obligation", sorted(FORMS))
def test_a_form_carries_the_units_name_the_columns_and_their_notes(obligation: str):
    sheet = load_workbook(BytesIO(a_form(obligation))).worksheets[0]
    assert UNIT in sheet["A3"].value
    heads = [cell.value.removesuffix(" *") for cell in sheet[HEAD_ROW]]
    assert heads == [column.title for column in FORMS[obligation].columns]
    assert sum(cell.comment is not None for cell in sheet[HEAD_ROW]) == sum(
        bool(column.note) for column in FORMS[obligation].columns
    )
    assert len(sheet.data_validations.dataValidation) >= 1


def test_the_plan_to_compile_has_a_form_as_the_catalogue_it_goes_with():
    assert {"I4B-CATALOGUE", "I4B-COMPILE-PLAN"} <= set(FORMS)


def test_a_form_that_comes_back_filled_in_is_found_fine():
    book = load_workbook(BytesIO(a_form()))
    for place, value in enumerate(["CPI", "Báo cáo", "29/01/2014", "Trang tin", UNIT], 1):
        book.worksheets[0].cell(HEAD_ROW + 1, place, value)
    filled = BytesIO()
    book.save(filled)
    assert check_rows(FORMS["I5-CALENDAR"], rows_of(FORMS["I5-CALENDAR"], filled)[0]) == []
    verdict = looked_at(check_file("lich.xlsx", filled, Intake()), filled, FORMS["I5-CALENDAR"])
    assert verdict.grade is Grade.FINE


def test_an_empty_form_that_comes_back_is_taken_with_remarks():
    stream = BytesIO(a_form())
    verdict = looked_at(check_file("lich.xlsx", stream, Intake()), stream, FORMS["I5-CALENDAR"])
    assert (verdict.taken, verdict.grade) == (True, Grade.REMARKS)


def test_a_workbook_that_cannot_be_read_is_graded_so_and_taken():
    broken = BytesIO()
    with ZipFile(broken, "w") as parts:
        parts.writestr("[Content_Types].xml", "<Types/>")
        parts.writestr("xl/workbook.xml", "<workbook")
    with pytest.raises(Unreadable):
        rows_of(FORMS["I5-CALENDAR"], broken)
    verdict = looked_at(check_file("lich.xlsx", broken, Intake()), broken, FORMS["I5-CALENDAR"])
    assert (verdict.taken, verdict.grade) == (True, Grade.UNREADABLE)


def test_a_hidden_sheet_in_front_is_named_and_not_looked_at():
    book = load_workbook(BytesIO(a_form()))
    book.worksheets[0].title = "Lịch 2014"
    old = book.create_sheet("Lịch 2013", 0)
    old.sheet_state = "hidden"
    changed = BytesIO()
    book.save(changed)
    rows, hidden = rows_of(FORMS["I5-CALENDAR"], changed)
    assert (rows[2][0], hidden) == (f"Đơn vị: {UNIT}", ["Lịch 2013"])
    verdict = looked_at(check_file("lich.xlsx", changed, Intake()), changed, FORMS["I5-CALENDAR"])
    assert "trang ẩn «Lịch 2013» không được xem" in [remark.detail for remark in verdict.remarks]


def test_a_table_of_another_kind_is_named_as_not_looked_at():
    stream = BytesIO("Sản phẩm;Ngày".encode())
    verdict = looked_at(check_file("lich.csv", stream, Intake()), stream, FORMS["I5-CALENDAR"])
    assert (verdict.taken, verdict.remarks[0].detail) == (
        True,
        "bảng trong tệp .csv chưa được kiểm tra; mẫu là .xlsx",
    )


def test_days_that_another_program_may_have_turned_round_are_told_once():
    form = FORMS["I5-CALENDAR"]
    head = [column.title for column in form.columns]
    day = next(place for place, column in enumerate(form.columns) if column.kind.value.endswith("day"))

    def told(*cells: object) -> int:
        rows = [head, *([*["x"] * day, cell, *["x"] * (len(head) - day - 1)] for cell in cells)]
        return sum("đổi chỗ" in remark.detail for remark in check_rows(form, rows))

    assert told(date(2014, 5, 2), date(2014, 6, 3), "29/01/2014") == 1
    assert told(date(2014, 5, 2), date(2014, 6, 30), "29/01/2014") == 0
    assert told(date(2014, 5, 2), date(2014, 6, 3)) == 0
