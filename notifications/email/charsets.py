"""Bytes that should be text, read as well as they can be."""

from __future__ import annotations

VIETNAMESE = ("utf-8", "cp1258")  # what Vietnamese programs wrote without saying so


def in_charset(content: bytes, charset: str | None) -> str:
    for guess in (charset, *VIETNAMESE):
        try:
            return content.decode(guess or "ascii")
        except (LookupError, ValueError):
            continue
    return content.decode("utf-8", "replace")


def without_surrogates(text: str) -> str:
    """Headers may hold bytes where only ASCII is allowed; the parser hides them as lone surrogates."""
    return text if text.isascii() else in_charset(text.encode("utf-8", "surrogateescape"), None)
