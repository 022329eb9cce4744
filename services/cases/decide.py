"""What named persons decide about a case: accept, return, extend, waive, nil return, reopen."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from models.database import id_of
from models.queries.cases.selection import CaseFile
from models.queries.content.rows import CaseVerdict
from models.queries.plan import agreed_terms as term_queries
from models.tables.plan import Term
from models.tables.submissions import Decision
from notifications.kinds import MessageKind
from rules.case_history import ends_at
from rules.deadlines import local_day
from rules.office import Office
from services import log
from services.cases import acts
from services.cases.change_notices import tell_closed, tell_extended
from services.cases.hand_in import queue_for_focal_point
from services.errors import Refused
from services.plan.load import store_term

OUTCOMES = {"nil_return": "nil_return", "waive": "waived", "not_applicable": "not_applicable"}


def accept(
    session: Session, file: CaseFile, by: str, now: datetime, reason: str = "", faulty: CaseVerdict | None = None
) -> None:
    """`faulty`: the verdict on a table that is not good as a whole. Raises Refused when nothing was handed in."""
    _need_submission(file)
    file.case.accepted_at, file.case.returned_at, file.case.return_by = now, None, None
    table = {"verdict": faulty.verdict, "findings": faulty.findings_count} if faulty else {}
    _decide(session, file, "accept", by, now, reason, None, **table)


def return_for_completion(session: Session, file: CaseFile, by: str, now: datetime, missing: str, until: date) -> None:
    """Ask for what is missing by a day. The moment of the first receipt stays."""
    _need_submission(file)
    before = acts.standing(file.case)
    file.case.returned_at, file.case.return_by, file.case.accepted_at = now, until, None
    decision = _decide(session, file, "return", by, now, missing, until)
    decision.changed = acts.changed(before, file.case)
    facts = {"missing": missing, "until": until.isoformat()}
    key = f"returned:{decision.id}"
    queue_for_focal_point(session, file, MessageKind.RETURNED, key, facts, now, leaves_at=ends_at(now))


def close_without_submission(session: Session, file: CaseFile, kind: str, by: str, now: datetime, reason: str) -> None:
    """`kind`: nil_return, waive or not_applicable. A reason is obligatory."""
    if not reason.strip():
        raise Refused("Cần ghi lý do. / A reason is required.")
    file.case.outcome, file.case.outcome_at = OUTCOMES[kind], now
    decision = _decide(session, file, kind, by, now, reason)
    tell_closed(session, file, id_of(decision), kind, reason, now)


def reopen(session: Session, file: CaseFile, by: str, now: datetime, reason: str) -> None:
    """Take back an acceptance, or the word that nothing is owed; what was handed in, and when, stays. Its ladder goes
    on where it would be today."""
    if file.case.accepted_at is None and file.case.outcome is None:
        raise Refused("Hồ sơ chưa khép. / The case is not closed.")
    file.case.accepted_at, file.case.outcome, file.case.outcome_at = None, None, None
    decision = _decide(session, file, "reopen", by, now, reason)
    line = f"Hồ sơ được mở lại: {reason}"
    facts = {"matter": file.obligation.title_vi, "lines": [line], "path": f"/ho-so/{file.id}"}
    queue_for_focal_point(session, file, MessageKind.CASE_MESSAGE, f"reopened:{decision.id}", facts, now)


def extend(session: Session, office: Office, file: CaseFile, by: str, now: datetime, reason: str, until: date) -> None:
    """Hold the case to an agreed day beside the statutory one; its ladder is planned anew from there.

    Raises Refused where nothing is ever late: an agreed day would only turn it red.
    """
    if file.term.late_after is None:
        raise Refused("Nhiệm vụ này không tính quá hạn nên không cần gia hạn. / Nothing is ever late here.")
    if file.occurrence.late_after is not None and until <= file.occurrence.late_after:
        raise Refused("Ngày gia hạn phải sau thời hạn gốc. / The agreed day must be later than the statutory one.")
    term = _agreed_term(session, office, file, until)
    assert term.id is not None
    steps = _planned_anew(session, file.case.term_id, term.id, local_day(now))
    before = acts.standing(file.case)
    file.case.term_id = term.id
    decision = _decide(session, file, "extend", by, now, reason, until, **steps)
    decision.changed = acts.changed(before, file.case)
    tell_extended(session, file, id_of(decision), last_day_of(file.term), last_day_of(term), now)


def _planned_anew(session: Session, old: int, new: int, today: date) -> dict[str, list[date]]:
    """The days of reminding that are given up, and those that take their place: for the log."""
    days = term_queries.step_days_from(session, [old, new], today)
    return {
        "dropped": [day for term, day in days if term == old],
        "planned": [day for term, day in days if term == new],
    }


def last_day_of(term: Term) -> date:
    return term.late_after or term.target_day


def _agreed_term(session: Session, office: Office, file: CaseFile, until: date) -> Term:
    agreed = until.isoformat()
    term = term_queries.agreed_term(session, file.occurrence.id, file.case.role, agreed)
    return term or store_term(
        session,
        office,
        file.term.ladder,
        file.occurrence,
        role=file.case.role,
        target_day=office.calendar.on_or_before(until),
        late_after=office.calendar.on_or_after(until),
        agreed=agreed,
    )


def _need_submission(file: CaseFile) -> None:
    if file.case.received_at is None:
        raise Refused("Chưa có văn bản nào được gửi. / Nothing was handed in yet.")


def _decide(
    session: Session,
    file: CaseFile,
    kind: str,
    by: str,
    now: datetime,
    reason: str,
    until: date | None = None,
    **more: object,
) -> Decision:
    decision = Decision(case_id=file.id, kind=kind, by=by, reason=reason, until=until, decided_at=now)
    session.add_all([decision, file.case])
    session.flush()
    about = {"unit": file.organisation.key, "obligation": file.obligation.code}
    details = {**about, "reason": reason, "until": until, **more}
    log.append(session, now, by, f"case.{kind}", f"case:{file.id}", details)
    return decision
