"""Cells of tables that leave the house: no spreadsheet takes them for formulas; coming back they are themselves."""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
GUARD = "'"


def harmless(value: object) -> str:
    """As spreadsheets may open it: what would begin a formula is written as text."""
    text = "" if value is None else str(value)
    return GUARD + text if text.startswith((*FORMULA, GUARD)) else text


def as_meant(text: str) -> str:
    """Without the guard that `harmless` put before it."""
    return text[1:] if text.startswith(GUARD) and text[1:].startswith((*FORMULA, GUARD)) else text
