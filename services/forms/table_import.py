"""Reads a table somebody sends, CSV or Excel, and says of every cell that cannot be read where it is and what to do."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any
from unicodedata import normalize

from rules.text.cells import as_meant
from rules.text.legacy import is_syllable, old_table
from services.errors import Refused
from services.forms.excel import ExcelCells, excel_cells

LARGEST = 5 << 20
MOST_ROWS = 10_000
MOST_COLUMNS = 50
LONGEST_CELL = 500
LONGEST_LINE = 100_000
LOOKED_AT = 200_000  # bytes
EXCEL = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True)
class CellProblem:
    line: int
    column: str
    value: str
    vi: str
    en: str
    file: str = ""

    def __str__(self) -> str:
        place = f"{self.file}: " if self.file else ""
        sentence = f"dòng {self.line}, cột {self.column} «{self.value[:60]}»: {self.vi}"
        return f"{place}{sentence} / line {self.line}: {self.en}"


@dataclass(frozen=True)
class TableLine:
    number: int
    cells: Mapping[str, str]  # by the name of the column

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")


@dataclass(frozen=True)
class ImportedTable:
    file: str
    lines: tuple[TableLine, ...]
    problems: tuple[CellProblem, ...]
    notes: tuple[str, ...] = ()  # what was passed over, in Vietnamese


@dataclass(frozen=True)
class Columns:
    """What a table must have: Vietnamese names, their English, and which may be missing."""

    names: tuple[str, ...]
    english: Mapping[str, str]
    optional: frozenset[str] = frozenset()

    def name_of(self, written: str) -> str:
        name = "_".join(written.strip().lower().split())
        return self.english.get(name, name)


def read_sheet(content: bytes, columns: Columns, file: str = "") -> ImportedTable:
    """Raises Refused when the file as a whole is no such table."""
    if len(content) > LARGEST:
        raise Refused(f"Tệp lớn hơn {LARGEST >> 20} MB. / The file is larger than {LARGEST >> 20} MB.")
    if content.startswith(OLD_EXCEL):
        raise Refused(
            "Tệp .xls cũ hoặc có mật khẩu: mở bằng Excel, lưu thành .xlsx. / An old or locked file: save as .xlsx."
        )
    cells = excel_cells(content, MOST_ROWS, MOST_COLUMNS) if content.startswith(EXCEL) else _csv_cells(content)
    return _sheet(cells, columns, bare_name(file))


def read_whole(path: Path) -> bytes:
    """Not more than `read_sheet` takes: a file a hundred times as large is not even read."""
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def bare_name(file: str) -> str:
    """The name alone, whatever path a browser told."""
    return PurePosixPath(PureWindowsPath(file).name).name[:120]


# --- CSV --------------------------------------------------------------------------------------------------------------


def _csv_cells(content: bytes) -> ExcelCells:
    text = _decoded(content)
    if "\x00" in text:
        raise Refused("Tệp không phải CSV hay Excel. / The file is neither CSV nor Excel.")
    table = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        rows = list(_numbered(table))
    except csv.Error as error:
        raise Refused(f"Dòng {table.line_num}: không đọc được ({error}). / Line {table.line_num}.") from error
    return ExcelCells(rows)


def _numbered(table: Any) -> Iterator[tuple[int, list[str]]]:
    first = 1
    for cells in table:
        yield first, cells[:MOST_COLUMNS]
        if first > 1 and any(cells) and first > MOST_ROWS + 1:
            raise Refused(f"Quá {MOST_ROWS} dòng; hãy chia tệp. / More than {MOST_ROWS} rows.")
        first = table.line_num + 1


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):  # «Unicode Text» of Excel
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise Refused("Tệp UTF-16 bị cắt cụt; hãy lưu lại. / The UTF-16 file is cut off.") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Refused(
            f"Dòng {line}: không phải UTF-8, có vẻ là {_guessed(content)}. Trong Excel chọn «CSV UTF-8» hoặc lưu .xlsx "
            f"với phông Unicode. / Line {line} is not UTF-8 but looks like {_guessed(content)}."
        ) from None


def _guessed(content: bytes) -> str:
    if content[:400].count(b"\x00") > 20:
        return "UTF-16"
    table = old_table(content[:LOOKED_AT].decode("latin-1"))
    if table is not None:
        return table.value
    words = normalize("NFC", content[:LOOKED_AT].decode("cp1258", "replace")).split()
    odd = {word.strip(",.;:\"'()") for word in words if not word.isascii()}
    return "Windows-1258" if sum(map(is_syllable, odd)) * 2 > len(odd) else "Windows-1252"


def _need_unicode(lines: Sequence[TableLine]) -> None:
    """Letters of an old font are stored as other letters: a table of them would fill the register with nonsense."""
    table = old_table(" ".join(value for line in lines[:1_000] for value in line.cells.values()))
    if table is not None:
        raise Refused(
            f"Chữ trong tệp theo bảng mã {table.value}; chuyển sang Unicode (ví dụ bằng UniKey) rồi nhập lại. / "
            f"The letters are {table.value}: convert them to Unicode first."
        )


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0][:LONGEST_LINE]
    return max(",;\t", key=first.count)


# --- a table --------------------------------------------------------------------------------------------------------


def _sheet(content: ExcelCells, columns: Columns, file: str) -> ImportedTable:
    rows = iter(content.rows)
    head = next(((number, cells) for number, cells in rows if any(cell.strip() for cell in cells)), (1, []))
    names = [columns.name_of(cell) for cell in head[1]]
    _need_columns(names, columns)
    lines, problems = list[TableLine](), list[CellProblem]()
    for number, cells in rows:
        values = {name: cell for name, cell in zip(names, map(_tidy, cells), strict=False) if name in columns.names}
        if any(values.values()):
            lines.append(TableLine(number, values))
            problems += _unreadable(number, values, file)
    _need_unicode(lines)
    by_place = ((at, names[at.column] if at.column < len(names) else "?") for at in content.trouble)
    problems += [
        CellProblem(at.line, name, at.value, at.vi, at.en, file) for at, name in by_place if name in columns.names
    ]
    return ImportedTable(file, tuple(lines), tuple(sorted(problems, key=lambda one: one.line)), tuple(content.notes))


def _need_columns(names: Sequence[str], columns: Columns) -> None:
    needed = [name for name in columns.names if name not in columns.optional]
    missing = [name for name in needed if name not in names]
    twice = {name for name in names if name in columns.names and names.count(name) > 1}
    if missing:
        raise Refused(f"Thiếu cột: {', '.join(missing)}. / Missing columns. Cần: {', '.join(columns.names)}.")
    if twice:
        raise Refused(f"Cột viết hai lần: {', '.join(sorted(twice))}. / Columns written twice.")


def _tidy(cell: str) -> str:
    return as_meant(" ".join(INVISIBLE.sub("", normalize("NFC", cell)).split()))


def _unreadable(number: int, values: Mapping[str, str], file: str) -> Iterator[CellProblem]:
    for name, value in values.items():
        if len(value) > LONGEST_CELL:
            vi = f"dài quá {LONGEST_CELL} chữ; rút gọn"
            yield CellProblem(number, name, value, vi, f"longer than {LONGEST_CELL} letters", file)
        elif "\ufffd" in value:
            yield CellProblem(
                number, name, value, "có chữ bị hỏng (�); gõ lại ô này", "has broken letters; type it again", file
            )
