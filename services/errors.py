"""Expected refusals: raised near the cause in the user's words, answered at the door."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class Refused(Exception):
    """What was asked cannot be done; the message says why and what to do, Vietnamese first."""


def unknown(what_vi: str, what_en: str, given: str, known: Iterable[str]) -> Refused:
    names = sorted(known)
    near = get_close_matches(given.upper(), names, n=3, cutoff=0.5) or names
    shown = ", ".join(near[:12])
    return Refused(f"Không có {what_vi} «{given}». Gần đúng: {shown}. / No {what_en} “{given}”. Close: {shown}.")
