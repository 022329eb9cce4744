"""What was filled in on a page becomes the workbook that Excel would have made."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from config.forms import Forms
from reports.reading.grids import grids_of
from reports.sheets.filled_form import as_number, filled_form
from reports.sheets.sheet_form import HEAD_ROW
from rules.content.drafts import DraftRow, Rows, as_grids, input_columns
from rules.content.findings import ContentVerdict, Judgement, Level
from rules.content.judge import Surroundings, judge
from rules.forms import Column, ColumnKind, FixedRow, Shape, SheetForm
from services.plan.office_forms import proposed

FORMS = Forms(Path("config/plans/70-KH-UBND"))
UNIT = "Sở Y tế"
CALENDAR = FORMS["I5-CALENDAR"]
ROW = {"content": "CPI", "product": "Báo cáo", "release": "29/01/2014", "channel": "Trang tin", "unit": UNIT}


def filled(rows: Rows, duty: str = "I5-CALENDAR") -> bytes:
    return filled_form(FORMS[duty], rows, UNIT, "70/KH-UBND", "năm 2014")


def judged(form: SheetForm, content: bytes) -> Judgement:
    return judge(replace(form, period="2014"), grids_of(content, "xlsx"), Surroundings())


def test_the_rows_stand_under_the_head_in_their_order_and_are_found_fine():
    content = filled((DraftRow(ROW), DraftRow({**ROW, "content": "GRDP"})))
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    assert [sheet.cell(HEAD_ROW + place, 1).value for place in (1, 2, 3)] == ["CPI", "GRDP", None]
    assert judged(CALENDAR, content).verdict is ContentVerdict.OK


def test_what_a_person_typed_is_never_a_formula():
    sheet = load_workbook(BytesIO(filled((DraftRow({**ROW, "content": "=1+1", "channel": "+84"}),)))).worksheets[0]
    assert [(cell.value, cell.data_type, cell.quotePrefix) for cell in (sheet["A6"], sheet["D6"])] == [
        ("=1+1", "s", True),
        ("+84", "s", True),
    ]


def test_the_same_rows_make_the_same_file():
    assert filled((DraftRow(ROW),)) == filled((DraftRow(ROW),))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *[("120000", 120000), ("120.000", 120000), ("1.234.567", 1234567), ("0,5", 0.5), ("-7", -7), ("1 200", 1200)],
        *[(text, None) for text in ("007", "1,2,3", "120.00", "1.200,5 đ", "", "12a", "9" * 20)],
    ],
)
def test_only_what_is_plainly_a_number_becomes_one(text: str, number: float | None):
    assert as_number(text) == number


def test_a_number_is_written_as_one_and_anything_else_as_the_text_it_is():
    content = filled(
        (DraftRow({"name": "A", "unit_price": "120.000"}), DraftRow({"unit_price": "vài đồng"})), "I4B-CATALOGUE"
    )
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    assert [sheet.cell(HEAD_ROW + place, 10).value for place in (1, 2)] == [120000, "vài đồng"]


def test_printed_rows_and_further_sheets_are_written_with_their_figures():
    columns = (Column("label", "Chỉ tiêu", ColumnKind.LABEL), Column("value", "Số lượng", ColumnKind.NUMBER))
    printed = (FixedRow({"label": "Giường bệnh"}, group=True), FixedRow({"label": "Bệnh viện huyện"}))
    part = SheetForm("D", "Tờ 2", "Tờ 2", "", columns, shape=Shape.FIXED_ROWS, rows=printed)
    form = replace(part, sheet="Tờ 1", further=(part,))
    rows = tuple(DraftRow({"value": text}, sheet) for sheet in (0, 1) for text in ("", f"{sheet + 1}5"))
    content = filled_form(form, rows, UNIT, "70/KH-UBND", "năm 2014")
    book = load_workbook(BytesIO(content))
    assert book.sheetnames == ["Tờ 1", "Tờ 2"]
    assert [book[name]["B7"].value for name in book.sheetnames] == [15, 25]
    assert judged(form, content).verdict is ContentVerdict.OK


@pytest.mark.parametrize("name", ["legal-documents", "monthly-indicators", "staff-and-facilities"])
def test_a_form_of_the_office_filled_in_on_the_page_is_judged_good(name: str):
    """Its titles may stand in several lines."""
    sheets = proposed((Path("tests/content/forms") / name / "form.xlsx").read_bytes())
    form = replace(sheets[0].form, further=tuple(sheet.form for sheet in sheets[1:]))
    rows = tuple(
        DraftRow({column.id: a_value(column, number) for column in input_columns(sheet)}, place)
        for place, sheet in enumerate(form.sheets)
        for number in range(len(sheet.rows) or 3)
    )
    by_file = judge(form, grids_of(filled_form(form, rows, UNIT, "70/KH-UBND", "năm 2027"), "xlsx"), Surroundings())
    by_page = judge(form, as_grids(form, rows)[0], Surroundings())
    levels = {finding.level for finding in by_file.findings} | {finding.level for finding in by_page.findings}
    assert levels <= {Level.REMARK, Level.ROW}
    kinds = [[(one.kind, one.column, one.stands) for one in judged.findings] for judged in (by_file, by_page)]
    assert kinds[0] == kinds[1]
    assert len(by_file.rows) == len(by_page.rows)


def a_value(column: Column, number: int) -> str:
    kinds = {
        ColumnKind.NUMBER: str(number + int(column.least or 1)),
        ColumnKind.DAY: "05/01/2027",
        ColumnKind.MONTH_OR_DAY: "01/2027",
        ColumnKind.YES_NO: "x",
    }
    return column.choices[0] if column.choices else kinds.get(column.kind, f"Chữ {number} {column.id}")
