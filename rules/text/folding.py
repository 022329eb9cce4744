"""Texts as they are searched and compared: without capitals, tone marks and needless blanks."""

from __future__ import annotations

from functools import lru_cache
from unicodedata import combining, normalize


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """«  Chỉ số  giá » and «chi so gia» become the same: for a search, not to tell names apart."""
    apart = normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(mark for mark in apart if not combining(mark)).split())


@lru_cache(maxsize=20_000)
def comparable(text: str) -> str:
    """The same words however they are typed: «Hoà » is «hòa», «hoa» is not."""
    return " ".join(_tones_last(word) for word in normalize("NFC", text).casefold().split())


_TONES = "\u0300\u0301\u0303\u0309\u0323"


def _tones_last(word: str) -> str:
    """The tone mark behind the word: two schools write it over different vowels."""
    apart = normalize("NFD", word)
    tones = "".join(mark for mark in apart if mark in _TONES)
    return normalize("NFC", "".join(mark for mark in apart if mark not in _TONES)) + tones
