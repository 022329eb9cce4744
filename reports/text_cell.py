"""Writes text into a cell of a workbook as text, never as a formula."""

from __future__ import annotations

from typing import Any

from rules.text.cells import begins_formula
from rules.text.control_characters import without_controls

LONGEST_CELL = 32_767


def write_text(cell: Any, text: str) -> Any:
    """Text stays text, whatever sign it begins with: the type is set, not guessed."""
    cell.value = without_controls(text)[:LONGEST_CELL]
    cell.data_type = "s"
    cell.quotePrefix = begins_formula(text)  # stays text even when somebody edits it
    return cell
