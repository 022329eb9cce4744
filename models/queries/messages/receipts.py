"""Named queries that match receipts to attempts, and write down that those have arrived."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import literal, select, update
from sqlmodel import Session, col

from models.columns import UtcMoment
from models.tables.messages import Attempt, Message

IN_DOUBT = ("intent", "unknown")
COMPLETABLE = ("accepted", *IN_DOUBT)  # the ends of an attempt that a receipt may still complete


def attempts_by_reference(session: Session, references: Collection[str]) -> dict[str, int]:
    """What the service calls our message → the attempt."""
    query = select(col(Attempt.provider_ref), col(Attempt.id)).where(col(Attempt.provider_ref).in_(references))
    return dict(session.execute(query).tuples().all()) if references else {}


def attempts_in_doubt(session: Session, channels: Collection[str], since: datetime) -> list[tuple[int, int, str]]:
    """(attempt, its number, key of its message) of those begun since then whose answer was never written down."""
    query = (
        select(col(Attempt.id), col(Attempt.number), col(Message.key))
        .join(Message, col(Message.id) == col(Attempt.message_id))
        .where(col(Message.channel).in_(channels), col(Attempt.state).in_(IN_DOUBT), col(Attempt.provider_ref) == "")
        .where(col(Attempt.started_at) >= literal(since, UtcMoment()))
    )
    return [(id, number, key) for id, number, key in session.execute(query)]


def attempts_without_receipt(
    session: Session, channels: Collection[str], since: datetime, until: datetime, most: int
) -> list[tuple[int, str]]:
    """(attempt, what the service calls it) of those accepted in that time, the newest first."""
    accepted = (col(Attempt.state) == "accepted", col(Attempt.provider_ref) != "")
    query = (
        select(col(Attempt.id), col(Attempt.provider_ref))
        .join(Message, col(Message.id) == col(Attempt.message_id))
        .where(col(Message.channel).in_(channels), *accepted)
        .where(col(Attempt.finished_at) <= literal(until, UtcMoment()))
        .where(col(Attempt.finished_at) > literal(since, UtcMoment()))
        .order_by(col(Attempt.id).desc())
        .limit(most)
    )
    return [(id, reference) for id, reference in session.execute(query)]


def restore_doubtful_messages(session: Session, attempts: Collection[int]) -> None:
    """A message that was given up in doubt has arrived after all."""
    doubtful = select(col(Attempt.message_id)).where(col(Attempt.id).in_(attempts), col(Attempt.state).in_(IN_DOUBT))
    exhausted = (col(Message.id).in_(doubtful), col(Message.state) == "exhausted")
    session.connection().execute(update(Message).where(*exhausted).values(state="sent", reason=""))


def mark_delivered(session: Session, attempts: Collection[int], states: Collection[str] = COMPLETABLE) -> int:
    """Those that are in one of these states; returns how many."""
    arrived = (col(Attempt.id).in_(attempts), col(Attempt.state).in_(states))
    return int(session.connection().execute(update(Attempt).where(*arrived).values(state="delivered")).rowcount)
