"""The form goes out as a workbook and comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from builders import an_office
from openpyxl import Workbook, load_workbook

from config.forms import Forms
from reports.sheets.sheet_form import HEAD_ROW, empty_form
from rules.content.findings import ContentVerdict, FindingKind, Level
from rules.intake import ContentSummary, Intake
from services.files.check import check_file
from services.forms.content_check import TableCheck, with_content

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


def looked_at(content: bytes, name: str = "lich.xlsx") -> ContentSummary | None:
    stream = BytesIO(content)
    office = an_office(forms=FORMS)
    table = TableCheck(office, replace(FORMS["I5-CALENDAR"], period="2014"), date(2013, 12, 1))
    verdict = with_content(check_file(name, stream, Intake()), stream, table)
    assert verdict.taken
    return verdict.content


def filled() -> Workbook:
    book = load_workbook(BytesIO(a_form()))
    for place, value in enumerate(["CPI", "Báo cáo", "29/01/2014", "Trang tin", UNIT], 1):
        book.worksheets[0].cell(HEAD_ROW + 1, place, value)
    return book


def saved(book: Workbook) -> bytes:
    whole = BytesIO()
    book.save(whole)
    return whole.getvalue()


def test_a_form_that_comes_back_filled_in_is_good():
    assert looked_at(saved(filled())) == ContentSummary(ContentVerdict.OK, 1)


def test_an_empty_form_that_comes_back_is_taken_and_said_to_be_empty():
    summary = looked_at(a_form())
    assert summary
    assert [finding.kind for finding in summary.findings] == [FindingKind.EMPTY]


def test_a_workbook_that_cannot_be_read_is_taken_and_said_to_be_so():
    broken = BytesIO()
    with ZipFile(broken, "w") as parts:
        parts.writestr("[Content_Types].xml", "<Types/>")
        parts.writestr("xl/workbook.xml", "<workbook")
    summary = looked_at(broken.getvalue())
    assert summary
    assert [(one.kind, one.level) for one in summary.findings] == [(FindingKind.NOT_READ, Level.FILE)]


def test_a_hidden_sheet_in_front_is_named_and_not_read_and_the_list_of_choices_is_not():
    book = filled()
    old = book.create_sheet("Lịch 2013", 0)
    old["A1"], old.sheet_state = "CPI", "hidden"
    summary = looked_at(saved(book))
    assert summary
    assert [(one.kind, one.sheet) for one in summary.findings] == [(FindingKind.HIDDEN_SHEET, "Lịch 2013")]


def test_what_is_no_table_is_not_judged():
    assert looked_at("Sản phẩm;Ngày".encode(), "lich.txt") is None


def test_of_a_hopeless_table_the_gravest_findings_go_along_and_the_others_are_counted():
    book = filled()
    for row in range(HEAD_ROW + 1, HEAD_ROW + 60):
        for place, value in enumerate(["CPI", f"Báo cáo {row}", "cuối quý", "Trang tin", "Sở Lạ"], 1):
            book.worksheets[0].cell(row, place, value)
    summary = looked_at(saved(book))
    assert summary
    assert (len(summary.findings), summary.more) == (20, 39)
    assert {finding.level for finding in summary.findings} == {Level.ROW}
