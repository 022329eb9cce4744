"""What was typed of a duty, as the files of a plan that can be checked; what is wrong, beside its field."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from unicodedata import combining, normalize

from pydantic import TypeAdapter, ValidationError

from config.catalogue import PlanFolder
from config.editing.duty_fields import KEPT, ROLES, WORDINGS, DutyFields, entry_of, read_day, shortened, when_of
from config.editing.passages import lines_of
from config.editing.plan_text import (
    NotEditable,
    duty_entry,
    plan_data,
    put_duty,
    quote_of,
    source_lines,
    with_passage,
)
from config.problems import CatalogueError, Problem
from config.references import LOOKS_LIKE_ONE
from config.when_entries import WhenEntry
from portal.pages.office.plan_files import read_folder, zipped_files
from rules.plan import DatedOccurrence, Kind, Obligation, Plan, Severity, Text
from rules.recurrence import occurrences
from rules.working_days import WorkCalendar

ID = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
AHEAD = 6  # years looked at for the next dates
DATES = 5
WHEN: TypeAdapter[Any] = TypeAdapter(WhenEntry)
Wrong = dict[str, Text]


@dataclass(frozen=True)
class ProposedDuty:
    """`folder`: None where something is wrong."""

    id: str
    content: bytes = b""
    folder: PlanFolder | None = None
    wrong: Mapping[str, Text] = field(default_factory=dict)  # field → what to do
    others: Sequence[Problem] = ()  # wrong elsewhere


def proposed(files: Mapping[str, str], fields: DutyFields, known: str = "") -> ProposedDuty:
    """`known`: the duty that is changed; empty: it is a new one."""
    id = known or fields.id or _free_id(files, fields)
    wrong = _wrong(files, fields, "" if known else id)
    try:
        content = zipped_files(_edited(files, replace(fields, id=id), known))
        folder = read_folder(content)
    except NotEditable:
        text = Text(
            "Tệp kế hoạch viết theo cách không sửa từng mục được; hãy sửa trong tệp rồi nạp lại.",
            "The plan's file cannot be changed entry by entry; change the file and upload it.",
        )
        return ProposedDuty(id, wrong={**wrong, "": text})
    except CatalogueError as error:
        found, others = _beside_fields(error.problems, id)
        return ProposedDuty(id, wrong={**found, **wrong}, others=others)
    return ProposedDuty(id, content, None if wrong else folder, wrong)


def _beside_fields(problems: Sequence[Problem], id: str) -> tuple[Wrong, list[Problem]]:
    wrong, others = Wrong(), list[Problem]()
    for one in problems:
        label, _, path = one.where.partition(" · ")
        if label == id and path:
            name = path.split(".")[0]
            wrong.setdefault({"lines": "quote"}.get(name, name), Text(one.message_vi, one.message_en))
        else:
            others.append(one)
    return wrong, others


def _wrong(files: Mapping[str, str], fields: DutyFields, new_id: str) -> Wrong:
    """What the check of the files would not say, or not in words for somebody who has only this page."""
    wrong = Wrong()
    texts = ("title", "title_en", "short", "duty", "duty_en", "hand_in", "evidence")
    for name in texts:
        if any(LOOKS_LIKE_ONE.match(line.strip()) for line in getattr(fields, name).split("\n")):
            wrong[name] = Text("không bắt đầu bằng “$A…”", "must not begin with “$A…”")
    if not fields.title:
        wrong["title"] = Text("không được để trống", "must not be empty")
    if new_id and not ID.fullmatch(new_id):
        wrong["id"] = Text(
            "chỉ gồm chữ in hoa không dấu, chữ số và gạch nối", "capital letters, digits and hyphens only"
        )
    elif new_id and duty_entry(files, new_id) is not None:
        wrong["id"] = Text(f"mã {new_id} đã dùng; hãy chọn mã khác", f"the code {new_id} is already used")
    if fields.wording != KEPT and not any(fields.units(role) for role in ROLES):
        wrong["bound"] = Text("chọn ít nhất một cơ quan hoặc khối", "choose at least one body or group")
    return wrong | _wrong_quote(files, fields) | _wrong_days(fields)


def _wrong_quote(files: Mapping[str, str], fields: DutyFields) -> Wrong:
    if not fields.quote:
        text = Text("chưa có trích dẫn; tìm đoạn trong Kế hoạch hoặc nêu văn bản khác", "there is no quote yet")
        return {"quote": text}
    if fields.document_number:
        if read_day(fields.document_day) is None:
            return {"document_day": Text("không có ngày này; viết ngày/tháng/năm", "no such day; write day/month/year")}
    elif lines_of(source_lines(files), fields.quote) is None:
        text = Text(
            "không tìm thấy trong văn bản Kế hoạch; nếu lấy từ văn bản khác thì nêu số và ngày",
            "not in the plan's text; if it is from another document, give its number and date",
        )
        return {"quote": text}
    return {}


def _wrong_days(fields: DutyFields) -> Wrong:
    if fields.wording == KEPT:
        return {}
    if fields.wording not in WORDINGS:
        return {"when": Text("chọn thời hạn", "choose when it is due")}
    for name in {"once_before": "day", "target_only": "target"}.get(fields.wording, "").split():
        typed = fields.when.get(f"{fields.wording}.{name}", "")
        if read_day(typed) is None:
            return {
                "when": Text(f"không có ngày “{typed}”; viết ngày/tháng/năm", f"no such day “{typed}”: day/month/year")
            }
    return {}


# --- the entry --------------------------------------------------------------------------------------------------------


def _edited(files: Mapping[str, str], fields: DutyFields, known: str) -> dict[str, str]:
    """Raises NotEditable, CatalogueError."""
    entry, data = duty_entry(files, known) if known else None, plan_data(files)
    old = quote_of(files, known) if known else {}
    if entry and fields.quote == " ".join(str(old.get("quote", "")).split()):
        return put_duty(files, entry_of(fields, entry, data), old)
    after, lines = dict(files), lines_of(source_lines(files), fields.quote)
    if lines is None and fields.document_number:
        day = read_day(fields.document_day)
        source = f"{fields.document_number} ngày {day:%d/%m/%Y}" if day else fields.document_number
        after, line = with_passage(files, f"Theo {source}: {fields.quote}")
        lines = (line, line)
    quote = {"lines": list(lines or _any_line(files)), "quote": fields.quote}
    base = entry or _new_entry(data, fields, quote["lines"])
    return put_duty(after, entry_of(fields, base, data), quote)


def _any_line(files: Mapping[str, str]) -> tuple[int, int]:
    """So that everything else can be checked although the quote is not there."""
    return (1, 1) if source_lines(files) else (0, 0)


def _new_entry(data: Mapping[str, Any], fields: DutyFields, lines: Any) -> dict[str, Any]:
    flow = re.sub(r"-+", "-", re.sub(r"[^a-z]+", "-", fields.id.lower())).strip("-") or "duty"
    duties = data.get("obligations") or ()
    entry = {"id": fields.id, "clause": fields.clause, "lines": lines, "kind": Kind.DELIVERABLE.value, "flow": flow}
    if any(one.get("flow") == flow for one in duties):
        return entry
    title = f"{fields.clause} {fields.short or shortened(fields.title)}".replace("·", "-")[:80]
    taken = any(one.get("flow_title") == title for one in duties)
    return entry | {"flow_title": f"{fields.clause} {fields.id}" if taken else title}


def _free_id(files: Mapping[str, str], fields: DutyFields) -> str:
    """«II2-BAO-CAO-THU»: the clause and the first words of the title."""
    words = re.findall(r"[A-Z0-9]+", _plain(fields.short or fields.title).upper())[:4]
    id = "-".join(["".join(re.findall(r"[A-Z0-9]+", _plain(fields.clause).upper())) or "X", *words])
    number = 1
    while duty_entry(files, id if number == 1 else f"{id}-{number}") is not None:
        number += 1
    return id if number == 1 else f"{id}-{number}"


def _plain(text: str) -> str:
    letters = normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(one for one in letters if not combining(one))


# --- the next dates ---------------------------------------------------------------------------------------------------


def next_dates(plan: Plan, calendar: WorkCalendar, fields: DutyFields, today: date) -> list[DatedOccurrence] | None:
    """None: what was typed yields no dates yet."""
    known = next((one for one in plan.obligations if one.id == fields.id), None)
    when = known.when if known else None
    if fields.wording != KEPT:
        try:
            when = WHEN.validate_python(when_of(fields)).when()
        except ValidationError:
            return None
    duty = replace(known or _nobody(fields), when=when)
    others = [one for one in plan.obligations if one.id != duty.id]
    try:
        dated = occurrences(
            replace(plan, obligations=(*others, duty)),
            calendar,
            today,
            today.replace(today.year + AHEAD, 12, 31),
            [duty.id],
        )
    except KeyError:  # a trigger the plan does not know
        return None
    return dated[:DATES]


def _nobody(fields: DutyFields) -> Obligation:
    id = fields.id if ID.fullmatch(fields.id) else "X"
    text = Text(fields.title, fields.title)
    return Obligation(id, "", (0, 0), Kind.DELIVERABLE, text, "", "", Severity.HARD, None, None, ())
