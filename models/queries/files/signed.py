"""Named queries for the signed PDFs of letters and reports."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select
from sqlmodel import Session, col

from models.tables.messages import SignedFile


def signed_files(
    session: Session, *, letters: Collection[int] = (), reports: Collection[int] = ()
) -> Sequence[SignedFile]:
    """Of these documents, the newest first."""
    of_them = or_(col(SignedFile.letter_id).in_(letters), col(SignedFile.report_id).in_(reports))
    return session.execute(select(SignedFile).where(of_them).order_by(col(SignedFile.id).desc())).scalars().all()
