"""Addressees, distribution list, signer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rules.documents import kinds
from rules.documents.draft import Draft
from rules.documents.faults import FOOT_PLACE, HEAD_PLACE, MISSING, Fault, FormRule, place_of
from rules.documents.pieces import Piece
from rules.plan import Text

DASHES = ("-", "–")
_DEGREE = re.compile(
    r"(GS|PGS|TSKH|TS|ThS|BS|BSCK|KS|CN|Thạc sĩ|Tiến sĩ|Giáo sư|Phó Giáo sư|Bác sĩ|Kỹ sư|Cử nhân)\b\.?\s*"
)
_SENT_UP = re.compile(r"kính (báo cáo|trình|đề nghị)", re.I)
_SAME = re.compile(r"[-–]?\s*Như (trên|kính gửi)", re.I)
_ARCHIVE = re.compile(r"[-–]?\s*Lưu\b")


# --- Kính gửi ---------------------------------------------------------------------------------------------------------


def _addressee_missing(draft: Draft) -> Iterator[Fault]:
    if not draft.addressed and _goes_to_somebody(draft):
        yield Fault(HEAD_PLACE, MISSING, "Kính gửi: …")


def _goes_to_somebody(draft: Draft) -> bool:
    """A letter, a submission, or a report that says it goes up."""
    if draft.is_letter or draft.kind in kinds.SENT_UP:
        return True
    closing = draft.content[-1].text if draft.content else ""
    lines = (piece.text for piece in draft.copy_lines)
    return draft.kind == "BÁO CÁO" and bool(_SENT_UP.search(closing) or any(map(_SAME.match, lines)))


def _addressee_colon(draft: Draft) -> Iterator[Fault]:
    if draft.addressed and not re.match(r"[Kk]ính\s+gửi\s*:", draft.addressed.text):
        yield Fault(place_of(draft.addressed), "Kính gửi", "Kính gửi:")


def _addressee_lines(draft: Draft) -> Iterator[Fault]:
    yield from _ends(draft.recipients)


def _addressee_end(draft: Draft) -> Iterator[Fault]:
    """One on the line itself ends with a full stop."""
    text = draft.addressed.text if draft.addressed else ""
    if draft.addressed and not text.endswith((":", ".")) and not draft.recipients and len(text) > len("Kính gửi: "):
        yield Fault(place_of(draft.addressed), text[-1], ".")


def _recipients_single(draft: Draft) -> Iterator[Fault]:
    if len(draft.recipients) == 1 and draft.addressed:
        yield Fault(
            place_of(draft.recipients[0]), "dòng riêng / a line of its own", "cùng dòng «Kính gửi:» / on the same line"
        )


def _ends(lines: Sequence[Piece]) -> Iterator[Fault]:
    """«;» after each and «.» after the last; a line that the next one goes on with ends with neither."""
    for one, other in pairwise(lines):
        if _begins(other) and not one.text.endswith(";"):
            yield Fault(place_of(one), one.text[-1], ";")
    if lines and not lines[-1].text.endswith("."):
        yield Fault(place_of(lines[-1]), lines[-1].text[-1], ".")


def _begins(piece: Piece) -> bool:
    return piece.text.startswith(DASHES) or bool(piece.paragraph.mark)


# --- Nơi nhận ---------------------------------------------------------------------------------------------------------


def _copies_missing(draft: Draft) -> Iterator[Fault]:
    if draft.number and not draft.copies and draft.is_sent:
        yield Fault(FOOT_PLACE, MISSING, "Nơi nhận: …")


def _copies_text(draft: Draft) -> Iterator[Fault]:
    if draft.copies and draft.copies.text != "Nơi nhận:":
        yield Fault(place_of(draft.copies), draft.copies.text, "Nơi nhận:")


def _copies_place(draft: Draft) -> Iterator[Fault]:
    """At the left, level with the signer's post: certain where a table says."""
    if not (draft.copies and draft.signer_title):
        return
    one, other = draft.copies.paragraph, draft.signer_title[0].paragraph
    if one.column > other.column:
        yield Fault(place_of(draft.copies), "bên phải / right", "bên trái / left")
    elif one.row != other.row:
        level = f"ngang hàng với chức vụ: hàng / row {other.row + 1}"
        yield Fault(place_of(draft.copies), f"hàng / row {one.row + 1}", level)


def _copy_dashes(draft: Draft) -> Iterator[Fault]:
    ended = True
    for piece in draft.copy_lines:
        if ended and not _begins(piece):
            yield Fault(place_of(piece), piece.text[:1], "-")
        ended = piece.text.endswith((";", "."))


def _copy_ends(draft: Draft) -> Iterator[Fault]:
    yield from _ends(draft.copy_lines)


def _copy_first(draft: Draft) -> Iterator[Fault]:
    if draft.addressed and draft.copy_lines and not any(_SAME.match(piece.text) for piece in draft.copy_lines[:1]):
        yield Fault(place_of(draft.copy_lines[0]), draft.copy_lines[0].text, "- Như trên;")


def _copy_archive(draft: Draft) -> Iterator[Fault]:
    """The last line: «- Lưu: VT, …»."""
    if not draft.copies or not draft.copy_lines:
        return
    places = [index for index, piece in enumerate(draft.copy_lines) if _ARCHIVE.match(piece.text)]
    last = draft.copy_lines[-1]
    if not places or any(_begins(piece) for piece in draft.copy_lines[places[-1] + 1 :]):
        yield Fault(place_of(last), last.text, "- Lưu: VT, …")
    elif not re.search(r"Lưu\s*:\s*VT\b", draft.copy_lines[places[-1]].text):
        line = draft.copy_lines[places[-1]]
        yield Fault(place_of(line), line.text, "- Lưu: VT, …")


# --- signer -----------------------------------------------------------------------------------------------------------


def _signer_missing(draft: Draft) -> Iterator[Fault]:
    """Certain where «Nơi nhận» stands in a table beside an empty cell."""
    if draft.copies and draft.copies.paragraph.table is not None and not draft.signer_title:
        others = (p for p in draft.body if p.table == draft.copies.paragraph.table and p.column > 0)
        if any(True for _ in others):
            yield Fault(FOOT_PLACE, MISSING, "quyền hạn, chức vụ của người ký / the signer's authority and post")


def _authority(draft: Draft) -> Iterator[Fault]:
    """TM., KT., TL., TUQ., Q. end with a stop."""
    for piece in draft.signer_title:
        short = re.match(r"(TM|KT|TL|TUQ|Q)\s", piece.text)
        if short:
            yield Fault(place_of(piece), short[1], f"{short[1]}.")


def _degree(draft: Draft) -> Iterator[Fault]:
    """Teachers, doctors and scientists at the head of their institutions may write theirs."""
    if not draft.signer_name or not draft.issuer or not draft.issuer[0].text.upper().startswith(kinds.OFFICES):
        return
    degree = _DEGREE.match(draft.signer_name.text)
    if degree:
        yield Fault(place_of(draft.signer_name), degree[0].strip(), draft.signer_name.text[degree.end() :])


FOOT_RULES = (
    FormRule("addressee.missing", "II.9", Text("Kính gửi", "Addressees"), _addressee_missing),
    FormRule("addressee.colon", "II.9", Text("Dấu hai chấm sau Kính gửi", "Colon after Kính gửi"), _addressee_colon),
    FormRule("addressee.end", "II.9", Text("Dấu chấm sau nơi gửi", "Full stop after the addressee"), _addressee_end),
    FormRule("addressee.lines", "II.9", Text("Dấu cuối dòng Kính gửi", "Signs that end addressees"), _addressee_lines),
    FormRule("addressee.single", "II.9", Text("Gửi một nơi: cùng dòng", "One addressee: the same line"),
             _recipients_single),
    FormRule("copies.missing", "II.9", Text("Nơi nhận", "Distribution list"), _copies_missing),
    FormRule("copies.text", "II.9", Text("Từ «Nơi nhận:»", "The words «Nơi nhận:»"), _copies_text),
    FormRule("copies.place", "II.9", Text("Nơi nhận: vị trí", "Distribution list: place"), _copies_place),
    FormRule("copy-list.dash", "II.9", Text("Gạch đầu dòng nơi nhận", "Dashes of the distribution list"), _copy_dashes),
    FormRule("copy-list.ends", "II.9", Text("Dấu cuối dòng nơi nhận", "Signs that end the list's lines"), _copy_ends),
    FormRule("copy-list.first", "II.9", Text("Dòng «- Như trên;»", "The line «- Như trên;»"), _copy_first),
    FormRule("copy-list.archive", "II.9", Text("Dòng cuối «- Lưu: VT»", "The last line «- Lưu: VT»"), _copy_archive),
    FormRule("signer-title.missing", "II.7", Text("Chức vụ người ký", "Signer's post"), _signer_missing),
    FormRule("signer-title.text", "II.7", Text("Dấu chấm sau TM, KT, TL …", "Stop after TM, KT, TL …"), _authority),
    FormRule("signer-name.degree", "II.7", Text("Không ghi học hàm, học vị", "No degrees before the name"), _degree),
)  # fmt: skip
