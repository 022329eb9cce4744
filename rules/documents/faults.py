"""A departure from the form, and the words in which it is told: Vietnamese first, English second."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rules.documents.draft import Draft
from rules.documents.paper import Align, Paragraph
from rules.documents.pieces import Piece
from rules.plan import Text

SHOWN = 40  # letters of a text that a place is named by
MISSING = "không có / missing"
UPPER, SENTENCE = "chữ in hoa / capitals", "chữ in thường / sentence case"
ALIGNS = {
    Align.LEFT: "canh trái / left",
    Align.CENTRE: "canh giữa / centred",
    Align.RIGHT: "canh phải / right",
    Align.BOTH: "canh đều hai lề / justified",
}


@dataclass(frozen=True)
class Fault:
    place: str
    found: str
    expected: str


@dataclass(frozen=True)
class FormRule:
    id: str
    clause: str  # of the decree's Annex I
    words: Text
    check: Callable[[Draft], Iterable[Fault]]


@dataclass(frozen=True)
class Departure:
    rule: str
    place: str
    found: str
    expected: str


def place_of(item: Piece | Paragraph) -> str:
    paragraph = item.paragraph if isinstance(item, Piece) else item
    text = " ".join((item.text or paragraph.text).split())
    shown = text if len(text) <= SHOWN else f"{text[: SHOWN - 1].rstrip()}…"
    return f"đoạn {paragraph.number} / paragraph {paragraph.number}: «{shown}»"


HEAD_PLACE = "đầu văn bản / head of the document"
FOOT_PLACE = "cuối văn bản / foot of the document"


def style_vi(bold: bool, italic: bool) -> str:
    """«nghiêng, đậm / bold italic»."""
    vi = f"{'nghiêng' if italic else 'đứng'}{', đậm' if bold else ''}"
    en = " ".join(word for word, on in (("bold", bold), ("italic", italic)) if on) or "upright"
    return f"{vi} / {en}"


def number_vi(value: float, unit: str) -> str:
    return f"{value:.1f}".removesuffix(".0").replace(".", ",") + f" {unit}"


def between_vi(low: float, high: float, unit: str) -> str:
    if low == high:
        return number_vi(low, unit)
    return f"{number_vi(low, unit).removesuffix(f' {unit}')}–{number_vi(high, unit)}"
