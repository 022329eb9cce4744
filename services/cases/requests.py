"""What units ask for by the links of letters; a named person grants or refuses, and whoever asked is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from models.database import id_of
from models.queries.cases import answer_requests as request_queries
from models.queries.cases import case_file as case_file_queries
from models.queries.cases import selection as cases_queries
from models.queries.cases.selection import CaseFile, unit_name
from models.queries.cases.status import facts_of
from models.queries.messages import changes as message_queries
from models.queries.people import access as access_queries
from models.tables.answers import AnswerRequest
from models.tables.cases import Case
from notifications.kinds import MessageKind
from rules.answers import NO_REASON, Answer, RequestState, may_answer
from rules.case_history import ends_at
from rules.deadlines import local_day
from rules.office import Office
from rules.periods import period_title_vi
from rules.status import Status, status_of
from rules.text.wording import day_vi
from services.cases import decide as review
from services.errors import ConcurrentAction, Refused
from services.log import append
from services.outbox.queue import Note, keyed, queue_note

ASKED_VI = {Answer.EXTENSION: "gia hạn", Answer.NIL_RETURN: "ghi nhận không phát sinh"}
OUTCOME_VI = {RequestState.GRANTED: "được chấp thuận", RequestState.REFUSED: "chưa được chấp thuận"}


@dataclass(frozen=True)
class PendingRequest:
    """A request with what a coordinator needs to decide it."""

    id: int
    kind: str
    until: date | None
    reason: str
    at: datetime
    case_id: int
    asked_by: str
    unit: str
    unit_name: str
    obligation: str
    short: str
    title_vi: str
    period: str
    last_day: date  # the case is held to now
    status: Status
    answered: bool  # the unit has done something else meanwhile: there is nothing left to grant


def waiting_requests(session: Session, now: datetime) -> list[PendingRequest]:
    """The oldest first."""
    rows = request_queries.waiting_requests(session)
    names = cases_queries.names_on(session, {case.organisation_id for _, _, case, *_ in rows}, local_day(now))
    return [
        PendingRequest(
            id=id_of(request),
            kind=request.kind,
            until=request.until,
            reason=request.reason,
            at=request.at,
            case_id=request.case_id,
            asked_by=person.name,
            unit=unit.key,
            unit_name=names[case.organisation_id].name if case.organisation_id in names else unit.key,
            obligation=duty.code,
            short=duty.short,
            title_vi=duty.title_vi,
            period=occurrence.period,
            last_day=term.late_after or term.target_day,
            status=status_of(facts_of(case, term), now),
            answered=_answered(case),
        )
        for request, person, case, term, unit, occurrence, duty in rows
    ]


def decide(
    session: Session, office: Office, request_id: int, granted: bool, by: str, reason: str, now: datetime
) -> AnswerRequest:
    """Grant or refuse what a unit asked for. Raises ConcurrentAction (decided before), Refused."""
    request = session.get(AnswerRequest, request_id)
    if request is None:
        raise Refused("Không có đề nghị này. / There is no such request.")
    if not granted and not reason.strip():
        raise Refused("Cần ghi lý do từ chối. / A refusal needs a reason.")
    file = case_file_queries.hold_case(session, request.case_id)
    assert file is not None
    standing = RequestState.GRANTED if granted else RequestState.REFUSED
    _settle(session, request, standing, by, reason.strip(), now)
    if granted:
        _grant(session, office, file, request, by, reason.strip() or request.reason, now)
    else:
        details = {"request": request.id, "unit": file.organisation.key, "kind": request.kind, "reason": reason.strip()}
        append(session, now, by, "case.refuse_request", f"case:{request.case_id}", details)
    _tell(session, file, request, standing, now)
    return request


def _settle(
    session: Session, request: AnswerRequest, standing: RequestState, by: str, reason: str, now: datetime
) -> None:
    """One of two who decide at once is heard."""
    if not request_queries.close_request(session, request, standing, by, reason, now):
        raise ConcurrentAction(
            f"request.{request.state}", request.decided_by, request.decided_at, request.decided_reason
        )


def _grant(
    session: Session, office: Office, file: CaseFile, request: AnswerRequest, by: str, reason: str, now: datetime
) -> None:
    if _answered(file.case):
        raise Refused("Đơn vị đã có câu trả lời khác. / The unit has answered otherwise.")
    if request.kind == Answer.NIL_RETURN:
        review.close_without_submission(session, file, "nil_return", by, now, reason or NO_REASON)
        return
    assert request.until is not None
    if request.until < local_day(now):
        raise Refused(f"Ngày xin gia hạn {day_vi(request.until)} đã qua. / The day asked for has passed.")
    review.extend(session, office, file, by, now, reason, request.until)


def _answered(case: Case) -> bool:
    return case.outcome is not None or (case.received_at is not None and case.returned_at is None)


def _tell(session: Session, file: CaseFile, request: AnswerRequest, standing: RequestState, now: datetime) -> None:
    """Whoever asked, as long as he answers for the unit; else its focal point."""
    today, unit = local_day(now), file.case.organisation_id
    held = [role for role, body in access_queries.roles_held(session, request.person_id, today) if body == unit]
    people = [request.person_id]
    if not may_answer(held):
        people = [one.person_id for one in cases_queries.holders(session, [unit], ["focal_point"], today)]
    # what is granted also changes the date, or closes the case: who is written to about that has his answer
    answered = message_queries.people_of_messages_written_at(session, people, ("extended", "closed"), now)
    keys = keyed(f"request:{request.id}", [person for person in people if person not in answered])
    matter = f"Đề nghị {ASKED_VI[Answer(request.kind)]} {OUTCOME_VI[standing]}: {file.obligation.short}"
    note = Note(matter, _lines(session, file, request, standing, now), f"/ho-so/{request.case_id}")
    waits = standing is RequestState.GRANTED and request.kind == Answer.EXTENSION
    leaves_at = ends_at(now) if waits else None  # with the extension, which can be taken back so long
    queue_note(session, MessageKind.REQUEST_DECIDED, keys, note, now, case_id=request.case_id, leaves_at=leaves_at)


def _lines(
    session: Session, file: CaseFile, request: AnswerRequest, standing: RequestState, now: datetime
) -> list[str]:
    name = unit_name(session, file.case.organisation_id, local_day(now)) or file.organisation.key
    period = period_title_vi(file.occurrence.period)
    wish = f" đến ngày {day_vi(request.until)}" if request.until else ""
    lines = [
        f"{name} đề nghị {ASKED_VI[Answer(request.kind)]}{wish} đối với: {file.obligation.title_vi} ({period})",
        f"Kết quả: {OUTCOME_VI[standing]}, theo quyết định của {request.decided_by}",
    ]
    if request.decided_reason:
        lines.append(f"Ý kiến: {request.decided_reason}")
    held_to = day_vi(file.term.late_after or file.term.target_day)
    if standing is RequestState.REFUSED:
        lines.append(f"Thời hạn giữ nguyên: {held_to}")
    elif request.until:
        lines.append(f"Thời hạn mới: {day_vi(request.until)}")
    return lines
