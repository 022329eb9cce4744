"""Dự thảo quyết định: approves the province's tables, which are its annexes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reports import stationery as piece
from reports.facts import Completion
from reports.letterhead import letterhead
from reports.page import new_document
from reports.papers import pieces
from reports.papers.facts import DecisionFacts
from reports.phrases import inside, opening
from rules.text.wording import count_vi, long_day_vi

ATTACHED = "(Kèm theo Quyết định số {{ number }} {{ attached_dated }} của {{ authority }})"
TEMPLATE = Path(__file__).parents[1] / "templates" / "decision.docx"


def build() -> Any:
    document = new_document("Quyết định")
    piece.letterhead(document, under_superior=False)
    pieces.title(document, "QUYẾT ĐỊNH")
    piece.paragraph(document, "Thẩm quyền", "{{ authority_upper }}")
    pieces.bases(document)
    piece.paragraph(document, "Thẩm quyền", "QUYẾT ĐỊNH:")
    piece.paragraph(document, "Nội dung", "{%p for article in articles %}")
    article = piece.paragraph(document, "Nội dung")
    article.add_run("Điều {{ loop.index }}. ").bold = True
    article.add_run("{{ article }}")
    piece.paragraph(document, "Nội dung", "{%p endfor %}")
    piece.signature(document)
    pieces.annexes(document, ATTACHED)
    return document


def articles(facts: DecisionFacts) -> list[str]:
    proposer, titles = facts.proposer, [table.title for table in facts.tables]
    body = facts.issuer.name
    counted = "; ".join(
        f"{inside(table.title)}, gồm {count_vi(table.entries)} mục ({pieces.heading_of(number, len(facts.tables))})"
        for number, table in enumerate(facts.tables, 1)
    )
    return [
        f"Phê duyệt kèm theo Quyết định này {counted}.",
        f"{proposer.name} chủ trì, phối hợp với các cơ quan, đơn vị có liên quan tổ chức triển khai thực hiện và thông "
        f"báo công khai {pieces.titles_of(titles)} theo {pieces.in_short(facts.plan)}.",
        "Quyết định này có hiệu lực kể từ ngày ký.",
        f"Chánh Văn phòng {body}, {_head(facts)} và Thủ trưởng các cơ quan, đơn vị có liên quan chịu trách nhiệm thi "
        "hành Quyết định này./.",
    ]


def _head(facts: DecisionFacts) -> str:
    return f"{facts.proposer.signer_title.capitalize()} {facts.proposer.name}"


def proposal(facts: DecisionFacts) -> str:
    letter = facts.submission
    number = letter.number if letter else f"       /{facts.proposer.symbol}"
    dated = long_day_vi(letter.signed_on) if letter else "ngày … tháng … năm …"
    return f"Theo đề nghị của {_head(facts)} tại Tờ trình số {number} {dated}"


def values(facts: DecisionFacts, completion: Completion) -> dict[str, object]:
    titles = [table.title for table in facts.tables]
    authority = f"{facts.issuer.signer_title.capitalize()} {facts.issuer.name}"
    day = completion.issued_on or facts.as_of
    return {
        **letterhead(facts.issuer, facts.as_of, completion.number, completion.issued_on),
        **pieces.bases_of(facts.bases, facts.plan, proposal(facts), day),
        "issuer_lines": issuer_lines(facts.issuer.name),
        "authority": authority,
        "authority_upper": authority.upper(),
        "subject": f"Về việc phê duyệt {pieces.titles_of(titles)}",
        "articles": articles(facts),
        "copies": ("Như Điều 4", f"{opening(facts.proposer.name)}", "Lưu: VT"),
        "annexes": pieces.annex_values(titles, [table.table for table in facts.tables]),
    }


def issuer_lines(name: str) -> list[str]:
    """«ỦY BAN NHÂN DÂN», «TỈNH SÓC TRĂNG»."""
    upper, body = name.upper(), "ỦY BAN NHÂN DÂN"
    place = upper.removeprefix(body).strip()
    return [body, place] if place and place != upper else [upper]
