"""Changes messages that are written already: those that are not needed any more, came back, or have a new reader."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, case, or_, select, update
from sqlmodel import Session, col

from models.database import table
from models.tables.messages import Message
from models.tables.people import Person

RETURNABLE = ("sent", "pending", "exhausted")  # states in which a mail can come back


def messages_with_ids(session: Session, ids: Collection[int]) -> Sequence[Message]:
    return session.execute(select(Message).where(col(Message.id).in_(ids))).scalars().all()


def people_of_messages_written_at(
    session: Session, people: Collection[int], kinds: Collection[str], moment: datetime
) -> set[int]:
    """Those of the people to whom a message of one of these kinds was written at this very moment."""
    same = (col(Message.kind).in_(kinds), col(Message.created_at) == moment)
    query = select(col(Message.person_id)).where(col(Message.person_id).in_(people), *same)
    return set(session.execute(query).scalars())


def given_up_with_ids(session: Session, ids: Collection[int]) -> list[tuple[Message, Person]]:
    """Those of the messages that a person has given up, the newest first."""
    query = select(Message, Person).join(Person, col(Person.id) == col(Message.person_id))
    query = query.where(col(Message.id).in_(ids), col(Message.state) == "given_up").order_by(col(Message.id).desc())
    return [(message, person) for message, person in session.execute(query)]


def expire_pending(session: Session, case_id: int, key: str, reason: str, now: datetime) -> None:
    """Those about the case whose keys begin with `key`."""
    same = (col(Message.case_id) == case_id, col(Message.state) == "pending", col(Message.key).like(f"{key}%"))
    session.execute(update(Message).where(*same).values(state="expired", finished_at=now, reason=reason))


def mark_returned(session: Session, message: int, reason: str, now: datetime) -> None:
    """What a person has dealt with already stays as it is."""
    returnable = (col(Message.id) == message, col(Message.state).in_(RETURNABLE))
    session.execute(update(Message).where(*returnable).values(state="bounced", reason=reason, finished_at=now))


def hand_mail_to_successors(
    session: Session, successors: Mapping[int, int], kinds: Collection[str], example_reason: str, now: datetime
) -> None:
    """Pending e-mail of these kinds, and drafts of reports that were suppressed for `example_reason`.

    `successors`: the person it was for → the person it is for now.
    """
    mail = table(Message)
    draft = and_(mail.c.state == "suppressed", mail.c.reason == example_reason, mail.c.kind == "report_draft")
    waits = or_(mail.c.state == "pending", draft)
    statement = (
        update(mail)
        .where(mail.c.person_id.in_(successors), mail.c.channel == "email", mail.c.kind.in_(kinds), waits)
        .values(person_id=case(successors, value=mail.c.person_id), state="pending", reason="", finished_at=None)
        .values(not_before=now)
    )
    session.connection().execute(statement)
