"""Opens a workbook nobody vouches for: looked through first, then its one table of plain values is taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass, field
from datetime import date, datetime
from typing import Any, BinaryIO

from reports.bounded import read_bounded
from reports.workbook_guard import UnsafeWorkbook, check_workbook
from services.errors import Refused

LONGEST_CELL = 1_000  # letters; more is refused by whoever reads the table


@dataclass(frozen=True)
class Trouble:
    line: int
    column: int  # from 0
    value: str
    vi: str
    en: str


@dataclass
class ExcelCells:
    rows: list[tuple[int, list[str]]]
    trouble: list[Trouble] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def excel_cells(content: bytes, most_rows: int, most_columns: int) -> ExcelCells:
    """Raises Refused."""
    try:
        rows, trouble, notes = read_bounded("services.forms.excel:read_cells", content, most_rows, most_columns)
    except UnsafeWorkbook as error:
        raise Refused(str(error)) from error
    return ExcelCells([(number, values) for number, values in rows], [Trouble(*one) for one in trouble], notes)


def read_cells(stream: BinaryIO, most_rows: int, most_columns: int) -> tuple[Any, Any, Any]:
    """Rows, trouble and notes of the one table. Raises Refused, UnsafeWorkbook."""
    check_workbook(stream)
    import openpyxl

    try:
        # whole rather than read-only: only so merged cells are known
        book = openpyxl.load_workbook(stream, data_only=False, keep_links=False)
        cells = _taken(*_the_one(book), most_rows, most_columns)
    except Refused:
        raise
    except Exception as error:  # whatever a made-up workbook brings about inside the library
        raise Refused(f"Tệp Excel hỏng, không đọc được ({type(error).__name__}). / The workbook is broken.") from error
    return cells.rows, [astuple(one) for one in cells.trouble], cells.notes


def _the_one(book: Any) -> tuple[Any, list[str]]:
    """The only visible sheet with anything in it; hidden ones are named and not read."""
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    filled = [sheet for sheet in visible if sheet.max_row > 1 or sheet["A1"].value is not None]
    if not filled:
        raise Refused("Tệp Excel không có trang nào có chữ. / The workbook is empty.")
    if len(filled) > 1:
        named = ", ".join(sheet.title for sheet in filled[:5])
        raise Refused(f"Tệp Excel có nhiều trang ({named}): để lại một trang. / More than one sheet: leave one.")
    hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
    return filled[0], [f"Trang ẩn «{title}» không được đọc." for title in hidden]


def _taken(sheet: Any, notes: list[str], most_rows: int, most_columns: int) -> ExcelCells:
    if sheet.max_row > most_rows * 2:
        raise Refused(f"Quá {most_rows} dòng; hãy chia tệp. / More than {most_rows} rows.")
    cells = ExcelCells([], notes=notes)
    for number, row in enumerate(sheet.iter_rows(max_col=min(sheet.max_column, most_columns)), 1):
        values = [_text_of(cell) for cell in row]
        if any(values):
            cells.rows.append((number, values))
            cells.trouble += _formulas(number, row)
    if len(cells.rows) > most_rows + 1:
        raise Refused(f"Quá {most_rows} dòng; hãy chia tệp. / More than {most_rows} rows.")
    cells.trouble += _merged(sheet)
    return cells


def _text_of(cell: Any) -> str:
    value = cell.value
    if value is None or cell.data_type == "f":
        return "" if value is None else "?"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)[:LONGEST_CELL]


def _formulas(number: int, row: Any) -> Iterator[Trouble]:
    for place, cell in enumerate(row):
        if cell.data_type == "f":
            yield Trouble(
                number, place, str(cell.value)[:60], "là công thức; chép giá trị (Paste Values)", "is a formula"
            )
        elif cell.data_type == "e":
            yield Trouble(number, place, str(cell.value), "là lỗi của Excel; gõ lại", "is an error of Excel")


def _merged(sheet: Any) -> Iterator[Trouble]:
    for area in sheet.merged_cells.ranges:
        vi, en = "là ô gộp; bỏ gộp rồi điền từng dòng", "is a merged cell: unmerge it"
        yield Trouble(area.min_row, area.min_col - 1, str(area), vi, en)
