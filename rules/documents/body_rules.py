"""The content: size, style, alignment, indents, gaps, headings, dates, the closing sign."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from rules.documents import kinds
from rules.documents.draft import Draft
from rules.documents.faults import (
    ALIGNS,
    SENTENCE,
    UPPER,
    Fault,
    FormRule,
    between_vi,
    number_vi,
    place_of,
    style_vi,
)
from rules.documents.paper import Align, Paragraph, Span
from rules.plan import Text

SIZES = (13, 14)
LONG = 100  # letters of a paragraph that fills more than a line
INDENTED = 60  # letters from which a line is a sentence
NEAR = 0.6  # mm
LEAST_GAP = 6.0  # pt
SINGLE = 1.15  # height of a single line, as a part of the size
ENDS = "./."
_SECTION = re.compile(r"[IVX]{1,5}\.\s+(?P<heading>\S.*)")
_PART = re.compile(r"(Phần|Chương)\s+([IVX]{1,5}|\d{1,2})", re.I)
_CLAUSE = re.compile(r"\d{1,2}\.\s+\S")
_POINT = re.compile(r"(?P<letter>[a-zđ])\)\s")
_DASHED = ("-", "–", "+", "•", "*")
_DATE = re.compile(r"\bngày\s+(?P<day>\d{1,2})\s+tháng\s+(?P<month>\d{1,2})\s+năm\s+\d{4}")
POINTS = "abcdđeghiklmnopqrstuvxy"


def _letters(paragraph: Paragraph) -> list[Span]:
    return [span for span in paragraph.spans if any(sign.isalnum() for sign in span.text)]


def _whole(paragraph: Paragraph, look: str) -> bool:
    return all(getattr(span, look) for span in _letters(paragraph))


def _plain(draft: Draft) -> Iterator[Paragraph]:
    """Sentences: no headings, no centred lines, no legal basis."""
    for item in draft.sentences:
        if item.align in (Align.LEFT, Align.BOTH) and not _whole(item, "bold"):
            yield item


def _size(draft: Draft) -> Iterator[Fault]:
    for item in draft.sentences:
        wrong = next((span.size for span in _letters(item) if not SIZES[0] <= span.size <= SIZES[1]), None)
        if wrong is not None:
            yield Fault(place_of(item), number_vi(wrong, "pt"), between_vi(*SIZES, "pt"))


def _style(draft: Draft) -> Iterator[Fault]:
    """Whole paragraphs: some words may be set apart."""
    for item in draft.sentences:
        text = item.text.strip()
        if len(text) < LONG or text.startswith("(") or item.align is Align.CENTRE:
            continue
        italic = _whole(item, "italic")
        bold = _whole(item, "bold") and text.endswith((".", ";")) and not _SECTION.match(text)
        if italic or bold:
            yield Fault(place_of(item), style_vi(bold, italic), style_vi(False, False))


def _align(draft: Draft) -> Iterator[Fault]:
    for item in draft.content:
        if item.align in (Align.LEFT, Align.RIGHT) and len(item.text.strip()) > LONG and not _whole(item, "bold"):
            yield Fault(place_of(item), ALIGNS[item.align], ALIGNS[Align.BOTH])


def _indent(draft: Draft) -> Iterator[Fault]:
    for item in _plain(draft):
        text = item.text
        if len(text) < INDENTED or text != text.lstrip() or item.mark or text.startswith(_DASHED) or item.first is None:
            continue
        values = (item.first, item.left + item.first)
        if not any(_is_indent(draft, value) for value in values):
            yield Fault(place_of(item), number_vi(values[1], "mm"), "10 mm / 12,7 mm")


def _is_indent(draft: Draft, value: float) -> bool:
    profile = draft.profile
    if profile.indents_between:
        return min(profile.indents) - NEAR <= value <= max(profile.indents) + NEAR
    return any(abs(value - goal) <= NEAR for goal in profile.indents)


def _gap(draft: Draft) -> Iterator[Fault]:
    for one, other in pairwise(draft.content):
        if other.number != one.number + 1 or one.after is None or other.before is None:
            continue
        same = one.style == other.style
        after = 0.0 if same and one.close_to_own_style else one.after
        before = 0.0 if same and other.close_to_own_style else other.before
        if after + before < LEAST_GAP - 0.1:
            yield Fault(place_of(other), number_vi(after + before, "pt"), "≥ 6 pt")


def _spacing(draft: Draft) -> Iterator[Fault]:
    expected = "dòng đơn – 1,5 dòng / single – 1.5 lines"
    for item in draft.content:
        size = max((span.size for span in _letters(item)), default=14.0)
        if item.lines is not None and not 0.99 <= item.lines <= 1.51:
            yield Fault(place_of(item), number_vi(item.lines, "dòng / lines"), expected)
        elif item.exact is not None and not _is_spacing(draft, item.exact, size):
            yield Fault(place_of(item), number_vi(item.exact, "pt"), expected)


def _is_spacing(draft: Draft, exact: float, size: float) -> bool:
    least = min(draft.profile.exact_from, SINGLE * size - 0.7)
    return least <= exact <= 1.5 * SINGLE * size + 0.5


# --- headings ---------------------------------------------------------------------------------------------------------


def _sections(draft: Draft) -> Iterator[tuple[Paragraph, str]]:
    for item in draft.content:
        heading = _SECTION.fullmatch(item.text.strip())
        if heading and len(item.text) < 2 * LONG and not item.text.strip().endswith((".", ";")):
            yield item, heading["heading"]


def _parts(draft: Draft) -> Iterator[Paragraph]:
    """«Phần I», «Chương II» on lines of their own."""
    return (item for item in draft.content if _PART.fullmatch(item.text.strip()))


def _part_align(draft: Draft) -> Iterator[Fault]:
    for item in _parts(draft):
        if item.align is not Align.CENTRE and not item.left and not item.first:
            yield Fault(place_of(item), ALIGNS[item.align], ALIGNS[Align.CENTRE])


def _part_style(draft: Draft) -> Iterator[Fault]:
    for item in _parts(draft):
        wrong = next((span for span in _letters(item) if not span.bold or span.italic), None)
        if wrong:
            yield Fault(place_of(item), style_vi(wrong.bold, wrong.italic), style_vi(True, False))


def _section_case(draft: Draft) -> Iterator[Fault]:
    for item, heading in _sections(draft):
        if not kinds.is_upper(heading):
            yield Fault(place_of(item), SENTENCE, UPPER)


def _section_style(draft: Draft) -> Iterator[Fault]:
    for item, _ in _sections(draft):
        wrong = next((span for span in _letters(item) if not span.bold or span.italic), None)
        if wrong:
            yield Fault(place_of(item), style_vi(wrong.bold, wrong.italic), style_vi(True, False))


def _clause_style(draft: Draft) -> Iterator[Fault]:
    """«1. …» on a line of its own, with text of its own below, is a heading."""
    for item, below in pairwise(draft.content):
        text = item.text.strip()
        heads = (
            _CLAUSE.match(text) and len(text) < LONG and text[-1].isalnum() and not _CLAUSE.match(below.text.strip())
        )
        if heads and below.number == item.number + 1 and not _whole(item, "bold"):
            yield Fault(place_of(item), style_vi(False, _whole(item, "italic")), style_vi(True, False))


def _points(draft: Draft) -> Iterator[Fault]:
    """a, b, c, d, đ, e, g … within one run of points."""
    before = ""
    for item in draft.content:
        point = _POINT.match(item.text.strip())
        if point and before and point["letter"] != "a":
            place = POINTS.find(before)
            following = POINTS[place + 1 : place + 2] if place >= 0 else ""
            if following and point["letter"] != following:
                yield Fault(place_of(item), f"{point['letter']})", f"{following})")
        if point:
            before = point["letter"]
        elif _CLAUSE.match(item.text.strip()) or _SECTION.match(item.text.strip()) or item.text.startswith("Điều"):
            before = ""


# --- basis, dates, end ------------------------------------------------------------------------------------------------


def _basis_end(draft: Draft) -> Iterator[Fault]:
    lines = draft.basis
    for item in lines[:-1]:
        if not item.text.rstrip().endswith(";"):
            yield Fault(place_of(item), item.text.rstrip()[-1], ";")
    after = next((item for item in draft.content if lines and item.number > lines[-1].number), None)
    if lines and after is not None and not after.text.strip().startswith(("Theo ", "Xét ", "Thực hiện ")):
        end, goal = lines[-1].text.rstrip()[-1], draft.profile.basis_end
        if end != goal:
            yield Fault(place_of(lines[-1]), end, goal)


def _date_zero(draft: Draft) -> Iterator[Fault]:
    for item in draft.content:
        for date in _DATE.finditer(item.text):
            day, month = date["day"], date["month"]
            if len(day) == 1 or month in ("1", "2"):
                zero = f"ngày {int(day):02d} tháng {f'0{month}' if month in ('1', '2') else month}"
                yield Fault(place_of(item), f"ngày {day} tháng {month}", zero)


def _end(draft: Draft) -> Iterator[Fault]:
    if draft.content_ends and kinds.DISTRIBUTED | {""} >= {draft.kind}:
        last = draft.content[-1]
        text = last.text.strip()
        if not re.sub(r"\s", "", text).endswith(ENDS):
            yield Fault(place_of(last), f"…{text[-10:]}", f"…{ENDS}")


BODY_RULES = (
    FormRule("body.size", "II.6", Text("Nội dung: cỡ chữ", "Content: size"), _size),
    FormRule("body.style", "II.6", Text("Nội dung: kiểu chữ", "Content: style"), _style),
    FormRule("body.align", "II.6", Text("Nội dung: canh đều hai lề", "Content: justified"), _align),
    FormRule("body.indent", "II.6", Text("Nội dung: lùi đầu dòng", "Content: first-line indent"), _indent),
    FormRule("body.gap", "II.6", Text("Nội dung: khoảng cách đoạn", "Content: gap between paragraphs"), _gap),
    FormRule("body.spacing", "II.6", Text("Nội dung: khoảng cách dòng", "Content: line spacing"), _spacing),
    FormRule("body.date-zero", "II.4", Text("Ngày tháng ghi thêm số 0", "Zeros in dates"), _date_zero),
    FormRule("body.end", "II.6", Text("Kết thúc bằng «./.»", "Ends with «./.»"), _end),
    FormRule("part.align", "II.6", Text("Phần, chương: canh giữa", "Part, chapter: centred"), _part_align),
    FormRule("part.style", "II.6", Text("Phần, chương: đứng, đậm", "Part, chapter: bold"), _part_style),
    FormRule("section.case", "II.6", Text("Tiêu đề mục: in hoa", "Heading of a section: capitals"), _section_case),
    FormRule("section.style", "II.6", Text("Tiêu đề mục: đứng, đậm", "Heading of a section: bold"), _section_style),
    FormRule("clause.style", "II.6", Text("Tiêu đề khoản: đứng, đậm", "Heading of a clause: bold"), _clause_style),
    FormRule("points.order", "II.6", Text("Thứ tự điểm a, b, c, d, đ", "Order of points a, b, c, d, đ"), _points),
    FormRule("basis.end", "II.6", Text("Dấu cuối dòng căn cứ", "Signs that end the legal basis"), _basis_end),
)
