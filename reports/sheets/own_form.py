"""Writes what was filled in on a page into the very workbook that the office made its form from."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from math import ceil
from typing import Any
from zipfile import ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from reports.reading.grids import grids_of
from reports.reading.workbook_outline import WHOLE, workbook_outline
from reports.sheets.filled_form import fill_cell, without_moments
from reports.sheets.room import NotWritable, make_room
from rules.content.drafts import MOST_ROWS, DraftRow, Rows, as_grids
from rules.content.findings import FindingKind, Level, verdict_of
from rules.content.form_versions import FormVersion
from rules.content.grid import FileGrids
from rules.content.judge import Surroundings, judge
from rules.content.outline import SheetOutline
from rules.content.proposal import ProposedSheet
from rules.content.table_body import RowKind, find_body
from rules.content.table_head import find_head
from rules.forms import ColumnKind, FixedRow, Shape, SheetForm

LARGEST = 10 << 20  # bytes of its parts, as all of them are held in memory
MOST_POINTS = 409  # of the height of a row, as Excel allows
_OF_OTHER_SHEETS = (FindingKind.NOT_READ, FindingKind.HIDDEN_SHEET)


def filled_own_form(content: bytes, version: FormVersion, form: SheetForm, rows: Rows) -> bytes:
    """`content`: the empty one. Raises NotWritable where the file would not say the very same as the rows."""
    kind = version.file_kind
    if kind not in WHOLE or _unpacked(content) > LARGEST:
        raise NotWritable
    outlines = {one.title: one for one in workbook_outline(content, kind)[0]}
    book = load_workbook(BytesIO(content), keep_vba=kind == "xlsm")
    book.calculation.fullCalcOnLoad = True  # its sums have no results before
    used = [sheet for sheet in version.sheets if sheet.used]
    for number, proposed in enumerate(used):
        own = [row for row in rows if row.sheet == number]
        _write(book, proposed, outlines[proposed.form.sheet], own)
    whole = BytesIO()
    book.save(whole)
    written = without_moments(whole)
    if _content(form, grids_of(written, kind)) != _content(form, as_grids(form, rows)[0]):
        raise NotWritable
    return written


def _unpacked(content: bytes) -> int:
    with ZipFile(BytesIO(content)) as parts:
        return sum(part.file_size for part in parts.infolist())


def _content(form: SheetForm, grids: FileGrids) -> Any:
    """Verdict, rows and findings, wherever in the sheet they stand; other sheets of the workbook are not spoken of."""
    judged = judge(form, grids, Surroundings())
    said = [one for one in judged.findings if one.level is not Level.REMARK or one.kind not in _OF_OTHER_SHEETS]
    findings = sorted((one.kind, one.level, one.sheet or "", one.column, one.stands) for one in said)
    return verdict_of(said, len(judged.rows)), [(row.sheet, row.values) for row in judged.rows], findings


def _write(book: Workbook, proposed: ProposedSheet, outline: SheetOutline, rows: Sequence[DraftRow]) -> None:
    sheet, places = book[proposed.form.sheet], proposed.places
    if proposed.form.shape is Shape.FIXED_ROWS:
        for number, (line, row) in enumerate(zip(places.rows, rows, strict=True)):
            _fill(sheet, proposed, number, line, row)
        return
    body, columns = _body(sheet, proposed, outline)
    if (lacking := len(rows) - len(body)) > 0:
        make_room(book, sheet, body, columns, lacking)
    for number in range(max(len(rows), len(body))):
        _fill(sheet, proposed, number, body[0] + number, rows[number] if number < len(rows) else None)


def _body(sheet: Worksheet, proposed: ProposedSheet, outline: SheetOutline) -> tuple[range, range]:
    """The rows of a list that are there for data, empty or with examples; and the columns of the table."""
    places = proposed.places
    head = find_head(outline, places.head[0], places.head[-1])
    if head is None:
        raise NotWritable
    kinds = {row.row: row.kind for row in find_body(outline, head, shape=Shape.FREE_LIST).rows}
    first = places.first_row
    while kinds.get(first) is RowKind.TOTAL:
        first += 1

    lowest = max(first, min(sheet.max_row, first + MOST_ROWS))

    def is_for_data(row: int) -> bool:
        blank = row not in kinds and outline.is_blank(row, head.columns) and row <= lowest
        return kinds.get(row) is RowKind.DATA or (blank and _is_ruled(sheet, row) == _is_ruled(sheet, first))

    end = first
    while is_for_data(end):
        end += 1
    if end == first:
        raise NotWritable
    return range(first, end), head.columns


def _is_ruled(sheet: Worksheet, row: int) -> bool:
    return any(cell.border.bottom.style or cell.border.top.style for cell in sheet[row])


def _fill(sheet: Worksheet, proposed: ProposedSheet, number: int, line: int, row: DraftRow | None) -> None:
    """`row`: None: the line stays empty."""
    form = proposed.form
    printed = form.rows[number] if form.rows else FixedRow({})
    for column in form.columns:
        letter = proposed.places.letters.get(column.id)
        cell = sheet[f"{letter}{line}"] if letter else None
        text = row[column.id] if row else ""
        if column.kind is ColumnKind.LABEL:
            if cell is not None and row is not None and not form.rows:
                cell.value = number + 1
        elif column.id in printed.not_asked or (not text and (cell is None or _is_kept(cell, row))):
            continue
        elif cell is None or isinstance(cell, MergedCell):
            raise NotWritable
        else:
            fill_cell(cell, column, text)
            _make_high_enough(sheet, cell, text)


def _make_high_enough(sheet: Worksheet, cell: Cell, text: str) -> None:
    """For all lines of its text: not every program does it on opening the file."""
    sizes = sheet.column_dimensions.values()
    width = next((one.width for one in sizes if one.width and one.min <= cell.column <= one.max), 8.43)
    lines = sum(ceil(1.1 * len(line) / width) for line in text.split("\n")) if cell.alignment.wrap_text else 1
    if lines > 1:
        row = sheet.row_dimensions[cell.row]
        row.height = min(MOST_POINTS, max(row.height or 0, lines * 1.32 * (cell.font.size or 11)))


def _is_kept(cell: Any, row: DraftRow | None) -> bool:
    """What is covered by another cell, and what the form computes, but for rows without data: they would have a 0."""
    return isinstance(cell, MergedCell) or (row is not None and cell.data_type == "f")
