"""A table that is being filled in on a page: its rows, what is done to them, and what two leave who write at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from rules.content.grid import Cell, FileGrids, SheetGrid
from rules.forms import Column, ColumnKind, Shape, SheetForm

MOST_ROWS = 5_000
LONGEST_CELL = 1_000  # letters
FIRST_ROWS = 3  # empty ones that a new list begins with


@dataclass(frozen=True)
class DraftRow:
    cells: Mapping[str, str] = field(default_factory=dict)  # as they were typed, by the id of the column
    sheet: int = 0  # place in `SheetForm.sheets`
    source: str = ""  # a row proposed to the unit, and from where; empty: written or confirmed by a person

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


Rows = tuple[DraftRow, ...]


def input_columns(form: SheetForm) -> tuple[Column, ...]:
    """The columns a person fills in."""
    return tuple(column for column in form.columns if column.kind is not ColumnKind.LABEL)


def empty_row(form: SheetForm, sheet: int, unit: str) -> DraftRow:
    filled = {column.id: unit for column in form.sheets[sheet].columns if column.fill == "unit"}
    return DraftRow(filled, sheet)


def is_empty(form: SheetForm, row: DraftRow) -> bool:
    return not any(row[column.id] for column in input_columns(form.sheets[row.sheet]) if column.fill != "unit")


def first_rows(form: SheetForm, unit: str, proposals: Sequence[DraftRow] = ()) -> Rows:
    """What a draft begins with: every row of a form that prints its rows; else what is proposed, or some empty ones."""
    rows: list[DraftRow] = []
    for number, sheet in enumerate(form.sheets):
        if sheet.shape is Shape.FIXED_ROWS:
            rows += [DraftRow({}, number)] * len(sheet.rows)
            continue
        own = [row for row in proposals if row.sheet == number][:MOST_ROWS]
        rows += own or [empty_row(form, number, unit)] * FIRST_ROWS
    return tuple(rows)


def counted_rows(form: SheetForm, rows: Rows) -> Rows:
    """What counts as filled in: proposals only once they are confirmed. Of a form that prints its rows, all."""
    return tuple(row for row in rows if _is_fixed(form, row) or not (row.source or is_empty(form, row)))


def proposals_left(rows: Rows) -> int:
    return sum(bool(row.source) for row in rows)


def _is_fixed(form: SheetForm, row: DraftRow) -> bool:
    return form.sheets[row.sheet].shape is Shape.FIXED_ROWS


# --- what is done to them -------------------------------------------------------------------------------------------


def with_empty_row(form: SheetForm, rows: Rows, sheet: int, unit: str) -> Rows:
    """After the last of its sheet."""
    if len(rows) >= MOST_ROWS or form.sheets[sheet].shape is Shape.FIXED_ROWS:
        return rows
    end = max((place + 1 for place, row in enumerate(rows) if row.sheet <= sheet), default=0)
    return (*rows[:end], empty_row(form, sheet, unit), *rows[end:])


def remove_row(form: SheetForm, rows: Rows, place: int) -> Rows:
    if not 0 <= place < len(rows) or _is_fixed(form, rows[place]):
        return rows
    return (*rows[:place], *rows[place + 1 :])


def move_row(form: SheetForm, rows: Rows, place: int, by: int) -> Rows:
    """One up (-1) or down (1) within its sheet."""
    other = place + by
    if not (0 <= place < len(rows) and 0 <= other < len(rows)) or rows[place].sheet != rows[other].sheet:
        return rows
    if _is_fixed(form, rows[place]):
        return rows
    changed = list(rows)
    changed[place], changed[other] = changed[other], changed[place]
    return tuple(changed)


def confirm_all(rows: Rows) -> Rows:
    return tuple(replace(row, source="") for row in rows)


# --- two who write at once ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Clash:
    """A printed row in which two wrote different things."""

    place: int
    column: Column
    mine: str
    theirs: str


def merge_drafts(form: SheetForm, mine: Rows, theirs: Rows, by: str) -> tuple[Rows, tuple[Clash, ...]]:
    """Nothing of either is lost: rows only the other has are proposed, printed rows are put together cell by cell."""
    clashes: list[Clash] = []
    rows: list[DraftRow] = []
    for number, sheet in enumerate(form.sheets):
        own = [(place, row) for place, row in enumerate(mine) if row.sheet == number]
        other = [row for row in theirs if row.sheet == number]
        if sheet.shape is Shape.FIXED_ROWS:
            for (place, row), their in zip(own, other, strict=False):
                clashes += _clashes(sheet, place, row, their)
                rows.append(
                    replace(row, cells={**their.cells, **{key: text for key, text in row.cells.items() if text}})
                )
            continue
        known = [row.cells for _, row in own]
        rows += [row for _, row in own]
        rows += [
            replace(row, source=by)
            for row in other
            if not row.source and not is_empty(form, row) and row.cells not in known
        ]
    return tuple(rows[:MOST_ROWS]), tuple(clashes)


def _clashes(sheet: SheetForm, place: int, mine: DraftRow, theirs: DraftRow) -> list[Clash]:
    return [
        Clash(place, column, mine[column.id], theirs[column.id])
        for column in input_columns(sheet)
        if mine[column.id] and theirs[column.id] and mine[column.id] != theirs[column.id]
    ]


# --- as the judge of files reads it ----------------------------------------------------------------------------------

SheetRow = tuple[str, int]  # name of the sheet, and the row as Excel counts


def head_lines(form: SheetForm) -> list[list[str]]:
    """The titles line by line: «Thực hiện / Lũy kế» stands in two; shorter ones are repeated from above."""
    parts = [column.title.split(" / ") for column in form.columns]
    depth = max(map(len, parts))
    return [[one[max(0, line - depth + len(one))] for one in parts] for line in range(depth)]


def as_grids(form: SheetForm, rows: Rows) -> tuple[FileGrids, tuple[SheetRow, ...]]:
    """`rows`: those that count; where each of them stands."""
    tables: list[list[Sequence[Cell]]] = [[*head_lines(sheet)] for sheet in form.sheets]
    heads, places = [len(table) for table in tables], []
    for row in rows:
        sheet, table = form.sheets[row.sheet], tables[row.sheet]
        number = len(table) - heads[row.sheet]
        labels = sheet.rows[number].labels if number < len(sheet.rows) else {}
        table.append([labels.get(column.id, "") or row[column.id] for column in sheet.columns])
        places.append((sheet.sheet, len(table)))
    grids = (SheetGrid(sheet.sheet, table) for sheet, table in zip(form.sheets, tables, strict=True))
    return FileGrids(tuple(grids)), tuple(places)


# --- as it is kept --------------------------------------------------------------------------------------------------


def as_text(rows: Rows) -> str:
    kept = [[row.sheet, row.source, {key: text for key, text in row.cells.items() if text}] for row in rows]
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def from_text(form: SheetForm, text: str) -> Rows:
    """Rows of sheets the form does not have any more are left out; a printed form has its rows, whatever was kept."""
    kept = [DraftRow(cells, sheet, source) for sheet, source, cells in json.loads(text) if sheet < len(form.sheets)]
    rows: list[DraftRow] = []
    for number, sheet in enumerate(form.sheets):
        own = [row for row in kept if row.sheet == number]
        if sheet.shape is Shape.FIXED_ROWS:
            own = [*own, *[DraftRow({}, number)] * len(sheet.rows)][: len(sheet.rows)]
        rows += own
    return tuple(rows)
