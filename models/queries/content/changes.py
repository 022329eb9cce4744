"""Whether anything changed of which province-wide tables are made."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlmodel import Session, col

from models.tables.content import Consolidation, ContentCheck, Settlement
from models.tables.submissions import Decision


def newest_ids(session: Session) -> tuple[int, ...]:
    """Of the verdicts, decisions, settlements and frozen versions: the same as long as none was added."""
    tables = (ContentCheck, Decision, Settlement, Consolidation)
    newest = (select(func.coalesce(func.max(col(table.id)), 0)).scalar_subquery() for table in tables)
    return tuple(session.execute(select(*newest)).one())
