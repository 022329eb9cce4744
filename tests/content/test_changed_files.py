"""Whatever is done to a good table: the judge gives an answer, and no required value that is missing passes."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sheet_judging import FORMS, units
from wrong_files import HEADS, PERIOD, ROWS

from rules.content.findings import ContentVerdict, FindingKind, Judgement, Level
from rules.content.grid import FileGrids, SheetGrid
from rules.content.judge import Surroundings, judge
from rules.forms import SheetForm
from services.forms.near_names import near_pairs

OBLIGATIONS = sorted(HEADS)
ODD = (
    "",
    " ",
    "nt",
    "x",
    "#REF!",
    "=A1",
    "Tổng cộng",
    "(1)",
    0,
    3.5,
    -1,
    "29/02/2027",
    "I",
    "NGƯỜI LẬP BIỂU",
    "a" * 3_000,
)
CELLS = st.one_of(st.sampled_from(ODD), st.text(max_size=20), st.integers(), st.dates(), st.floats(allow_nan=False))


def judged_rows(obligation: str, rows: list[list[Any]]) -> Judgement:
    form = SheetForm(**{**vars(FORMS[obligation]), "period": PERIOD})
    around = Surroundings(units("SYT"), FORMS, near_pairs)
    return judge(form, FileGrids((SheetGrid("Bảng", rows),)), around)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(OBLIGATIONS), st.data())
def test_no_required_value_that_is_missing_passes(obligation: str, data: st.DataObject) -> None:
    rows = [list(HEADS[obligation]), *map(list, ROWS[obligation])]
    row = data.draw(st.integers(1, 4))
    columns = [column for column in FORMS[obligation].columns if column.required]
    lost = data.draw(st.lists(st.sampled_from(columns), min_size=1, max_size=len(columns) - 2, unique=True))
    for column in lost:
        rows[row][HEADS[obligation].index(column.title)] = data.draw(st.sampled_from(["", " ", "\u00a0", "…"]))
    for _ in range(data.draw(st.integers(0, 3))):
        rows.insert(data.draw(st.integers(1, len(rows))), [""] * len(rows[0]))
    judgement = judged_rows(obligation, rows)
    told = {finding.column for finding in judgement.findings if finding.kind is FindingKind.MISSING}
    assert told >= {column.id for column in lost}
    assert len(judgement.rows) == 3


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(OBLIGATIONS), st.data())
def test_whatever_stands_in_it_is_judged_and_what_is_taken_is_whole(obligation: str, data: st.DataObject) -> None:
    rows = [list(HEADS[obligation]), *map(list, ROWS[obligation])]
    for _ in range(data.draw(st.integers(1, 12))):
        row = rows[data.draw(st.integers(0, len(rows) - 1))]
        row[data.draw(st.integers(0, len(row) - 1))] = data.draw(CELLS)
    judgement = judged_rows(obligation, rows)
    required = [column.id for column in FORMS[obligation].columns if column.required]
    for taken in judgement.rows:
        assert all(taken.values.get(name) not in (None, "") for name in required)
    assert (judgement.verdict is ContentVerdict.REJECTED) == (
        not judgement.rows or any(finding.level is Level.FILE for finding in judgement.findings)
    )
