"""Spellings that count as the same: case, spaces, where a tone mark stands, marks left out."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from functools import lru_cache
from unicodedata import normalize

from rules.content.grid import Cell
from rules.text.legacy import TONES

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_WORD = re.compile(r"\w+")


def shown(cell: Cell) -> str:
    """As a person sees it."""
    if isinstance(cell, str):
        return normalize("NFC", cell).strip()
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return f"{cell.day:02d}/{cell.month:02d}/{cell.year:04d}"
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


def plain(cell: Cell) -> str:
    """On one line, without what cannot be seen."""
    text = shown(cell)
    if not text.isascii() and _UNSEEN.search(text):
        text = _UNSEEN.sub("", text)
    return " ".join(text.split())


@lru_cache(4096)
def same(text: str) -> str:
    """Equal for texts that differ in case, spaces, punctuation at the ends and the place of tone marks."""
    words = plain(text).casefold().strip(" .,;:*").split(" ")
    return " ".join(map(_tone_last, words))


def _tone_last(word: str) -> str:
    if word.isascii():
        return word
    letters = normalize("NFD", word)
    tones = "".join(letter for letter in letters if letter in TONES)
    return normalize("NFC", "".join(letter for letter in letters if letter not in TONES)) + tones


@lru_cache(4096)
def bare_words(text: str) -> tuple[str, ...]:
    """Small letters without any marks."""
    letters = normalize("NFD", text.casefold().replace("đ", "d"))
    return tuple(_WORD.findall(letters.encode("ascii", "ignore").decode()))
