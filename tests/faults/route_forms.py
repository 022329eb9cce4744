"""What is sent to each route: fields good enough to change something where the caller may."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from route_walk import Caller
from two_units import DUTY, OTHER, OWN, TwoUnits

from portal.forms import FIELD, HEADER, key_for

EVIL = "https://evil.example"
ANY_PAGE = {
    **{"name": "Trần Thị Mới", "email": "moi@other.example.vn", "from_day": "2014-01-08", "viec": "retry"},
    **{"text": "Chào", "reason": "Thử", "told": "Đã hứa", "way": "phone", "until": "2014-02-03"},
    **{"first": "2014-03-10", "last": "2014-03-11"},
}
PAGE_FIELDS: Mapping[str, dict[str, str]] = {
    "POST /ho-so/{case_id}/quyet-dinh": {"viec": "return", "until": "2014-01-31"},
    "POST /ho-so/{case_id}/buoc/{step}": {"done_on": "2014-01-08", "number": "9/QĐ"},
    "POST /viec/de-nghi": {"viec": "refuse", "chon": "1"},
    "POST /quan-tri/nguoi/{id}/quyen": {"role": "auditor", "give": "true"},
    "POST /quan-tri/ket-noi": {"scopes": "cases:read", "days": "30"},
    "POST /nhiem-vu/{code}/hoat-dong": {"unit": OWN, "kind": "document", "day": "2014-01-06", "summary": "Thử"},
    "POST /hoat-dong/{id}": {"kind": "document", "day": "2014-01-06", "summary": "Thử lại"},
    "POST /ho-so/{case_id}/bang": {"viec": "luu", "so": "0", "dong": "0.0", "o.0.0.0": "CPI"},
    "POST /ho-so/{case_id}/tai-len": {"name": "bang.csv", "size": "3"},
    "POST /viec/dia-chi/{address}/sua": {"person": "1"},
    "POST /quan-tri/thang/{thang}/dung": {"number": "0"},
    "POST /quan-tri/thang/{thang}/ghi": {"number": "0"},
    "POST /bao-cao/{id}/buoc": {"state": "content_checked"},
    "POST /tai-khoan/dia-chi": {"kind": "telegram", "address": "900100200"},
}
DOCUMENT = ("bieu.txt", "biểu".encode(), "text/plain")
API_FIELDS: Mapping[str, dict[str, Any]] = {
    "POST /api/v1/submissions": {"data": {"obligation": DUTY, "period": "2014"}, "files": [("files", DOCUMENT)]},
    "POST /api/v1/cases/{case_id}/submissions": {"data": {"document_number": "2"}, "files": [("files", DOCUMENT)]},
    "POST /api/v1/cases/{case_id}/nothing-to-report": {"json": {"by": "Hùng", "reason": "Không có"}},
    "POST /api/v1/cases/{case_id}/decisions": {"json": {"kind": "waive", "by": "Lan", "reason": "Thử", "seen": 0}},
    "POST /api/v1/cases/{case_id}/steps/{step}": {
        "json": {"by": "Lan", "done_on": "2014-01-08", "document_number": "9/QĐ", "seen": 10**6}
    },
    "POST /api/v1/webhooks": {"json": {"url": "https://hook.example.vn/x", "kinds": ["case.decided"]}},
}

Form = dict[str, Any]
UNPROVEN: Mapping[str, Callable[[Form, str], Form]] = {
    "no key": lambda form, key: {"data": form},
    "the key of another session": lambda form, key: {"data": form | {FIELD: key_for("another session")}},
    "an empty key": lambda form, key: {"data": form | {FIELD: ""}, "headers": {HEADER: ""}},
    "the key in the address": lambda form, key: {"data": form, "params": {FIELD: key, HEADER: key}},
    "plain text": lambda form, key: {"content": f"{FIELD}={key}", "headers": {"Content-Type": "text/plain"}},
    "JSON": lambda form, key: {"json": form | {FIELD: key}},
    "a foreign origin": lambda form, key: {"data": form | {FIELD: key}, "headers": {"Origin": EVIL}},
    "a foreign page": lambda form, key: {"data": form | {FIELD: key}, "headers": {"Referer": f"{EVIL}/testserver"}},
    "another site": lambda form, key: {"data": form | {FIELD: key}, "headers": {"Sec-Fetch-Site": "cross-site"}},
    "a sister site": lambda form, key: {"headers": {"Sec-Fetch-Site": "same-site", HEADER: key}},
    "another method": lambda form, key: {"data": form, "headers": {"X-HTTP-Method-Override": "GET"}},
}


def page_form(place: TwoUnits, request: str, unit: str = OWN) -> Form:
    """Fields of many forms at once; each page takes its own."""
    return ANY_PAGE | {"person": place.of(unit)["person"]} | PAGE_FIELDS.get(request, {})


def sent_to_page(place: TwoUnits, caller: Caller, request: str, owners: frozenset[str]) -> Form:
    if request.startswith("GET"):
        return {}
    if request.endswith("/tai-len/{token}"):  # a piece of a file
        return {"content": b"123", "headers": {HEADER: caller.form_key, "Content-Type": "application/octet-stream"}}
    unit = OTHER if OTHER in owners else OWN
    return {"data": page_form(place, request, unit) | {FIELD: caller.form_key}}


def sent_to_api(request: str, unit: str) -> Form:
    if request.startswith("GET"):
        return {}
    sent = dict(API_FIELDS.get(request, {}))
    if request == "POST /api/v1/submissions":
        sent["data"] = sent["data"] | {"unit": unit}
    return sent | {"headers": {"Idempotency-Key": "attack-000001"}}
