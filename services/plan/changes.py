"""What changes from one version of the plan to another, in words an official reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum

from rules.deadlines import ROMAN
from rules.plan import (
    Bound,
    Follows,
    Gathers,
    Obligation,
    OnceBefore,
    OnceInQuarter,
    PeriodicReport,
    Plan,
    ReportOutline,
    TargetOnly,
    Text,
    YearAfterTrigger,
    YearlyAfterHalf,
    YearlyMonth,
    YearlyQuarter,
)
from rules.text.wording import day_vi

FIELDS = {
    "clause": Text("mục", "clause"),
    "lines": Text("dòng trong văn bản gốc", "lines of the source"),
    "kind": Text("loại", "kind"),
    "title": Text("tên", "title"),
    "short": Text("tên ngắn", "short title"),
    "quote": Text("trích dẫn", "quote"),
    "severity": Text("mức độ", "severity"),
    "flow": Text("luồng", "flow"),
    "when": Text("thời hạn", "when"),
    "bound": Text("đơn vị thực hiện", "who is bound"),
    "follows": Text("bước tiếp theo của", "follows"),
    "hand_in": Text("hồ sơ cần gửi", "what is handed in"),
    "evidence": Text("minh chứng", "evidence"),
    "recipients": Text("nơi nhận", "recipients"),
    "approver": Text("người phê duyệt", "approver"),
    "ladder": Text("thang nhắc việc", "ladder"),
    "interpretations": Text("cách hiểu", "interpretations"),
    "flow_title": Text("tên luồng", "title of the flow"),
    "gathers": Text("tổng hợp từ", "gathers"),
    "report": Text("bố cục báo cáo", "outline of the report"),
    "reviews": Text("rà soát", "reviews"),
    "waits_for": Text("chờ văn bản của", "waits for"),
}
ROLES = {"lead": "chủ trì", "contributor": "phối hợp", "each": "từng cơ quan"}


@dataclass(frozen=True)
class FieldChange:
    field: Text
    old: str
    new: str


@dataclass(frozen=True)
class PlanChange:
    """Of one obligation, or of one interpretation of the plan's words."""

    kind: str  # added, dropped, changed, setting
    id: str
    title: Text
    changed: tuple[FieldChange, ...] = ()

    @property
    def moves_dates(self) -> bool:
        return self.kind in ("added", "dropped") or any(one.field is FIELDS["when"] for one in self.changed)

    @property
    def lines(self) -> list[str]:
        """As one line of Vietnamese for each thing that changes."""
        if self.kind == "added":
            return [f"+ {self.id}: thêm nhiệm vụ ({self.title.vi})"]
        if self.kind == "dropped":
            return [f"- {self.id}: bỏ nhiệm vụ ({self.title.vi})"]
        return [f"~ {self.id}: {one.field.vi}: {one.old} → {one.new}" for one in self.changed]


def changes(a: Plan, b: Plan) -> list[PlanChange]:
    """Added, dropped and changed obligations, then the settings."""
    before, after = {item.id: item for item in a.obligations}, {item.id: item for item in b.obligations}
    result = [PlanChange("added", id, after[id].title) for id in after if id not in before]
    result += [PlanChange("dropped", id, before[id].title) for id in before if id not in after]
    result += [
        PlanChange("changed", id, item.title, changed)
        for id, item in after.items()
        if id in before and (changed := tuple(_changed(before[id], item)))
    ]
    return [*result, *_settings(a, b)]


def _changed(a: Obligation, b: Obligation) -> Iterator[FieldChange]:
    for field in fields(Obligation):
        old, new = getattr(a, field.name), getattr(b, field.name)
        if old != new:
            yield FieldChange(FIELDS.get(field.name, Text(field.name, field.name)), in_words(old), in_words(new))


def _settings(a: Plan, b: Plan) -> Iterator[PlanChange]:
    before = {item.key: item.value for item in a.interpretations}
    for item in b.interpretations:
        if before.get(item.key) != item.value:
            value = FieldChange(Text(item.name, item.name), in_words(before.get(item.key)), in_words(item.value))
            yield PlanChange("setting", item.key, item.text, (value,))


def in_words(value: object) -> str:
    """A value of the plan as words; «–» where there is none."""
    if value is None or value == () or value == "":
        return "–"
    if isinstance(value, Text):
        return value.vi
    if isinstance(value, date):
        return day_vi(value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, tuple | list):
        return "; ".join(in_words(one) for one in value)
    return _whole_in_words(value) if is_dataclass(value) else str(value)


def _whole_in_words(value: object) -> str:
    match value:
        case Bound():
            return _bound(value)
        case Follows():
            place = f"{value.deliverable}, bước {value.order}"
            return f"{place}, trước {value.target_day}/{value.target_month}" if value.target_month else place
        case Gathers():
            return f"{value.obligation} ({', '.join(ROLES[role.value] for role in value.roles)})"
        case ReportOutline():
            return "; ".join((value.subject, *(section.title for section in value.sections)))
        case OnceBefore():
            return f"trước ngày {day_vi(value.day)}"
        case OnceInQuarter():
            return f"Quý {ROMAN[value.quarter]}/{value.year}"
        case YearlyQuarter():
            return f"Quý {ROMAN[value.quarter]} hằng năm, từ {value.first_year}"
        case YearlyMonth():
            return f"tháng {value.month} hằng năm, từ {value.first_year}"
        case _:
            return _rare_in_words(value)


def _rare_in_words(value: object) -> str:
    match value:
        case YearlyAfterHalf():
            return f"sau 6 tháng đầu năm, mốc {value.target_day}/{value.target_month}, từ {value.first_year}"
        case PeriodicReport():
            after = f" của {value.months_after} tháng sau" if value.months_after else " tháng cuối"
            periods = ", ".join(value.periods)
            return f"ngày {value.day}{after} kỳ báo cáo ({periods}), chốt số liệu ngày {value.cutoff_day}"
        case YearAfterTrigger():
            return f"trong năm {value.year}, sau khi có {value.trigger}"
        case TargetOnly():
            return f"mốc phấn đấu {day_vi(value.target)}"
        case _:
            return str(value)


def _bound(value: Bound) -> str:
    units = _few(value.units)
    soft = f", mốc {value.target_day}/{value.target_month}" if value.target_month else ""
    ladder = f", thang {value.ladder}" if value.ladder else ""
    return f"{ROLES.get(value.role.value, value.role.value)}: {units}{soft}{ladder}"


def _few(units: Sequence[str]) -> str:
    return ", ".join(units) if len(units) <= 8 else f"{', '.join(units[:8])} và {len(units) - 8} đơn vị khác"
