"""Small turns of phrase the documents share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from rules.text.wording import number_vi, one_decimal

UNITS = "cơ quan, đơn vị, địa phương"  # of every group
OF_GROUPS = {
    frozenset({"departments"}): "sở, ban, ngành",
    frozenset({"districts"}): "huyện, thị xã, thành phố",
    frozenset({"departments", "districts"}): "sở, ban, ngành, địa phương",
}
# Offices, bodies and named acts keep their capital inside a sentence (NĐ 30/2020/NĐ-CP, Phụ lục II).
NAMED = (
    "Chính phủ",
    "Chính sách phổ biến",
    "Chủ tịch",
    "Lịch phổ biến",
    "Phó Chủ tịch",
    "Quốc hội",
    "Quy chế",
    "Thủ trưởng",
    "Thủ tướng",
    "Tổng cục",
    "Ủy ban",
    "Văn phòng",
)
BODIES = ("Ban", "Bộ", "Cục", "Sở")  # when a name follows: «Bộ Tài chính», but «bộ biểu mẫu»


def inside(title: str) -> str:
    """A title as it reads in the middle of a sentence: «Danh mục …» becomes «danh mục …», «Lịch …» stays."""
    return title if _is_proper(title) else title[:1].lower() + title[1:]


def _is_proper(title: str) -> bool:
    first, _, rest = title.partition(" ")
    if title.startswith(NAMED) or (first in BODIES and rest[:1].isupper()):
        return True
    return len(first) > 1 and first.isupper()


def unit_inside(name: str) -> str:
    """Names of units keep their capital; only «Các cơ quan …» loses it."""
    return inside(name) if name.startswith(("Các ", "Mọi ")) else name


def units_of(groups: Iterable[str]) -> str:
    """Units of these groups together, and of no other: who owes departments' work is a department."""
    among = frozenset(groups)
    everywhere = "districts" in among or among <= {""}  # or nobody said
    return OF_GROUPS.get(among, UNITS if everywhere else "cơ quan, đơn vị")


def opening(text: str) -> str:
    return text[:1].upper() + text[1:]


def joined(parts: Sequence[str]) -> str:
    *head, last = parts or ("",)
    return f"{', '.join(head)} và {last}" if head else last


def rate_vi(rate: Decimal) -> str:
    """«80,0»: always one decimal, so that the rates of a report stand under one another."""
    return number_vi(one_decimal(rate))


def listed(entries: Iterable[str]) -> list[str]:
    """Dashed lines, «;» after each and «.» after the last."""
    lines = [f"- {entry.rstrip('.;')}" for entry in entries]
    return [f"{line}{'.' if number == len(lines) else ';'}" for number, line in enumerate(lines, 1)]
