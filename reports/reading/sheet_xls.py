"""What calamine does not show of a sheet of Excel 97–2003: errors and hidden rows, from the records of [MS-XLS]."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from struct import unpack_from

from olefile import OleFileIO

from reports.reading.sheet_xml import MOST_MARKS, SheetMarks

STREAM = "Workbook"  # of Excel 97 and later
ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_BOF, _EOF, _SHEET, _ROW, _ERROR, _FORMULA = 0x809, 0x0A, 0x85, 0x208, 0x205, 0x06
_HIDDEN = 0x20


def marks_of_xls(content: bytes) -> dict[str, SheetMarks]:
    """By the name of each sheet. Raises OSError, ValueError where the file is broken."""
    with OleFileIO(BytesIO(content)) as ole:
        if not ole.exists(STREAM):
            return {}
        records = ole.openstream(STREAM).read()
    return {name: _marks(records, start) for name, start in _sheets(records)}


def _records(data: bytes, start: int = 0) -> Iterator[tuple[int, bytes]]:
    """Of one part of the book: up to its own end, without the charts inside it."""
    depth, place = 0, start
    while place + 4 <= len(data):
        kind, length = unpack_from("<HH", data, place)
        body = data[place + 4 : place + 4 + length]
        place += 4 + length
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, body


def _sheets(data: bytes) -> Iterator[tuple[str, int]]:
    for kind, body in _records(data):
        if kind == _SHEET and len(body) >= 8:
            start, letters, wide = unpack_from("<I2xBB", body)
            name = body[8 : 8 + letters * (1 + (wide & 1))]
            yield name.decode("utf-16-le" if wide & 1 else "latin-1", "replace"), start


def _marks(data: bytes, start: int) -> SheetMarks:
    marks = SheetMarks()
    for kind, body in _records(data, start):
        if kind == _ROW and len(body) >= 14:
            row, flags = unpack_from("<H10xH", body)
            if flags & _HIDDEN and len(marks.hidden_rows) < MOST_MARKS:
                marks.hidden_rows.append(row + 1)
        elif kind in (_ERROR, _FORMULA) and len(marks.errors) < MOST_MARKS and (code := _error(kind, body)) in ERRORS:
            row, column = unpack_from("<HH", body)
            marks.errors[row, column] = ERRORS[code]
    return marks


def _error(kind: int, body: bytes) -> int:
    """The code of the error that a cell holds or a formula came to; −1: none."""
    if kind == _ERROR and len(body) >= 8 and body[7]:
        return body[6]
    if kind == _FORMULA and len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2:
        return body[8]
    return -1
