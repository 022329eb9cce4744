"""Whatever stands in a workbook, a proposal is made of it or none, and it holds together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from rules.content.outline import SheetOutline, column_number, letter, summed_cells
from rules.content.proposal import propose_sheet
from rules.forms import Shape

PLACES = some.tuples(some.integers(1, 12), some.integers(1, 8))
TEXTS = some.sampled_from(
    ["STT", "Chỉ tiêu", "Ngày ký (*)", "Số lượng", "x", "1", "1.1", "I", "Tổng cộng", "……", "(1)", "Đơn vị: ……", "Ký"]
)
CELLS = some.dictionaries(PLACES, some.one_of(TEXTS, some.text(max_size=6), some.integers(-5, 9), some.none()))
FORMULAS = some.dictionaries(PLACES, some.sampled_from(["=SUM(A1:B2)", "=A2+A3", "=SUM(A1,XFD9)", "=B1/2", "=SUM()"]))
AREAS = some.tuples(*(some.integers(1, 9),) * 4).map(
    lambda area: (min(area[0], area[2]), min(area[1], area[3]), max(area[0], area[2]), max(area[1], area[3]))
)


@given(CELLS, FORMULAS, some.lists(AREAS, max_size=4), some.one_of(some.none(), some.sampled_from(list(Shape))))
def test_a_proposal_holds_together(cells, formulas, merged, shape) -> None:  # type: ignore[no-untyped-def]
    outline = SheetOutline("Trang", cells, formulas, tuple(merged))
    proposed = propose_sheet(outline, shape=shape)
    if proposed is None:
        return
    form, places = proposed.form, proposed.places
    ids = [column.id for column in form.columns]
    assert len(set(ids)) == len(ids) == len(places.letters)
    assert len(form.rows) == len(places.rows)
    for row in form.rows:
        assert {*row.labels, *row.summed, *row.not_asked} <= set(ids)
        assert all(0 <= part < len(form.rows) for part in row.sums)
    assert {part for column in form.columns for group in column.sums for part in group} <= set(ids)


@given(some.integers(1, 16_384))
def test_letters_and_numbers_of_columns_agree(column: int) -> None:
    assert column_number(letter(column)) == column


def test_only_what_adds_up_and_nothing_else_is_a_sum() -> None:
    assert summed_cells("=SUM(D12:D13)") == ((12, 4), (13, 4))
    assert summed_cells("=$D$1+E2") == ((1, 4), (2, 5))
    assert summed_cells("=SUM(D1;E1)") == ((1, 4), (1, 5))
    for formula in ("=SUM(D1)/2", "=IF(A1,1,2)", "=D1", "=SUM(Trang2!A1:A2)", ""):
        assert summed_cells(formula) == ()
