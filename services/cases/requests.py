"""What units ask for by the links of letters; a named person grants or refuses, and whoever asked is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from models.queries.cases import case_file as case_file_queries
from models.queries.cases import selection as cases_queries
from models.queries.cases.selection import CaseFile
from models.queries.cases.status import facts_of
from models.queries.people import access as access_queries
from models.tables.answers import AnswerRequest
from models.tables.cases import Case
from models.tables.messages import Message
from models.tables.organisations import Organisation
from models.tables.people import Person
from models.tables.plan import ObligationRow, Occurrence, Term
from rules.answers import NO_REASON, Answer, RequestState, may_answer
from rules.deadlines import local_day
from rules.office import Office
from rules.periods import period_title_vi
from rules.status import Status, status_of
from rules.text.wording import day_vi
from services.cases import decide as review
from services.errors import ConcurrentAction, Refused
from services.log import append
from services.outbox.gate import queue_notes

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
    query = (
        select(AnswerRequest, Person, Case, Term, Organisation, Occurrence, ObligationRow)
        .join(Person, col(Person.id) == col(AnswerRequest.person_id))
        .join(Case, col(Case.id) == col(AnswerRequest.case_id))
        .join(Term, col(Term.id) == col(Case.term_id))
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(AnswerRequest.state) == RequestState.WAITING.value)
        .order_by(col(AnswerRequest.id))
    )
    found = session.execute(query).all()
    names = cases_queries.names_on(session, {case.organisation_id for _, _, case, *_ in found}, local_day(now))
    return [
        PendingRequest(
            id=asked.id or 0,
            kind=asked.kind,
            until=asked.until,
            reason=asked.reason,
            at=asked.at,
            case_id=asked.case_id,
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
        for asked, person, case, term, unit, occurrence, duty in found
    ]


def decide(
    session: Session, office: Office, request: int, granted: bool, by: str, reason: str, now: datetime
) -> AnswerRequest:
    """Grant or refuse what a unit asked for. Raises ConcurrentAction (decided before), Refused."""
    asked = session.get(AnswerRequest, request)
    if asked is None:
        raise Refused("Không có đề nghị này. / There is no such request.")
    if not granted and not reason.strip():
        raise Refused("Cần ghi lý do từ chối. / A refusal needs a reason.")
    file = case_file_queries.hold_case(session, asked.case_id)
    assert file is not None
    standing = RequestState.GRANTED if granted else RequestState.REFUSED
    _settle(session, asked, standing, by, reason.strip(), now)
    if granted:
        _grant(session, office, file, asked, by, reason.strip() or asked.reason, now)
    else:
        details = {"request": asked.id, "unit": file.organisation.key, "kind": asked.kind, "reason": reason.strip()}
        append(session, now, by, "case.refuse_request", f"case:{asked.case_id}", details)
    _tell(session, file, asked, standing, now)
    return asked


def _settle(
    session: Session, asked: AnswerRequest, standing: RequestState, by: str, reason: str, now: datetime
) -> None:
    """One of two who decide at once is heard."""
    waiting = (col(AnswerRequest.id) == asked.id, col(AnswerRequest.state) == RequestState.WAITING.value)
    decided = {"state": standing.value, "decided_by": by, "decided_at": now, "decided_reason": reason}
    changed = session.connection().execute(update(AnswerRequest).where(*waiting).values(**decided)).rowcount
    session.refresh(asked)
    if changed != 1:
        raise ConcurrentAction(f"request.{asked.state}", asked.decided_by, asked.decided_at, asked.decided_reason)


def _grant(
    session: Session, office: Office, file: CaseFile, asked: AnswerRequest, by: str, reason: str, now: datetime
) -> None:
    if _answered(file.case):
        raise Refused("Đơn vị đã có câu trả lời khác. / The unit has answered otherwise.")
    if asked.kind == Answer.NIL_RETURN:
        review.close_without_submission(session, file, "nil_return", by, now, reason or NO_REASON)
        return
    assert asked.until is not None
    if asked.until < local_day(now):
        raise Refused(f"Ngày xin gia hạn {day_vi(asked.until)} đã qua. / The day asked for has passed.")
    review.extend(session, office, file, by, now, reason, asked.until)


def _answered(case: Case) -> bool:
    return case.outcome is not None or (case.received_at is not None and case.returned_at is None)


def _tell(session: Session, file: CaseFile, asked: AnswerRequest, standing: RequestState, now: datetime) -> None:
    """Whoever asked, as long as he answers for the unit; else its focal point."""
    today, unit = local_day(now), file.case.organisation_id
    held = [role for role, body in access_queries.roles_held(session, asked.person_id, today) if body == unit]
    people = [asked.person_id]
    if not may_answer(held):
        people = [one.person_id for one in cases_queries.holders(session, [unit], ["focal_point"], today)]
    wanted, know = ASKED_VI[Answer(asked.kind)], _told_already(session, people, now)
    keys = {f"request:{asked.id}:{person}": person for person in people if person not in know}
    matter = f"Đề nghị {wanted} {OUTCOME_VI[standing]}: {file.obligation.short}"
    lines = _lines(session, file, asked, standing, now)
    queue_notes(session, "request_decided", keys, now, matter, lines, f"/ho-so/{asked.case_id}", case_id=asked.case_id)


def _told_already(session: Session, people: list[int], now: datetime) -> set[int]:
    """What is granted also changes the date, or closes the case: who is written to about that has his answer."""
    changed = (col(Message.kind).in_(("extended", "closed")), col(Message.created_at) == now)
    query = select(col(Message.person_id)).where(col(Message.person_id).in_(people), *changed)
    return set(session.execute(query).scalars())


def _lines(session: Session, file: CaseFile, asked: AnswerRequest, standing: RequestState, now: datetime) -> list[str]:
    name = access_queries.unit_name(session, file.case.organisation_id, local_day(now)) or file.organisation.key
    period = period_title_vi(file.occurrence.period)
    wish = f" đến ngày {day_vi(asked.until)}" if asked.until else ""
    told = [
        f"{name} đề nghị {ASKED_VI[Answer(asked.kind)]}{wish} đối với: {file.obligation.title_vi} ({period})",
        f"Kết quả: {OUTCOME_VI[standing]}, theo quyết định của {asked.decided_by}",
    ]
    if asked.decided_reason:
        told.append(f"Ý kiến: {asked.decided_reason}")
    held_to = day_vi(file.term.late_after or file.term.target_day)
    if standing is RequestState.REFUSED:
        told.append(f"Thời hạn giữ nguyên: {held_to}")
    elif asked.until:
        told.append(f"Thời hạn mới: {day_vi(asked.until)}")
    return told
