"""What LibreOffice writes as .xls and .ods: errors, formulas, hidden rows and sheets are seen as in .xlsx."""

from __future__ import annotations

import subprocess
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from openpyxl import Workbook

from reports.reading.grids import grids_of, read_grids
from rules.content.grid import FileGrids

pytestmark = pytest.mark.office
KINDS = ("xls", "ods")
NAME = "Sản phẩm"
FAILED = {"xls": "#VALUE!", "ods": "Err:502"}  # VALUE of a word


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("kinds")
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = NAME
    for row in (
        ["Tên", "Số", "Ngày"],
        ["=1/0", "=NA()", "=A2+1"],
        ["ẩn", 1, 2],
        [],
        ["=1+1", '="x"&"y"', "=Z9"],
        ["cuối"],
    ):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    book.create_sheet("Ẩn").append(["=VALUE(A9)"])
    book.worksheets[1].sheet_state = "hidden"
    book.worksheets[1]["A9"] = "chữ"
    book.save(folder / "bảng.xlsx")
    profile = f"-env:UserInstallation=file://{folder}/profile"
    for kind in KINDS:
        command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", folder, folder / "bảng.xlsx"]
        subprocess.run(command, check=True, capture_output=True, timeout=240)
    return {kind: (folder / f"bảng.{kind}").read_bytes() for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_errors_stand_in_their_cells_and_results_where_there_are_results(written: dict[str, bytes], kind: str) -> None:
    grids = read_grids(written[kind], kind)
    sheet = grids.sheets[0]
    assert (sheet.name, sheet.hidden, sheet.hidden_rows) == (NAME, False, frozenset({3}))
    assert [list(row)[:3] for row in sheet.rows] == [
        ["Tên", "Số", "Ngày"],
        ["#DIV/0!", "#N/A", "#DIV/0!"],
        ["ẩn", 1.0, 2.0],
        ["", "", ""],
        [2.0, "xy", 0.0],
        ["cuối", "", ""],
    ]
    assert (grids.sheets[1].hidden, grids.sheets[1].rows[0][0]) == (True, FAILED[kind])


def of_ods(rows: str) -> FileGrids:
    """As another program may write it: repeated rows, a formula that nobody worked out."""
    space = "urn:oasis:names:tc:opendocument:xmlns"
    named = " ".join(f'xmlns:{name}="{space}:{name}:1.0"' for name in ("office", "table", "text"))
    table = f'<table:table table:name="Bảng">{rows}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    content = f'<?xml version="1.0"?><office:document-content {named}>{body}</office:document-content>'
    whole = BytesIO()
    with ZipFile(whole, "w", ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", ZIP_STORED)
        package.writestr("META-INF/manifest.xml", "<manifest/>")
        package.writestr("content.xml", content)
    return grids_of(whole.getvalue(), "ods")


A_TEXT = '<table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell>'


def test_repeated_rows_and_cells_are_counted_before_a_place_is_named() -> None:
    grids = of_ods(
        f'<table:table-row table:number-rows-repeated="2">{A_TEXT}</table:table-row>'
        f'<table:table-row table:visibility="collapse" table:number-rows-repeated="2">{A_TEXT}</table:table-row>'
        '<table:table-row><table:table-cell table:number-columns-repeated="2"/><table:covered-table-cell/>'
        '<table:table-cell table:formula="of:=SUM([.H5:.H6];[.A1])"/>'
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="">'
        "<text:p>#DIV/0!</text:p></table:table-cell></table:table-row>"
    )
    sheet = grids.sheets[0]
    assert sheet.hidden_rows == frozenset({3, 4})
    assert list(sheet.rows[4]) == ["", "", "", "=SUM(H5:H6;A1)", "#DIV/0!"]
