"""Expected refusals: raised near the cause in the user's words, answered at the door."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from difflib import get_close_matches


class Refused(Exception):
    """What was asked cannot be done; the message says why and what to do, Vietnamese first."""


class ConcurrentAction(Refused):
    """Somebody else was quicker: what he did (as the log calls it), who, and when."""

    def __init__(self, action: str, by: str, at: datetime | None, reason: str = "") -> None:
        self.action, self.by, self.at, self.reason = action, by, at, reason
        super().__init__(f"{by or 'Người khác'} đã xử lý việc này trước. / Somebody else has dealt with this already.")


def unknown(what_vi: str, what_en: str, given: str, known: Iterable[str]) -> Refused:
    names = sorted(known)
    if not names:
        return Refused(
            f"Không có {what_vi} «{given}»; chưa có {what_vi} nào. / No {what_en} “{given}”; there is none yet."
        )
    near = get_close_matches(given.upper(), names, n=3, cutoff=0.5) or names
    if not near:
        return Refused(
            f"Không có {what_vi} «{given}», và chưa có {what_vi} nào. / No {what_en} “{given}”, nor any other."
        )
    shown = ", ".join(near[:12])
    return Refused(f"Không có {what_vi} «{given}». Gần đúng: {shown}. / No {what_en} “{given}”. Close: {shown}.")
