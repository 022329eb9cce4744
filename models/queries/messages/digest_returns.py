"""Named queries about the returned cases that digests carry."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from models.conditions import is_returned
from models.queries.messages.claiming import carried
from models.tables.cases import Case
from models.tables.messages import Message, Notice
from models.tables.plan import ObligationRow, Occurrence
from rules.plan import COMPLETION


class DigestReturn(NamedTuple):
    """A notice of a case that was returned, still not completed."""

    message_id: int
    case_id: int
    step: str
    organisation_id: int
    code: str
    title: str
    short: str
    clause: str
    period: str
    return_by: date


def digest_returns(session: Session, messages: Collection[int]) -> list[DigestReturn]:
    query = (
        select(
            col(Message.id),
            col(Case.id),
            col(Notice.step),
            col(Case.organisation_id),
            col(ObligationRow.code),
            col(ObligationRow.title_vi),
            col(ObligationRow.short),
            col(ObligationRow.clause),
            col(Occurrence.period),
            col(Case.return_by),
        )
        .select_from(Message)
        .join(Notice, carried())
        .join(Case, col(Case.id) == col(Notice.case_id))
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(Message.id).in_(messages), col(Notice.message) == COMPLETION, col(Notice.skipped).is_(None))
        .where(is_returned(), col(Case.return_by).is_not(None))
        .order_by(col(Message.id), col(Case.id), col(Notice.id))
    )
    return [DigestReturn(*row) for row in session.execute(query)]
