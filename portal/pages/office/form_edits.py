"""What a coordinator corrected in a proposed form, from the fields of the page; and how the page shows it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from unicodedata import normalize

from starlette.datastructures import FormData

from rules.content.proposal import ProposedSheet, SheetPlaces
from rules.forms import Column, ColumnKind, FixedRow, Shape
from rules.text.control_characters import without_controls

MOST_CHOICES = 500
LONGEST = 500
_GROUP = re.compile(r"\s*[;\n]\s*")


@dataclass(frozen=True)
class Typed:
    """The fields of one column or row, by their names without its number."""

    form: FormData
    prefix: str

    def text(self, name: str, longest: int = LONGEST) -> str:
        given = self.form.get(f"{self.prefix}{name}", "")
        text = without_controls(given) if isinstance(given, str) else ""
        return normalize("NFC", " ".join(text.split()))[:longest]

    def lines(self, name: str) -> tuple[str, ...]:
        given = self.form.get(f"{self.prefix}{name}", "")
        lines = given.splitlines()[:MOST_CHOICES] if isinstance(given, str) else []
        tidy = (normalize("NFC", " ".join(without_controls(line).split()))[:LONGEST] for line in lines)
        return tuple(dict.fromkeys(filter(None, tidy)))

    def ticked(self, name: str) -> bool:
        return f"{self.prefix}{name}" in self.form

    def number(self, name: str) -> float | None:
        try:
            return float(self.text(name, 40).replace(",", "."))
        except ValueError:
            return None


def edited(sheet: ProposedSheet, form: FormData) -> ProposedSheet:
    """Columns and rows that were ticked to be left out are gone."""
    whole = Typed(form, "")
    letters = sheet.places.letters
    typed = [(column, Typed(form, f"c{place}_")) for place, column in enumerate(sheet.form.columns)]
    kept = [(column, fields) for column, fields in typed if not fields.ticked("drop")]
    ids = {letters.get(column.id, "").casefold(): column.id for column, _ in kept}
    columns = tuple(_column(column, fields, ids) for column, fields in kept)
    rows, numbers = _rows(sheet, form, columns, ids)
    shape = Shape.FIXED_ROWS if sheet.form.shape is Shape.FIXED_ROWS else Shape.FREE_LIST
    changed = replace(
        sheet.form,
        title=whole.text("title", 300) or sheet.form.title,
        note=whole.text("note"),
        columns=columns,
        rows=rows,
        shape=shape,
    )
    kept_ids = {column.id for column in columns}
    places = replace(
        sheet.places,
        letters={id: letter for id, letter in letters.items() if id in kept_ids},
        rows=numbers,
    )
    return replace(sheet, form=changed, places=places, used=whole.ticked("used"))


def _column(column: Column, fields: Typed, ids: Mapping[str, str]) -> Column:
    kind = _kind(fields.text("kind"), column.kind)
    number = kind is ColumnKind.NUMBER
    return replace(
        column,
        title=fields.text("title", 300),
        kind=kind,
        choices=fields.lines("choices") if kind is ColumnKind.CHOICE else (),
        required=fields.ticked("required"),
        key=fields.ticked("key"),
        in_period=fields.ticked("in_period") and kind in (ColumnKind.DAY, ColumnKind.MONTH_OR_DAY),
        note=fields.text("note"),
        computed=fields.ticked("computed"),
        sums=_groups(fields.text("sums"), ids, column.id) if number else (),
        unit=fields.text("unit", 40) if number else "",
        least=fields.number("least") if number else None,
        most=fields.number("most") if number else None,
    )


def _kind(given: str, before: ColumnKind) -> ColumnKind:
    return ColumnKind(given) if given in set(ColumnKind) else before


def _groups(text: str, ids: Mapping[str, str], own: str) -> tuple[tuple[str, ...], ...]:
    """«D + E; I + J»: two groups, each of which adds up to the column."""
    groups = (_letters(part, ids, own) for part in _GROUP.split(text))
    return tuple(group for group in groups if group)


def _letters(text: str, ids: Mapping[str, str], own: str = "") -> tuple[str, ...]:
    found = (ids.get(letter.casefold(), "") for letter in re.findall(r"[A-Za-z]{1,3}", text))
    return tuple(dict.fromkeys(id for id in found if id and id != own))


def _rows(
    sheet: ProposedSheet, form: FormData, columns: Sequence[Column], ids: Mapping[str, str]
) -> tuple[tuple[FixedRow, ...], tuple[int, ...]]:
    typed = [
        (number, Typed(form, f"r{place}_"))
        for place, number in enumerate(sheet.places.rows)
        if f"r{place}_drop" not in form
    ]
    numbers = tuple(number for number, _ in typed)
    labels = [column.id for column in columns if column.kind is ColumnKind.LABEL]
    return tuple(_row(fields, labels, ids, numbers, number) for number, fields in typed), numbers


def _row(fields: Typed, labels: Iterable[str], ids: Mapping[str, str], numbers: Sequence[int], own: int) -> FixedRow:
    words = {id: text for id in labels if (text := fields.text(f"l_{id}"))}
    group = fields.ticked("group")
    named = (int(one) for one in re.findall(r"\d{1,6}", fields.text("sums")))
    sums = tuple(dict.fromkeys(numbers.index(one) for one in named if one in numbers and one != own))
    summed = _letters(fields.text("summed"), ids)
    not_asked = _letters(fields.text("not"), ids)
    return FixedRow(words, group, () if group else sums, summed if sums and not group else (), not_asked)


# --- how the page writes it -------------------------------------------------------------------------------------------


def sums_of(column: Column, places: SheetPlaces) -> str:
    return "; ".join(letters_of(group, places) for group in column.sums)


def letters_of(ids: Iterable[str], places: SheetPlaces) -> str:
    return " + ".join(places.letters.get(id, "?") for id in ids)


def rows_of(row: FixedRow, places: SheetPlaces) -> str:
    return " + ".join(str(places.rows[one]) for one in row.sums if one < len(places.rows))


@dataclass(frozen=True)
class HeadCell:
    text: str
    wide: int
    high: int
    required: bool = False


def head_of(columns: Sequence[Column]) -> list[list[HeadCell]]:
    """The lines of a head: «Giới tính / Nam» and «Giới tính / Nữ» stand under one title."""
    paths = [column.title.split(" / ") for column in columns]
    depth = max(map(len, paths), default=1)
    lines: list[list[HeadCell]] = []
    for level in range(depth):
        line, place = list[HeadCell](), 0
        while place < len(paths):
            path = paths[place]
            wide = 1
            if level < len(path) - 1:
                while place + wide < len(paths) and paths[place + wide][: level + 1] == path[: level + 1]:
                    wide += 1
            if level < len(path):
                last = level == len(path) - 1
                line.append(HeadCell(path[level], wide, depth - level if last else 1, last and columns[place].required))
            place += wide
        lines.append(line)
    return lines
