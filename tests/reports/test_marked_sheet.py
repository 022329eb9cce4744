"""The workbook that comes back marked: what is wrong stands at the cell, and nothing else is changed."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import astuple
from datetime import date, datetime, time
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from python_calamine import CalamineWorkbook

from reports.sheets.marked_sheet import AUTHOR, COLOURS, LIST, MOST_NOTES, WORDS, CellNote, marked_copy, write_marked
from reports.text_cell import write_text


def a_note(row: int | None = 2, place: int | None = 1, sheet: str | None = "Lịch", **other: str) -> CellNote:
    facts = {
        "column": "Thời gian",
        "level": "row",
        "level_word": "Phải sửa",
        "stands": "x",
        "expected": "",
        "how": "Sửa",
    }
    return CellNote(sheet, row, place, **{**facts, **other})


def a_book(rows: Sequence[Sequence[Any]], title: str = "Lịch") -> Workbook:
    book = Workbook()
    book.worksheets[0].title = title
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row, 1):
            cell = book.worksheets[0].cell(number, place)
            if isinstance(value, str) and not value.startswith("=SUM"):
                write_text(cell, value)
            else:
                cell.value = value
    return book


def content_of(book: Workbook) -> bytes:
    whole = BytesIO()
    book.save(whole)
    return whole.getvalue()


def marked(content: bytes, *notes: CellNote, language: str = "vi") -> Workbook:
    return load_workbook(BytesIO(marked_copy(content, notes, "Một phần", language)))


def test_a_wrong_cell_is_coloured_and_its_comment_says_what_to_do():
    book = marked(
        content_of(a_book([["Thời gian"], ["30/2/2027"]])), a_note(how="Ngày này không có.", expected="29/01/2027")
    )
    cell = book["Lịch"]["A2"]
    assert cell.fill.fgColor.rgb == f"00{COLOURS['row']}"
    assert (cell.comment.text, cell.comment.author) == ("Phải sửa: Ngày này không có.\n→ 29/01/2027", AUTHOR)
    assert cell.value == "30/2/2027"


def test_the_first_sheet_lists_every_finding_with_a_link_to_its_cell():
    sheet = marked(
        content_of(a_book([["Tên"], ["a"]], "Trang 'một'")), a_note(sheet="Trang 'một'"), a_note(None, None)
    ).worksheets[0]
    assert sheet.title == LIST
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    assert lines[0] == ["1", "Trang 'một'", "A2", "2", "Thời gian", "Phải sửa", "x", None, "Sửa"]
    assert lines[1][:5] == ["2", "Lịch", None, None, "Thời gian"]
    assert sheet["C5"].hyperlink.location == "'Trang ''một'''!A2"
    assert [cell.value for cell in sheet[4]] == list(WORDS["vi"].heads)


def test_texts_never_become_formulas():
    book = marked(
        content_of(a_book([["Tên"], ["=1+1"]])), a_note(stands='=HYPERLINK("http://x")', how="+84", expected="@a")
    )
    line = book.worksheets[0][5]
    assert [cell.value for cell in line[6:9]] == ['=HYPERLINK("http://x")', "@a", "+84"]
    assert {cell.data_type for cell in line[6:9]} == {"s"}
    assert all(cell.quotePrefix for cell in line[6:9])
    assert book["Lịch"]["A2"].quotePrefix


@pytest.mark.filterwarnings("ignore:Cell A4 is marked as a date")  # here, not in the copy
def test_formats_formulas_comments_and_other_sheets_stay():
    given_book = a_book([["Số", "Ngày"], ["007", date(2027, 1, 29)], [5, "=SUM(A3:A3)"]])
    sheet = given_book["Lịch"]
    sheet["A2"].font, sheet["B2"].number_format = Font("Arial", 9, bold=True), "dd/mm/yyyy"
    sheet["A2"].comment = Comment("Của đơn vị", "Lan")
    sheet["B3"].number_format = "dd/mm/yyyy"
    sheet["A4"], sheet["A4"].number_format = 99999999, "dd/mm/yyyy"  # no day at all
    sheet.merge_cells("A5:B6")
    given_book.create_sheet("Khác")["C3"] = "còn nguyên"
    book = marked(content_of(given_book), a_note(), a_note(6, 2))
    sheet = book["Lịch"]
    assert (sheet["A2"].value, sheet["A2"].font.name, sheet["A2"].font.bold) == ("007", "Arial", True)
    assert (sheet["B2"].value, sheet["B2"].number_format) == (datetime.combine(date(2027, 1, 29), time()), "dd/mm/yyyy")
    assert sheet["B3"].value == "=SUM(A3:A3)"
    assert sheet["A2"].comment.text == "Của đơn vị\n\nPhải sửa: Sửa"
    assert sheet["A5"].comment.text == "Phải sửa: Sửa"
    assert book["Khác"]["C3"].value == "còn nguyên"
    values = CalamineWorkbook.from_filelike(BytesIO(marked_copy(content_of(given_book), [], "", "vi")))
    assert (
        values.get_sheet_by_name("Lịch").to_python()[3][0]
        == CalamineWorkbook.from_filelike(BytesIO(content_of(given_book))).get_sheet_by_name("Lịch").to_python()[3][0]
    )


def test_a_copy_that_was_mended_and_sent_again_loses_the_earlier_marks():
    first = marked(content_of(a_book([["Tên"], ["a"], ["b"]])), a_note())
    second = marked(content_of(first), a_note(3))
    assert second.sheetnames == [LIST, "Lịch"]
    assert second["Lịch"]["A2"].comment is None
    assert second["Lịch"]["A2"].fill.fill_type is None
    assert second["Lịch"]["A3"].comment is not None


def test_a_sheet_of_the_unit_with_the_name_of_the_list_stays():
    book = marked(content_of(a_book([["Tên"]], LIST)), a_note(sheet=LIST))
    assert book.sheetnames == [f"{LIST} (2)", LIST]
    assert book[f"{LIST} (2)"]["C5"].hyperlink.location == f"'{LIST}'!A2"


def test_a_file_without_sheets_becomes_a_workbook_of_text():
    rows = [["Mã", "Ngày"], ["007", "29/01/2027"], ["=1+1", ""]]
    book = load_workbook(BytesIO(marked_copy(b"", [a_note(sheet=None)], "", "en", {"Bảng": rows})))
    assert [[cell.value or "" for cell in row] for row in book["Bảng"].iter_rows()] == rows
    assert all(cell.data_type != "f" for row in book["Bảng"].iter_rows() for cell in row)
    assert book["Bảng"]["A2"].comment is not None
    assert book.worksheets[0]["A1"].value == WORDS["en"].title


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip at all", b"\xd0\xcf\x11\xe0 cut off"])
def test_of_a_file_that_cannot_be_opened_the_list_comes_alone(content: bytes):
    book = marked(content, a_note())
    assert book.sheetnames == [LIST]
    assert WORDS["vi"].only_list in [row[0].value for row in book.worksheets[0].iter_rows()]


def test_pictures_that_are_left_out_are_told_of():
    whole = BytesIO(content_of(a_book([["Tên"]])))
    with ZipFile(whole, "a") as parts:
        parts.writestr("xl/media/image1.png", b"\x89PNG")
    for content, told in ((whole.getvalue(), True), (content_of(a_book([["Tên"]])), False)):
        texts = [row[0].value for row in marked(content, a_note()).worksheets[0].iter_rows()]
        assert (WORDS["vi"].no_pictures in texts) == told


def test_of_very_many_findings_the_first_are_listed_and_the_rest_counted():
    book = marked(content_of(a_book([["Tên"]])), *[a_note(number) for number in range(2, MOST_NOTES + 12)])
    texts = [row[0].value for row in book.worksheets[0].iter_rows()]
    assert WORDS["vi"].more.format(10) in texts
    assert texts[-1] == str(MOST_NOTES)


def test_every_digit_of_a_number_stays():
    content = content_of(a_book([["Số"], [1.5]]))
    with ZipFile(BytesIO(content)) as parts, ZipFile(changed := BytesIO(), "w") as copy:
        for name in parts.namelist():
            copy.writestr(name, parts.read(name).replace(b"<v>1.5</v>", b"<v>0.30000000000000004</v>"))
    assert marked(changed.getvalue(), a_note())["Lịch"]["A2"].value == 0.1 + 0.2


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(-1e300, 1e300),
    st.dates(date(1901, 1, 1), date(2200, 1, 1)),
    st.builds(datetime.combine, st.dates(date(1901, 1, 1), date(2200, 1, 1)), st.times().map(lambda at: time(at.hour))),
    st.times().map(lambda at: time(at.hour, at.minute, at.second)),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30),
    st.sampled_from(["007", "0123456789", "=1+1", "-5", "@a", "  hai  ", "1.234,5", "_x0041_", "NT"]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=6), st.integers(1, 8), st.integers(1, 6))
def test_no_value_is_changed(rows: list[list[Any]], row: int, place: int):
    content = content_of(a_book(rows))
    copy = b64decode(write_marked(BytesIO(content), [list(astuple(a_note(row, place)))], 1, "", "vi", None))
    before = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name("Lịch").to_python()
    after = CalamineWorkbook.from_filelike(BytesIO(copy)).get_sheet_by_name("Lịch").to_python()
    assert after == before


def test_what_a_formula_came_to_stays_beside_it():
    content = content_of(a_book([["Số"], [2], ["=SUM(A2:A2)"], ['=SUM(1)&"<"']]))
    with ZipFile(BytesIO(content)) as parts, ZipFile(changed := BytesIO(), "w") as copy:
        for name in parts.namelist():
            part = parts.read(name).replace(b'r="A4">', b'r="A4" t="str">')
            part = re.sub(rb"(<f>SUM\(A2.*?</f>)<v(?: ?/|></v)>", rb"\1<v>2.5</v>", part)
            copy.writestr(name, re.sub(rb"(<f>SUM\(1\).*?</f>)<v(?: ?/|></v)>", rb"\1<v>1&lt;</v>", part))
    before, after = (
        load_workbook(BytesIO(one), data_only=True)["Lịch"]
        for one in (changed.getvalue(), marked_copy(changed.getvalue(), [a_note(2)], "", "vi"))
    )
    assert [after[cell].value for cell in ("A3", "A4")] == [before[cell].value for cell in ("A3", "A4")] == [2.5, "1<"]
    assert marked(changed.getvalue())["Lịch"]["A3"].value == "=SUM(A2:A2)"
