"""A duty of plan.yaml as fields that a person fills in, and back; keys that have no field stay as they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from config.references import resolve

SHORT = 60  # letters of a short title
WORDINGS: Mapping[str, tuple[str, ...]] = {  # what can be said of `when`, in the order of the page
    "yearly_before": ("day", "first_year", "for_offset"),
    "yearly_month": ("month", "first_year", "for_offset"),
    "yearly_quarter": ("quarter", "first_year", "for_offset"),
    "once_before": ("day",),
    "once_in_quarter": ("quarter", "year"),
    "year_after_trigger": ("trigger", "year"),
    "yearly_target": ("opens", "target", "first_year"),
    "target_only": ("target",),
}
KEPT = "keep"  # another wording, or none: as it stands
WHOLE = ("first_year", "for_offset", "month", "quarter", "year")
DAYS = {("once_before", "day"), ("target_only", "target")}  # with their year
ROLES = ("lead", "contributor", "each")


@dataclass(frozen=True)
class DutyFields:
    """Every value as it was typed."""

    id: str = ""
    title: str = ""
    title_en: str = ""
    short: str = ""
    clause: str = ""
    quote: str = ""
    document_number: str = ""  # of another document the duty stems from
    document_day: str = ""
    duty: str = ""
    duty_en: str = ""
    hand_in: str = ""
    evidence: str = ""  # one a line
    severity: str = "hard"
    ladder: str = ""
    wording: str = ""
    when: Mapping[str, str] = field(default_factory=dict)  # "yearly_before.day" → «15/10»
    lead: tuple[str, ...] = ()
    contributor: tuple[str, ...] = ()
    each: tuple[str, ...] = ()

    def units(self, role: str) -> tuple[str, ...]:
        return tuple(getattr(self, role))


def fields_of(entry: Mapping[str, Any], data: Mapping[str, Any], quote: str) -> DutyFields:
    """Of an entry as it is written; `data`: the whole file, for its interpretations."""
    whole = _resolved(entry, data)
    when = whole.get("when") or {}
    known = when.get("wording") in WORDINGS
    units: dict[str, list[str]] = {role: [] for role in ROLES}
    for one in whole.get("bound") or ():
        units[one["role"]] += one["units"]
    return DutyFields(
        id=whole["id"],
        title=whole["title"]["vi"],
        title_en=whole["title"]["en"],
        short=whole.get("short", ""),
        clause=whole.get("clause", ""),
        quote=quote,
        duty=(whole.get("duty") or {}).get("vi", ""),
        duty_en=(whole.get("duty") or {}).get("en", ""),
        hand_in=whole.get("hand_in", ""),
        evidence="\n".join(whole.get("evidence") or ()),
        severity=whole.get("severity", ""),
        ladder=whole.get("ladder") or "",
        wording=when["wording"] if known else KEPT,
        when={f"{when['wording']}.{name}": _shown(value) for name, value in when.items()} if known else {},
        lead=tuple(units["lead"]),
        contributor=tuple(units["contributor"]),
        each=tuple(units["each"]),
    )


def _resolved(entry: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    whole = resolve({"interpretations": data.get("interpretations") or {}, "entry": dict(entry)}).data
    return dict(whole["entry"])


def _shown(value: object) -> str:
    """2013-11-30 → «30/11/2013»."""
    text = str(value)
    return "/".join(reversed(text.split("-"))) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else text


def entry_of(fields: DutyFields, entry: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """The entry with what was changed in its fields; a key whose field was left alone keeps its $A-reference."""
    new = dict(entry)
    before = _keys(fields_of(entry, data, "")) if entry.get("title") else {}
    for key, value in _keys(fields).items():
        if key in before and before[key] == value:
            continue
        if key == "bound":
            value = _bound(fields, _resolved(entry, data).get("bound") or ())
        if value in ("", None, [], {}):
            new.pop(key, None)
        else:
            new[key] = value
    return new


def _keys(fields: DutyFields) -> dict[str, Any]:
    """What the fields say, key by key of plan.yaml."""
    keys: dict[str, Any] = {
        "title": {"vi": fields.title, "en": fields.title_en or fields.title},
        "duty": {"vi": fields.duty, "en": fields.duty_en or fields.duty} if fields.duty else None,
        "short": fields.short or shortened(fields.title),
        "clause": fields.clause,
        "severity": fields.severity,
        "bound": _bound(fields, ()),
        "hand_in": fields.hand_in,
        "evidence": [line for one in fields.evidence.splitlines() if (line := " ".join(one.split()))],
        "ladder": fields.ladder,
    }
    return keys if fields.wording == KEPT else keys | {"when": when_of(fields)}


def _bound(fields: DutyFields, before: Any) -> list[dict[str, Any]]:
    """Of each role the target and the ladder it has."""
    own = {one["role"]: one for one in before}
    return [
        {**own.get(role, {}), "units": list(fields.units(role)), "role": role} for role in ROLES if fields.units(role)
    ]


def shortened(title: str) -> str:
    if len(title) <= SHORT:
        return title
    words = title[:SHORT].rsplit(" ", 1)[0]
    return f"{words[: SHORT - 1]}…"


def when_of(fields: DutyFields) -> dict[str, Any]:
    """As plan.yaml says it; what is no number or day stays as it was typed, and is refused there by name."""
    when: dict[str, Any] = {"wording": fields.wording}
    for name in WORDINGS.get(fields.wording, ()):
        typed = fields.when.get(f"{fields.wording}.{name}", "").strip()
        if name == "for_offset" and typed in ("", "0"):
            continue
        when[name] = _value(fields.wording, name, typed)
    if fields.wording == "target_only":
        when["period"] = str(when["target"])[:4]
    return when


def _value(wording: str, name: str, typed: str) -> object:
    if name in WHOLE and re.fullmatch(r"[0-9]{1,4}", typed):
        return int(typed)
    day = read_day(typed) if (wording, name) in DAYS else None
    return day.isoformat() if day else typed


def read_day(typed: str) -> date | None:
    """«15/10/2027», or as a browser's own field sends it."""
    parts = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", typed.strip())
    text = f"{parts[3]}-{int(parts[2]):02}-{int(parts[1]):02}" if parts else typed.strip()
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
