"""What was filled in on a page becomes the workbook that Excel would have made."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from config.forms import Forms
from reports.filled_form import as_number, filled_form, row_numbers
from reports.sheet_form import HEAD_ROW, rows_of
from rules.content.drafts import DraftRow, Rows
from rules.forms import check_rows

FORMS = Forms(Path("config/plans/70-KH-UBND"))
UNIT = "Sở Y tế"
CALENDAR = FORMS["I5-CALENDAR"]
ROW = {"content": "CPI", "product": "Báo cáo", "release": "29/01/2014", "channel": "Trang tin", "unit": UNIT}


def filled(rows: Rows, duty: str = "I5-CALENDAR") -> bytes:
    return filled_form(FORMS[duty], rows, UNIT, "70/KH-UBND", "năm 2014")


def test_the_rows_stand_under_the_head_in_their_order_and_are_found_fine():
    content = filled((DraftRow(ROW), DraftRow({**ROW, "content": "GRDP"})))
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    assert [sheet.cell(HEAD_ROW + place, 1).value for place in (1, 2, 3)] == ["CPI", "GRDP", None]
    assert check_rows(CALENDAR, rows_of(CALENDAR, BytesIO(content))[0]) == []
    assert row_numbers(CALENDAR, (DraftRow(), DraftRow())) == (HEAD_ROW + 1, HEAD_ROW + 2)


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
