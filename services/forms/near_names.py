"""Pairs of names that look alike, among thousands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from unicodedata import normalize

from numpy import frombuffer, minimum, uint8, uint16, zeros
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cpdist

COMPARED = 40_000  # pairs; every pair of some two hundred names, in longer tables the neighbours in both orders
SLIPS = 2  # letters
_SINGLE_MARKS = 0x1B1  # up to «ư»; letters with two marks follow at 1EA0
_LAST_LETTER = 0x1F00  # no letter of Vietnamese lies behind it
_LETTERS = b"abcdefghijklmnopqrstuvwxyz"


def near_pairs(names: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Places of two names that are equal but for marks, spaces and a slip or two."""
    first: dict[str, int] = {}
    keys = _keys(names)
    for place, key in enumerate(keys):
        if not key:
            continue
        if key in first:
            yield first[key], place
        else:
            first[key] = place
    yield from _neighbours(sorted(first), first)
    yield from _neighbours([key[::-1] for key in sorted([key[::-1] for key in first])], first)


def _neighbours(keys: Sequence[str], first: dict[str, int]) -> Iterator[tuple[int, int]]:
    figures = "\n".join(keys).encode().translate(None, _LETTERS).split(b"\n")
    for step in range(1, min(len(keys), max(2, COMPARED // max(1, len(keys))))):
        left, right = keys[:-step], keys[step:]
        distances = cpdist(left, right, scorer=Levenshtein.distance, score_cutoff=SLIPS)
        for place in (distances <= SLIPS).nonzero()[0].tolist():
            if figures[place] == figures[place + step]:
                yield first[left[place]], first[right[place]]


def _keys(names: Sequence[str]) -> list[str]:
    """Small letters without marks, and figures; of all names at once, by a table of what each letter is reduced to."""
    whole = "\n".join(name.replace("\n", " ") for name in names)
    codes = frombuffer(whole.encode("utf-16-le", "replace"), dtype=uint16)
    bare = _bare_letters()[minimum(codes, _LAST_LETTER)]
    return bare[bare > 0].tobytes().decode("ascii").split("\n")


@cache
def _bare_letters() -> NDArray[uint8]:
    """By the code of a letter; 0: left out."""
    table = zeros(_LAST_LETTER + 1, dtype=uint8)
    for code in (*range(_SINGLE_MARKS), *range(0x1EA0, 0x1EFA)):
        letter = normalize("NFD", chr(code).casefold().replace("đ", "d"))[:1]
        table[code] = ord(letter) if letter == "\n" or (letter.isascii() and letter.isalnum()) else 0
    return table
