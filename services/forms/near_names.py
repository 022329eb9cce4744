"""Pairs of names that look alike, among thousands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import compress, count
from operator import eq
from unicodedata import normalize

from numpy import frombuffer, uint8, uint16, zeros
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
    keys, figures = _keys(names)
    often = {one for one, times in Counter(figures).items() if times > 1}  # figures have no slips
    comparable = list(compress(zip(keys, count()), map(often.__contains__, figures)))
    first = dict(reversed(comparable))
    if len(first) < len(comparable):
        yield from ((first[key], place) for key, place in comparable if key and first[key] < place)
    first.pop("", None)
    if not first:
        return
    for ordered in (sorted(first), _from_the_back(first)):
        for left, right in _neighbours(ordered, [figures[first[key]] for key in ordered]):
            yield first[left], first[right]


def _from_the_back(keys: Iterable[str]) -> list[str]:
    backwards = sorted("\n".join(keys)[::-1].split("\n"))
    return "\n".join(backwards)[::-1].split("\n")


def _neighbours(keys: Sequence[str], figures: Sequence[bytes]) -> Iterator[tuple[str, str]]:
    for step in range(1, min(len(keys), max(2, COMPARED // max(1, len(keys))))):
        alike = [place for place, equal in enumerate(map(eq, figures, figures[step:])) if equal]
        left, right = [keys[place] for place in alike], [keys[place + step] for place in alike]
        distances = cpdist(left, right, scorer=Levenshtein.distance, score_cutoff=SLIPS)
        yield from ((left[place], right[place]) for place in (distances <= SLIPS).nonzero()[0].tolist())


def _keys(names: Sequence[str]) -> tuple[list[str], list[bytes]]:
    """Of each name its small letters without marks, with its figures; and the figures alone.

    Of all names at once, by a table of what each letter is reduced to.
    """
    whole = "\n".join(names)
    if whole.count("\n") >= len(names):
        whole = "\n".join([name.replace("\n", " ") for name in names])
    codes = frombuffer(whole.encode("utf-16-le", "replace"), dtype=uint16)
    bare = _bare_letters().take(codes, mode="clip").tobytes().translate(None, b"\0")
    return bare.decode("ascii").split("\n"), bare.translate(None, _LETTERS).split(b"\n")


@cache
def _bare_letters() -> NDArray[uint8]:
    """By the code of a letter; 0: left out."""
    table = zeros(_LAST_LETTER + 1, dtype=uint8)
    for code in (*range(_SINGLE_MARKS), *range(0x1EA0, 0x1EFA)):
        letter = normalize("NFD", chr(code).casefold().replace("đ", "d"))[:1]
        table[code] = ord(letter) if letter == "\n" or (letter.isascii() and letter.isalnum()) else 0
    return table
