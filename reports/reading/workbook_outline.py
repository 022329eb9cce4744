"""Reads what stands where in a workbook that becomes a form; in a process of its own, as it comes from outside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from openpyxl import load_workbook
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils.cell import range_boundaries

from reports.bounded import read_bounded
from reports.reading.grids import read_grids
from reports.workbook_guard import UnsafeWorkbook, check_workbook
from rules.content.grid import FileGrids, SheetGrid
from rules.content.outline import SheetOutline
from rules.text.control_characters import without_controls_inside

MOST_ROWS, MOST_COLUMNS, MOST_SHEETS = 1_500, 80, 20  # looked at
WHOLE = frozenset({"xlsx", "xlsm"})
MOST_CHOICES = 500
LONGEST_CELL = 1_000
LARGEST = 20 << 20


def workbook_outline(content: bytes, kind: str = "xlsx") -> tuple[list[SheetOutline], list[str]]:
    """Of the sheets that are seen; and the names of the hidden ones. Raises UnsafeWorkbook.

    Of kinds other than those of `WHOLE`, no lists of choices are known, and only formulas without a stored result.
    """
    if len(content) > LARGEST:
        raise UnsafeWorkbook(f"Tệp lớn hơn {LARGEST >> 20} MB. / The file is larger than {LARGEST >> 20} MB.")
    if kind not in WHOLE:
        return _from_grids(read_grids(content, kind))
    sheets, hidden = without_controls_inside(read_bounded("reports.reading.workbook_outline:read_outline", content))
    return [_outline(sheet) for sheet in sheets], hidden


def _from_grids(grids: FileGrids) -> tuple[list[SheetOutline], list[str]]:
    seen = [sheet for sheet in grids.sheets if not sheet.hidden][:MOST_SHEETS]
    return [_from_grid(sheet) for sheet in seen], [sheet.name or "" for sheet in grids.sheets if sheet.hidden]


def _from_grid(sheet: SheetGrid) -> SheetOutline:
    covered = {
        (row, column)
        for top, left, last, right in sheet.merged
        for row in range(top, min(last, MOST_ROWS) + 1)
        for column in range(left, min(right, MOST_COLUMNS) + 1)
        if (row, column) != (top, left)
    }
    cells = {
        (row + 1, column + 1): without_controls_inside(value)
        for row, values in enumerate(sheet.rows[:MOST_ROWS])
        for column, value in enumerate(values[:MOST_COLUMNS])
        if value not in ("", None) and (row, column) not in covered
    }
    formulas = {place: value for place, value in cells.items() if isinstance(value, str) and value.startswith("=")}
    merged = tuple((top + 1, left + 1, last + 1, right + 1) for top, left, last, right in sheet.merged)
    return SheetOutline(sheet.name or "", {k: v for k, v in cells.items() if k not in formulas}, formulas, merged)


def _outline(sheet: dict[str, Any]) -> SheetOutline:
    return SheetOutline(
        sheet["title"],
        {(row, column): value for row, column, value in sheet["cells"]},
        {(row, column): value for row, column, value in sheet["formulas"]},
        tuple(map(tuple, sheet["merged"])),
        tuple((tuple(area), tuple(choices)) for area, choices in sheet["lists"]),
        frozenset(map(tuple, sheet["numbers"])),
        frozenset(map(tuple, sheet["days"])),
        {(row, column): value for row, column, value in sheet["comments"]},
    )


# --- in the process ---------------------------------------------------------------------------------------------------


def read_outline(stream: BinaryIO) -> tuple[list[dict[str, Any]], list[str]]:
    check_workbook(stream, macros=True)
    book = load_workbook(stream, keep_links=False)  # whole: only so merged cells and lists of choices are known
    seen = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"][:MOST_SHEETS]
    hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
    return [_read_sheet(book, sheet) for sheet in seen], hidden


def _read_sheet(book: Any, sheet: Any) -> dict[str, Any]:
    outline: dict[str, Any] = {
        "title": sheet.title,
        "cells": [],
        "formulas": [],
        "numbers": [],
        "days": [],
        "comments": [],
        "merged": [[area.min_row, area.min_col, area.max_row, area.max_col] for area in sheet.merged_cells.ranges],
        "lists": [],
    }
    rows = sheet.iter_rows(max_row=min(sheet.max_row, MOST_ROWS), max_col=min(sheet.max_column, MOST_COLUMNS))
    for cell in (cell for row in rows for cell in row):
        _read_cell(outline, cell)
    for rule in sheet.data_validations.dataValidation:
        _read_rule(book, sheet, outline, rule)
    return outline


def _read_cell(outline: dict[str, Any], cell: Any) -> None:
    place = [cell.row, cell.column]
    if cell.data_type == "f":
        outline["formulas"].append([*place, str(getattr(cell.value, "text", cell.value))[:LONGEST_CELL]])
    elif cell.value is not None:
        outline["cells"].append([*place, cell.value[:LONGEST_CELL] if isinstance(cell.value, str) else cell.value])
    if cell.comment is not None:
        outline["comments"].append([*place, str(cell.comment.text)[:LONGEST_CELL]])
    form = cell.number_format
    if form not in ("General", "@"):
        outline["days" if is_date_format(form) else "numbers"].append(place)


def _read_rule(book: Any, sheet: Any, outline: dict[str, Any], rule: Any) -> None:
    areas = [
        [area.min_row, area.min_col, min(area.max_row, MOST_ROWS), min(area.max_col, MOST_COLUMNS)]
        for area in rule.sqref.ranges
    ]
    if rule.type == "list":
        choices = _choices(book, sheet, str(rule.formula1 or ""))
        outline["lists"] += [[area, choices] for area in areas if choices]
    elif rule.type in ("whole", "decimal", "date"):
        kind = "days" if rule.type == "date" else "numbers"
        outline[kind] += [
            [row, column]
            for top, left, last, right in areas
            for row in range(top, last + 1)
            for column in range(left, right + 1)
        ]


def _choices(book: Any, sheet: Any, formula: str) -> list[str]:
    """Written out, or in cells: of this sheet, of another, also hidden one, or under a name."""
    if formula.startswith('"'):
        return [one for part in formula.strip('"').split(",") if (one := part.strip())][:MOST_CHOICES]
    named = sheet.defined_names.get(formula) or book.defined_names.get(formula)
    reference = (str(named.attr_text) if named is not None else formula).lstrip("=")
    name, _, area = reference.rpartition("!")
    source = next((one for one in book.worksheets if one.title == name.strip("'").replace("''", "'")), None)
    try:
        left, top, right, last = range_boundaries(area.replace("$", ""))
    except ValueError:
        return []  # a formula that would have to be worked out
    return list(_values(source if name else sheet, (top, left, last, right)))


def _values(sheet: Any, area: tuple[Any, Any, Any, Any]) -> Iterator[str]:
    top, left, last, right = area
    if sheet is None or None in area:
        return
    last = min(last, top + MOST_CHOICES - 1)
    for row in sheet.iter_rows(min_row=top, max_row=last, min_col=left, max_col=right, values_only=True):
        yield from (str(value).strip()[:LONGEST_CELL] for value in row if value is not None and str(value).strip())
