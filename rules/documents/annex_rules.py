"""Annexes: words, numbers, the note what they belong to, and that the text speaks of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.documents.draft import Draft
from rules.documents.faults import MISSING, SENTENCE, UPPER, Fault, FormRule, place_of
from rules.documents.kinds import is_upper
from rules.plan import Text

ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_MENTION = re.compile(r"phụ lục|kèm theo|đính kèm", re.I)
_RANGE = re.compile(r"\b([IVX]+)\s*(?:đến|tới|-|–)\s*(?:Phụ lục\s+)?([IVX]+)\b")


def _case(draft: Draft) -> Iterator[Fault]:
    for annex in draft.annexes:
        if is_upper(annex.heading.text.split()[0]):
            yield Fault(place_of(annex.heading), UPPER, SENTENCE)


def _number(draft: Draft) -> Iterator[Fault]:
    """Roman, where there are two or more; in their order."""
    annexes = draft.annexes
    if len(annexes) < 2:
        return
    for annex, goal in zip(annexes, (*ROMAN[1:], *[""] * len(annexes)), strict=False):
        if goal and annex.number != goal:
            yield Fault(place_of(annex.heading), annex.number or MISSING, goal)


def _title(draft: Draft) -> Iterator[Fault]:
    for annex in draft.annexes:
        if annex.attached and not annex.title:
            yield Fault(place_of(annex.heading), MISSING, "tên phụ lục / a title")


def _note(draft: Draft) -> Iterator[Fault]:
    for annex in draft.annexes:
        if not annex.attached and draft.profile.attached_note:
            yield Fault(place_of(annex.heading), MISSING, "(Kèm theo … số … ngày … của …)")


def _mention(draft: Draft) -> Iterator[Fault]:
    text = [item.text for item in draft.body if _MENTION.search(item.text)]
    mentions = set(re.findall(r"\b[IVX]+\b", " ".join(text)))
    for first, last in _RANGE.findall(" ".join(text)):
        if first in ROMAN and last in ROMAN:
            mentions |= set(ROMAN[ROMAN.index(first) : ROMAN.index(last) + 1])
    general = any(re.search(r"(các|những|\d\d) phụ lục|phụ lục kèm theo|kèm theo\)", item, re.I) for item in text)
    for annex in draft.annexes:
        if not text or (annex.number in ROMAN[1:] and annex.number not in mentions and not general):
            yield Fault(place_of(annex.heading), MISSING, "nêu trong nội dung văn bản / spoken of in the text")


ANNEX_RULES = (
    FormRule("annex.case", "III.1", Text("Từ «Phụ lục»: in thường", "The word «Phụ lục»: sentence case"), _case),
    FormRule("annex.number", "III.1", Text("Số thứ tự phụ lục", "Numbers of annexes"), _number),
    FormRule("annex-title.missing", "III.1", Text("Tên phụ lục", "Titles of annexes"), _title),
    FormRule("annex-note.missing", "III.1", Text("Chỉ dẫn kèm theo", "What the annex is attached to"), _note),
    FormRule(
        "annex.mention", "III.1", Text("Phụ lục được nêu trong văn bản", "The text speaks of the annex"), _mention
    ),
)
