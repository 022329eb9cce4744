"""Named queries about cases that people were reminded of."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models.conditions import is_open
from models.tables.cases import Case
from models.tables.messages import Notice
from models.tables.plan import ObligationRow, Occurrence


class CaseOfNotice(NamedTuple):
    case_id: int
    short: str
    title: str
    clause: str
    period: str


def open_cases_of_notices(session: Session, person: int, since: date, below_level: int) -> list[CaseOfNotice]:
    """Of which this person was reminded since that day, by steps of a ladder below this level; each once."""
    query = (
        select(
            col(Case.id),
            col(ObligationRow.short),
            col(ObligationRow.title_vi),
            col(ObligationRow.clause),
            col(Occurrence.period),
        )
        .join(Notice, col(Notice.case_id) == col(Case.id))
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(Notice.person_id) == person, col(Notice.skipped).is_(None))
        .where(col(Notice.on_day) >= since, col(Notice.level) < below_level)
        .where(is_open())
        .distinct()
        .order_by(col(Case.id))
    )
    return [CaseOfNotice(*row) for row in session.execute(query)]
