"""The list of whom to urge, as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reports.table_book import Sheet, Value, table_book

COLUMNS = (
    ("STT", 5),
    ("Đơn vị", 30),
    ("Nhiệm vụ", 30),
    ("Kỳ", 12),
    ("Hạn", 11),
    ("Số ngày làm việc quá hạn", 9),
    ("Tình trạng", 18),
    ("Người liên hệ", 22),
    ("Điện thoại", 14),
    ("Thư điện tử", 26),
    ("Số lần đã nhắc", 8),
    ("Liên hệ gần nhất", 11),
    ("Cách liên hệ, kết quả", 24),
    ("Hẹn nộp ngày", 11),
    ("Ghi chú", 32),
)


@dataclass(frozen=True)
class ChasingRow:
    unit: str
    duty: str
    period: str
    due: date
    days_late: int | None
    standing: str
    person: str
    phone: str
    email: str
    reminders: int
    last_on: date | None
    last_way: str
    promised_on: date | None
    note: str

    @property
    def values(self) -> tuple[Value, ...]:
        who = (self.person, self.phone, self.email, self.reminders)
        what = (self.unit, self.duty, self.period, self.due, self.days_late, self.standing)
        return (*what, *who, self.last_on, self.last_way, self.promised_on, self.note)


def workbook(title: str, subtitle: str, rows: Sequence[ChasingRow]) -> bytes:
    """`subtitle`: the day and the filter."""
    return table_book(Sheet("Đôn đốc", title, subtitle, COLUMNS), (row.values for row in rows))
