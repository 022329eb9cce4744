"""Every finding has words for people, in both languages, with what stands there and how to mend it."""

from __future__ import annotations

import pytest

from rules.content.findings import Finding, FindingKind, Level
from rules.content.texts import line_of, place_of, words_of

KINDS = sorted(FindingKind)


@pytest.mark.parametrize("level", sorted(Level))
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_words(kind: FindingKind, level: Level) -> None:
    finding = Finding(kind, level, "Lịch", 7, "release", "Thời gian", "tháng sau", ("29/01/2027", "29/02/2027"))
    words = words_of(finding)
    for text in (words.problem, words.expected, words.how):
        assert text.vi
        assert text.en
        assert "{" not in text.vi + text.en
    assert line_of(finding).whole.vi.startswith("Trang «Lịch», dòng 7, cột «Thời gian»: ")


@pytest.mark.parametrize("kind", KINDS)
def test_without_anything_that_would_be_right_the_words_are_whole(kind: FindingKind) -> None:
    words = words_of(Finding(kind, Level.ROW, stands="x"))
    assert words.problem.vi
    assert words.how.vi
    assert "{" not in words.problem.vi + words.expected.vi + words.how.vi


def test_what_people_wrote_is_no_place_to_fill_and_is_cut_where_it_is_long() -> None:
    words = words_of(Finding(FindingKind.NOT_A_NUMBER, Level.ROW, stands="{right}" + "9" * 500))
    assert words.problem.vi.startswith("«{right}999")
    assert len(words.problem.vi) < 300


def test_a_day_that_may_be_swapped_is_asked_about_by_both_readings() -> None:
    finding = Finding(FindingKind.AMBIGUOUS_DATE, Level.ROW, expected=("02/05/2027", "05/02/2027"))
    assert words_of(finding).expected.vi == "02/05/2027 hoặc 05/02/2027"
    assert place_of(finding).vi == ""
