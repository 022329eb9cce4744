"""Tables of any kind become grids of plain cells: what a person would see, and what a library leaves out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from reports.reading import sheet_xml
from reports.reading.grids import grids_of, read_grids
from reports.workbook_guard import UnsafeWorkbook
from rules.content.grid import SheetGrid

TEXT = "Tên sản phẩm;Đơn vị\r\nBáo cáo dịch bệnh, khám bệnh;Sở Y tế\r\n"
ROWS = [["Tên sản phẩm", "Đơn vị"], ["Báo cáo dịch bệnh, khám bệnh", "Sở Y tế"]]
VNI = "Teân saûn phaåm;Ñôn vò\r\nBaùo caùo dòch beänh, khaùm beänh;Sôû Y teá\r\n"
TONES_APART = {"ả": "a\u0309", "ẩ": "â\u0309", "ị": "i\u0323", "ệ": "ê\u0323", "ở": "ơ\u0309", "ế": "ê\u0301"}


def in_1258(text: str) -> bytes:
    """The code page has few letters with tones: most tones are letters of their own."""
    return "".join(TONES_APART.get(letter, letter) for letter in text).encode("cp1258")


@pytest.mark.parametrize(
    ("content", "table"),
    [
        (TEXT.encode(), ""),
        (b"\xef\xbb\xbf" + TEXT.encode(), ""),
        (TEXT.encode("utf-16"), ""),
        (TEXT.encode("utf-16-le"), ""),
        (TEXT.encode("utf-16-be"), ""),
        (in_1258(TEXT), ""),
        (VNI.encode("cp1252"), "VNI"),
        (TEXT.replace(";", "\t").encode(), ""),
        ("\r\n".join(",".join(f'"{cell}"' for cell in row) for row in ROWS).encode(), ""),
    ],
    ids=["utf-8", "bom", "utf-16", "utf-16-le", "utf-16-be", "windows-1258", "vni", "tabs", "commas"],
)
def test_text_of_any_code_page_and_separator(content: bytes, table: str) -> None:
    grids = grids_of(content, "csv")
    assert ([list(row) for row in grids.sheets[0].rows], grids.code_table) == (ROWS, table)


def of_workbook(fill: Callable[[Worksheet], object]) -> SheetGrid:
    book = Workbook()
    fill(book.worksheets[0])
    whole = BytesIO()
    book.save(whole)
    return read_grids(whole.getvalue(), "xlsx").sheets[0]


def test_days_and_texts_of_days_are_kept_apart_and_zeros_in_front_are_kept() -> None:
    grid = of_workbook(lambda sheet: sheet.append([date(2027, 1, 29), "29/01/2027", "012/QĐ", "007", 7]))
    assert list(grid.rows[0]) == [date(2027, 1, 29), "29/01/2027", "012/QĐ", "007", 7.0]


def test_errors_and_formulas_without_a_result_are_shown_where_the_library_shows_nothing() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["#REF!", "=H5", 1])
        sheet["A1"].data_type = "e"

    assert list(of_workbook(fill).rows[0]) == ["#REF!", "=H5", 1.0]


def test_a_sign_that_lies_across_two_pieces_of_the_sheet_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    xml = b'<worksheet><sheetData><row r="1"><c r="A1" t="e"><v>#N/A</v></c></row></sheetData></worksheet>'
    whole = BytesIO()
    with ZipFile(whole, "w") as zipped:
        zipped.writestr("sheet.xml", xml)
        for size in range(20, len(xml)):
            monkeypatch.setattr(sheet_xml, "PIECE", size)
            assert sheet_xml.marks_in(zipped, "sheet.xml").errors == {(0, 0): "#N/A"}


def test_a_cell_merged_over_rows_counts_for_each_and_one_over_columns_is_told() -> None:
    def fill(sheet: Worksheet) -> None:
        for row in (["A", "x"], [None, "y"], ["rộng", None]):
            sheet.append(row)
        sheet.merge_cells("A1:A2")
        sheet.merge_cells("A3:B3")

    grid = of_workbook(fill)
    assert [list(row) for row in grid.rows] == [["A", "x"], ["A", "y"], ["rộng", ""]]
    assert sorted(grid.merged) == [(0, 0, 1, 0), (2, 0, 2, 1)]


def test_hidden_rows_and_hidden_sheets_are_told() -> None:
    book = Workbook()
    book.worksheets[0].append(["thấy"])
    book.worksheets[0].row_dimensions[3].hidden = True
    book.create_sheet("ẩn", 0).sheet_state = "hidden"
    whole = BytesIO()
    book.save(whole)
    grids = read_grids(whole.getvalue(), "xlsx")
    assert [(sheet.name, sheet.hidden) for sheet in grids.sheets] == [("ẩn", True), ("Sheet", False)]
    assert grids.sheets[1].hidden_rows == {3}


def changed(part: str, change: Callable[[bytes], bytes]) -> bytes:
    book, whole, out = Workbook(), BytesIO(), BytesIO()
    book.worksheets[0].append(["x", "y"])
    book.save(whole)
    with ZipFile(whole) as before, ZipFile(out, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, change(content) if name == part else content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_empty_rows_by_the_hundred_thousand_and_areas_that_claim_the_whole_sheet_cost_nothing() -> None:
    rows = "".join(f'<row r="{number}"><c r="A{number}"/></row>' for number in range(2, 100_000)).encode()
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    grid = read_grids(changed(SHEET, lambda sheet: sheet.replace(b"</sheetData>", rows + merged)), "xlsx").sheets[0]
    assert len(grid.rows) == 1
    assert all(bottom < 100_000 and right < 2 for _, _, bottom, right in grid.merged)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"PK\x03\x04" + bytes(200), "xlsx"),
        (b"\xd0\xcf\x11\xe0" + bytes(2_000), "xls"),
        (b"a\x00b\x00\x00" * 100, "csv"),
        (changed(SHEET, lambda _: b"<worksheet><sheetData><row"), "xlsx"),
        (changed("xl/workbook.xml", lambda _: b"<workbook"), "xlsx"),
    ],
    ids=["cut off", "no sectors", "no text", "sheet cut off", "book cut off"],
)
def test_what_is_broken_is_refused_in_words_for_people(content: bytes, kind: str) -> None:
    with pytest.raises(UnsafeWorkbook) as refusal:
        read_grids(content, kind)
    assert "/" in str(refusal.value)


def test_what_unpacks_to_gigabytes_is_refused() -> None:
    whole, blanks = BytesIO(changed(SHEET, lambda sheet: sheet)), b" " * (1 << 20)
    with ZipFile(whole, "a", ZIP_DEFLATED, compresslevel=1) as book, book.open("xl/more.xml", "w") as part:
        for _ in range(420):
            part.write(blanks)
    with pytest.raises(UnsafeWorkbook, match="giải nén"):
        read_grids(whole.getvalue(), "xlsx")
