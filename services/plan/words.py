"""What the parts of a plan are called, for whoever reads what changes from one version to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from enum import Enum
from typing import Any

from rules.plan import (
    AfterDocument,
    OnceBefore,
    OnceInQuarter,
    PeriodicReport,
    TargetOnly,
    Text,
    YearAfterTrigger,
    YearlyTarget,
)
from rules.text.wording import day_vi
from rules.wordings import YearlyAfterHalf, YearlyBefore, YearlyMonth, YearlyQuarter

ENTRIES: Mapping[str, Text] = {
    "duty": Text("nhiệm vụ", "duty"),
    "trigger": Text("điều kiện bắt đầu", "trigger"),
    "setting": Text("cách hiểu", "interpretation"),
    "form": Text("biểu mẫu", "form"),
    "ladder": Text("thang nhắc việc", "ladder"),
    "plan": Text("thông tin chung", "the plan itself"),
}

WORDINGS: Mapping[type, Text] = {
    OnceBefore: Text("trước một ngày", "before a day"),
    OnceInQuarter: Text("trong một quý", "in one quarter"),
    YearlyQuarter: Text("theo quý hằng năm", "in a quarter each year"),
    YearlyMonth: Text("theo tháng hằng năm", "in a month each year"),
    YearlyBefore: Text("trước một ngày hằng năm", "before a day each year"),
    YearlyAfterHalf: Text("sau 6 tháng đầu năm", "after the first half of the year"),
    PeriodicReport: Text("báo cáo định kỳ", "periodic report"),
    YearAfterTrigger: Text("trong năm, sau khi có văn bản", "within the year, after its trigger"),
    TargetOnly: Text("chỉ có mốc phấn đấu", "a target only"),
    YearlyTarget: Text("mốc phấn đấu hằng năm", "a target each year"),
    AfterDocument: Text("sau khi có văn bản của nhiệm vụ khác", "after the document of another duty"),
}

# Of every field of a plan, its forms and its ladders: a test holds that none is missing.
FIELDS: Mapping[str, Text] = {
    "amends": Text("sửa đổi Kế hoạch", "amends the plan"),
    "anchor": Text("tính từ", "counted from"),
    "approver": Text("người phê duyệt", "approver"),
    "approves": Text("phê duyệt bảng của", "approves the table of"),
    "bound": Text("đơn vị thực hiện", "who is bound"),
    "calendar": Text("lịch phổ biến", "release calendar"),
    "channels": Text("kênh gửi", "channels"),
    "choices": Text("các lựa chọn", "choices"),
    "clause": Text("mục", "clause"),
    "clauses": Text("các mục", "clauses"),
    "columns": Text("cột", "columns"),
    "computed": Text("biểu tự tính", "worked out by the form"),
    "covers": Text("cột phải đủ mọi lựa chọn", "column whose every choice must occur"),
    "crosscheck": Text("cách đối chiếu", "how it is cross-checked"),
    "cutoff_day": Text("ngày chốt số liệu", "day of the data cut-off"),
    "dates_a_year": Text("số lần mỗi năm theo chu kỳ", "times a year by frequency"),
    "day": Text("ngày", "day"),
    "deliverable": Text("theo sau", "follows"),
    "document": Text("văn bản", "document"),
    "duty": Text("việc phải làm", "what is to be done"),
    "en": Text("tiếng Anh", "English"),
    "evidence": Text("minh chứng", "evidence"),
    "fill": Text("điền sẵn", "filled in beforehand"),
    "fired_on": Text("ngày có văn bản", "day the document appeared"),
    "first_year": Text("năm đầu tiên", "first year"),
    "flow": Text("luồng", "flow"),
    "flow_title": Text("tên luồng", "title of the flow"),
    "follows": Text("bước tiếp theo của", "follows"),
    "for_offset": Text("số năm tính cho sau", "years ahead it is for"),
    "form": Text("bảng của nhiệm vụ", "table of the duty"),
    "frequency": Text("chu kỳ", "frequency"),
    "further": Text("trang khác", "further sheets"),
    "gathering": Text("cách tổng hợp", "how rows are put together"),
    "gathers": Text("tổng hợp từ", "gathers"),
    "group": Text("cột để chia nhóm", "column that groups"),
    "hand_in": Text("hồ sơ cần gửi", "what is handed in"),
    "id": Text("mã", "id"),
    "in_force_to": Text("hiệu lực đến", "in force to"),
    "in_period": Text("ngày phải trong kỳ", "days lie in the period"),
    "in_report": Text("nêu trong phần I của báo cáo", "told in the first part of the report"),
    "interpretations": Text("cách hiểu", "interpretations"),
    "issuer": Text("cơ quan ban hành", "issued by"),
    "joined": Text("cột ghi cạnh nhau khi khác", "columns put beside each other"),
    "key": Text("mã", "key"),
    "kind": Text("loại", "kind"),
    "kinds": Text("các loại hoạt động", "kinds of activities"),
    "ladder": Text("thang nhắc việc", "ladder"),
    "lead": Text("cơ quan chủ trì", "lead"),
    "least": Text("ít nhất", "at least"),
    "legal_bases": Text("căn cứ pháp lý", "legal bases"),
    "level": Text("cấp", "level"),
    "lines": Text("dòng trong văn bản gốc", "lines of the source"),
    "lists": Text("các danh mục", "lists"),
    "message": Text("loại tin", "kind of message"),
    "month": Text("tháng", "month"),
    "months": Text("số tháng", "months"),
    "months_after": Text("số tháng sau kỳ", "months after the period"),
    "most": Text("nhiều nhất", "at most"),
    "name": Text("tên gọi", "name"),
    "no_duty_lines": Text("dòng không giao nhiệm vụ", "lines without a duty"),
    "not_applicable_to": Text("không áp dụng với", "not applicable to"),
    "note": Text("ghi chú", "note"),
    "number": Text("số, ký hiệu", "number"),
    "obligation": Text("nhiệm vụ", "duty"),
    "offset": Text("số ngày làm việc", "working days"),
    "often": Text("cột nói số lần", "column that says how often"),
    "opens_day": Text("ngày mở kỳ", "day it opens"),
    "opens_month": Text("tháng mở kỳ", "month it opens"),
    "order": Text("thứ tự", "order"),
    "period": Text("kỳ", "period"),
    "periods": Text("các kỳ", "periods"),
    "printed": Text("chữ in trên bảng", "printed over the head"),
    "promised": Text("các kế hoạch", "plans"),
    "proof": Text("minh chứng của bước", "proof of the step"),
    "quarter": Text("quý", "quarter"),
    "quote": Text("trích dẫn", "quote"),
    "reaches": Text("người nhận", "reaches"),
    "recipients": Text("nơi nhận", "recipients"),
    "register": Text("sổ hoạt động", "register of activities"),
    "repeat_every": Text("nhắc lại sau", "repeated every"),
    "repeat_monthly": Text("nhắc lại hằng tháng", "repeated each month"),
    "repeat_times": Text("số lần nhắc lại", "times repeated"),
    "report": Text("bố cục báo cáo", "outline of the report"),
    "required": Text("bắt buộc", "required"),
    "restart": Text("đánh số lại theo nhóm", "numbers begin again in each group"),
    "reviews": Text("rà soát", "reviews"),
    "role": Text("vai trò", "role"),
    "roles": Text("vai trò", "roles"),
    "rows": Text("dòng in sẵn", "printed rows"),
    "same": Text("cột nhận biết cùng một thứ", "columns that say it is the same"),
    "same_day_as": Text("cùng ngày với", "same day as"),
    "satisfies": Text("dùng cho cả các kỳ", "also discharges"),
    "sections": Text("các phần", "sections"),
    "severity": Text("mức độ", "severity"),
    "shape": Text("dạng bảng", "shape"),
    "sheet": Text("trang tính", "sheet"),
    "short": Text("tên ngắn", "short title"),
    "signed_on": Text("ngày ký", "signed on"),
    "signer": Text("người ký", "signer"),
    "since": Text("từ ngày", "from"),
    "source_sha256": Text("mã SHA-256 của văn bản gốc", "SHA-256 of the source text"),
    "steps": Text("bước", "steps"),
    "subject": Text("nội dung báo cáo", "subject"),
    "sums": Text("bằng tổng của", "sum of"),
    "target": Text("mốc phấn đấu", "target"),
    "target_day": Text("ngày của mốc phấn đấu", "day of the target"),
    "target_month": Text("tháng của mốc phấn đấu", "month of the target"),
    "target_working_days": Text("mốc phấn đấu (số ngày làm việc)", "target in working days"),
    "text": Text("diễn giải", "text"),
    "title": Text("tên", "title"),
    "totals": Text("cột cộng tổng", "columns added up"),
    "trigger": Text("điều kiện bắt đầu", "trigger"),
    "unit": Text("đơn vị tính", "unit of measure"),
    "units": Text("cơ quan", "units"),
    "until": Text("đến hết ngày", "until the end of"),
    "value": Text("giá trị", "value"),
    "version": Text("phiên bản", "version"),
    "vi": Text("tiếng Việt", "Vietnamese"),
    "waits_for": Text("chờ văn bản của", "waits for"),
    "when": Text("thời hạn", "when"),
    "width": Text("độ rộng cột", "width"),
    "year": Text("năm", "year"),
}


def in_words(value: object) -> str:
    """A value of the plan as words, with nothing of it left out; «–» where there is none."""
    if value is None or value in ((), "", {}):
        return "–"
    if isinstance(value, date):
        return day_vi(value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, tuple | list):
        return "; ".join(map(in_words, value))
    if isinstance(value, Mapping):
        return "; ".join(f"{field(key).vi} {in_words(one)}" for key, one in value.items())
    return _whole(value) if hasattr(value, "__dataclass_fields__") else str(value)


def _whole(value: Any) -> str:
    wording = WORDINGS.get(type(value))
    parts = [
        f"{FIELDS[one.name].vi} {in_words(getattr(value, one.name))}"
        for one in fields(value)
        if getattr(value, one.name) != one.default
    ]
    return ", ".join([wording.vi, *parts] if wording else parts)


def field(name: str) -> Text:
    """A key of an interpretation is the plan's own and bears its own name."""
    return FIELDS.get(name, Text(name, name))
