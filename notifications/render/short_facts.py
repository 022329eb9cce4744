"""What only a Zalo message needs: shorter names, and the facts of a letter that was issued."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from notifications.facts import LetterFacts, MessageKind
from notifications.render.words import bare

# A way in that is open once travels by e-mail alone: who holds a telephone is not always who holds the post.
NOT_ON_ZALO = frozenset({MessageKind.SIGN_IN, MessageKind.INVITATION}) | {
    # what concerns the running of the office is not for a telephone either
    MessageKind.MOVED,
    MessageKind.EXTENDED,
    MessageKind.CLOSED,
    MessageKind.CASE_MESSAGE,
    MessageKind.UNREACHABLE,
    MessageKind.STILL_YOU,
    MessageKind.INTRODUCTION,
    MessageKind.LINK_MOVED,
    MessageKind.WATCH,
    MessageKind.CHANNEL_DOWN,
    MessageKind.REQUEST_DECIDED,
    MessageKind.MAIL_TOO_LARGE,
}


@dataclass(frozen=True, kw_only=True)
class IssuedLetterFacts(LetterFacts):
    """To the unit an official urging letter was sent to: the letter itself travels by the official exchange."""

    title: str
    letter_number: str  # "512/CTK-TH"
    letter_date: date
    reply_by: date
    url: str


def fit(text: str, room: int) -> str:
    """Cut between two words; the dots count too."""
    whole = bare(text)
    if len(whole) <= room:
        return whole
    words = whole[:room].rpartition(" ")[0] or whole[: room - 1]
    return words.rstrip(" ,;:-–(") + "…"
