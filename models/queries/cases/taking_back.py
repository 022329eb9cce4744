"""Named queries about acts that are taken back or corrected, their mails, and what was counted with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, cast, func, literal, or_, select, update
from sqlmodel import Session, col

from models.columns import UtcMoment
from models.conditions import stands
from models.tables.answers import AnswerRequest
from models.tables.cases import Case
from models.tables.inbound import InboundMail
from models.tables.messages import Message, ReportDraft
from models.tables.plan import Occurrence
from models.tables.submissions import Decision, Submission


def decision(session: Session, case_id: int, id: int) -> Decision | None:
    row = session.get(Decision, id, populate_existing=True)
    return row if row is not None and row.case_id == case_id else None


def submission(session: Session, case_id: int, version: int) -> Submission | None:
    same = (col(Submission.case_id) == case_id, col(Submission.version) == version)
    query = select(Submission).where(*same).execution_options(populate_existing=True)
    return session.execute(query).scalars().first()


def registered_with(session: Session, first: Submission) -> Sequence[Submission]:
    """The act's registrations: its own, and those of shorter periods that the same document answers."""
    same = (
        col(Submission.registered_at) == first.registered_at,
        col(Submission.registered_by) == first.registered_by,
        col(Submission.received_at) == first.received_at,
        col(Submission.document_number) == first.document_number,
    )
    unit = select(col(Case.organisation_id)).where(col(Case.id) == first.case_id).scalar_subquery()
    query = (
        select(Submission)
        .join(Case, col(Case.id) == col(Submission.case_id))
        .where(*same, col(Case.organisation_id) == unit, stands(Submission))
        .order_by(col(Submission.id))
    )
    return session.execute(query).scalars().all()


def first_receipt(session: Session, case_id: int) -> datetime | None:
    query = select(func.min(col(Submission.received_at))).where(col(Submission.case_id) == case_id, stands(Submission))
    moment: datetime | None = session.execute(query).scalar()
    return moment


def granted_with(session: Session, case_id: int, at: datetime) -> AnswerRequest | None:
    """What a unit had asked for, granted by the very decision of that moment."""
    same = (col(AnswerRequest.case_id) == case_id, col(AnswerRequest.decided_at) == at)
    return session.execute(select(AnswerRequest).where(*same)).scalars().first()


def mail_of(session: Session, submission: int) -> InboundMail | None:
    query = select(InboundMail).where(col(InboundMail.submission_id) == submission)
    return session.execute(query).scalars().first()


def _of(keys: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(col(Message.key).startswith(f"{key}:", autoescape=True) for key in keys))


def states_of_mails(session: Session, keys: Sequence[str]) -> set[str]:
    """Of the mails whose keys begin so."""
    return set(session.execute(select(col(Message.state)).where(_of(keys)).distinct()).scalars())


def recall(session: Session, keys: Sequence[str], reason: str, now: datetime) -> None:
    """Those that nobody has taken up do not leave. Their keys are free for the same act done again."""
    freed = col(Message.key) + literal("~") + cast(col(Message.id), String)
    gone: dict[str, Any] = {"state": "expired", "finished_at": now, "reason": reason, "key": freed}
    statement = update(Message).where(_of(keys), col(Message.state) == "pending").values(**gone)
    session.execute(statement.execution_options(synchronize_session=False))


class CountedReport(NamedTuple):
    """A report that was drafted after an act, with the act in its numbers."""

    period: str
    as_of: date
    state: str


def reports_since(session: Session, moment: datetime) -> list[CountedReport]:
    query = (
        select(col(Occurrence.period), col(ReportDraft.as_of), col(ReportDraft.state))
        .join(Occurrence, col(Occurrence.id) == col(ReportDraft.occurrence_id))
        .where(col(ReportDraft.drafted_at) >= literal(moment, UtcMoment()))
        .order_by(col(ReportDraft.id))
    )
    return [CountedReport(*row) for row in session.execute(query)]
