"""Named queries about what is said about a case."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from models.conversation import CaseMessage, CaseNote
from models.log import LogEntry
from models.projection import Projection


def thread(session: Session, case_id: int) -> Sequence[CaseMessage]:
    """The oldest first."""
    query = select(CaseMessage).where(CaseMessage.case_id == case_id).order_by(col(CaseMessage.id))
    return session.exec(query).all()


def notes(session: Session, case_id: int) -> Sequence[CaseNote]:
    """For the coordinators alone. The newest first."""
    query = select(CaseNote).where(CaseNote.case_id == case_id).order_by(col(CaseNote.id).desc())
    return session.exec(query).all()


def moves(session: Session, most: int = 50) -> Sequence[LogEntry]:
    """The newest times the calendar moved dates, whosever they were; found by the days their subjects name."""
    named = (col(LogEntry.subject) >= "day:", col(LogEntry.subject) < "day;", LogEntry.action == "dates.move")
    return session.exec(select(LogEntry).where(*named).order_by(col(LogEntry.seq).desc()).limit(most)).all()


def screen_of(session: Session, occurrence_id: int) -> str | None:
    """Where the engine shows the occurrence."""
    return session.exec(select(Projection.screen_id).where(Projection.occurrence_id == occurrence_id)).first()
