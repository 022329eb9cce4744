"""Characters that no text holds: databases, XML or terminals refuse or obey some of them, and nobody sees any."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_UNSTORABLE = "\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff"  # PostgreSQL refuses some of these
_REVERSING = "\u202a-\u202e\u2066-\u2069"  # a name written with them is read in another order
_MISLEADING = f"\x7f-\x9f\u2028\u2029{_REVERSING}\ufdd0-\ufdef\ufffe\uffff"
_CONTROL = re.compile(f"[{_UNSTORABLE}]")
_ANY = re.compile(f"[{_UNSTORABLE}{_MISLEADING}]")
_BREAKS = {
    **dict.fromkeys("\x0b\x0c", "\n"),  # what Word makes of a line or a page that ends
    **dict.fromkeys("\x85\u2028\u2029", " "),  # no line breaks: texts may stand in JSON already
}


def has_controls(text: str) -> bool:
    """What no database takes, even of a text that was written long ago."""
    return _CONTROL.search(text) is not None


def storable(text: str) -> str:
    """As it was written, but for what no database takes."""
    return _CONTROL.sub(_instead, text) if has_controls(text) else text


def without_controls(text: str) -> str:
    """Of a new text: all are dropped; line breaks and tabs stay, other breaks become a line break or a blank."""
    return _ANY.sub(_instead, text) if _ANY.search(text) else text


def without_controls_inside(value: Any, clean: Callable[[str], str] = without_controls) -> Any:
    """The same of every text in a value, however deep it lies."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {name: without_controls_inside(item, clean) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(without_controls_inside(item, clean) for item in value)
    return value


def _instead(match: re.Match[str]) -> str:
    return _BREAKS.get(match[0], "")
