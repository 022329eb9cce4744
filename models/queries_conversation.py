"""Named queries about what is said about a case."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from models.conversation import CaseMessage, CaseNote


def thread(session: Session, case_id: int) -> Sequence[CaseMessage]:
    """The oldest first."""
    query = select(CaseMessage).where(CaseMessage.case_id == case_id).order_by(col(CaseMessage.id))
    return session.exec(query).all()


def notes(session: Session, case_id: int) -> Sequence[CaseNote]:
    """For the coordinators alone. The newest first."""
    query = select(CaseNote).where(CaseNote.case_id == case_id).order_by(col(CaseNote.id).desc())
    return session.exec(query).all()
