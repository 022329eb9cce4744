"""The proposals to amend the plan, put together as one table: what is submitted with the letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date

from reports.table_book import Sheet, table_book

COLUMNS = (
    ("STT", 5),
    ("Cơ quan", 30),
    ("Mục của Kế hoạch", 10),
    ("Khó khăn, vướng mắc", 40),
    ("Nội dung đề xuất", 44),
    ("Số, ký hiệu văn bản", 18),
    ("Ngày văn bản", 11),
    ("Ngày nhận", 11),
    ("Ý kiến của cơ quan tổng hợp", 34),
    ("Kết quả", 22),
)


@dataclass(frozen=True)
class ProposalRow:
    unit: str
    clause: str
    difficulty: str
    content: str
    document_number: str
    document_date: date | None
    received_on: date
    opinion: str
    result: str


def proposals_book(title: str, subtitle: str, rows: Sequence[ProposalRow]) -> bytes:
    return table_book(Sheet("Đề xuất", title, subtitle, COLUMNS), (astuple(row) for row in rows))
