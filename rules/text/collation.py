"""The order of Vietnamese words: the alphabet first, then the tones, then capitals."""

from __future__ import annotations

from functools import cache
from unicodedata import normalize

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng; without one stands first

PLACE = {letter: 1_000 + place for place, letter in enumerate(ALPHABET)}

Key = tuple[tuple[int, ...], tuple[int, ...], str]


@cache
def vietnamese_key(text: str) -> Key:
    """To sort by: «Cần Thơ» before «Cầu Kè», «Đông» after «Dương», «ma mà mả mã má mạ» in this order."""
    letters, tones = [], []
    for character in normalize("NFC", normalize("NFC", text).casefold()):
        bare, tone = _apart(character)
        letters.append(PLACE.get(bare, _foreign(bare)))
        tones.append(tone)
    return tuple(letters), tuple(tones), text.swapcase()  # small letters before capitals


@cache
def _apart(character: str) -> tuple[str, int]:
    marks = normalize("NFD", character)
    tone = next((TONES.index(mark) + 1 for mark in marks if mark in TONES), 0)
    return normalize("NFC", "".join(mark for mark in marks if mark not in TONES)), tone


def _foreign(bare: str) -> int:
    """Spaces and digits before letters; letters of other tongues where their bare letter stands."""
    if not bare or not bare[0].isalpha():
        return min(ord(bare[0]), 999) if bare else 0
    return PLACE.get(normalize("NFD", bare)[0], 2_000 + ord(bare[0]))
