"""Named queries about what is said about a case."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, literal, select, update
from sqlmodel import Session, col

from models.columns import UtcMoment
from models.tables.conversation import CaseMessage, CaseNote
from models.tables.log import LogEntry
from models.tables.projection import Projection

# made once: building a statement costs several times as much as running it
_THREAD = select(CaseMessage).where(col(CaseMessage.case_id) == bindparam("case")).order_by(col(CaseMessage.id))
_NOTES = select(CaseNote).where(col(CaseNote.case_id) == bindparam("case")).order_by(col(CaseNote.id).desc())
_MOVES = (
    select(LogEntry)
    .where(col(LogEntry.subject) >= "day:", col(LogEntry.subject) < "day;", col(LogEntry.action) == "dates.move")
    .order_by(col(LogEntry.seq).desc())
    .limit(50)
)
_SCREEN = select(col(Projection.screen_id)).where(col(Projection.occurrence_id) == bindparam("occurrence"))


def thread(session: Session, case_id: int) -> Sequence[CaseMessage]:
    """The oldest first."""
    return session.execute(_THREAD, {"case": case_id}).scalars().all()


def notes(session: Session, case_id: int) -> Sequence[CaseNote]:
    """For the coordinators alone. The newest first."""
    return session.execute(_NOTES, {"case": case_id}).scalars().all()


def told_since(session: Session, kind: type[Any], moment: Any, since: datetime, **told: object) -> bool:
    """Whether the very same stands there, newer than `since`."""
    same = select(kind.id).filter_by(**told).where(moment > literal(since, UtcMoment()))
    return session.execute(same.limit(1)).first() is not None


def unread_messages(session: Session, case_id: int, *, from_unit: bool) -> list[int]:
    """Of one side, the oldest first."""
    query = select(col(CaseMessage.id)).where(
        col(CaseMessage.case_id) == case_id, col(CaseMessage.from_unit) == from_unit, col(CaseMessage.read_at).is_(None)
    )
    return list(session.execute(query.order_by(col(CaseMessage.id))).scalars())


def mark_read(session: Session, messages: Collection[int], by: str, now: datetime) -> None:
    """Who read a message first stays."""
    unread = (col(CaseMessage.id).in_(messages), col(CaseMessage.read_at).is_(None))
    session.execute(update(CaseMessage).where(*unread).values(read_at=now, read_by=by))


def moves(session: Session) -> Sequence[LogEntry]:
    """The newest times the calendar moved dates, whosever they were; found by the days their subjects name."""
    return session.execute(_MOVES).scalars().all()


def screen_of(session: Session, occurrence_id: int) -> str | None:
    """Where the engine shows the occurrence."""
    return session.execute(_SCREEN, {"occurrence": occurrence_id}).scalars().first()
