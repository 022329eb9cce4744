"""Pairs of names that look alike, among thousands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from unicodedata import normalize

from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cpdist

COMPARED = 40_000  # pairs; every pair of some two hundred names, in longer tables the neighbours in both orders
SLIPS = 2  # letters
_KEPT = b"abcdefghijklmnopqrstuvwxyz0123456789\n"
_LETTERS = b"abcdefghijklmnopqrstuvwxyz"
_DROPPED = bytes(set(range(256)) - set(_KEPT))


def near_pairs(names: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Places of two names that are equal but for marks, spaces and a slip or two."""
    first: dict[str, int] = {}
    for place, key in enumerate(_keys(names)):
        if not key:
            continue
        if key in first:
            yield first[key], place
        else:
            first[key] = place
    yield from _neighbours(sorted(first), first)
    yield from _neighbours(sorted(first, key=lambda key: key[::-1]), first)


def _neighbours(keys: Sequence[str], first: dict[str, int]) -> Iterator[tuple[int, int]]:
    for step in range(1, min(len(keys), max(2, COMPARED // max(1, len(keys))))):
        left, right = keys[:-step], keys[step:]
        distances = cpdist(left, right, scorer=Levenshtein.distance, score_cutoff=SLIPS)
        for place in (distances <= SLIPS).nonzero()[0].tolist():
            if _figures(left[place]) == _figures(right[place]):
                yield first[left[place]], first[right[place]]


def _figures(key: str) -> bytes:
    return key.encode().translate(None, _LETTERS)


def _keys(names: Sequence[str]) -> list[str]:
    """All at once: letter by letter would take longer than everything else."""
    whole = "\n".join(name.replace("\n", " ") for name in names).casefold().replace("đ", "d")
    letters = normalize("NFD", whole).encode("ascii", "ignore").translate(None, _DROPPED)
    return letters.decode().split("\n")
