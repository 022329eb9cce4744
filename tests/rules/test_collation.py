"""Vietnamese order, as dictionaries and registers keep it."""

from __future__ import annotations

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.text.collation import vietnamese_key


@pytest.mark.parametrize(
    "sorted_words",
    [
        ["ma", "mà", "mả", "mã", "má", "mạ"],
        ["Dân", "Dương", "Đà", "Đông", "Em"],
        ["an", "ăn", "ân", "ba"],
        ["Oanh", "Ôn", "Ơn", "Phú"],
        ["Cần Thơ", "Cầu Kè", "Cầu Ngang"],
        ["Sở Công Thương", "Sở Giao thông", "Sở Y tế", "Ủy ban"],
        ["2", "a"],
    ],
)
def test_words_stand_as_in_a_dictionary(sorted_words: list[str]):
    backwards = sorted_words[::-1]
    assert sorted(backwards, key=vietnamese_key) == sorted_words


@given(st.lists(st.text(max_size=8), max_size=6))
def test_any_text_has_its_place_however_its_letters_are_composed(words: list[str]):
    assert len(sorted(words, key=vietnamese_key)) == len(words)
    assert all(
        vietnamese_key(normalize("NFD", word))[:2] == vietnamese_key(normalize("NFC", word))[:2] for word in words
    )
