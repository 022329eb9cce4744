"""Writes the table a unit is to fill in as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from reports.text_cell import write_text
from rules.content.drafts import head_lines
from rules.forms import OWN_LISTS, Column, ColumnKind, FixedRow, SheetForm

FONT = "Times New Roman"
EMPTY_ROWS = 200
HEAD_ROW = 5  # the first line of the head
_LINE = Side(style="thin", color="999999")
_BOX = Border(_LINE, _LINE, _LINE, _LINE)


def empty_form(form: SheetForm, unit: str, plan_number: str, period: str) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for part in form.sheets:
        _part(book, part, unit, plan_number, period)
    whole = BytesIO()
    book.save(whole)
    return whole.getvalue()


def _part(book: Workbook, form: SheetForm, unit: str, plan_number: str, period: str) -> None:
    sheet = book.create_sheet(form.sheet, len(book.worksheets) - (OWN_LISTS in book.sheetnames))
    _title(sheet, form, unit, plan_number, period)
    top = first_row(form)
    for place, column in enumerate(form.columns, 1):
        _head(sheet, place, column, [line[place - 1] for line in head_lines(form)])
        _column(sheet, book, place, column, unit, top)
        _printed(sheet, place, column, form.rows, top)
    sheet.freeze_panes = f"A{top}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{HEAD_ROW}:{top - 1}"


def first_row(form: SheetForm) -> int:
    """The first one below the head."""
    return HEAD_ROW + len(head_lines(form))


def _printed(sheet: Worksheet, place: int, column: Column, rows: Sequence[FixedRow], top: int) -> None:
    for number, row in enumerate(rows, top):
        cell = sheet.cell(number, place)
        if text := "x" if column.id in row.not_asked else row.labels.get(column.id, ""):
            write_text(cell, text)
        cell.border, cell.font = _BOX, Font(FONT, 12, bold=row.group)
        cell.alignment = Alignment(vertical="top", wrap_text=True)


def _title(sheet: Worksheet, form: SheetForm, unit: str, plan_number: str, period: str) -> None:
    last = get_column_letter(len(form.columns))
    lines = (
        (form.title.upper(), Font(FONT, 14, bold=True)),
        (f"Kỳ: {period} · Kế hoạch số {plan_number}", Font(FONT, 12)),
        (f"Đơn vị: {unit}", Font(FONT, 12, bold=True)),
        (f"{form.note} Cột có dấu * phải ghi ở mọi dòng; không đổi tên cột.", Font(FONT, 11, italic=True)),
    )
    for number, (text, font) in enumerate(lines, 1):
        sheet.merge_cells(f"A{number}:{last}{number}")
        cell = write_text(sheet.cell(number, 1), text)
        cell.font = font
        cell.alignment = Alignment(horizontal="center" if number <= 2 else "left", vertical="center", wrap_text=True)
    sheet.row_dimensions[1].height = 24
    sheet.row_dimensions[4].height = 34


def _head(sheet: Worksheet, place: int, column: Column, lines: Sequence[str]) -> None:
    last = HEAD_ROW + len(lines) - 1
    for row, text in enumerate(lines, HEAD_ROW):
        head = write_text(sheet.cell(row, place), text + (" *" if column.required and row == last else ""))
        head.font = Font(FONT, 12, bold=True)
        head.fill = PatternFill("solid", fgColor="F3E3B3" if column.required else "EEF0F3")
        head.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        head.border = _BOX
    if column.note:
        sheet.cell(last, place).comment = Comment(column.note, "Kỳ Hạn", width=260, height=90)
    sheet.row_dimensions[last].height = 48


def _column(sheet: Worksheet, book: Workbook, place: int, column: Column, unit: str, top: int) -> None:
    letter = get_column_letter(place)
    sheet.column_dimensions[letter].width = column.width
    for row in range(top, top + 15):
        cell = sheet.cell(row, place)
        cell.border, cell.font = _BOX, Font(FONT, 12)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        cell.number_format = "#,##0" if column.kind is ColumnKind.NUMBER else "@"
    if column.fill == "unit":
        write_text(sheet.cell(top, place), unit)
    if rule := _rule(book, column):
        rule.add(f"{letter}{top}:{letter}{top + EMPTY_ROWS - 1}")
        sheet.add_data_validation(rule)


def _rule(book: Workbook, column: Column) -> DataValidation | None:
    """Excel warns of a wrong value but accepts it."""
    if column.kind is ColumnKind.CHOICE:
        lists = book[OWN_LISTS] if OWN_LISTS in book.sheetnames else book.create_sheet(OWN_LISTS)
        lists.sheet_state = "hidden"
        own = get_column_letter(lists.max_column + (lists["A1"].value is not None))
        for number, choice in enumerate(column.choices, 1):
            write_text(lists[f"{own}{number}"], choice)
        rule = DataValidation("list", f"'{OWN_LISTS}'!${own}$1:${own}${len(column.choices)}", allow_blank=True)
    elif column.kind is ColumnKind.NUMBER:
        rule = DataValidation("decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True)
    else:
        return None
    rule.errorStyle, rule.errorTitle, rule.error = "warning", column.title, column.note or "Giá trị ngoài mẫu."
    rule.promptTitle, rule.prompt = column.title[:32], column.note or "Chọn trong danh sách."
    rule.showErrorMessage = rule.showInputMessage = True
    return rule
