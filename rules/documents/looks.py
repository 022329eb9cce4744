"""The look of each component: letters, size, style, alignment (the decree's table of model letters)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

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
from rules.documents.paper import Align, Paragraph
from rules.documents.pieces import Piece
from rules.documents.profile import Sizes
from rules.documents.text_width import width_of
from rules.plan import Text

FILLED = 0.95  # of its column: whether such a line is centred cannot be seen


@dataclass(frozen=True)
class Look:
    name: str
    clause: str
    words: Text
    pieces: Callable[[Draft], Iterable[Piece | None]]
    sizes: Sizes | Callable[[Draft], Sizes]
    bold: bool = False
    italic: bool | Callable[[Draft], bool] = False
    upper: bool | None = None
    align: Align | None = None


def _title_sizes(draft: Draft) -> Sizes:
    return draft.profile.title_sizes


def _piece(paragraph: Paragraph) -> Piece:
    return Piece(paragraph, paragraph.spans, True)


LOOKS = (
    Look("national-name", "II.1", Text("Quốc hiệu", "national name"), lambda d: (d.nation,), (12, 13), bold=True,
         upper=True, align=Align.CENTRE),
    Look("motto", "II.1", Text("Tiêu ngữ", "national motto"), lambda d: (d.motto,), (13, 14), bold=True, upper=False,
         align=Align.CENTRE),
    Look("superior", "II.2", Text("Tên cơ quan chủ quản", "superior authority"), lambda d: d.superior, (12, 13),
         upper=True, align=Align.CENTRE),
    Look("issuer", "II.2", Text("Tên cơ quan ban hành", "issuing authority"), lambda d: d.issuer, (12, 13), bold=True,
         upper=True, align=Align.CENTRE),
    Look("number", "II.3", Text("Số, ký hiệu", "number and symbol"), lambda d: (d.number,), (13, 13),
         align=Align.CENTRE),
    Look("place-date", "II.4", Text("Địa danh và thời gian", "place and date"), lambda d: (d.place_date,), (13, 14),
         italic=True),
    Look("title", "II.5", Text("Tên loại", "type of document"), lambda d: (d.title,), _title_sizes, bold=True,
         upper=True, align=Align.CENTRE),
    Look("subject", "II.5", Text("Trích yếu", "subject"), lambda d: d.subject, _title_sizes, bold=True, upper=False,
         align=Align.CENTRE),
    Look("letter-subject", "II.5", Text("Trích yếu công văn", "subject of a letter"), lambda d: d.letter_subject,
         (12, 13), align=Align.CENTRE),
    Look("basis", "II.6", Text("Căn cứ ban hành", "legal basis"), lambda d: map(_piece, d.basis), (13, 14),
         italic=lambda d: d.profile.basis_italic),
    Look("addressee", "II.9", Text("Kính gửi", "addressees"), lambda d: (d.addressed, *d.recipients), (13, 14)),
    Look("signer-title", "II.7", Text("Quyền hạn, chức vụ của người ký", "signer's authority and post"),
         lambda d: d.signer_title, (13, 14), bold=True, upper=True, align=Align.CENTRE),
    Look("signer-name", "II.7", Text("Họ và tên người ký", "signer's name"), lambda d: (d.signer_name,), (13, 14),
         bold=True, upper=False, align=Align.CENTRE),
    Look("copies", "II.9", Text("Từ «Nơi nhận»", "the words «Nơi nhận»"), lambda d: (d.copies,), (12, 12), bold=True,
         italic=True, align=Align.LEFT),
    Look("copy-list", "II.9", Text("Danh sách nơi nhận", "distribution list"), lambda d: d.copy_lines, (11, 11),
         align=Align.LEFT),
    Look("urgency", "III.2", Text("Dấu chỉ độ khẩn", "mark of urgency"),
         lambda d: (p for p in d.head if p.text.upper() in kinds.URGENCY), (13, 14), bold=True, upper=True),
    Look("annex", "III.1", Text("Từ «Phụ lục» và số thứ tự", "the words «Phụ lục» and number"),
         lambda d: (a.heading for a in d.annexes), (14, 14), bold=True, align=Align.CENTRE),
    Look("annex-title", "III.1", Text("Tên phụ lục", "title of an annex"),
         lambda d: (p for a in d.annexes for p in a.title), (13, 14), bold=True, upper=True, align=Align.CENTRE),
    Look("annex-note", "III.1", Text("Chỉ dẫn kèm theo của phụ lục", "note what an annex is attached to"),
         lambda d: (a.attached for a in d.annexes), (13, 14), italic=True, align=Align.CENTRE),
)  # fmt: skip


def _present(look: Look, draft: Draft) -> Iterator[Piece]:
    return (piece for piece in look.pieces(draft) if piece is not None and piece.letters)


def _size(look: Look, draft: Draft) -> Iterator[Fault]:
    low, high = look.sizes(draft) if callable(look.sizes) else look.sizes
    for piece in _present(look, draft):
        wrong = next((span.size for span in piece.letters if not low <= span.size <= high), None)
        if wrong is not None:
            yield Fault(place_of(piece), number_vi(wrong, "pt"), between_vi(low, high, "pt"))


def _style(look: Look, draft: Draft) -> Iterator[Fault]:
    italic = look.italic(draft) if callable(look.italic) else look.italic
    expected = (look.bold, italic)
    for piece in _present(look, draft):
        wrong = next((s for s in piece.letters if (s.bold, s.italic) != expected), None)
        if wrong is not None:
            yield Fault(place_of(piece), style_vi(wrong.bold, wrong.italic), style_vi(*expected))


def _case(look: Look, draft: Draft) -> Iterator[Fault]:
    for piece in _present(look, draft):
        if kinds.is_upper(piece.text) != look.upper:
            yield Fault(place_of(piece), *((SENTENCE, UPPER) if look.upper else (UPPER, SENTENCE)))


def _align(look: Look, draft: Draft) -> Iterator[Fault]:
    for piece in _present(look, draft):
        flush = piece.paragraph.align is Align.BOTH and look.align is Align.LEFT  # looks the same on a short line
        if piece.paragraph.align is not look.align and not flush and _is_visible(piece):
            yield Fault(place_of(piece), ALIGNS[piece.paragraph.align], ALIGNS[look.align or Align.LEFT])


def _is_visible(piece: Piece) -> bool:
    """Centred by blanks or tabs, or as wide as its column, it may look right all the same."""
    paragraph = piece.paragraph
    if not piece.whole or piece.raw != piece.raw.strip() or paragraph.left or paragraph.first or not paragraph.width:
        return False
    return width_of(piece.spans) < FILLED * paragraph.width


def look_rules() -> Iterator[FormRule]:
    for look in LOOKS:
        name, clause, vi, en = look.name, look.clause, look.words.vi, look.words.en
        yield FormRule(f"{name}.size", clause, Text(f"{vi}: cỡ chữ", f"{en}: size"), partial(_size, look))
        yield FormRule(f"{name}.style", clause, Text(f"{vi}: kiểu chữ", f"{en}: style"), partial(_style, look))
        if look.upper is not None:
            yield FormRule(f"{name}.case", clause, Text(f"{vi}: loại chữ", f"{en}: letters"), partial(_case, look))
        if look.align:
            yield FormRule(f"{name}.align", clause, Text(f"{vi}: vị trí", f"{en}: alignment"), partial(_align, look))
