"""Takes back a return, an extension or a registration: by one click while its mail waits, with a reason afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from models.database import id_of
from models.queries.cases import case_file as case_queries
from models.queries.cases import taking_back as queries
from models.queries.cases.selection import CaseFile
from models.queries.content.rows import mark_current
from models.tables.cases import Case
from models.tables.submissions import Decision, Submission
from notifications.kinds import MessageKind
from rules.answers import RequestState
from rules.case_history import ends_at, is_open
from rules.deadlines import PROVINCE, local_day
from rules.periods import period_title_vi
from rules.text.wording import day_vi
from services import log
from services.cases import acts
from services.cases.decisions import DecisionRefused
from services.cases.hand_in import queue_for_focal_point, too_early

RECALLED = "đã thu hồi trước khi gửi"
Act = Decision | Submission
KEYS = {"return": "returned", "extend": "extended"}  # kind of decision → how the keys of its mails begin


def offered_until(act: Act, case: Case, now: datetime) -> datetime | None:
    """Until when one click takes it back; None: it is not, or not any more."""
    at = act.decided_at if isinstance(act, Decision) else act.registered_at
    of_a_kind = not isinstance(act, Decision) or act.kind in KEYS
    open_still = of_a_kind and act.taken_back_at is None and is_open(at, now) and acts.is_as_left(case, act.changed)
    return ends_at(at) if open_still else None


def take_back_decision(session: Session, case_id: int, id: int, by: str, now: datetime) -> None:
    """The case stands as before, its mail does not leave. Raises DecisionRefused."""
    file = case_queries.hold_case(session, case_id)
    row = queries.decision(session, case_id, id)
    if file is None or row is None or row.kind not in KEYS:
        raise DecisionRefused("kind")
    request = queries.granted_with(session, case_id, row.decided_at)
    keys = [f"{KEYS[row.kind]}:{id}", *([f"request:{request.id}"] if request else [])]
    _check(session, file, row, row.decided_at, keys, now)
    queries.recall(session, keys, RECALLED, now)
    if request is not None:
        request.state, request.decided_by, request.decided_at = RequestState.WAITING.value, "", None
        request.decided_reason = ""
        session.add(request)
    _undo(session, file, row, now)
    details = {"reason": row.reason, "until": row.until, "reports": _reports(session, row.decided_at)}
    action = "case.return_taken_back" if row.kind == "return" else "case.extend_taken_back"
    log.append(session, now, by, action, f"case:{case_id}", {**_about(file), **details})


def take_back_registration(session: Session, case_id: int, version: int, by: str, now: datetime) -> None:
    """Of the document, for every period it answered. Raises DecisionRefused."""
    first = _registered(session, case_id, version)
    _withdraw(session, first, by, now, "")


def withdraw_registration(session: Session, case_id: int, version: int, by: str, now: datetime, reason: str) -> None:
    """The wrong file, or the wrong unit: whoever was sent the receipt is told. Raises DecisionRefused."""
    if not reason.strip():
        raise DecisionRefused("reason")
    _withdraw(session, _registered(session, case_id, version), by, now, reason.strip())


def _registered(session: Session, case_id: int, version: int) -> Submission:
    case_queries.hold_case(session, case_id)
    row = queries.submission(session, case_id, version)
    if row is None:
        raise DecisionRefused("kind")
    return row


def _withdraw(session: Session, first: Submission, by: str, now: datetime, reason: str) -> None:
    _need(first)
    rows = queries.registered_with(session, first)
    counted = _reports(session, first.registered_at)
    for row in rows:
        file = case_queries.hold_case(session, row.case_id)
        assert file is not None
        keys = [f"receipt:{row.id}"]
        _check(session, file, row, None if reason else row.registered_at, keys, now)
        was_sent = bool(queries.states_of_mails(session, keys) - {"pending", "expired"})
        queries.recall(session, keys, RECALLED, now)
        _undo(session, file, row, now)
        mark_current(session, row.case_id)
        _give_back_mail(session, row)
        details = {"version": row.version, "number": row.document_number, "reason": reason, "reports": counted}
        log.append(session, now, by, "case.hand_in_taken_back", f"case:{row.case_id}", {**_about(file), **details})
        if was_sent:
            lines = (f"{_document(row)} đã vào sổ nhầm, nay rút khỏi hồ sơ", f"Lý do: {reason}")
            _tell(session, file, f"withdrawn:{row.id}", lines, now)


def _check(
    session: Session,
    file: CaseFile,
    act: Act,
    at: datetime | None,
    keys: Sequence[str],
    now: datetime,
) -> None:
    """`at`: of the act, where it must be one that can be taken back by one click."""
    _need(act)
    if not acts.is_as_left(file.case, act.changed):
        raise DecisionRefused("moved_on")
    if at is not None and (not is_open(at, now) or queries.states_of_mails(session, keys) - {"pending", "expired"}):
        raise DecisionRefused("sent")


def _need(act: Act) -> None:
    if act.taken_back_at is not None:
        raise DecisionRefused("taken_back")
    if not act.changed:
        raise DecisionRefused("kind")


def _undo(session: Session, file: CaseFile, act: Act, now: datetime) -> None:
    acts.restore(file.case, act.changed)
    act.taken_back_at = now
    session.add_all([file.case, act])
    session.flush()


def _give_back_mail(session: Session, row: Submission) -> None:
    """A mail that a person put to the case waits for one again."""
    mail = queries.mail_of(session, id_of(row))
    if mail is not None:
        mail.verdict, mail.case_id, mail.submission_id = "quarantined", None, None
        mail.seen_by, mail.seen_at = "", None
        session.add(mail)


def _about(file: CaseFile) -> dict[str, object]:
    return {"unit": file.organisation.key, "obligation": file.obligation.code, "period": file.occurrence.period}


def _reports(session: Session, moment: datetime) -> list[str]:
    """Their numbers do not change by themselves: the log says which."""
    return [f"{one.period} ({day_vi(one.as_of)})" for one in queries.reports_since(session, moment)]


def _document(row: Submission) -> str:
    number = f" số {row.document_number}" if row.document_number else ""
    return f"Văn bản{number}{f' ngày {day_vi(row.document_date)}' if row.document_date else ''}"


# --- corrected afterwards ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Document:
    number: str
    day: date | None
    received_at: datetime


def correct_document(
    session: Session, case_id: int, version: int, document: Document, by: str, now: datetime, reason: str
) -> None:
    """Number, day and moment of receipt as they ought to have been registered; the case is counted anew from them.

    Raises DecisionRefused.
    """
    file = case_queries.hold_case(session, case_id)
    row = queries.submission(session, case_id, version)
    if file is None or row is None or not row.changed:
        raise DecisionRefused("kind")
    if row.taken_back_at is not None:
        raise DecisionRefused("taken_back")
    if problem := _problem(file, row, document, reason, now):
        raise DecisionRefused(problem)
    before, old = _facts(row), _document(row)
    row.document_number, row.document_date, row.received_at = document.number, document.day, document.received_at
    session.add(row)
    session.flush()
    if file.case.received_at is not None:
        is_as_left = acts.is_as_left(file.case, row.changed)
        file.case.received_at = queries.first_receipt(session, case_id)
        row.changed = acts.left_as(row.changed, file.case) if is_as_left else row.changed
        session.add_all([file.case, row])
    counted = _reports(session, row.registered_at)
    details = {"version": version, "before": before, "after": _facts(row), "reason": reason, "reports": counted}
    log.append(session, now, by, "case.document_corrected", f"case:{case_id}", {**_about(file), **details})
    if queries.states_of_mails(session, [f"receipt:{row.id}"]) - {"pending", "expired"}:
        received = f"Thời điểm nhận: {_moment_vi(row.received_at)}"
        lines = (f"Trước đây ghi: {old}", f"Nay sửa thành: {_document(row)}", received, f"Lý do: {reason}")
        _tell(session, file, f"corrected:{row.id}:{int(now.timestamp())}", lines, now)


def _problem(file: CaseFile, row: Submission, document: Document, reason: str, now: datetime) -> str:
    if not reason.strip():
        return "reason"
    if document.received_at > now:
        return "future"
    if too_early(file.occurrence, document.received_at):
        return "early"
    if document.day is not None and document.day > local_day(now):
        return "dated"
    same = (row.document_number, row.document_date, row.received_at)
    return "same" if same == (document.number, document.day, document.received_at) else ""


def _facts(row: Submission) -> dict[str, object]:
    return {"number": row.document_number, "day": row.document_date, "received_at": row.received_at.isoformat()}


def _moment_vi(moment: datetime) -> str:
    local = moment.astimezone(PROVINCE)
    return f"{local:%H:%M} ngày {day_vi(local.date())}"


def _tell(session: Session, file: CaseFile, key: str, lines: Sequence[str], now: datetime) -> None:
    matter = f"{file.obligation.title_vi} ({period_title_vi(file.occurrence.period)})"
    facts = {"matter": matter, "lines": list(lines), "path": f"/ho-so/{file.id}", "cases": []}
    queue_for_focal_point(session, file, MessageKind.CASE_MESSAGE, key, facts, now)
