"""Báo cáo rà soát: what was planned and announced, beside the releases the record knows of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reports import stationery as piece
from reports.completion import Item
from reports.facts import Completion
from reports.letterhead import copies, letterhead
from reports.narrative import plan_in_full
from reports.page import new_document
from reports.papers import pieces
from reports.papers.facts import AnnexTable, ReviewedUnit, ReviewFacts
from reports.phrases import inside, joined
from rules.text.wording import count_vi, number_vi, text_day_vi

ATTACHED = "(Kèm theo Báo cáo số {{ number }} {{ attached_dated }} của {{ issuer }})"
BY_UNIT = ("Cơ quan, đơn vị", "Theo kế hoạch", "Theo lịch", "Đã ghi nhận", "Chưa ghi nhận", "Chưa đến thời gian")
RELEASES = ("Cơ quan, đơn vị", "Sản phẩm", "Thời gian phổ biến")
TEMPLATE = Path(__file__).parents[1] / "templates" / "review.docx"


def build() -> Any:
    document = new_document("Báo cáo rà soát")
    piece.letterhead(document)
    pieces.title(document, "BÁO CÁO")
    piece.addressees(document)
    piece.paragraph(document, "Nội dung", "{{ opening }}")
    pieces.sections(document)
    piece.paragraph(document, "Nội dung", "{{ closing }}")
    piece.signature(document)
    pieces.annexes(document, ATTACHED)
    return document


def items(facts: ReviewFacts) -> tuple[Item, ...]:
    outcome, asked = _outcome(facts)
    return (
        Item("I. CĂN CỨ RÀ SOÁT", _sources(facts)),
        Item("II. KẾT QUẢ RÀ SOÁT", _results(facts), "đánh giá tiến độ thực hiện, nguyên nhân", "evaluation"),
        Item("III. KẾT LUẬN", outcome, asked, "outcome"),
        Item("IV. ĐỀ XUẤT, KIẾN NGHỊ", (), "nội dung đề xuất, kiến nghị, nếu có", "requests"),
    )


def _sources(facts: ReviewFacts) -> list[str]:
    return [f"{source.title}: {_source(source.frozen, source.there, facts)}." for source in facts.sources]


def _source(frozen: bool, there: bool, facts: ReviewFacts) -> str:
    if not there:
        return f"chưa có nội dung nào được ghi nhận tính đến ngày {text_day_vi(facts.as_of)}"
    if frozen:
        return "theo bảng tổng hợp đã chốt"
    return f"theo bảng của các cơ quan, đơn vị đã được chấp nhận tính đến ngày {text_day_vi(facts.as_of)}"


def _results(facts: ReviewFacts) -> list[str]:
    totals, until = facts.totals, text_day_vi(facts.until)
    due = totals.recorded + totals.not_recorded
    sentences = [
        f"Theo kế hoạch có {count_vi(totals.planned)} lần phổ biến, theo lịch đã công bố có "
        f"{count_vi(totals.announced)} lần phổ biến của {count_vi(len(facts.units))} cơ quan, đơn vị "
        f"(chi tiết tại {_first(facts)}).",
        f"Đến hết ngày {until}, có {count_vi(due)} lần phổ biến đến thời gian thực hiện, trong đó "
        f"{count_vi(totals.recorded)} lần đã ghi nhận nơi phổ biến, {count_vi(totals.not_recorded)} lần chưa có thông "
        f"tin ghi nhận{' (danh sách tại Phụ lục II)' if facts.unrecorded else ''}; "
        f"{count_vi(totals.to_come)} lần chưa đến thời gian.",
    ]
    if facts.unrecorded:
        sentences.append("Việc chưa có thông tin ghi nhận chưa khẳng định là sản phẩm chưa được phổ biến.")
    return sentences


def _first(facts: ReviewFacts) -> str:
    return "Phụ lục I" if facts.unrecorded else "Phụ lục"


def _outcome(facts: ReviewFacts) -> tuple[list[str], str]:
    if facts.adjusted is None:
        return [], "kết luận có hay không có điều chỉnh, bổ sung kế hoạch"
    if not facts.adjusted:
        return ["Qua rà soát, kế hoạch không có điều chỉnh, bổ sung."], ""
    follow = f" {facts.issuer.name} sẽ {joined([inside(one) for one in facts.follow])}." if facts.follow else ""
    return [f"Qua rà soát, kế hoạch có điều chỉnh, bổ sung.{follow}"], "nội dung điều chỉnh, bổ sung"


def values(facts: ReviewFacts, completion: Completion) -> dict[str, object]:
    issuer = facts.issuer
    titles, tables = _annexes(facts)
    return {
        **letterhead(issuer, facts.as_of, completion.number, completion.issued_on),
        "subject": f"Kết quả {inside(facts.subject)}",
        "addressees": [facts.recipient],
        "opening": f"Thực hiện mục {facts.clause} {plan_in_full(facts.plan)} (sau đây gọi tắt là Kế hoạch), "
        f"{issuer.name} đã {inside(facts.duty)} và báo cáo kết quả như sau:",
        "sections": pieces.filled(items(facts), completion),
        "closing": f"Trên đây là kết quả {inside(facts.subject)}, {issuer.name} kính báo cáo {facts.recipient} "
        "xem xét, chỉ đạo./.",
        "copies": copies(issuer, (f"Lãnh đạo {issuer.name}",)),
        "annexes": pieces.annex_values(titles, tables),
    }


def _annexes(facts: ReviewFacts) -> tuple[list[str], list[AnnexTable]]:
    rows = tuple(_counted(unit) for unit in (*facts.units, facts.totals))
    titles = ["Tình hình phổ biến theo cơ quan, đơn vị"]
    tables = [AnnexTable(BY_UNIT, (90, 26, 26, 26, 26, 26), rows)]
    if facts.unrecorded:
        releases = tuple((one.unit, one.product, one.day) for one in facts.unrecorded)
        titles.append("Các lần phổ biến chưa có thông tin ghi nhận")
        tables.append(AnnexTable(RELEASES, (80, 120, 36), releases))
    return titles, tables


def _counted(unit: ReviewedUnit) -> tuple[str, ...]:
    numbers = (unit.planned, unit.announced, unit.recorded, unit.not_recorded, unit.to_come)
    return (unit.name, *map(number_vi, numbers))
