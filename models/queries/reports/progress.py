"""What a report counts, each question one query, as of a moment."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, literal, or_, select, update
from sqlmodel import Session, col

from models.columns import UtcMoment
from models.conditions import is_open
from models.queries.cases.status import status_case
from models.tables.cases import Case
from models.tables.messages import Notice
from models.tables.organisations import Organisation
from models.tables.plan import ObligationRow, Occurrence, StepDay, Term
from models.tables.submissions import Submission
from rules.deadlines import late_from
from rules.status import Status


@dataclass(frozen=True)
class ReportCase:
    occurrence_id: int
    organisation_id: int
    role: str
    status: Status
    target_day: date
    late_after: date | None
    received_at: datetime | None
    document_number: str


def cases(session: Session, occurrences: Collection[int], moment: datetime) -> list[ReportCase]:
    """Every case of these occurrences with its status as of `moment` and its newest document number by then."""
    number = (
        select(col(Submission.document_number))
        .where(col(Submission.case_id) == col(Case.id), col(Submission.received_at) <= literal(moment, UtcMoment()))
        .order_by(col(Submission.version).desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(
            col(Case.occurrence_id),
            col(Case.organisation_id),
            col(Case.role),
            status_case(moment),
            col(Term.target_day),
            col(Term.late_after),
            col(Case.received_at),
            func.coalesce(number, ""),
        )
        .join(Term, col(Term.id) == col(Case.term_id))
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .where(col(Case.occurrence_id).in_(occurrences))
        .order_by(col(Case.occurrence_id), col(Organisation.position))
    )
    return [ReportCase(a, b, c, Status(d), e, f, g, h) for a, b, c, d, e, f, g, h in session.execute(query)]


def in_window(session: Session, start: date, as_of: date) -> list[tuple[Occurrence, ObligationRow]]:
    """Occurrences open by `as_of` that fell due in or after the window, or that still missed an answer then."""
    last = func.coalesce(col(Occurrence.late_after), col(Occurrence.target_day))
    end = literal(late_from(as_of), UtcMoment())
    unanswered = (
        select(col(Case.id))
        .where(col(Case.occurrence_id) == col(Occurrence.id))
        .where(or_(col(Case.received_at).is_(None), col(Case.received_at) >= end))
        .where(or_(col(Case.outcome).is_(None), col(Case.outcome_at) >= end))
        .exists()
    )
    query = (
        select(Occurrence, ObligationRow)
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(Occurrence.opened_at).is_not(None), col(Occurrence.opens_on) <= as_of)
        .where(or_(last >= start, unanswered))
        .order_by(col(ObligationRow.position), col(Occurrence.target_day))
    )
    return [(occurrence, obligation) for occurrence, obligation in session.execute(query)]


def previous_occurrence(session: Session, occurrence: Occurrence, code: str) -> Occurrence | None:
    query = (
        select(Occurrence)
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(ObligationRow.code) == code, col(Occurrence.target_day) < occurrence.target_day)
        .where(col(Occurrence.opened_at).is_not(None))
        .order_by(col(Occurrence.target_day).desc())
        .limit(1)
    )
    return session.execute(query).scalars().first()


IN_THE_REPORT = "report"


@dataclass(frozen=True)
class SentNotice:
    at: datetime
    organisation_id: int
    obligation: str
    period: str
    channel: str
    step: str
    state: str


def named_in_the_report(session: Session, start: datetime, end: datetime) -> list[SentNotice]:
    """Cases whose ladder has come to its last step: the report names them, and nobody is written to."""
    query = (
        select(
            col(Notice.written_at), col(Case.organisation_id), col(ObligationRow.short), col(Occurrence.period),
            literal(IN_THE_REPORT), col(Notice.step), literal("recorded"),
        )
        .join(Case, col(Case.id) == col(Notice.case_id))
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(Notice.message) == "report_line", col(Notice.skipped).is_(None))
        .where(is_open())
        .where(col(Notice.written_at) >= literal(start, UtcMoment()))
        .where(col(Notice.written_at) < literal(end, UtcMoment()))
        .distinct()
        .order_by(col(Notice.written_at), col(Case.organisation_id))
    )  # fmt: skip
    return [SentNotice(*row) for row in session.execute(query)]


def due_between(session: Session, start: date, end: date) -> list[tuple[Occurrence, ObligationRow, date | None]]:
    """Occurrences whose target lies between two days, with the day of their first reminder."""
    first_step = (
        select(func.min(col(StepDay.on_day)))
        .join(Term, col(Term.id) == col(StepDay.term_id))
        .where(col(Term.occurrence_id) == col(Occurrence.id))
        .scalar_subquery()
    )
    query = (
        select(Occurrence, ObligationRow, first_step)
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(Occurrence.target_day) >= start, col(Occurrence.target_day) <= end)
        .order_by(col(Occurrence.target_day), col(ObligationRow.position))
    )
    return [(a, b, c) for a, b, c in session.execute(query)]


def undrafted(session: Session, codes: Collection[str], today: date) -> list[tuple[int, str, date]]:
    """Reports whose data are cut off and that nobody has drafted: (occurrence, period, cut-off)."""
    query = (
        select(col(Occurrence.id), col(Occurrence.period), col(Occurrence.data_cutoff))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(ObligationRow.code).in_(codes), col(Occurrence.drafted_at).is_(None))
        .where(col(Occurrence.opened_at).is_not(None), col(Occurrence.data_cutoff) < today)
        .order_by(col(Occurrence.target_day))
    )
    return [(a, b, c) for a, b, c in session.execute(query)]


def mark_drafted(session: Session, occurrence: int, now: datetime) -> bool:
    """False when somebody was quicker."""
    undrafted = (col(Occurrence.id) == occurrence, col(Occurrence.drafted_at).is_(None))
    return bool(session.connection().execute(update(Occurrence).where(*undrafted).values(drafted_at=now)).rowcount)
