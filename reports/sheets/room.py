"""Makes room for more rows in a list of a workbook: what stands below the list moves down."""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import copy

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.formula.translate import Translator
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange
from openpyxl.worksheet.worksheet import Worksheet

_REFERENCE = re.compile(r"(:?)(\$?[A-Za-z]{1,3}\$?)(\d{1,7})")


class NotWritable(Exception):
    """The rows do not fit into the workbook without harm to what stands around them."""


def make_room(book: Workbook, sheet: Worksheet, body: range, columns: range, count: int) -> None:
    """`count` more rows below `body`, as its last one looks. Raises NotWritable."""
    last = body[-1]
    if _is_bound(book, sheet, last, columns):
        raise NotWritable
    sheet.insert_rows(last + 1, count)
    sheet.merged_cells.ranges = set(_areas(sheet.merged_cells.ranges, last, count))
    for cell in _formulas(sheet):
        cell.value = _lowered(cell.value, last, count, grows=cell.row not in body)
    for rule in sheet.data_validations.dataValidation:
        rule.sqref = MultiCellRange(_areas(rule.sqref.ranges, last, count))
    if sheet.print_area:
        sheet.print_area = _lowered(f"={sheet.print_area.rpartition('!')[2]}", last, count, grows=True)[1:]
    _heights(sheet, last, count)
    for row in range(last + 1, last + count + 1):
        _like_above(sheet, last, row, columns)


def _is_bound(book: Workbook, sheet: Worksheet, last: int, columns: range) -> bool:
    """Whether something would be left behind, cut in two or point to another cell."""
    formulas = [cell.value for one in book.worksheets for cell in _formulas(one)]
    names = [name.attr_text for one in (book, sheet) for name in one.defined_names.values()]
    drawn = [one.anchor._from.row >= last for one in (*sheet._images, *sheet._charts)]
    beside = (
        cell.value is not None and cell.column not in columns
        for row in sheet.iter_rows(min_row=last + 1)
        for cell in row
    )
    coloured = (area.max_row > last for one in sheet.conditional_formatting for area in one.sqref.ranges)
    return (
        any(not isinstance(formula, str) or sheet.title in formula for formula in formulas)
        or any(sheet.title in (name or "") for name in names)
        or any(area.min_row <= last <= area.max_row for area in sheet.merged_cells.ranges)
        or any(drawn)
        or any(beside)
        or any(coloured)
        or bool(sheet.tables or sheet._hyperlinks or "," in (sheet.print_area or ""))
    )


def _formulas(sheet: Worksheet) -> list[Cell]:
    return [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def _areas(areas: Iterable[CellRange], last: int, count: int) -> list[CellRange]:
    """Those below are moved down; those that reach the last row of the list grow with it."""
    moved = sorted(areas, key=lambda area: area.bounds)
    for area in moved:
        if area.min_row > last:
            area.shift(row_shift=count)
        elif area.max_row >= last:
            area.expand(down=count)
    return moved


def _lowered(formula: str, last: int, count: int, *, grows: bool) -> str:
    """`grows`: a range that ends with the list goes on to its new end."""

    def moved(match: re.Match[str]) -> str:
        row = int(match[3])
        moves = row > last or (grows and match[1] and row == last)
        return f"{match[1]}{match[2]}{row + count if moves else row}"

    tokens = Tokenizer(formula)
    for token in tokens.items:
        if token.type == Token.OPERAND and token.subtype == Token.RANGE and "!" not in token.value:
            token.value = _REFERENCE.sub(moved, token.value)
    return str(tokens.render())


def _heights(sheet: Worksheet, last: int, count: int) -> None:
    heights = {row: sheet.row_dimensions[row].height for row in list(sheet.row_dimensions) if row >= last}
    for row in heights.keys() - {last}:
        sheet.row_dimensions[row].height = None
    for row, height in heights.items():
        for target in range(last + 1, last + count + 1) if row == last else (row + count,):
            sheet.row_dimensions[target].height = height


def _like_above(sheet: Worksheet, last: int, row: int, columns: range) -> None:
    for column in columns:
        above, cell = sheet.cell(last, column), sheet.cell(row, column)
        cell._style = copy(above._style)
        if above.data_type == "f":
            cell.value = Translator(above.value, above.coordinate).translate_formula(cell.coordinate)
