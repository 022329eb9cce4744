"""Keeps a file between the look at what it would change and the word that it may."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from models.database import id_of
from models.queries.files import staging as queries
from models.tables.staging import StagedFile

KEPT = timedelta(days=1)


def stage(session: Session, kind: str, name: str, content: bytes, person_id: int, now: datetime) -> int:
    """One of each kind a person: a newer one takes the place of the one before."""
    queries.delete_replaced(session, person_id, kind, now - KEPT)
    file = StagedFile(kind=kind, name=name, content=content, person_id=person_id, created_at=now)
    session.add(file)
    session.flush()
    return id_of(file)


def staged(session: Session, id: int, kind: str, person_id: int) -> StagedFile | None:
    """None when it is gone, is of another kind, or was brought by somebody else."""
    file = session.get(StagedFile, id)
    return file if file is not None and (file.kind, file.person_id) == (kind, person_id) else None


def done_with(session: Session, id: int) -> None:
    queries.delete_staged(session, id)
