"""A unit's people, signed in, ask a coordinator for more time; the same request as by the link of a letter."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlmodel import Session

from models.queries.cases import case_file as queries
from models.queries.cases import owed as owed_queries
from models.queries.cases.selection import CaseFile
from models.queries.cases.status import facts_of
from models.tables.answers import AnswerRequest
from rules import answers as policy
from rules.answers import Answer, RequestState
from rules.deadlines import local_day
from rules.status import status_of
from services import log
from services.cases.decisions import UNANSWERED, DecisionRefused


def ask_for_time(
    session: Session, case_id: int, until: date | None, reason: str, person_id: int, by: str, now: datetime
) -> AnswerRequest:
    """Raises DecisionRefused: closed, soft, waiting, day, too_early, too_far, reason."""
    file = held_unanswered(session, case_id, now)
    if file.term.late_after is None:
        raise DecisionRefused("soft")
    wrong = policy.problem(Answer.EXTENSION, until, reason, file.term.late_after, local_day(now))
    if wrong:
        raise DecisionRefused(wrong.value)
    request = AnswerRequest(
        case_id=case_id, person_id=person_id, kind=Answer.EXTENSION.value, until=until, reason=reason, at=now
    )
    return ask(session, file, request, by)


def waits(requests: Collection[AnswerRequest], kind: Answer) -> bool:
    return any(item.kind == kind and item.state == RequestState.WAITING for item in requests)


def held_unanswered(session: Session, case_id: int, now: datetime) -> CaseFile:
    file = queries.hold_case(session, case_id)
    if file is None or status_of(facts_of(file.case, file.term), now) not in UNANSWERED:
        raise DecisionRefused("closed")
    return file


def ask(session: Session, file: CaseFile, request: AnswerRequest, by: str) -> AnswerRequest:
    """Raises DecisionRefused while another request of the kind waits: a form sent twice asks once."""
    if waits(owed_queries.asked(session, [file.id]).get(file.id, []), Answer(request.kind)):
        raise DecisionRefused("waiting")
    session.add(request)
    session.flush()
    details = {"request": request.id, "unit": file.organisation.key, "reason": request.reason, "until": request.until}
    log.append(session, request.at, by, f"case.ask_{request.kind}", f"case:{file.id}", details)
    return request
