"""Named queries about uploads: begun, whole, handed in, left over; and changes that only the first of several makes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, update
from sqlmodel import Session, col, select

from models.tables.uploads import Upload


def open_uploads(session: Session, case_id: int, person_id: int) -> Sequence[Upload]:
    """Begun and not handed in yet."""
    mine = (Upload.case_id == case_id, Upload.person_id == person_id, col(Upload.used_at).is_(None))
    return session.exec(select(Upload).where(*mine).order_by(col(Upload.id))).all()


def upload_for_update(session: Session, case_id: int, person_id: int, token: str) -> Upload | None:
    """Locked, where the database locks rows, until the transaction ends."""
    query = select(Upload).where(Upload.token == token, Upload.case_id == case_id, Upload.person_id == person_id)
    return session.exec(query.with_for_update()).first()


def whole_uploads(session: Session, case_id: int, person_id: int, tokens: Collection[str]) -> dict[str, Upload]:
    query = select(Upload).where(
        col(Upload.token).in_(tokens), Upload.case_id == case_id, Upload.person_id == person_id, Upload.sha256 != ""
    )
    return {upload.token: upload for upload in session.exec(query)}


def not_handed_in(session: Session, tokens: Collection[str]) -> Sequence[Upload]:
    query = select(Upload).where(col(Upload.token).in_(tokens), col(Upload.used_at).is_(None))
    return session.exec(query).all()


def tokens_not_handed_in(session: Session) -> Sequence[str]:
    return session.exec(select(Upload.token).where(col(Upload.used_at).is_(None))).all()


def change_if_same(session: Session, upload: Upload, **values: object) -> bool:
    """False when the row is not any more as `upload` was read; then nothing is written."""
    statement = update(Upload).where(*_same(upload)).values(**values)
    return session.connection().execute(statement).rowcount == 1


def delete_if_same(session: Session, upload: Upload) -> bool:
    """False when the row is not any more as `upload` was read; then it stays."""
    return session.connection().execute(delete(Upload).where(*_same(upload))).rowcount == 1


def _same(upload: Upload) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Upload.token) == upload.token,
        col(Upload.received) == upload.received,
        col(Upload.sha256) == upload.sha256,
        col(Upload.used_at).is_(None),
    )


def delete_left_over(session: Session, used_before: datetime, touched_before: datetime) -> None:
    """Those handed in before the first moment, and those nobody went on with since the second."""
    old = or_(
        col(Upload.used_at) < used_before,
        col(Upload.used_at).is_(None) & (col(Upload.touched_at) < touched_before),
    )
    session.connection().execute(delete(Upload).where(old))
