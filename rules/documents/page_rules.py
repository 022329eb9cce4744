"""Paper, margins, font, colour, page numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from rules.documents import kinds
from rules.documents.draft import Draft
from rules.documents.faults import ALIGNS, MISSING, Fault, FormRule, between_vi, number_vi, place_of, style_vi
from rules.documents.paper import PageNumber, Section, Span
from rules.documents.pieces import pieces_of
from rules.documents.text_width import width_of
from rules.plan import Text

A4 = (210.0, 297.0)
NEAR = 1.0  # mm
MARGINS = {"top": (20, 25), "bottom": (20, 25), "left": (30, 35), "right": (15, 20)}
TURNED = (15, 35)  # any margin of a page that lies on its side
MARGIN_WORDS = {
    "top": Text("Lề trên", "Top margin"),
    "bottom": Text("Lề dưới", "Bottom margin"),
    "left": Text("Lề trái", "Left margin"),
    "right": Text("Lề phải", "Right margin"),
}
FONT = "Times New Roman"
_OF_ONE_BYTE = re.compile(r"\.?Vn[A-Z]|VNI[- ]", re.I)  # fonts whose letters are no Unicode
_RED = kinds.URGENCY | {"TUYỆT MẬT", "TỐI MẬT", "MẬT"}  # marks that are printed in red
_SINGLE = 1.15 / 72 * 25.4  # mm of a line for each pt
_CERTAIN = 1.25  # pages that the text fills by this estimate are two


def _sections(draft: Draft) -> Iterator[tuple[str, Section]]:
    for index, section in enumerate(draft.paper.sections):
        yield f"phần {index + 1} / section {index + 1}", section


def _paper_size(draft: Draft) -> Iterator[Fault]:
    for place, section in _sections(draft):
        sides = sorted((section.width, section.height))
        if any(abs(side - goal) > NEAR for side, goal in zip(sides, A4, strict=True)):
            found = f"{number_vi(section.width, '')}× {number_vi(section.height, 'mm')}"
            yield Fault(place, found, "A4, 210 × 297 mm")


def _orientation(draft: Draft) -> Iterator[Fault]:
    """The first page carries the head and stands upright, unless wide tables are not in annexes."""
    for place, section in list(_sections(draft))[:1]:
        if section.landscape and not any(p.table is not None and p.column > 4 for p in draft.body):
            yield Fault(place, "ngang / landscape", "dọc / portrait")


def _margin(side: str, draft: Draft) -> Iterator[Fault]:
    for place, section in _sections(draft):
        low, high = TURNED if section.landscape else MARGINS[side]
        value = getattr(section, side)
        if not low - NEAR / 2 <= value <= high + NEAR / 2:
            yield Fault(place, number_vi(value, "mm"), between_vi(low, high, "mm"))


def _spans(draft: Draft) -> Iterator[tuple[str, Span]]:
    for paragraph in draft.paper.paragraphs:
        for span in paragraph.spans:
            if any(sign.isalpha() for sign in span.text):
                yield place_of(paragraph), span


def _font(draft: Draft) -> Iterator[Fault]:
    for place, span in _spans(draft):
        if draft.profile.fonts_named and not span.font.startswith(FONT):
            yield Fault(place, span.font, FONT)
        elif not draft.profile.fonts_named and _OF_ONE_BYTE.match(span.font):
            yield Fault(place, span.font, "phông Unicode TCVN 6909:2001 / a Unicode font")


def _colour(draft: Draft) -> Iterator[Fault]:
    for place, span in _spans(draft):
        if not span.link and _is_coloured(span.colour) and span.text.strip().upper() not in _RED:
            yield Fault(place, f"#{span.colour}", "màu đen / black")


def _is_coloured(colour: str) -> bool:
    """Clearly no black: what a theme calls dark is let pass."""
    if not re.fullmatch(r"[0-9A-Fa-f]{6}", colour):
        return False
    return max(int(colour[place : place + 2], 16) for place in (0, 2, 4)) > 0x40


# --- page numbers -----------------------------------------------------------------------------------------------------

NUMBERED = "đánh số trang / page numbers"


def _numbers(draft: Draft) -> list[PageNumber]:
    """Each once, of the sections of the body."""
    sections = draft.paper.sections[: max((p.section for p in draft.body), default=-1) + 1]
    return list(dict.fromkeys(number for section in sections for number in section.numbers))


def _number_missing(draft: Draft) -> Iterator[Fault]:
    if not _numbers(draft) and _is_long(draft):
        first = [n for s in draft.paper.sections for n in s.first_numbers]
        if not first:
            yield Fault(NUMBERED, MISSING, "đánh số từ trang 2 / numbers from page 2 on")


def _is_long(draft: Draft) -> bool:
    """More than one page for certain: the body breaks the page, or its text cannot stand on one."""
    if any(item.new_page for item in draft.body[1:]) or not draft.paper.sections:
        return True
    page = draft.paper.sections[0]
    height = 0.0
    for item in draft.body:
        if item.table is None and item.text.strip() and item.width:
            size = max(span.size for span in item.spans)
            height += (int(width_of(item.spans) / item.width) + 1) * size * _SINGLE
    return height > _CERTAIN * (page.height - page.top - page.bottom)


def _number_place(draft: Draft) -> Iterator[Fault]:
    words = {"header": "lề trên / top margin", "footer": "lề dưới / bottom margin"}
    for number in _numbers(draft):
        if number.place != draft.profile.page_number_place:
            yield Fault(NUMBERED, words[number.place], words[draft.profile.page_number_place])


def _number_align(draft: Draft) -> Iterator[Fault]:
    goal = draft.profile.page_number_align
    for number in _numbers(draft):
        if number.align and number.align is not goal and number.place == draft.profile.page_number_place:
            yield Fault(NUMBERED, ALIGNS[number.align], ALIGNS[goal])


def _number_first(draft: Draft) -> Iterator[Fault]:
    for _, section in list(_sections(draft))[:1]:
        if section.first_numbers if section.first_differs else section.numbers:
            yield Fault(NUMBERED, "trang 1 có số / page 1 has one", "không hiển thị ở trang 1 / none on page 1")


def _number_look(draft: Draft) -> Iterator[Fault]:
    for number in _numbers(draft):
        if not 13 <= number.size <= 14:
            yield Fault(NUMBERED, number_vi(number.size, "pt"), between_vi(13, 14, "pt"))
        if not number.upright:
            yield Fault(NUMBERED, style_vi(False, True), style_vi(False, False))


def _annex_numbers(draft: Draft) -> Iterator[Fault]:
    for annex in draft.annexes:
        number = annex.paragraphs[0].section
        section = draft.paper.sections[number] if number < len(draft.paper.sections) else None
        own = all(item.section != number for item in draft.body) and _first_of_section(
            draft, annex.paragraphs[0].number
        )
        if section and section.numbers and not (own and section.restarts):
            yield Fault(
                place_of(annex.heading),
                "đánh số tiếp / numbers go on",
                "đánh số riêng từng phụ lục / own page numbers for each annex",
            )


def _first_of_section(draft: Draft, number: int) -> bool:
    """No letters stand in its section before it."""
    annex = next(item for item in draft.paper.paragraphs if item.number == number)
    before = (item for item in draft.paper.paragraphs if item.number < number and item.section == annex.section)
    return not any(pieces_of(item) for item in before)


PAGE_RULES = (
    FormRule("paper-size", "I.1", Text("Khổ giấy", "Paper size"), _paper_size),
    FormRule("orientation", "I.2", Text("Kiểu trình bày", "Orientation"), _orientation),
    *(FormRule(f"margin-{side}", "I.3", words, partial(_margin, side)) for side, words in MARGIN_WORDS.items()),
    FormRule("font", "I.4", Text("Phông chữ", "Font"), _font),
    FormRule("colour", "I.4", Text("Màu chữ", "Colour of letters"), _colour),
    FormRule("page-number.missing", "I.7", Text("Số trang", "Page numbers"), _number_missing),
    FormRule("page-number.place", "I.7", Text("Số trang: vị trí", "Page numbers: place"), _number_place),
    FormRule("page-number.align", "I.7", Text("Số trang: canh lề", "Page numbers: alignment"), _number_align),
    FormRule("page-number.first", "I.7", Text("Số trang thứ nhất", "Number of page 1"), _number_first),
    FormRule("page-number.look", "I.7", Text("Số trang: cỡ, kiểu chữ", "Page numbers: size, style"), _number_look),
    FormRule("annex.page-numbers", "I.7", Text("Số trang của phụ lục", "Page numbers of annexes"), _annex_numbers),
)
