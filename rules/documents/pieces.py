"""What stands together on one line: a paragraph, or what tabs and wide blanks separate in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from rules.documents.paper import DrawnLine, Paragraph, Span
from rules.documents.text_width import MM_PER_PT

# wide blanks part a line only before what begins the right half of a head: a blank number or day is no gap
_GAP = re.compile(r"\t+|\n|(?<![  ])[  ]{3,}+(?=C[ỘO]NG\s+H|Độc\s+lập|[^\W\d][^,\d…]{1,40},\s*ngày)")
_DRAWN_WITH_SIGNS = re.compile(r"[-_–—―*=.~\s]*[-_–—―]{3}[-_–—―*=.~oO0\s]*")
_SOLID = frozenset("_—―")


@dataclass(frozen=True)
class Piece:
    paragraph: Paragraph
    spans: tuple[Span, ...]
    whole: bool  # nothing else stands in its paragraph

    @property
    def text(self) -> str:
        """Composed letters, single blanks."""
        return " ".join(unicodedata.normalize("NFC", self.raw).split())

    @property
    def raw(self) -> str:
        return "".join(span.text for span in self.spans)

    @property
    def letters(self) -> tuple[Span, ...]:
        return tuple(span for span in self.spans if any(sign.isalnum() for sign in span.text))


def pieces_of(paragraph: Paragraph) -> list[Piece]:
    text = paragraph.text
    bounds = [0]
    for gap in _GAP.finditer(text):
        bounds += [gap.start(), gap.end()]
    bounds.append(len(text))
    ranges = [(start, end) for start, end in zip(bounds[::2], bounds[1::2], strict=True) if text[start:end].strip()]
    return [Piece(paragraph, tuple(_cut(paragraph.spans, *span)), len(ranges) == 1) for span in ranges]


def _cut(spans: tuple[Span, ...], start: int, end: int) -> Iterator[Span]:
    place = 0
    for span in spans:
        text = span.text[max(0, start - place) : max(0, end - place)]
        place += len(span.text)
        if text:
            yield Span(text, span.size, span.bold, span.italic, span.font, span.colour, span.underlined, span.link)


def is_line(paragraph: Paragraph) -> bool:
    """Nothing but a line, drawn or made of signs."""
    return (not paragraph.text.strip() and bool(paragraph.drawn)) or bool(_DRAWN_WITH_SIGNS.fullmatch(paragraph.text))


def lines_at(paragraph: Paragraph) -> list[DrawnLine]:
    """With their lengths, as far as they can be told."""
    lines = [DrawnLine(_across(paragraph), line.solid) if line.across else line for line in paragraph.drawn]
    if _DRAWN_WITH_SIGNS.fullmatch(paragraph.text):
        lines.append(_of_signs(paragraph))
    return lines


def _across(paragraph: Paragraph) -> float | None:
    return paragraph.width - paragraph.left - paragraph.right if paragraph.width else None


def _of_signs(paragraph: Paragraph) -> DrawnLine:
    signs = paragraph.text.strip()
    if not set(signs) <= _SOLID:
        return DrawnLine(None, solid=False)
    wide = {"_": 0.5, "—": 1.0, "―": 1.0}
    spans = [(sign, span.size) for span in paragraph.spans for sign in span.text if sign in wide]
    return DrawnLine(sum(wide[sign] * size for sign, size in spans) * MM_PER_PT)
