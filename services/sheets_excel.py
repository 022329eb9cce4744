"""Opens a workbook nobody vouches for: looked through as a zip first, then its one table of plain values is taken."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zipfile import BadZipFile, ZipFile
from zlib import error as BrokenStream

from services.errors import Refused

MOST_PARTS = 500
MOST_UNPACKED = 60 << 20
CHUNK = 1 << 20
MARKUP = (b"<!DOCTYPE", b"<!ENTITY")


@dataclass(frozen=True)
class Trouble:
    line: int
    column: int  # from 0
    value: str
    vi: str
    en: str


@dataclass
class Cells:
    rows: list[tuple[int, list[str]]]
    trouble: list[Trouble] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def excel_cells(content: bytes, most_rows: int, most_columns: int) -> Cells:
    """Raises Refused."""
    _look_through(content)
    import openpyxl  # only who brings a workbook pays for the import

    try:
        # whole rather than read-only: only so merged cells are known; the size was limited before
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=False, keep_links=False)
        sheet, notes = _the_one(book)
        return _taken(sheet, notes, most_rows, most_columns)
    except Refused:
        raise
    except Exception as error:  # whatever a made-up workbook brings about inside the library
        raise Refused(f"Tệp Excel hỏng, không đọc được ({type(error).__name__}). / The workbook is broken.") from error


def _look_through(content: bytes) -> None:
    try:
        with ZipFile(io.BytesIO(content)) as zipped:
            parts = zipped.infolist()
            if len(parts) > MOST_PARTS:
                raise Refused("Tệp Excel có quá nhiều phần bên trong. / The workbook has too many parts.")
            for part in parts:
                _need_plain_name(part.filename)
            _need_honest_size(zipped)
            if "xl/workbook.xml" not in zipped.namelist():
                raise Refused("Tệp nén này không phải Excel (.xlsx). / This zip is no workbook.")
    except (BadZipFile, BrokenStream, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise Refused("Tệp Excel hỏng, không mở được. / The workbook is broken.") from error


def _need_plain_name(name: str) -> None:
    if "\\" in name or name.startswith("/") or ".." in name.split("/"):
        raise Refused("Tệp Excel có đường dẫn lạ bên trong. / The workbook holds strange paths.")
    if "vbaproject" in name.lower():
        raise Refused("Tệp Excel có macro: lưu lại dạng .xlsx không macro. / The workbook has macros: save it without.")


def _need_honest_size(zipped: ZipFile) -> None:
    """Counted while unpacking: what a zip says of itself need not be so."""
    total = 0
    for part in zipped.infolist():
        with zipped.open(part) as stream:
            tail = b""
            while chunk := stream.read(CHUNK):
                total += len(chunk)
                if total > MOST_UNPACKED:
                    raise Refused(
                        f"Tệp Excel giải nén quá {MOST_UNPACKED >> 20} MB. / The workbook unpacks to too much."
                    )
                if any(mark in tail + chunk for mark in MARKUP):
                    raise Refused("Tệp Excel có khai báo XML lạ. / The workbook declares entities.")
                tail = chunk[-16:]


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


def _taken(sheet: Any, notes: list[str], most_rows: int, most_columns: int) -> Cells:
    if sheet.max_row > most_rows * 2:
        raise Refused(f"Quá {most_rows} dòng; hãy chia tệp. / More than {most_rows} rows.")
    cells = Cells([], notes=notes)
    for number, row in enumerate(sheet.iter_rows(max_col=min(sheet.max_column, most_columns)), 1):
        values = [_said(cell) for cell in row]
        if any(values):
            cells.rows.append((number, values))
            cells.trouble += _formulas(number, row)
    if len(cells.rows) > most_rows + 1:
        raise Refused(f"Quá {most_rows} dòng; hãy chia tệp. / More than {most_rows} rows.")
    cells.trouble += _merged(sheet)
    return cells


def _said(cell: Any) -> str:
    value = cell.value
    if value is None or cell.data_type == "f":
        return "" if value is None else "?"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


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
