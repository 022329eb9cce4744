"""The road of a document that people sign: each step by a named person; number and day come from the records office."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlmodel import Session

from models.queries.document_numbers import bearers
from models.tables.messages import LetterDraft, OfficeDocument, ReportDraft
from rules.deadlines import local_day
from services import log
from services.errors import Refused

Document = TypeVar("Document", LetterDraft, ReportDraft, OfficeDocument)


@dataclass(frozen=True)
class Road:
    kind: str  # begins its subjects in the log
    next: Mapping[str, tuple[str, ...]]  # state → those it may go on to
    actions: Mapping[str, str]  # state → what the log calls going there


def move(
    session: Session,
    road: Road,
    row: Document | None,
    state: str,
    by: str,
    now: datetime,
    details: dict[str, object] | None = None,
) -> Document:
    """Raises ConcurrentAction for a document that cannot go on to this state from where it is now."""
    row = at_step(session, road, row, state)
    row.state, row.changed_at, row.changed_by = state, now, by
    session.add(row)
    log.append(session, now, by, road.actions[state], f"{road.kind}:{row.id}", details)
    return row


def at_step(session: Session, road: Road, row: Document | None, state: str) -> Document:
    if row is None or state not in road.next.get(row.state, ()):
        raise log.overtaken(session, f"{road.kind}:{row.id if row else 0}")
    return row


def issue(
    session: Session, road: Road, row: Document | None, number: str, issued_on: date, by: str, now: datetime
) -> Document:
    """Number and day are never made up here; no two documents of a year bear the same."""
    number = number.strip()
    if not number:
        raise Refused("Cần số, ký hiệu do Văn thư cấp. / The number given by the records office is required.")
    if issued_on > local_day(now):
        raise Refused("Ngày ban hành không thể ở tương lai. / The day of issue cannot lie ahead.")
    log.hold(session)
    row = at_step(session, road, row, "issued")
    if bearers(session, number, issued_on.year) - {(road.kind, row.id or 0)}:
        raise Refused(f"Số {number} đã ghi cho một văn bản khác trong năm. / Another document has this number.")
    if issued_on < local_day(row.drafted_at):
        raise Refused("Ngày ban hành trước ngày dự thảo. / The day of issue is before the draft.")
    row.document_number, row.issued_on = number, issued_on
    return move(session, road, row, "issued", by, now, {"number": number, "issued_on": issued_on})
