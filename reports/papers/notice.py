"""Thông báo: says publicly that something was approved and where it can be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reports import stationery as piece
from reports.completion import Item
from reports.facts import Completion
from reports.letterhead import letterhead
from reports.page import new_document
from reports.papers import pieces
from reports.papers.facts import NoticeFacts
from reports.phrases import inside
from rules.text.wording import text_day_vi

TEMPLATE = Path(__file__).parents[1] / "templates" / "notice.docx"


def build() -> Any:
    document = new_document("Thông báo")
    piece.letterhead(document)
    pieces.title(document, "THÔNG BÁO")
    pieces.bases(document)
    piece.paragraph(document, "Nội dung", "{{ opening }}")
    piece.paragraph(document, "Khoản", "{%p for item in sections %}")
    piece.paragraph(document, "Khoản", "{{ loop.index }}. {{ item.heading }}")
    piece.sentences(document, "item")
    piece.paragraph(document, "Khoản", "{%p endfor %}")
    piece.paragraph(document, "Nội dung", "{{ closing }}")
    piece.signature(document)
    return document


def items(facts: NoticeFacts) -> tuple[Item, ...]:
    place = [] if not facts.place else [_place(facts)]
    return (
        Item("Nội dung công bố", _contents(facts), "" if facts.approved else "văn bản phê duyệt", "approval"),
        Item("Nơi công bố", place, "" if place else "địa chỉ, nơi công bố và ngày đăng", "place"),
        Item("Liên hệ", [_contact(facts)]),
    )


def _contents(facts: NoticeFacts) -> list[str]:
    approved = facts.approved
    if approved is None:
        return []
    document = approved.document
    return [
        f"{facts.what} đã được {approved.by} phê duyệt tại {document.type_name} số {document.number} ngày "
        f"{text_day_vi(document.signed_on)}."
    ]


def _place(facts: NoticeFacts) -> str:
    day = f", từ ngày {text_day_vi(facts.published_on)}" if facts.published_on else ""
    return f"{facts.what} được công bố tại: {facts.place}{day}."


def _contact(facts: NoticeFacts) -> str:
    phone = f"; điện thoại: {facts.phone}" if facts.phone else ""
    return f"Ý kiến phản hồi, đề nghị cung cấp thông tin gửi về {facts.issuer.name}; thư điện tử: {facts.email}{phone}."


def values(facts: NoticeFacts, completion: Completion) -> dict[str, object]:
    issuer, what = facts.issuer, inside(facts.what)
    return {
        **letterhead(issuer, facts.as_of, completion.number, completion.issued_on),
        **pieces.bases_of(facts.bases, facts.plan, "", completion.issued_on or facts.as_of),
        "subject": f"Về việc công bố công khai {what}",
        "opening": f"{issuer.name} thông báo công khai {what} như sau:",
        "sections": pieces.filled(items(facts), completion),
        "closing": f"{issuer.name} thông báo để các cơ quan, tổ chức, cá nhân biết, khai thác, sử dụng./.",
        "copies": (*facts.copies, f"Lưu: VT, {issuer.drafting_unit}"),
    }
