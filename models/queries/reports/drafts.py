"""Named queries about drafted reports: their documents, and the words people wrote into them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Select, func, literal, select, union_all
from sqlmodel import Session, col

from models.columns import UtcMoment
from models.conditions import stands
from models.tables.answers import AnswerRequest
from models.tables.cases import Case
from models.tables.messages import ReportDraft, ReportWords
from models.tables.plan import ObligationRow, Occurrence
from models.tables.submissions import Decision


def newest_drafts(session: Session) -> Sequence[tuple[ReportDraft, Occurrence]]:
    """The last document of each period, the newest first."""
    query = _newest().order_by(col(Occurrence.target_day).desc(), col(Occurrence.id).desc())
    return [row._tuple() for row in session.execute(query)]


def newest_draft(session: Session, occurrence: int) -> tuple[ReportDraft, Occurrence] | None:
    row = session.execute(_newest().where(col(Occurrence.id) == occurrence)).first()
    return row._tuple() if row else None


def _newest() -> Select[tuple[ReportDraft, Occurrence]]:
    last = (
        select(func.max(col(ReportDraft.version)))
        .where(col(ReportDraft.occurrence_id) == col(Occurrence.id))
        .correlate(Occurrence)
        .scalar_subquery()
    )
    return (
        select(ReportDraft, Occurrence)
        .join(Occurrence, col(Occurrence.id) == col(ReportDraft.occurrence_id))
        .where(col(ReportDraft.version) == last)
    )


def versions(session: Session, occurrence: int) -> Sequence[ReportDraft]:
    """The newest first."""
    query = select(ReportDraft).where(col(ReportDraft.occurrence_id) == occurrence)
    return session.execute(query.order_by(col(ReportDraft.version).desc())).scalars().all()


def newest_words(session: Session, occurrence: int) -> dict[str, ReportWords]:
    """Slot → what stands in it."""
    query = select(ReportWords).where(col(ReportWords.occurrence_id) == occurrence).order_by(col(ReportWords.id))
    return {row.slot: row for row in session.execute(query).scalars()}


class Reason(NamedTuple):
    kind: str  # request: of the unit; return, extend: of whoever decided
    organisation_id: int
    duty: str
    period: str
    reason: str
    until: date | None


def reasons_between(session: Session, start: datetime, end: datetime) -> list[Reason]:
    """What was said of cases from `start` to before `end`: why units asked for more time, why they were given it, what
    was returned; in the order in which it was said."""
    said = union_all(
        select(
            literal("request").label("kind"),
            col(AnswerRequest.case_id).label("case_id"),
            col(AnswerRequest.reason).label("reason"),
            col(AnswerRequest.until).label("until"),
            col(AnswerRequest.at).label("at"),
        ).where(col(AnswerRequest.kind) == "extension"),
        select(
            col(Decision.kind),
            col(Decision.case_id),
            col(Decision.reason),
            col(Decision.until),
            col(Decision.decided_at),
        ).where(col(Decision.kind).in_(("return", "extend")), stands(Decision)),
    ).subquery()
    query = (
        select(
            said.c.kind,
            col(Case.organisation_id),
            col(ObligationRow.short),
            col(Occurrence.period),
            said.c.reason,
            said.c.until,
        )
        .join(Case, col(Case.id) == said.c.case_id)
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(said.c.at >= literal(start, UtcMoment()), said.c.at < literal(end, UtcMoment()))
        .order_by(said.c.at, col(Case.id), said.c.kind)
    )
    return [Reason(*row) for row in session.execute(query)]
