"""Tờ trình: lays the province's tables before whoever approves them, with the draft of the decision."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reports import stationery as piece
from reports.completion import Item
from reports.facts import Completion
from reports.letterhead import copies, letterhead
from reports.page import new_document
from reports.papers import pieces
from reports.papers.facts import SubmissionFacts, TableToApprove
from reports.phrases import inside, opening
from rules.text.wording import count_vi, text_day_vi

TEMPLATE = Path(__file__).parents[1] / "templates" / "submission.docx"


def build() -> Any:
    document = new_document("Tờ trình")
    piece.letterhead(document)
    pieces.title(document, "TỜ TRÌNH")
    piece.addressees(document)
    pieces.bases(document)
    piece.paragraph(document, "Nội dung", "{{ opening }}")
    pieces.sections(document)
    piece.paragraph(document, "Nội dung", "{{ closing }}")
    piece.signature(document)
    return document


def items(facts: SubmissionFacts) -> tuple[Item, ...]:
    return (
        Item("I. SỰ CẦN THIẾT BAN HÀNH", [_duty(facts)], "sự cần thiết, mục đích ban hành", "need"),
        Item(
            "II. QUÁ TRÌNH XÂY DỰNG",
            [gathered(facts.issuer.name, table) for table in facts.tables],
            "việc lấy ý kiến và tiếp thu, giải trình ý kiến của các cơ quan, đơn vị có liên quan",
            "consultation",
        ),
        Item("III. NỘI DUNG TRÌNH PHÊ DUYỆT", contents(facts)),
    )


def _duty(facts: SubmissionFacts) -> str:
    return (
        f"Theo mục {facts.clause} Kế hoạch, {facts.issuer.name} chủ trì {inside(facts.duty)}, trình "
        f"{facts.approver} phê duyệt để triển khai thực hiện."
    )


def gathered(issuer: str, table: TableToApprove) -> str:
    rest = [
        f"{count_vi(number)} {what}"
        for number, what in (
            (table.waiting, "cơ quan, đơn vị có bảng đang được xem xét, chưa đưa vào"),
            (table.missing, "cơ quan, đơn vị chưa gửi"),
        )
        if number
    ]
    return (
        f"{opening(inside(table.title))} do {issuer} tổng hợp từ bảng của {count_vi(table.units)} cơ quan, đơn vị "
        f"(tính đến ngày {text_day_vi(table.counted_on)}){'; ' if rest else ''}{'; '.join(rest)}."
    )


def contents(facts: SubmissionFacts) -> list[str]:
    several = len(facts.tables) > 1
    return [
        f"{f'{number}. ' if several else ''}{table.title}, gồm {count_vi(table.entries)} mục (chi tiết tại "
        f"{pieces.heading_of(number, len(facts.tables))} kèm theo dự thảo Quyết định)."
        for number, table in enumerate(facts.tables, 1)
    ]


def values(facts: SubmissionFacts, completion: Completion) -> dict[str, object]:
    what = pieces.titles_of([table.title for table in facts.tables])
    day = completion.issued_on or facts.as_of
    return {
        **letterhead(facts.issuer, facts.as_of, completion.number, completion.issued_on),
        **pieces.bases_of(facts.bases, facts.plan, "", day),
        "subject": f"Về việc phê duyệt {what}",
        "addressees": [facts.approver],
        "opening": f"{facts.issuer.name} kính trình {facts.approver} xem xét, phê duyệt {what} với các nội dung sau:",
        "sections": pieces.filled(items(facts), completion),
        "closing": f"{facts.issuer.name} kính trình {facts.approver} xem xét, ban hành Quyết định phê duyệt {what} "
        "(kèm theo dự thảo Quyết định)./.",
        "copies": copies(facts.issuer, (f"Lãnh đạo {facts.issuer.name}",)),
    }
