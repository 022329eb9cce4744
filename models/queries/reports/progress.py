"""What a report counts, each question one query, as of a moment."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, literal, or_, select, update
from sqlmodel import Session, col

from models.columns import UtcMoment
from models.conditions import stands
from models.tables.cases import Case, Stage
from models.tables.messages import Notice
from models.tables.plan import ObligationRow, Occurrence, StepDay, Term
from models.tables.submissions import Decision, Submission
from rules.case_history import OUTCOMES


def in_window(session: Session, start: date, as_of: date, since: datetime) -> list[tuple[Occurrence, ObligationRow]]:
    """Occurrences open by `as_of` that fell due in or after the window, or of which at its begin, `since`, something
    may have been awaited: an answer, or a step after it."""
    last = func.coalesce(col(Occurrence.late_after), col(Occurrence.target_day))
    query = (
        select(Occurrence, ObligationRow)
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(Occurrence.opened_at).is_not(None), col(Occurrence.opens_on) <= as_of)
        .where(or_(last >= start, _case_awaited(since), _step_awaited(since)))
        .order_by(col(ObligationRow.position), col(Occurrence.target_day), col(Occurrence.id))
    )
    return [(occurrence, obligation) for occurrence, obligation in session.execute(query)]


def _case_awaited(since: datetime) -> ColumnElement[bool]:
    moment = literal(since, UtcMoment())
    of_case = col(Decision.case_id) == col(Case.id)
    handed_in = select(col(Submission.id)).where(
        col(Submission.case_id) == col(Case.id), col(Submission.registered_at) < moment, stands(Submission)
    )
    closed = select(col(Decision.id)).where(
        of_case, col(Decision.kind).in_(OUTCOMES), col(Decision.decided_at) < moment
    )
    reopened = select(col(Decision.id)).where(of_case, col(Decision.kind) == "reopen")
    return (
        select(col(Case.id))
        .where(col(Case.occurrence_id) == col(Occurrence.id), ~handed_in.exists())
        .where(or_(~closed.exists(), reopened.exists()))
        .exists()
    )


def _step_awaited(since: datetime) -> ColumnElement[bool]:
    """At the earlier moment or since; whether it still was as of the day, `known.steps_known` tells."""
    not_done_then = or_(col(Stage.superseded_at).is_(None), col(Stage.superseded_at) >= literal(since, UtcMoment()))
    return (
        select(col(Stage.id))
        .join(Case, col(Case.id) == col(Stage.case_id))
        .where(col(Case.occurrence_id) == col(Occurrence.id), col(Stage.applicable))
        .where(col(Stage.done_on).is_(None), not_done_then)
        .exists()
    )


def previous_occurrences(session: Session, occurrences: Sequence[Occurrence]) -> dict[int, Occurrence]:
    """Occurrence → the one before it of the same duty, whatever version of the plan laid it out."""
    code = (
        select(col(ObligationRow.code))
        .join(Occurrence, col(Occurrence.obligation_id) == col(ObligationRow.id))
        .where(col(Occurrence.id).in_([occurrence.id for occurrence in occurrences]))
    )
    query = (
        select(Occurrence, col(ObligationRow.code))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(ObligationRow.code).in_(code), col(Occurrence.opened_at).is_not(None))
        .order_by(col(Occurrence.target_day), col(Occurrence.id))
    )
    wanted = {occurrence.id for occurrence in occurrences}
    newest: dict[str, Occurrence] = {}
    found: dict[int, Occurrence] = {}
    for occurrence, duty in session.execute(query):
        before = newest.get(duty)
        if occurrence.id in wanted and before is not None and before.target_day < occurrence.target_day:
            found[occurrence.id] = before
        newest[duty] = occurrence
    return found


def cutoffs(session: Session, code: str) -> dict[str, date | None]:
    """Period → data cut-off of every occurrence of this report, in the order in which they fall due."""
    query = (
        select(col(Occurrence.period), col(Occurrence.data_cutoff))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(ObligationRow.code) == code)
        .order_by(col(Occurrence.target_day), col(Occurrence.id))
    )
    return dict(row._tuple() for row in session.execute(query))


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


def named_in_the_report(session: Session, start: datetime, end: datetime, cases: Collection[int]) -> list[SentNotice]:
    """Of these cases, those whose ladder came to the step at which a report names them; nobody is written to."""
    query = (
        select(
            col(Notice.written_at), col(Case.organisation_id), col(ObligationRow.short), col(Occurrence.period),
            literal(IN_THE_REPORT), col(Notice.step), literal("recorded"),
        )
        .join(Case, col(Case.id) == col(Notice.case_id))
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(Notice.message) == "report_line", col(Notice.skipped).is_(None), col(Case.id).in_(cases))
        .where(col(Notice.written_at) >= literal(start, UtcMoment()))
        .where(col(Notice.written_at) < literal(end, UtcMoment()))
        .distinct()
        .order_by(col(Notice.written_at), col(Case.organisation_id), col(ObligationRow.short), col(Occurrence.period))
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
        .order_by(col(Occurrence.target_day), col(ObligationRow.position), col(Occurrence.id))
    )
    return [(a, b, c) for a, b, c in session.execute(query)]


def due_days(session: Session, first: date, last: date) -> dict[int, date]:
    """Occurrence → its last day, or its target; of those that were opened, by day."""
    day = func.coalesce(col(Occurrence.late_after), col(Occurrence.target_day))
    query = select(col(Occurrence.id), day).where(col(Occurrence.opened_at).is_not(None), day.between(first, last))
    return dict(row._tuple() for row in session.execute(query.order_by(day, col(Occurrence.id))))


def duties_of(session: Session, occurrences: Collection[int], cases: Collection[int]) -> dict[int, tuple[str, str]]:
    """Occurrence → its duty in short and its period; of these, and of these cases."""
    of_cases = select(col(Case.occurrence_id)).where(col(Case.id).in_(cases))
    query = (
        select(col(Occurrence.id), col(ObligationRow.short), col(Occurrence.period))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(or_(col(Occurrence.id).in_(occurrences), col(Occurrence.id).in_(of_cases)))
        .order_by(col(Occurrence.target_day), col(Occurrence.id))
    )
    return {id: (duty, period) for id, duty, period in session.execute(query)}


def undrafted(session: Session, codes: Collection[str], today: date) -> list[tuple[int, str, date]]:
    """Reports whose data are cut off and that nobody has drafted: (occurrence, period, cut-off)."""
    query = (
        select(col(Occurrence.id), col(Occurrence.period), col(Occurrence.data_cutoff))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(ObligationRow.code).in_(codes), col(Occurrence.drafted_at).is_(None))
        .where(col(Occurrence.opened_at).is_not(None), col(Occurrence.data_cutoff) < today)
        .order_by(col(Occurrence.target_day), col(Occurrence.id))
    )
    return [(a, b, c) for a, b, c in session.execute(query)]


def mark_drafted(session: Session, occurrence: int, now: datetime) -> bool:
    """False when somebody was quicker."""
    undrafted = (col(Occurrence.id) == occurrence, col(Occurrence.drafted_at).is_(None))
    return bool(session.connection().execute(update(Occurrence).where(*undrafted).values(drafted_at=now)).rowcount)
