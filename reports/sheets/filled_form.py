"""Writes what was filled in on a page into the very workbook that units fill in with Excel."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from reports.sheets.sheet_form import FONT, empty_form, first_row
from reports.text_cell import write_text
from rules.content.drafts import DraftRow, Rows
from rules.forms import Column, ColumnKind, FixedRow, SheetForm

_WHOLE = re.compile(r"-?(0|[1-9]\d{0,14})")
_GROUPED = re.compile(r"-?[1-9]\d{0,2}(\.\d{3})+")
_BROKEN = re.compile(r"-?(0|[1-9]\d{0,14}),\d{1,9}")
_MOMENT = re.compile(rb">\d{4}-\d\d-\d\dT[\d:]+Z<")
_NO_MOMENT = (1980, 1, 1, 0, 0, 0)


def filled_form(form: SheetForm, rows: Rows, unit: str, plan_number: str, period: str) -> bytes:
    """`rows`: those that count, in the order they are written. The same rows make the same file, byte by byte."""
    book = load_workbook(BytesIO(empty_form(form, unit, plan_number, period)))
    for number, sheet in enumerate(form.sheets):
        own = [row for row in rows if row.sheet == number]
        _fill(book[sheet.sheet], sheet, own)
    whole = BytesIO()
    book.save(whole)
    return without_moments(whole)


def _fill(sheet: Worksheet, form: SheetForm, rows: Sequence[DraftRow]) -> None:
    for number, row in enumerate(rows):
        printed = form.rows[number] if form.rows else FixedRow({})
        for place, column in enumerate(form.columns, 1):
            is_label = column.kind is ColumnKind.LABEL
            if (is_label and form.rows) or column.id in printed.not_asked:
                continue
            cell = sheet.cell(first_row(form) + number, place)
            fill_cell(cell, column, str(number + 1) if is_label else row[column.id])  # a running number
            cell.font, cell.alignment = Font(FONT, 12), Alignment(vertical="top", wrap_text=True)


def fill_cell(cell: Any, column: Column, text: str) -> None:
    value = as_number(text) if column.kind is ColumnKind.NUMBER else None
    if value is not None:
        cell.value = value
    elif text:
        write_text(cell, text)
    else:
        cell.value = None


def as_number(text: str) -> int | float | None:
    """Only what can be meant in one way; anything else stays the text it is."""
    plain = text.replace(" ", "")
    if _WHOLE.fullmatch(plain):
        return int(plain)
    if _GROUPED.fullmatch(plain):
        return int(plain.replace(".", ""))
    return float(plain.replace(",", ".")) if _BROKEN.fullmatch(plain) else None


def without_moments(content: BytesIO) -> bytes:
    """The same content is the same file: who sends twice has handed in once."""
    whole = BytesIO()
    with ZipFile(content) as parts, ZipFile(whole, "w", ZIP_DEFLATED) as copy:
        for name in sorted(parts.namelist()):
            part = parts.read(name)
            part = _MOMENT.sub(b">1980-01-01T00:00:00Z<", part) if name == "docProps/core.xml" else part
            copy.writestr(ZipInfo(name, _NO_MOMENT), part, ZIP_DEFLATED)
    return whole.getvalue()
