"""Named queries about answers by the links of letters, and the requests made that way."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlmodel import Session, col

from models.tables.answers import AnswerLink, AnswerRequest
from models.tables.cases import Case
from models.tables.organisations import Organisation
from models.tables.people import Person
from models.tables.plan import ObligationRow, Occurrence, Term
from rules.answers import RequestState


class RequestOfCase(NamedTuple):
    request: AnswerRequest
    person: Person
    case: Case
    term: Term
    organisation: Organisation
    occurrence: Occurrence
    obligation: ObligationRow


def link_with_token(session: Session, digest: str) -> AnswerLink | None:
    """By the digest of its token; None for a link that was not used yet."""
    return session.execute(select(AnswerLink).where(col(AnswerLink.token) == digest)).scalars().first()


def waiting_requests(session: Session) -> list[RequestOfCase]:
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
    return [RequestOfCase(*row) for row in session.execute(query)]


def close_request(
    session: Session, request: AnswerRequest, state: RequestState, by: str, reason: str, now: datetime
) -> bool:
    """False when somebody was quicker; either way `request` is read anew."""
    waiting = (col(AnswerRequest.id) == request.id, col(AnswerRequest.state) == RequestState.WAITING.value)
    decision = {"state": state.value, "decided_by": by, "decided_at": now, "decided_reason": reason}
    count = session.connection().execute(update(AnswerRequest).where(*waiting).values(**decision)).rowcount
    session.refresh(request)
    return int(count) == 1
