"""The fields of a table that is filled in on a page: how they are named, and the rows that come back in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import normalize

from starlette.datastructures import FormData

from rules.content.drafts import DraftRow, Rows, confirm_all, input_columns, move_row, remove_row, with_empty_row
from rules.forms import Column, FixedRow, Shape, SheetForm
from rules.text.control_characters import without_controls

ROW, CELL, SOURCE, CONFIRMED, ORDER, NUMBER = "dong", "o", "nguon", "giu", "viec", "so"
LONGEST_SOURCE = 100


@dataclass(frozen=True)
class RowFields:
    """A row as the page shows it. `key` is in the names of its fields: its sheet, and a number of its own."""

    place: int  # in the draft
    key: str
    row: DraftRow
    printed: FixedRow | None


@dataclass(frozen=True)
class SheetFields:
    number: int
    form: SheetForm
    columns: tuple[Column, ...]
    rows: tuple[RowFields, ...]

    @property
    def grows(self) -> bool:
        return self.form.shape is Shape.FREE_LIST


def sheets_of(form: SheetForm, rows: Rows) -> list[SheetFields]:
    return [
        SheetFields(number, sheet, input_columns(sheet), tuple(_fields(number, sheet, rows)))
        for number, sheet in enumerate(form.sheets)
    ]


def _fields(number: int, sheet: SheetForm, rows: Rows) -> Iterator[RowFields]:
    own = [(place, row) for place, row in enumerate(rows) if row.sheet == number]
    for at, (place, row) in enumerate(own):
        printed = sheet.rows[at] if sheet.shape is Shape.FIXED_ROWS and at < len(sheet.rows) else None
        yield RowFields(place, f"{number}.{place}", row, printed)


def rows_from(form: SheetForm, fields: FormData) -> Rows:
    """In the order they stand on the page; sheets and columns that the form does not have are passed over."""
    return tuple(row for key in fields.getlist(ROW) if isinstance(key, str) for row in _row(form, fields, key))


def _row(form: SheetForm, fields: FormData, key: str) -> Iterator[DraftRow]:
    sheet = key.partition(".")[0]
    if not (sheet.isascii() and sheet.isdigit()) or int(sheet[:4]) >= len(form.sheets):
        return
    number = int(sheet[:4])
    cells = {
        column.id: text
        for place, column in enumerate(input_columns(form.sheets[number]))
        if (text := _text(fields, f"{CELL}.{key}.{place}"))
    }
    source = "" if fields.get(f"{CONFIRMED}.{key}") else _text(fields, f"{SOURCE}.{key}")[:LONGEST_SOURCE]
    yield DraftRow(cells, number, source)


def _text(fields: FormData, name: str) -> str:
    """Lines within a cell stay, blanks around it go."""
    given = fields.get(name, "")
    if not isinstance(given, str):
        return ""
    return "\n".join(line.rstrip() for line in normalize("NFC", without_controls(given)).splitlines()).strip()


def after_order(form: SheetForm, rows: Rows, order: str, unit: str) -> Rows:
    """What a button of the page does to the rows: `giu-het`, or one of the others with a sheet or a place."""
    name, _, given = order.partition(".")
    at = int(given) if given.isascii() and given.isdigit() and len(given) < 6 else -1
    if name == "giu-het":
        return confirm_all(rows)
    if name == "them" and 0 <= at < len(form.sheets):
        return with_empty_row(form, rows, at, unit)
    if name == "bo":
        return remove_row(form, rows, at)
    if name in ("len", "xuong"):
        return move_row(form, rows, at, -1 if name == "len" else 1)
    return rows
