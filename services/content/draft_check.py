"""What is wrong in a draft, at the cell, by the rules that a handed-in file is judged by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.content.drafts import Rows, as_grids, counted_rows
from rules.content.findings import ContentVerdict, Finding, Judgement
from rules.content.texts import words_of
from rules.forms import SheetForm
from rules.plan import Text
from services.forms.content_check import TableCheck

CellPlace = tuple[int, str]  # place of the row in the draft, and the column's id; "": the row as a whole
NOT_DATA = Text(
    "dòng này chỉ có vài ô nên không được xem là số liệu: điền các cột có dấu *, hoặc bỏ dòng",
    "too few cells are filled in for a row of data: fill in the columns marked *, or take the row out",
)


@dataclass(frozen=True)
class DraftCheck:
    cells: Mapping[CellPlace, tuple[Text, ...]] = field(default_factory=dict)
    whole: tuple[Text, ...] = ()

    @property
    def count(self) -> int:
        return len(self.whole) + sum(map(len, self.cells.values()))


def check_draft(table: TableCheck, rows: Rows) -> DraftCheck:
    form = table.form
    counted = [place for place, row in enumerate(rows) if counted_rows(form, (row,))]
    if not counted:
        return DraftCheck()
    grids, numbers = as_grids(form, tuple(rows[place] for place in counted))
    places = dict(zip(numbers, counted, strict=True))
    judgement = table.judge_grids(grids)
    cells: dict[CellPlace, list[Text]] = {}
    whole = []
    for finding in judgement.findings:
        place = places.get((finding.sheet or "", finding.row or 0))
        if place is None:
            whole.append(at_cell(finding))
        else:
            cells.setdefault((place, finding.column), []).append(at_cell(finding))
    for place in _not_read(form, rows, judgement, places, {place for place, _ in cells}):
        cells[(place, "")] = [NOT_DATA]
    return DraftCheck({key: tuple(texts) for key, texts in cells.items()}, tuple(whole))


def _not_read(
    form: SheetForm, rows: Rows, judgement: Judgement, places: Mapping[tuple[str, int], int], named: set[int]
) -> list[int]:
    """Rows the judge passed over without a word, as titles of groups or as totals."""
    if judgement.verdict is ContentVerdict.REJECTED:
        return []
    taken = {places.get((row.sheet or "", row.row)) for row in judgement.rows}
    return [
        place for place in places.values() if place not in taken | named and not form.sheets[rows[place].sheet].rows
    ]


def at_cell(finding: Finding) -> Text:
    """What is wrong and how to mend it, in a line."""
    words = words_of(finding)
    return Text(f"{words.problem.vi}: {words.how.vi}", f"{words.problem.en}: {words.how.en}")
