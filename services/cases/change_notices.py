"""Tells whoever was reminded of a case that its day has changed, or that nothing more is awaited."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from models.queries.cases import selection as cases_queries
from models.queries.cases.selection import CaseFile
from models.queries.messages import outbox as outbox_queries
from rules.answers import ANSWERING_ROLES
from rules.deadlines import local_day
from rules.periods import period_title_vi
from rules.text.wording import day_vi
from services.outbox.gate import queue_notes

CLOSED_AS = {
    "nil_return": "ghi nhận: không phát sinh nội dung phải báo cáo",
    "waive": "được miễn thực hiện",
    "not_applicable": "không thuộc phạm vi áp dụng",
}


def tell_extended(session: Session, file: CaseFile, decision: int, old: date, until: date, now: datetime) -> int:
    """The focal point, and others of the unit who were reminded of it."""
    lines = (f"Thời hạn trước đây: hết ngày {day_vi(old)}", f"Thời hạn mới: hết ngày {day_vi(until)}")
    return _tell(session, file, "extended", decision, lines, now, always=("focal_point",))


def tell_closed(session: Session, file: CaseFile, decision: int, kind: str, reason: str, now: datetime) -> int:
    """Who was never reminded of it need not hear that it is over."""
    return _tell(session, file, "closed", decision, (f"Kết quả: {CLOSED_AS[kind]}", f"Lý do: {reason}"), now)


def _tell(
    session: Session,
    file: CaseFile,
    kind: str,
    decision: int,
    lines: tuple[str, ...],
    now: datetime,
    always: tuple[str, ...] = (),
) -> int:
    assert file.case.id is not None
    found = cases_queries.holders(session, [file.case.organisation_id], sorted(ANSWERING_ROLES), local_day(now))
    reminded = outbox_queries.reminded_by_mail(session, [file.case.id])
    people = {one.person_id for one in found if one.role in always or (file.case.id, one.person_id) in reminded}
    keys = {f"{kind}:{decision}:{person}": person for person in sorted(people)}
    matter = f"{file.obligation.title_vi} ({period_title_vi(file.occurrence.period)})"
    path = f"/ho-so/{file.case.id}"
    return queue_notes(session, kind, keys, now, matter, lines, path, cases=[file.case.id])
