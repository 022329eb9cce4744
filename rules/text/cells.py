"""Escapes cells of exported tables, so that no spreadsheet reads them as formulas; imports undo it."""

from __future__ import annotations

import re

# also in the wide letters that spreadsheets of the Far East take for the same, and behind blanks they cut off
_FORMULA = re.compile(r"[\t\r\n]|[\s\u200b\u2060\ufeff]*[=+\-@＝＋－＠]")
GUARD = "'"


def begins_formula(text: str) -> bool:
    return _FORMULA.match(text) is not None


def harmless(value: object) -> str:
    """As spreadsheets may open it: what would begin a formula is written as text."""
    text = "" if value is None else str(value)
    return GUARD + text if text.startswith(GUARD) or begins_formula(text) else text


def as_meant(text: str) -> str:
    """Without the guard that `harmless` put before it."""
    rest = text.removeprefix(GUARD)
    return rest if rest != text and (rest.startswith(GUARD) or begins_formula(rest)) else text
