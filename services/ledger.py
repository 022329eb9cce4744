"""The ledger of reminders: who was told what, when, by which channel, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, select
from sqlmodel import Session, col

from models.cases import Case
from models.messages import Attempt, Message, Notice
from models.organisations import Organisation
from models.people import Person
from models.plan import ObligationRow, Occurrence
from models.queries_messages import carried


@dataclass(frozen=True)
class LedgerRow:
    case_id: int
    unit: str
    obligation: str
    period: str
    step: str
    person: str
    on_day: date
    skipped: str | None
    channel: str | None
    state: str | None
    attempts: int | None
    address: str | None
    sent_at: datetime | None
    reason: str | None
    told: str | None = None  # of the last attempt: accepted, delivered, rejected, unknown …


def ledger(session: Session, case_id: int | None = None, limit: int = 1_000) -> list[LedgerRow]:
    """The newest notices first, each with the message that carries it and its last attempt."""
    last = (
        select(col(Attempt.id))
        .where(col(Attempt.message_id) == col(Message.id))
        .order_by(col(Attempt.number).desc())
        .limit(1)
        .correlate(Message)
        .scalar_subquery()
    )
    query = (
        select(
            col(Notice.case_id),
            col(Organisation.key),
            col(ObligationRow.code),
            col(Occurrence.period),
            col(Notice.step),
            col(Person.name),
            col(Notice.on_day),
            col(Notice.skipped),
            col(Message.channel),
            col(Message.state),
            col(Message.attempts),
            col(Attempt.address),
            col(Attempt.started_at),
            col(Message.reason),
            col(Attempt.state),
        )
        .join(Case, col(Case.id) == col(Notice.case_id))
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .join(Person, col(Person.id) == col(Notice.person_id))
        .outerjoin(
            Message,
            and_(carried(), col(Message.kind) == "digest", col(Notice.skipped).is_(None)),
        )
        .outerjoin(Attempt, col(Attempt.id) == last)
        .order_by(col(Notice.on_day).desc(), col(Notice.id).desc())
        .limit(limit)
    )
    if case_id is not None:
        query = query.where(col(Notice.case_id) == case_id)
    return [LedgerRow(*row) for row in session.execute(query)]
