"""Named queries about files that wait for a confirmation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, or_
from sqlmodel import Session, col

from models.tables.staging import StagedFile


def delete_replaced(session: Session, person_id: int, kind: str, created_before: datetime) -> None:
    """Of this person and kind, and whatever is older than that."""
    theirs = (col(StagedFile.person_id) == person_id) & (col(StagedFile.kind) == kind)
    session.execute(delete(StagedFile).where(or_(theirs, col(StagedFile.created_at) < created_before)))


def delete_staged(session: Session, id: int) -> None:
    session.execute(delete(StagedFile).where(col(StagedFile.id) == id))
