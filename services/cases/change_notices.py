"""Tells whoever was reminded of a case that its day has changed, or that nothing more is awaited."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from models.queries.cases import selection as cases_queries
from models.queries.cases.selection import CaseFile
from models.queries.messages import outbox as outbox_queries
from notifications.kinds import MessageKind
from rules.answers import ANSWERING_ROLES
from rules.case_history import ends_at
from rules.deadlines import local_day
from rules.periods import period_title_vi
from rules.text.wording import day_vi
from services.outbox.queue import Note, keyed, queue_note

CLOSED_AS = {
    "nil_return": "ghi nhận: không phát sinh nội dung phải báo cáo",
    "waive": "được miễn thực hiện",
    "not_applicable": "không thuộc phạm vi áp dụng",
}


def tell_extended(session: Session, file: CaseFile, decision: int, old: date, until: date, now: datetime) -> int:
    """The focal point, and others of the unit who were reminded of it."""
    lines = (f"Thời hạn trước đây: hết ngày {day_vi(old)}", f"Thời hạn mới: hết ngày {day_vi(until)}")
    return _tell(session, file, MessageKind.EXTENDED, decision, lines, now, always=("focal_point",), waits=True)


def tell_closed(session: Session, file: CaseFile, decision: int, kind: str, reason: str, now: datetime) -> int:
    """Who was never reminded of it need not hear that it is over."""
    lines = (f"Kết quả: {CLOSED_AS[kind]}", f"Lý do: {reason}")
    return _tell(session, file, MessageKind.CLOSED, decision, lines, now)


def _tell(
    session: Session,
    file: CaseFile,
    kind: MessageKind,
    decision: int,
    lines: tuple[str, ...],
    now: datetime,
    always: tuple[str, ...] = (),
    *,
    waits: bool = False,
) -> int:
    """`waits`: for as long as it can be taken back."""
    holders = cases_queries.holders(session, [file.case.organisation_id], sorted(ANSWERING_ROLES), local_day(now))
    reminded = outbox_queries.reminded_by_mail(session, [file.id])
    people = {one.person_id for one in holders if one.role in always or (file.id, one.person_id) in reminded}
    matter = f"{file.obligation.title_vi} ({period_title_vi(file.occurrence.period)})"
    note = Note(matter, lines, f"/ho-so/{file.id}", cases=[file.id])
    keys = keyed(f"{kind}:{decision}", sorted(people))
    return queue_note(session, kind, keys, note, now, leaves_at=ends_at(now) if waits else None)
