"""A list as a workbook with one sheet: dates are dates, no cell can be a formula, and it prints on A4."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from reports.text_cell import write_text

Value = str | int | date | None
FIRST_ROW = 4  # of the head of the table
TEXT, DAY = "Kỳ Hạn: chữ", "Kỳ Hạn: ngày"  # names of styles, as a reader sees them
THIN = Side(style="thin", color="B6BFC8")


@dataclass(frozen=True)
class Sheet:
    name: str
    title: str
    subtitle: str
    columns: Sequence[tuple[str, int]]  # title, width; the first numbers the rows


def table_book(about: Sheet, rows: Iterable[Sequence[Value]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = about.name
    _write(sheet.cell(1, 1), about.title).font = Font(name="Times New Roman", size=14, bold=True)
    _write(sheet.cell(2, 1), about.subtitle).font = Font(name="Times New Roman", size=11, italic=True)
    _head(sheet, about.columns)
    for style in _styles():
        book.add_named_style(style)
    number = 0
    for number, row in enumerate(rows, 1):
        for place, value in enumerate((number, *row), 1):
            cell = sheet.cell(FIRST_ROW + number, place)
            cell.style = DAY if isinstance(value, date) else TEXT
            _write(cell, value)
    _for_paper(sheet, FIRST_ROW + number, len(about.columns))
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _write(cell: Cell, value: Value) -> Cell:
    if isinstance(value, str):
        write_text(cell, value)
    elif value is not None:
        cell.value = value
    return cell


def _head(sheet: Worksheet, columns: Sequence[tuple[str, int]]) -> None:
    for place, (name, width) in enumerate(columns, 1):
        cell = _write(sheet.cell(FIRST_ROW, place), name)
        cell.font = Font(name="Times New Roman", size=11, bold=True)
        cell.fill = PatternFill("solid", fgColor="F1F3F5")
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        cell.border = Border(THIN, THIN, THIN, THIN)
        sheet.column_dimensions[cell.column_letter].width = width


def _styles() -> tuple[NamedStyle, NamedStyle]:
    """Named styles of texts and of days: formatting each cell alone takes ten times as long as writing it."""
    look = {
        "font": Font(name="Times New Roman", size=11),
        "alignment": Alignment(wrap_text=True, vertical="top"),
        "border": Border(THIN, THIN, THIN, THIN),
    }
    return NamedStyle(TEXT, **look), NamedStyle(DAY, number_format="dd/mm/yyyy", **look)


def _for_paper(sheet: Worksheet, last_row: int, columns: int) -> None:
    sheet.freeze_panes = sheet.cell(FIRST_ROW + 1, 3)
    sheet.auto_filter.ref = f"A{FIRST_ROW}:{sheet.cell(FIRST_ROW, columns).column_letter}{last_row}"
    sheet.print_title_rows = f"{FIRST_ROW}:{FIRST_ROW}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.oddFooter.right.text = "Trang &P/&N"
