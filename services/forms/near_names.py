"""Pairs of names that look alike, among thousands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from unicodedata import normalize

from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cpdist

COMPARED = 40_000  # pairs; every pair of some two hundred names, in longer tables the neighbours in both orders
SLIPS = 2  # letters
_KEPT = b"abcdefghijklmnopqrstuvwxyz0123456789"
_LETTERS = b"abcdefghijklmnopqrstuvwxyz"
_DROPPED = bytes(set(range(256)) - set(_KEPT))


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
    """Small letters and figures alone. Word by word: names of thousands of products have few different words."""
    key_of = _Keys().__getitem__
    return ["".join(map(key_of, name.split())) for name in names]


class _Keys(dict[str, str]):
    def __missing__(self, word: str) -> str:
        letters = normalize("NFD", word.casefold().replace("đ", "d")).encode("ascii", "ignore")
        self[word] = letters.translate(None, _DROPPED).decode()
        return self[word]
