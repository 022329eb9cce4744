"""Looks for words in the text of a plan, and for the lines a quote stands on; spaces count for nothing in both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from unicodedata import combining, normalize

from config.plan_check import LEFT_OUT, squeezed

MOST = 12


def passages(lines: Sequence[str], words: str) -> list[tuple[int, str]]:
    """(number, text) of the lines that have all these words, with their marks or without."""
    named = [_folded(word) for word in words.split()]
    hits = ((number, text.strip()) for number, text in enumerate(lines, start=1) if named and _has(text, named))
    return [hit for hit, _ in zip(hits, range(MOST), strict=False)]


def _has(text: str, named: Sequence[str]) -> bool:
    folded = _folded(text)
    return all(word in folded for word in named)


def _folded(text: str) -> str:
    plain = normalize("NFD", squeezed(text).casefold().replace("đ", "d"))
    return "".join(letter for letter in plain if not combining(letter))


def lines_of(lines: Sequence[str], quote: str) -> tuple[int, int] | None:
    """The shortest stretch that says the quote, part after part; None where the text does not say it."""
    parts = [part for one in quote.split(LEFT_OUT) if (part := squeezed(one))]
    places = sorted(_places(lines, parts), key=lambda place: (place[1] - place[0], place)) if parts else []
    return places[0] if places else None


def _places(lines: Sequence[str], parts: Sequence[str]) -> Iterator[tuple[int, int]]:
    texts = [squeezed(normalize("NFC", line)) for line in lines]
    numbers = [number for number, text in enumerate(texts, start=1) for _ in text]
    whole, start = "".join(texts), -1
    while (start := whole.find(parts[0], start + 1)) >= 0:
        at = start + len(parts[0])
        for part in parts[1:]:
            found = whole.find(part, at)
            if found < 0:
                return
            at = found + len(part)
        yield numbers[start], numbers[at - 1]
