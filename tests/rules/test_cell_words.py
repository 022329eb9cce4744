"""Every finding has its words in both languages."""

from __future__ import annotations

import pytest

from rules.content.cell_words import LEVELS, WORDS, with_expected
from rules.content.findings import Finding, FindingKind, Level


@pytest.mark.parametrize("kind", sorted(FindingKind))
def test_a_finding_says_what_stands_and_what_is_right(kind: FindingKind):
    words = with_expected(Finding(kind, Level.ROW, stands="{expected}", expected=("mot", "hai")))
    assert words.vi != words.en
    assert ("{expected}" in words.vi) == ("{stands}" in WORDS[kind].vi)
    assert set(LEVELS) == set(Level)
