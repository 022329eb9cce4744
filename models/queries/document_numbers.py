"""Which of the documents the office issues bears a number."""

from __future__ import annotations

from datetime import date

from sqlalchemy import literal, select, union_all
from sqlmodel import Session, col

from models.tables.messages import LetterDraft, OfficeDocument, ReportDraft


def bearers(session: Session, number: str, year: int) -> set[tuple[str, int]]:
    """(kind of document, id) of those issued in that year under it."""
    days = date(year, 1, 1), date(year, 12, 31)
    parts = (
        select(literal(kind), col(table.id)).where(
            col(table.document_number) == number, col(table.issued_on).between(*days)
        )
        for kind, table in (("letter", LetterDraft), ("report", ReportDraft), ("document", OfficeDocument))
    )
    return {(kind, id) for kind, id in session.execute(union_all(*parts))}
