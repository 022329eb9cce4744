"""A copy of a workbook that was handed in, with what is wrong at each cell: a colour, a comment, and a first sheet that
lists everything. Nothing that stands in it is changed."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from io import BytesIO
from typing import Any, BinaryIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, is_zipfile

from openpyxl import Workbook
from openpyxl.cell.cell import ERROR_CODES, MergedCell
from openpyxl.comments import Comment
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from reports.bounded import read_bounded
from reports.text_cell import write_text
from reports.workbook_guard import UnsafeWorkbook, check_workbook
from rules.text.control_characters import without_controls

LIST = "Nhận xét"
AUTHOR = "Kỳ Hạn: nhận xét"  # of our comments: those of an earlier copy are taken out again
FONT = "Times New Roman"
MOST_NOTES = 2_000  # listed and marked; the list says how many more there are
MOST_ROWS, MOST_COLUMNS = 100_000, 256  # of a file that is no workbook of Excel's present form
LONGEST_NOTE = 900  # letters of a comment
COLOURS: Mapping[str, str] = {"remark": "FFF2CC", "row": "F8CBAD", "table": "FFD966", "file": "FF9B9B"}
_WIDTHS = (5, 18, 8, 7, 24, 18, 24, 24, 46)
_LINK = 3  # the column of the list that leads to the cell


@dataclass(frozen=True)
class CellNote:
    """What is wrong at one place, in the reader's words."""

    sheet: str | None
    row: int | None
    place: int | None  # of the column, from 1
    column: str
    level: str
    level_word: str
    stands: str
    expected: str
    how: str


@dataclass(frozen=True)
class ListWords:
    title: str
    heads: tuple[str, ...]
    more: str  # of notes that are not listed; {} is how many
    only_list: str  # why no cell is marked
    no_pictures: str


WORDS: Mapping[str, ListWords] = {
    "vi": ListWords(
        "Nhận xét về bảng đã nộp",
        ("STT", "Trang", "Ô", "Dòng", "Cột", "Mức", "Đang ghi", "Cần ghi", "Cách sửa"),
        "Còn {} nhận xét khác không liệt kê ở đây; sửa những chỗ này trước.",
        "Tệp quá lớn hoặc không mở được nên không tô màu được từng ô; các nhận xét ở dưới.",
        "Hình trong tệp gốc không có trong bản sao này; số liệu và định dạng giữ nguyên.",
    ),
    "en": ListWords(
        "Remarks on the table handed in",
        ("No.", "Sheet", "Cell", "Row", "Column", "Level", "Stands", "Expected", "How to mend it"),
        "{} more remarks are not listed here; mend these first.",
        "The file is too large or cannot be opened, so that no cell is marked; the remarks are below.",
        "Pictures of the file are not in this copy; its values and formats are.",
    ),
}
Sheets = Mapping[str, Sequence[Sequence[object]]]


def marked_copy(
    content: bytes, notes: Sequence[CellNote], verdict: str, language: str, sheets: Sheets | None = None
) -> bytes:
    """`sheets`: what was read of a file that is no workbook. The list alone where it is too large to be copied."""
    given = [[astuple(note) for note in notes[:MOST_NOTES]], len(notes), verdict, language]
    try:
        return b64decode(read_bounded("reports.sheets.marked_sheet:write_marked", content, *given, sheets))
    except UnsafeWorkbook:
        return b64decode(read_bounded("reports.sheets.marked_sheet:write_marked", b"", *given, {}))


# --- in the bounded process -----------------------------------------------------------------------------------------


def write_marked(
    stream: BinaryIO, notes: list[list[Any]], count: int, verdict: str, language: str, sheets: Sheets | None
) -> str:
    book, results = _book_of(stream) if sheets is None else (_book_from(sheets), {})
    _take_out_earlier(book)
    given = [CellNote(*note) for note in notes]
    for note in given:
        _mark(book, note)
    words = WORDS[language]
    above = [verdict, *([] if book.worksheets else [words.only_list])]
    if _has_pictures(stream):
        above.append(words.no_pictures)
    if count > len(given):
        above.append(words.more.format(count - len(given)))
    _list(book, given, words, above)
    _keep_digits(book)
    whole = BytesIO()
    book.save(whole)
    return b64encode(_with_results(whole, book, results)).decode()


class _Untouched(ExcelReader):  # type: ignore[misc]
    """Days stay the numbers they are: a number that is no day would become an error otherwise."""

    def read_worksheets(self) -> None:
        self.wb._date_formats, self.wb._timedelta_formats = set(), set()
        super().read_worksheets()


def _has_pictures(stream: BinaryIO) -> bool:
    """The library leaves them out."""
    return is_zipfile(stream) and any("media/" in name or "Pictures/" in name for name in ZipFile(stream).namelist())


Results = Mapping[str, Mapping[str, Any]]  # of formulas, by sheet and cell


def _book_of(stream: BinaryIO) -> tuple[Workbook, Results]:
    if not is_zipfile(stream) or "xl/workbook.xml" not in ZipFile(stream).namelist():
        stream.seek(0)
        return _book_from(_read_other(stream)), {}
    check_workbook(stream, macros=True)
    book = _opened(stream)
    formulas = {
        sheet.title: [cell.coordinate for cell in sheet._cells.values() if cell.data_type == "f"]
        for sheet in book.worksheets
    }
    if not any(formulas.values()):
        return book, {}
    shown = _opened(stream, results=True)
    return book, {name: {cell: shown[name][cell].value for cell in cells} for name, cells in formulas.items()}


def _opened(stream: BinaryIO, *, results: bool = False) -> Workbook:
    stream.seek(0)
    reader = _Untouched(stream, False, False, results, True, not results)
    reader.read()
    book: Workbook = reader.wb
    return book


def _read_other(stream: BinaryIO) -> Sheets:
    """Of an old or another office's workbook, from its first cell on."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(stream)
    return {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=MOST_ROWS)
        for name in book.sheet_names
    }


def _book_from(sheets: Sheets) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(_sheet_name(name))
        for number, row in enumerate(rows[:MOST_ROWS], 1):
            for place, value in enumerate(row[:MOST_COLUMNS], 1):
                _write(sheet, number, place, value)
    return book


def _sheet_name(name: str) -> str:
    return "".join("_" if letter in "\\/*?:[]" else letter for letter in name)[:31] or "Bảng"


def _write(sheet: Worksheet, row: int, place: int, value: object) -> None:
    if isinstance(value, str):
        if value:
            write_text(sheet.cell(row, place), value)
    elif isinstance(value, bool | int | float | datetime | date | time | timedelta):
        sheet.cell(row, place, value)


def _take_out_earlier(book: Workbook) -> None:
    """The marks of a copy that was mended and sent again: what they say is no longer true."""
    titles = {words.title for words in WORDS.values()}
    for sheet in book.worksheets:
        if sheet.title.startswith(LIST) and sheet["A1"].value in titles:
            book.remove(sheet)
        for cell in [cell for cell in sheet._cells.values() if cell.comment and cell.comment.author == AUTHOR]:
            cell.comment = None
            if cell.fill.fgColor.rgb in {f"00{colour}" for colour in COLOURS.values()}:
                cell.fill = PatternFill()


def _keep_digits(book: Workbook) -> None:
    """The library would write sixteen digits of a number; some need seventeen."""
    for sheet in book.worksheets:
        for cell in sheet._cells.values():
            if isinstance(cell.value, float):
                cell._value = repr(cell.value)


def _mark(book: Workbook, note: CellNote) -> None:
    sheet = _sheet_of(book, note)
    if sheet is None or note.row is None:
        return
    cell = _written(sheet, sheet.cell(note.row, note.place or _first_filled(sheet, note.row)))
    cell.fill = PatternFill("solid", fgColor=COLOURS[note.level])
    lines = [f"{note.level_word}: {note.how}", *([f"→ {note.expected}"] if note.expected else [])]
    text = without_controls("\n".join(lines))[:LONGEST_NOTE]
    before = cell.comment  # of the unit itself, or of another finding here
    whole = f"{before.text}\n\n{text}"[: 3 * LONGEST_NOTE] if before else text
    cell.comment = Comment(whole, before.author if before else AUTHOR, width=360, height=240 if before else 140)


def _first_filled(sheet: Worksheet, row: int) -> int:
    filled = (place for place in range(1, MOST_COLUMNS) if (at := sheet._cells.get((row, place))) and at.value)
    return next(filled, 1)


def _sheet_of(book: Workbook, note: CellNote) -> Worksheet | None:
    """A file without sheets became a workbook of one."""
    if note.sheet is None:
        return book.worksheets[0] if book.worksheets else None
    name = _sheet_name(note.sheet)
    return next((sheet for sheet in book.worksheets if sheet.title in (note.sheet, name)), None)


def _written(sheet: Worksheet, cell: Any) -> Any:
    """Of a merged area only the first cell can hold a comment."""
    if not isinstance(cell, MergedCell):
        return cell
    area = next(area for area in sheet.merged_cells.ranges if cell.coordinate in area)
    return sheet.cell(area.min_row, area.min_col)


_FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)>(<f[^>]*>[^<]*</f>)<v(?: ?/|></v)></c>')


def _with_results(content: BytesIO, book: Workbook, results: Results) -> bytes:
    """The library writes formulas without what they came to; a program that does not reckon would show nothing."""
    if not any(results.values()):
        return content.getvalue()
    whole = BytesIO()
    paths = {sheet.path.lstrip("/"): results.get(sheet.title, {}) for sheet in book.worksheets}
    with ZipFile(content) as parts, ZipFile(whole, "w", ZIP_DEFLATED) as copy:
        for name in parts.namelist():
            part, own = parts.read(name), paths.get(name)
            copy.writestr(name, _FORMULA.sub(partial(_with_result, own), part) if own else part)
    return whole.getvalue()


def _with_result(results: Mapping[str, Any], cell: re.Match[bytes]) -> bytes:
    value = results.get(cell[1].decode())
    if value is None:
        return cell[0]
    kind = "b" if isinstance(value, bool) else "str" if isinstance(value, str) else "n"
    if kind == "str" and value in ERROR_CODES:
        kind = "e"
    text = str(int(value)) if kind == "b" else repr(value) if kind == "n" else escape(str(value))
    return b'<c r="%s"%s t="%s">%s<v>%s</v></c>' % (cell[1], cell[2], kind.encode(), cell[3], text.encode())


# --- the list -------------------------------------------------------------------------------------------------------


def _list(book: Workbook, notes: Sequence[CellNote], words: ListWords, above: Sequence[str]) -> None:
    targets = [_sheet_of(book, note) for note in notes]
    sheet = book.create_sheet(_free_name(book), 0)
    for number, text in enumerate((words.title, *above), 1):
        write_text(sheet.cell(number, 1), text).font = Font(FONT, 14 if number == 1 else 12, bold=number == 1)
    head = len(above) + 3
    _line(sheet, head, words.heads)
    for cell in sheet[head]:
        cell.font, cell.fill = Font(FONT, 12, bold=True), PatternFill("solid", fgColor="EEF0F3")
    for number, (note, target) in enumerate(zip(notes, targets, strict=True), 1):
        _entry(sheet, head + number, number, note, target)
    for place, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = f"A{head + 1}"
    sheet.page_setup.paperSize, sheet.page_setup.orientation = sheet.PAPERSIZE_A4, "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    _show_first(book)


def _free_name(book: Workbook) -> str:
    names = {LIST, *(f"{LIST} ({number})" for number in range(2, len(book.sheetnames) + 3))}
    return min(names - set(book.sheetnames), key=lambda name: (len(name), name))


def _entry(sheet: Worksheet, row: int, number: int, note: CellNote, target: Worksheet | None) -> None:
    cell = f"{get_column_letter(note.place)}{note.row}" if note.place and note.row else ""
    where = (note.sheet or "", cell, str(note.row or ""), note.column)
    _line(sheet, row, (str(number), *where, note.level_word, note.stands, note.expected, note.how))
    sheet.cell(row, 6).fill = PatternFill("solid", fgColor=COLOURS[note.level])
    if target is not None and note.row:
        place = cell or f"A{note.row}"
        link = sheet.cell(row, _LINK)
        if not cell:
            write_text(link, place)
        link.hyperlink = Hyperlink(ref=link.coordinate, location=f"{quote_sheetname(target.title)}!{place}")
        link.font = Font(FONT, 12, underline="single", color="0563C1")


def _line(sheet: Worksheet, row: int, texts: Sequence[str]) -> None:
    lines = max(1 + len(text) // width for text, width in zip(texts, _WIDTHS, strict=True))
    sheet.row_dimensions[row].height = min(16 * lines + 2, 400)
    for place, text in enumerate(texts, 1):
        cell = write_text(sheet.cell(row, place), text)
        cell.font, cell.alignment = Font(FONT, 12), Alignment(vertical="top", wrap_text=True)


def _show_first(book: Workbook) -> None:
    book.active = 0
    for number, sheet in enumerate(book.worksheets):
        for view in sheet.views.sheetView:
            view.tabSelected = number == 0
