"""Makes the name of a file that strangers sent fit to be shown and kept."""

from __future__ import annotations

import re
from unicodedata import category, normalize

LONGEST_NAME = 120
NUMBER = re.compile(
    r"(?<![^\s_.,;(-])(\d{1,5})/(?:(\d{4})/)?(?=[A-ZĐ]{2,}\b)"
)  # of a document: 12/BC-SYT, 12/2026/BC-SYT
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.IGNORECASE)


def harmless_name(name: str, number: int) -> str:
    """A plain file name in composed letters: no folders, no invisible or reversing signs, nothing a system reserves."""
    whole = NUMBER.sub(_with_hyphens, normalize("NFC", name))
    last = re.split(r"[/\\]", whole)[-1]
    visible = "".join(letter for letter in last if category(letter)[0] != "C")
    plain = re.sub(r'[<>:"|?*]', "_", " ".join(visible.split())).strip(". ")
    if RESERVED.match(plain):
        plain = f"_{plain}"
    stem, dot, kind = plain.rpartition(".")
    if not dot:
        return plain[:LONGEST_NAME] or f"tep-{number}"
    return f"{stem[: LONGEST_NAME - len(kind) - 1] or f'tep-{number}'}.{kind[:16]}"


def _with_hyphens(number: re.Match[str]) -> str:
    return "".join(f"{part}-" for part in number.groups() if part)
