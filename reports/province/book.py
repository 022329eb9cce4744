"""The province's table as a workbook: formatted for print on A4, every row with its origin, no cell a formula."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import groupby
from typing import Any

from xlsxwriter import Workbook

from reports.province.values import places_text, shown, text_of, units_text
from reports.text_cell import LONGEST_CELL
from rules.content.consolidation import Conflict, ProvinceTable, TableRow, total_of
from rules.forms import SheetForm
from rules.text.control_characters import without_controls

Cell = str | int | float | date | None
HEAD = 4  # row of the titles, from 0
WIDEST = 185  # letters beside each other that can still be read on A4
LINE = 15.0  # height of a line of text
MOST_LINES = 27  # Excel knows no higher row
FONT = {"font_name": "Times New Roman", "font_size": 11, "valign": "top"}
BOX = {"border": 1, "border_color": "#B6BFC8"}
ORIGINS = (("Cơ quan gửi", 26), ("Nguồn", 30))
CONFLICTS = (
    ("Về việc", 34),
    ("Cột không thống nhất", 22),
    ("Giá trị", 34),
    ("Cơ quan ghi", 30),
    ("Nguồn", 30),
    ("Kết quả xử lý", 34),
)
UNITS = (
    ("Cơ quan, đơn vị", 40),
    ("Tình trạng", 26),
    ("Lần gửi", 9),
    ("Kết quả kiểm tra", 20),
    ("Dòng dùng được", 12),
    ("Phát hiện", 11),
)
UNSETTLED = "Chưa xử lý: cả hai dòng còn trong bảng"


@dataclass(frozen=True)
class BookSheet:
    """A plain list beside the table."""

    name: str
    title: str
    columns: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class ProvinceBook:
    form: SheetForm
    table: ProvinceTable
    lines: Sequence[str]  # below the title: the period, from whom, as of when
    unit_names: Mapping[str, str]  # by key
    units: Sequence[Sequence[Cell]] = ()  # as UNITS
    further: Sequence[BookSheet] = field(default_factory=tuple)


def province_book(about: ProvinceBook) -> bytes:
    whole = BytesIO()
    # rows go to the file as they are written: strings are never taken for formulas, numbers or addresses
    book = Workbook(whole, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})  # the same table is the same file
    looks = _looks(book)
    _table(book, looks, about)
    if about.units:
        conflicts = list(_conflicts(about))
        _list(book, looks, BookSheet("Mâu thuẫn", "NỘI DUNG CÁC CƠ QUAN GHI KHÁC NHAU", CONFLICTS, conflicts))
        _list(book, looks, BookSheet("Đơn vị", "CÁC CƠ QUAN, ĐƠN VỊ CÓ PHẦN TRONG BẢNG", UNITS, about.units))
    for sheet in about.further:
        _list(book, looks, sheet)
    book.close()
    return whole.getvalue()


def _looks(book: Workbook) -> Mapping[str, Any]:
    cell = {**FONT, **BOX, "text_wrap": True}
    looks = {
        "title": {**FONT, "font_size": 14, "bold": True},
        "line": {**FONT, "italic": True},
        "head": {**cell, "bold": True, "bg_color": "#EEF0F3", "align": "center", "valign": "vcenter"},
        "text": cell,
        "number": {**cell, "num_format": "#,##0.######"},
        "whole": {**cell, "num_format": "#,##0"},
        "count": {**cell, "num_format": "0", "align": "center"},
        "day": {**cell, "num_format": "dd/mm/yyyy", "align": "left"},
        "heading": {**FONT, **BOX, "bold": True, "bg_color": "#F7F1DE"},
        "disputed": {**cell, "bg_color": "#FBE3DF"},
        "total": {**FONT, **BOX, "bold": True, "num_format": "#,##0.######"},
    }
    return {name: book.add_format(look) for name, look in looks.items()}


def _table(book: Workbook, looks: Mapping[str, Any], about: ProvinceBook) -> None:
    form = about.form
    sheet = book.add_worksheet(_sheet_name(book, form.sheet))
    heads = [("STT", 6), *((column.title, column.width) for column in form.columns), *ORIGINS]
    widths = _begin(sheet, looks, form.title.upper(), about.lines, heads)
    place = HEAD
    for heading, members in groupby(about.table.rows, key=lambda row: row.group):
        rows = list(members)
        if heading:
            place += 1
            _write(sheet, looks, place, 0, heading, "heading")
            for blank in range(1, len(heads)):
                sheet.write_blank(place, blank, None, looks["heading"])
        for row in rows:
            place += 1
            _row(sheet, looks, place, about, row, widths)
        if heading and form.gathering.totals:
            place += 1
            _total(sheet, looks, place, form, rows, f"Cộng {heading}")
    if form.gathering.totals:
        place += 1
        _total(sheet, looks, place, form, about.table.rows, "Tổng cộng")
    _end(sheet, place, len(heads))


def _row(
    sheet: Any, looks: Mapping[str, Any], place: int, about: ProvinceBook, row: TableRow, widths: Sequence[float]
) -> None:
    text = "disputed" if row.disputed else "text"
    cells: list[Cell] = [row.number, *(shown(of, row.values.get(of.id)) for of in about.form.columns)]
    cells += [units_text(row.origins, about.unit_names), places_text(row.origins)]
    _line(sheet, looks, place, cells, widths, text)


def _total(
    sheet: Any, looks: Mapping[str, Any], place: int, form: SheetForm, rows: Sequence[TableRow], title: str
) -> None:
    _write(sheet, looks, place, 0, title, "total")
    for column, of in enumerate(form.columns, 1):
        if of.id in form.gathering.totals:
            sheet.write_number(place, column, total_of(rows, of.id), looks["total"])
        else:
            sheet.write_blank(place, column, None, looks["total"])


def _conflicts(about: ProvinceBook) -> Iterable[Sequence[Cell]]:
    titles = {column.id: column for column in about.form.columns}
    for conflict in about.table.conflicts:
        for variant in conflict.variants:
            values = [
                f"{titles[name].title}: {text_of(titles[name], variant.values.get(name)) or '(trống)'}"
                for name in conflict.columns
            ]
            yield (
                matter_of(about.form, conflict),
                "; ".join(titles[name].title for name in conflict.columns),
                "; ".join(values),
                units_text(variant.origins, about.unit_names),
                places_text(variant.origins),
                _outcome(conflict, variant.stamp),
            )


def matter_of(form: SheetForm, conflict: Conflict) -> str:
    """What the rows in conflict are about, as the first of them spells it."""
    columns = {column.id: column for column in form.columns}
    values = conflict.variants[0].values
    return " · ".join(filter(None, (text_of(columns[name], values.get(name)) for name in form.gathering.same)))


def _outcome(conflict: Conflict, stamp: str) -> str:
    choice = conflict.choice
    if choice is None:
        return UNSETTLED
    result = "giữ cả hai" if not choice.take else "lấy giá trị này" if choice.take == stamp else "không lấy"
    return f"{result} ({choice.by}: {choice.reason})"


def _list(book: Workbook, looks: Mapping[str, Any], about: BookSheet) -> None:
    sheet = book.add_worksheet(_sheet_name(book, about.name))
    heads = [("STT", 6), *about.columns]
    widths = _begin(sheet, looks, about.title, (), heads)
    for number, row in enumerate(about.rows, 1):
        _line(sheet, looks, HEAD + number, (number, *row), widths, "text")
    _end(sheet, HEAD + len(about.rows), len(heads))


def _begin(
    sheet: Any, looks: Mapping[str, Any], title: str, lines: Sequence[str], heads: Sequence[tuple[str, int]]
) -> list[float]:
    """Returns the widths of the columns."""
    scale = min(1.0, WIDEST / sum(width for _, width in heads))
    widths = [max(6.0, width * scale) for _, width in heads]
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    _write(sheet, looks, 0, 0, title, "title")
    for place, line in enumerate(lines[: HEAD - 1], 1):
        _write(sheet, looks, place, 0, line, "line")
    sheet.set_row(HEAD, _height([head for head, _ in heads], [0.8 * width for width in widths]))
    for place, (head, _) in enumerate(heads):
        _write(sheet, looks, HEAD, place, head, "head")
    return widths


def _line(
    sheet: Any, looks: Mapping[str, Any], place: int, cells: Sequence[Cell], widths: Sequence[float], look: str
) -> None:
    """The first cell numbers it."""
    sheet.set_row(place, _height(cells, widths))
    _write(sheet, looks, place, 0, cells[0], "count")
    for column, value in enumerate(cells[1:], 1):
        _write(sheet, looks, place, column, value, look)


def _height(cells: Sequence[Cell], widths: Sequence[float]) -> float:
    """Programs that do not fit rows to their text show all of it too."""
    lines = 1
    for value, width in zip(cells, widths, strict=True):
        if isinstance(value, str) and len(value) > width:
            lines = max(lines, int(len(value) / (1.15 * width)) + 1)
    return LINE * min(lines, MOST_LINES)


def _end(sheet: Any, last_row: int, columns: int) -> None:
    sheet.freeze_panes(HEAD + 1, 2)
    sheet.autofilter(HEAD, 0, max(last_row, HEAD + 1), columns - 1)
    sheet.repeat_rows(HEAD)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.set_footer("&RTrang &P/&N")


def _write(sheet: Any, looks: Mapping[str, Any], row: int, column: int, value: Cell, look: str) -> None:
    if value is None:
        sheet.write_blank(row, column, None, looks[look])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, looks["day"])
    elif isinstance(value, str):
        sheet.write_string(row, column, without_controls(value)[:LONGEST_CELL], looks[look])
    elif look == "text":
        sheet.write_number(
            row, column, value, looks["whole" if isinstance(value, int) or value.is_integer() else "number"]
        )
    else:
        sheet.write_number(row, column, value, looks[look])


def _sheet_name(book: Workbook, name: str) -> str:
    """As Excel takes it: at most 31 letters, without []:*?/\\, and no two alike."""
    plain = "".join(" " if letter in "[]:*?/\\" else letter for letter in name)[:31].strip(" '") or "Bảng"
    taken = {sheet.get_name().casefold() for sheet in book.worksheets()}
    return plain if plain.casefold() not in taken else f"{plain[:27]} ({len(taken) + 1})"
