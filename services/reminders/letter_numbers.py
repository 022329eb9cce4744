"""The number of an urging letter that was entered wrongly: taken back at once, or corrected with a reason."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from models.queries.document_numbers import bearers
from models.queries.messages import urging_letters as queries
from models.tables.messages import LetterDraft
from rules.case_history import ends_at, is_open
from rules.deadlines import local_day
from services import log
from services.errors import Refused


def take_back_until(row: LetterDraft, now: datetime) -> datetime | None:
    """None: one click does not take it back, or not any more."""
    known = row.state == "issued" and row.issued_from and row.changed_at is not None
    return ends_at(row.changed_at) if known and row.changed_at and is_open(row.changed_at, now) else None


def take_back_number(session: Session, draft: int, by: str, now: datetime) -> None:
    """The letter waits again where it waited before. Raises ConcurrentAction, Refused."""
    row = _issued(session, draft)
    if take_back_until(row, now) is None:
        raise Refused("Đã quá 10 phút: hãy sửa số, kèm lý do. / Ten minutes have passed: correct it with a reason.")
    details = {"number": row.document_number, "issued_on": row.issued_on}
    row.state, row.issued_from, row.document_number, row.issued_on = row.issued_from, "", "", None
    row.changed_at, row.changed_by = now, by
    session.add(row)
    log.append(session, now, by, "letter.number_taken_back", f"letter:{draft}", details)
    for case in queries.cases_of_draft(session, draft):
        log.append(session, now, by, "case.urged_taken_back", f"case:{case}", {"letter": draft, **details})


def correct_number(
    session: Session, draft: int, number: str, issued_on: date, by: str, reason: str, now: datetime
) -> None:
    """Old and new stay in the log, also of each case it urges. Raises ConcurrentAction, Refused."""
    number, reason = number.strip(), reason.strip()
    row = _issued(session, draft)
    if not reason:
        raise Refused("Cần ghi lý do. / A reason is required.")
    if not number:
        raise Refused("Cần số, ký hiệu do Văn thư cấp. / The number given by the records office is required.")
    if issued_on > local_day(now) or issued_on < local_day(row.drafted_at):
        raise Refused("Ngày ban hành phải từ ngày dự thảo đến hôm nay. / The day must lie between the draft and today.")
    if bearers(session, number, issued_on.year) - {("letter", draft)}:
        raise Refused(f"Số {number} đã ghi cho một văn bản khác trong năm. / Another document has this number.")
    before = {"number": row.document_number, "issued_on": row.issued_on}
    if before == {"number": number, "issued_on": issued_on}:
        raise Refused("Số và ngày không có gì thay đổi. / Nothing has changed.")
    row.document_number, row.issued_on = number, issued_on
    session.add(row)
    details = {"number": number, "issued_on": issued_on, "before": before, "reason": reason}
    log.append(session, now, by, "letter.number_corrected", f"letter:{draft}", details)
    for case in queries.cases_of_draft(session, draft):
        log.append(session, now, by, "case.urged_corrected", f"case:{case}", {"letter": draft, **details})


def _issued(session: Session, draft: int) -> LetterDraft:
    log.hold(session)
    row = session.get(LetterDraft, draft, with_for_update=True)
    if row is None or row.state != "issued":
        raise log.overtaken(session, f"letter:{draft}")
    return row
