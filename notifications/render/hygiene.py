"""Texts without what must not travel in them: control characters, invisible ones, empty lines that conditions leave."""

from __future__ import annotations

import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def one_line(subject: str) -> str:
    return " ".join(unicodedata.normalize("NFC", _CONTROL.sub(" ", subject)).split())


def composed(text: str) -> str:
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))


def tidy(text: str) -> str:
    """Without the empty lines and trailing blanks that conditions leave behind."""
    trimmed = "\n".join([line.rstrip() for line in text.split("\n")])
    while "\n\n\n" in trimmed:
        trimmed = trimmed.replace("\n\n\n", "\n\n")
    return trimmed.strip()
