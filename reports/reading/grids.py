"""Reads a file into grids, in the process that `reports.bounded` gives it, or right here where the file is our own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from itertools import chain, islice
from typing import Any, BinaryIO
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile, ZipFile

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetVisibleEnum,
)
from python_calamine import SheetTypeEnum as Kind

from reports.bounded import read_bounded
from reports.reading.csv_text import NotText, read_csv
from reports.reading.sheet_ods import BODY_PART, marks_of_ods
from reports.reading.sheet_xls import marks_of_xls
from reports.reading.sheet_xml import MOST_UNPACKED, SheetMarks, TooLarge, marks_in, parts_of
from reports.workbook_guard import UnsafeWorkbook
from rules.content.grid import Area, Cell, FileGrids, SheetGrid
from rules.text.legacy import OldTable, old_table, to_unicode

MOST_ROWS, MOST_COLUMNS, MOST_SHEETS, MOST_AREAS = 50_000, 256, 20, 20_000
MOST_CELLS = 4_000_000
LARGEST = 40 << 20  # bytes of a file
SAMPLE_CELLS = 1_500
BOOKS = frozenset({"xlsx", "xlsm", "xls", "xlsb", "ods"})
TEXTS = frozenset({"csv", "txt"})
TABLES = BOOKS | TEXTS
OLE = b"\xd0\xcf\x11\xe0"  # Excel 97–2003, and what is locked with a password
_PICTURES = ("xl/media/", "Pictures/")


def read_grids(content: bytes, kind: str) -> FileGrids:
    """Raises UnsafeWorkbook with words for people when it cannot be read, or only at too great a cost."""
    if len(content) > LARGEST:
        raise UnsafeWorkbook(
            f"Tệp bảng lớn hơn {LARGEST >> 20} MB, không đọc. / A table larger than {LARGEST >> 20} MB is not read."
        )
    told = read_bounded("reports.reading.grids:read_plain", content, kind)
    return FileGrids(tuple(_sheet(**one) for one in told["sheets"]), told["code_table"])


def _sheet(**told: Any) -> SheetGrid:
    return SheetGrid(
        **{**told, "hidden_rows": frozenset(told["hidden_rows"]), "merged": tuple(map(tuple, told["merged"]))}
    )


def read_plain(stream: BinaryIO, kind: str) -> dict[str, Any]:
    """Raises UnsafeWorkbook."""
    grids = grids_of(stream.read(), kind)
    sheets = [
        {
            "name": sheet.name,
            "rows": sheet.rows,
            "hidden": sheet.hidden,
            "hidden_rows": sorted(sheet.hidden_rows),
            "merged": sheet.merged,
            "picture": sheet.picture,
        }
        for sheet in grids.sheets
    ]
    return {"sheets": sheets, "code_table": grids.code_table}


def grids_of(content: bytes, kind: str) -> FileGrids:
    """Without bounds of time and memory of its own. Raises UnsafeWorkbook."""
    try:
        return _of_text(content) if kind in TEXTS else _of_book(content)
    except PasswordError as error:
        raise UnsafeWorkbook("Tệp có mật khẩu, không đọc được. / The file is locked with a password.") from error
    except TooLarge as error:
        raise UnsafeWorkbook("Tệp giải nén ra quá lớn, không đọc. / The file unpacks to too much.") from error
    except (CalamineError, BadZipFile, NotText, ExpatError, OSError, ValueError) as error:
        raise UnsafeWorkbook("Tệp bảng hỏng, không đọc được. / The table is broken.") from error


def _of_text(content: bytes) -> FileGrids:
    rows, table = read_csv(content, MOST_ROWS)
    return FileGrids((SheetGrid(None, _cut([row[:MOST_COLUMNS] for row in rows])),), table)


def _of_book(content: bytes) -> FileGrids:
    _need_modest_size(content)
    marks, pictured = _marks(content)
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    sheets = []
    for told in _worksheets(book):
        grid = _grid(book.get_sheet_by_name(told.name), marks.get(told.name, SheetMarks()))
        sheets.append(replace(grid, hidden=told.visible is not SheetVisibleEnum.Visible, picture=pictured))
    return _read_as_unicode(tuple(sheets))


def _need_modest_size(content: bytes) -> None:
    """As the file itself says; one that says less than is true ends at the limits of its process."""
    if content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as zipped:
            if sum(part.file_size for part in zipped.infolist()) > MOST_UNPACKED:
                raise TooLarge


def _worksheets(book: CalamineWorkbook) -> list[SheetMetadata]:
    return [told for told in book.sheets_metadata[:MOST_SHEETS] if told.typ is Kind.WorkSheet]


def _marks(content: bytes) -> tuple[Mapping[str, SheetMarks], bool]:
    if content.startswith(OLE):
        return marks_of_xls(content), False
    if not content.startswith(b"PK"):
        return {}, False
    with ZipFile(BytesIO(content)) as zipped:
        names = set(zipped.namelist())
        pictured = any(name.startswith(_PICTURES) for name in names)
        if BODY_PART in names:
            return marks_of_ods(zipped), pictured
        parts = {sheet: part for sheet, part in parts_of(zipped).items() if part in names and part.endswith(".xml")}
        marks = {sheet: marks_in(zipped, part) for sheet, part in parts.items()}
        return marks, pictured


def _grid(sheet: CalamineSheet, marks: SheetMarks) -> SheetGrid:
    if sheet.total_width > 16_384 or sheet.total_height * min(sheet.total_width, MOST_COLUMNS) > 40 * MOST_CELLS:
        raise TooLarge
    rows = sheet.to_python(skip_empty_area=False, nrows=MOST_ROWS)
    width = max(map(len, rows), default=0)
    if width > MOST_COLUMNS:
        rows = [row[:MOST_COLUMNS] for row in rows]
    if len(rows) * width > MOST_CELLS:
        raise TooLarge
    merged = _merged(sheet, len(rows), width)
    for (row, column), text in chain(marks.errors.items(), marks.unread.items()):
        _put(rows, row, column, text)
    _fill_down(rows, merged)
    return SheetGrid(sheet.name, _cut(rows), hidden_rows=frozenset(marks.hidden_rows), merged=merged)


def _merged(sheet: CalamineSheet, height: int, width: int) -> tuple[Area, ...]:
    """Clipped to the cells there are: an area may claim millions."""
    areas = ((top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ())
    inside = (
        (top, left, min(bottom, height - 1), min(right, width - 1))
        for top, left, bottom, right in areas
        if top < height and left < width
    )
    return tuple(islice(inside, MOST_AREAS))


def _put(rows: list[list[Any]], row: int, column: int, text: str) -> None:
    """Cells of errors may lie beyond those that calamine saw filled."""
    if row >= MOST_ROWS or column >= MOST_COLUMNS:
        return
    width = max(column + 1, len(rows[0]) if rows else 0)
    while len(rows) <= row:
        rows.append([""] * width)
    rows[row] += [""] * (column + 1 - len(rows[row]))
    rows[row][column] = text


def _fill_down(rows: list[list[Any]], merged: Sequence[tuple[int, int, int, int]]) -> None:
    """A cell merged over several rows counts for each; what is merged over columns is left to who knows the columns."""
    for top, left, bottom, _ in merged:
        if top < len(rows) and left < len(rows[top]) and rows[top][left] != "":
            for row in rows[top + 1 : bottom + 1]:
                if left < len(row):
                    row[left] = rows[top][left]


def _cut(rows: list[list[Any]]) -> list[list[Any]]:
    """Without empty rows at the end."""
    last = len(rows)
    while last and rows[last - 1].count("") == len(rows[last - 1]):
        last -= 1
    return rows[:last]


def _read_as_unicode(sheets: tuple[SheetGrid, ...]) -> FileGrids:
    cells = (cell for sheet in sheets for row in sheet.rows[:500] for cell in row if isinstance(cell, str) and cell)
    sample = dict.fromkeys(islice(cells, SAMPLE_CELLS))
    table = old_table(" ".join(sample)) if any(not cell.isascii() for cell in sample) else None
    if table is None:
        return FileGrids(sheets)
    return FileGrids(tuple(replace(sheet, rows=_converted(sheet.rows, table)) for sheet in sheets), table.value)


def _converted(rows: Sequence[Sequence[Cell]], table: OldTable) -> list[list[Cell]]:
    return [[to_unicode(cell, table) if isinstance(cell, str) else cell for cell in row] for row in rows]
