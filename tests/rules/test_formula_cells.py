"""No cell of ours begins a formula, and coming back it is itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.text.cells import as_meant, begins_formula, harmless


@pytest.mark.parametrize(
    "text", ["=1+1", "+84", "-1", "@SUM(A1)", "\t=1", "\r1", "\n1", "  =1", "\ufeff=1", "＝1", "＋1", "－1", "＠a"]
)
def test_whatever_a_spreadsheet_may_run_is_text(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert as_meant(harmless(text)) == text


@given(st.text(alphabet="='+ \t-@a＝\u200b", max_size=6))
def test_a_cell_comes_back_as_itself(text: str) -> None:
    assert not begins_formula(harmless(text))
    assert as_meant(harmless(text)) == text
