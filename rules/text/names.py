"""Whether two spellings are the same name."""

from __future__ import annotations

from unicodedata import normalize


def same_name(one: str, other: str) -> bool:
    """But for capitals, spaces and how accents are encoded; anything else may be another person."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return " ".join(normalize("NFC", name).casefold().split())
