"""Characters that no text holds: PostgreSQL refuses some of them, and nobody sees any."""

from __future__ import annotations

import re

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_BREAKS = frozenset("\x0b\x0c")  # what Word makes of a line or a page that ends


def has_controls(text: str) -> bool:
    return _CONTROL.search(text) is not None


def without_controls(text: str) -> str:
    """C0 controls and lone surrogates are dropped; line breaks and tabs stay, other breaks become line breaks."""
    return _CONTROL.sub(_instead, text) if has_controls(text) else text


def _instead(found: re.Match[str]) -> str:
    return "\n" if found[0] in _BREAKS else ""
