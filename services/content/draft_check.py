"""What is wrong in a draft, at the cell, by the rules that a handed-in file is judged by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reports.filled_form import row_numbers
from rules.content.drafts import Rows, filled_rows
from rules.forms import SheetForm, check_rows
from rules.plan import Text

CellPlace = tuple[int, str]  # place of the row in the draft, and the column's id; "": the row as a whole


@dataclass(frozen=True)
class DraftCheck:
    cells: Mapping[CellPlace, tuple[Text, ...]] = field(default_factory=dict)
    whole: tuple[Text, ...] = ()

    @property
    def count(self) -> int:
        return len(self.whole) + sum(map(len, self.cells.values()))


def check_draft(form: SheetForm, rows: Rows) -> DraftCheck:
    counted = filled_rows(form, rows)
    if not counted:
        return DraftCheck()
    numbers = row_numbers(form, counted)
    cells: dict[CellPlace, tuple[Text, ...]] = {}
    whole: list[Text] = []
    for number, sheet in enumerate(form.sheets):
        own = [(at, row) for at, row in zip(numbers, counted, strict=True) if row.sheet == number]
        places = {at: next(place for place, one in enumerate(rows) if one is row) for at, row in own}
        ids = {column.title: column.id for column in sheet.columns}
        table = [
            [column.title for column in sheet.columns],
            *([row[one.id] for one in sheet.columns] for _, row in own),
        ]
        for remark in check_rows(sheet, table):
            place = places.get(own[remark.row - 2][0]) if remark.row >= 2 else None
            text = Text(remark.detail, remark.detail)
            if place is None:
                whole.append(text)
            else:
                key = (place, ids.get(remark.column, ""))
                cells[key] = (*cells.get(key, ()), text)
    return DraftCheck(cells, tuple(whole))
