"""Named queries of a rehearsal, which plays the days ahead on a copy of the database."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import and_, func, literal, select, update
from sqlmodel import Session, col

from models.queries.messages.claiming import carried
from models.tables.cases import Case
from models.tables.messages import Message, Notice
from models.tables.organisations import Organisation
from models.tables.people import Person
from models.tables.plan import ObligationRow, Occurrence


class NoticeRow(NamedTuple):
    day: date
    unit: str
    obligation: str
    period: str
    step: str
    level: int
    person: str
    person_id: int
    email: str
    phone: str
    channel: str


def newest_notice(session: Session) -> int:
    """Its number; 0 where there is none."""
    return session.execute(select(col(Notice.id)).order_by(col(Notice.id).desc()).limit(1)).scalar() or 0


def mark_pending_sent(session: Session) -> None:
    session.execute(update(Message).where(col(Message.state) == "pending").values(state="sent"))


def notices_after(session: Session, newest: int, channel: str) -> list[NoticeRow]:
    """Once for each channel that carries it; `channel`: of those that no message carries."""
    query = (
        select(
            col(Notice.on_day),
            col(Organisation.key),
            col(ObligationRow.code),
            col(Occurrence.period),
            col(Notice.step),
            col(Notice.level),
            col(Person.name),
            col(Person.id),
            col(Person.email),
            col(Person.phone),
            func.coalesce(col(Message.channel), literal(channel)),
        )
        .join(Case, col(Case.id) == col(Notice.case_id))
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .join(Person, col(Person.id) == col(Notice.person_id))
        .outerjoin(Message, and_(carried(), col(Message.kind) == "digest"))
        .where(col(Notice.id) > newest, col(Notice.skipped).is_(None))
        .order_by(col(Notice.on_day), col(Person.email), col(ObligationRow.position), col(Message.id))
    )
    return [NoticeRow(*row) for row in session.execute(query)]
