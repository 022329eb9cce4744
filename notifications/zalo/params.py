"""What fills an approved template of Zalo, for each kind of message; register the templates with these parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from notifications.facts import DigestFacts, DueItem
from notifications.kinds import MessageKind
from notifications.render.words import day, fit, result, standing
from notifications.zalo.templates import Parameter, composed

K = MessageKind
Fill = Callable[[Any], str]

REMINDER = "ma_nhac"  # a template may show it; it is not needed
PARAMETERS: Mapping[str, Parameter] = {
    one.name: one
    for one in (
        Parameter("tieu_de", "LABEL", 30),
        Parameter("don_vi", "PRODUCT", 200),
        Parameter("nhiem_vu", "PRODUCT", 200),
        Parameter("ke_hoach", "CODE", 30),
        Parameter("han", "TIME", 20),
        Parameter("con_lai", "LABEL", 30),
        Parameter("so_vb", "CODE", 30),
        Parameter("ket_qua", "STATUS", 30),
        Parameter("dia_chi", "URL", 200),
        Parameter(REMINDER, "CODE", 30, required=False),
    )
}


def urgent(facts: DigestFacts) -> DueItem:
    return min(facts.items, key=lambda item: (-item.level, item.last_day, item.unit_name, item.title))


def _left(item: DueItem) -> str:
    return standing(item).removeprefix(", ") or "đã đến hạn"


_ITEM: Mapping[str, Fill] = {
    "don_vi": lambda f: urgent(f).unit_name,
    "nhiem_vu": lambda f: urgent(f).short or urgent(f).title,
    "ke_hoach": lambda f: urgent(f).plan_number,
    "han": lambda f: day(urgent(f).named_day),
    "con_lai": lambda f: _left(urgent(f)),
    "dia_chi": lambda f: urgent(f).answer_url or urgent(f).url,
}
_SUBMISSION: Mapping[str, Fill] = {
    "don_vi": lambda f: f.unit_name,
    "nhiem_vu": lambda f: f.title,
    "ke_hoach": lambda f: f.plan_number,
    "so_vb": lambda f: f.document_number or "không có số",
    "dia_chi": lambda f: f.url,
}

FILLED: Mapping[MessageKind, Mapping[str, Fill]] = {
    K.REMINDER: {"tieu_de": lambda _: "Nhắc việc theo kế hoạch", **_ITEM},
    K.DUE_SOON: {"tieu_de": lambda _: "Nhắc hạn gửi báo cáo", **_ITEM},
    K.OVERDUE: {"tieu_de": lambda _: "Quá hạn gửi báo cáo", **_ITEM},
    K.OPEN_STEP: {"tieu_de": lambda _: "Bước cần ghi nhận", **_ITEM},
    K.COMPLETION: {"tieu_de": lambda _: "Quá hạn bổ sung hồ sơ", **_ITEM},
    K.URGING_LETTER: {"tieu_de": lambda f: f"Công văn đôn đốc: {len(f.items)} hồ sơ", **_ITEM},
    K.TO_SUPERIOR: {
        **{"tieu_de": lambda _: "Kính đề nghị theo kế hoạch", **_ITEM},
        "con_lai": lambda _: "kính đề nghị chỉ đạo",
    },
    K.DIGEST: {
        **{"tieu_de": lambda f: f"Nhắc việc: {len(f.items)} nhiệm vụ", **_ITEM},
        "dia_chi": lambda f: f.board_url,
    },
    K.RECEIPT: {
        "tieu_de": lambda _: "Đã nhận hồ sơ",
        **_SUBMISSION,
        "ket_qua": lambda f: result(f) or "đã ghi nhận",
    },
    K.RETURNED: {
        "tieu_de": lambda _: "Đề nghị bổ sung hồ sơ",
        **_SUBMISSION,
        "con_lai": lambda f: f"bổ sung chậm nhất {day(f.supplement_by)}" if f.supplement_by else "gửi bổ sung sớm",
    },
}
NAMES = frozenset({"tieu_de", "don_vi", "nhiem_vu"})  # may be cut; a date, a number, an address cut short would mislead
# As long as each gets in practice: the doctor tries them in the templates that are registered.
LONGEST: Mapping[str, str] = {
    "tieu_de": "Nhắc việc theo kế hoạch",
    "don_vi": "Ngân hàng Nhà nước Việt Nam - Chi nhánh tỉnh Sóc Trăng",
    "nhiem_vu": "Lịch phổ biến thông tin thống kê",
    "han": "31/12/2014",
    "con_lai": "bổ sung chậm nhất 31/12/2014",
    "so_vb": "1234/BC-SVHTTDL",
    "ket_qua": "sau hạn 100 ngày làm việc",
    REMINDER: "K7F3",
}


def zns_parameters(kind: MessageKind, facts: object) -> dict[str, str]:
    """Parameter values in NFC, at full length: the template has the limits. Raises KeyError for a kind without one."""
    filled = {name: fill(facts) for name, fill in FILLED[kind].items()}
    number = getattr(facts, "reminder", "") if _reminds(kind) else ""
    return composed(filled | ({REMINDER: number} if number else {}))


def shortened(parameters: Sequence[Parameter], values: Mapping[str, str]) -> dict[str, str]:
    """Names no longer than the template allows. Anything else that does not fit is an error."""
    room = {one.name: one.bounds[1] for one in parameters if one.name in NAMES}
    return {name: fit(value, room[name]) if name in room else value for name, value in values.items()}


def parameters_of(kind: MessageKind) -> list[Parameter]:
    """The parameters to register this kind's template with."""
    return [*(PARAMETERS[name] for name in FILLED[kind]), *([PARAMETERS[REMINDER]] if _reminds(kind) else [])]


def _reminds(kind: MessageKind) -> bool:
    return "han" in FILLED[kind]
