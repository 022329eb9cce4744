"""The form goes out as a workbook and comes back."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from config.forms import Forms
from reports.sheet_form import HEAD_ROW, Unreadable, empty_form, rows_of
from rules.forms import check_rows
from rules.intake import Grade, Intake
from services.file_check import check_file
from services.forms import looked_at

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


def test_a_form_that_comes_back_filled_in_is_found_fine():
    book = load_workbook(BytesIO(a_form()))
    for place, value in enumerate(["CPI", "Báo cáo", "29/01/2014", "Trang tin", UNIT], 1):
        book.worksheets[0].cell(HEAD_ROW + 1, place, value)
    filled = BytesIO()
    book.save(filled)
    assert check_rows(FORMS["I5-CALENDAR"], rows_of(FORMS["I5-CALENDAR"], filled)) == []
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
