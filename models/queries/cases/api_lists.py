"""Named queries behind the lists other systems read: each is one statement for one bounded page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, and_, or_, select
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col

from models.conditions import stands
from models.queries.cases.status import standing_case, status_case, steps_case
from models.tables.cases import Case
from models.tables.organisations import Organisation
from models.tables.plan import ObligationRow, Occurrence, Term
from models.tables.submissions import Submission, SubmissionFile

Rows = list[Row[Any]]
After = tuple[date, int] | None  # the day and the id of the last one seen


@dataclass(frozen=True)
class CaseSelection:
    """None: any."""

    organisations: Collection[int] | None = None
    unit: str | None = None
    obligation: str | None = None
    period: str | None = None
    statuses: Collection[str] = ()
    standings: Collection[str] = ()
    first: date | None = None
    last: date | None = None


def cases(session: Session, selection: CaseSelection, now: datetime, after: After, limit: int) -> Rows:
    """Soonest first."""
    query = (
        _named(select().select_from(Case))
        .join(Term, col(Term.id) == col(Case.term_id))
        .add_columns(*CASE_COLUMNS, status_case(now).label("status"))
        .add_columns(standing_case(now).label("standing"), steps_case(now).label("steps"))
        .where(*_wanted(selection), *_between(col(Term.target_day), selection))
        .where(*_following(col(Term.target_day), col(Case.id), after))
        .order_by(col(Term.target_day), col(Case.id))
        .limit(limit)
    )
    if selection.statuses:
        query = query.where(status_case(now).in_(selection.statuses))
    if selection.standings:
        query = query.where(standing_case(now).in_(selection.standings))
    return list(session.connection().execute(query))


CASE_COLUMNS: tuple[Any, ...] = (
    col(Case.id),
    col(Case.organisation_id),
    col(Organisation.key).label("unit"),
    col(ObligationRow.code).label("obligation"),
    col(ObligationRow.clause),
    col(ObligationRow.title_vi),
    col(ObligationRow.title_en),
    col(Occurrence.period),
    col(Case.occurrence_id),
    col(Case.role),
    col(Term.target_day),
    col(Term.late_after),
    col(Term.agreed),
    col(Case.received_at),
    col(Case.returned_at),
    col(Case.return_by),
    col(Case.accepted_at),
    col(Case.outcome),
    col(Case.outcome_at),
)


def submissions(session: Session, selection: CaseSelection, after: int, limit: int, *only: ColumnElement[bool]) -> Rows:
    """In the order they were registered."""
    query = (
        _named(select().select_from(Submission).join(Case, col(Case.id) == col(Submission.case_id)))
        .add_columns(*SUBMISSION_COLUMNS)
        .where(*_wanted(selection), col(Submission.id) > after, stands(Submission))
        .order_by(col(Submission.id))
        .limit(limit)
    )
    return list(session.connection().execute(query.where(*only)))


def of_case(case_id: int) -> ColumnElement[bool]:
    return col(Submission.case_id) == case_id


def of_version(version: int) -> ColumnElement[bool]:
    return col(Submission.version) == version


def with_id(id: int) -> ColumnElement[bool]:
    return col(Submission.id) == id


SUBMISSION_COLUMNS: tuple[Any, ...] = (
    col(Submission.id),
    col(Submission.case_id),
    col(Case.organisation_id),
    col(Organisation.key).label("unit"),
    col(ObligationRow.code).label("obligation"),
    col(Occurrence.period),
    col(Submission.version),
    col(Submission.via),
    col(Submission.document_number),
    col(Submission.document_date),
    col(Submission.received_at),
    col(Submission.registered_at),
    col(Submission.registered_by),
)


def files_of(session: Session, submissions: Collection[int]) -> Rows:
    query = (
        select(
            col(SubmissionFile.submission_id),
            col(SubmissionFile.id),
            col(SubmissionFile.name),
            col(SubmissionFile.size),
            col(SubmissionFile.sha256),
        )
        .where(col(SubmissionFile.submission_id).in_(submissions))
        .order_by(col(SubmissionFile.id))
    )
    return list(session.connection().execute(query))


def occurrences(session: Session, selection: CaseSelection, after: After, limit: int, id: int | None = None) -> Rows:
    """Soonest first."""
    query = (
        select(*OCCURRENCE_COLUMNS)
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(*_between(col(Occurrence.target_day), selection))
        .where(*_following(col(Occurrence.target_day), col(Occurrence.id), after))
        .order_by(col(Occurrence.target_day), col(Occurrence.id))
        .limit(limit)
    )
    if id is not None:
        query = query.where(col(Occurrence.id) == id)
    if selection.obligation is not None:
        query = query.where(col(ObligationRow.code) == selection.obligation.upper())
    if selection.period is not None:
        query = query.where(col(Occurrence.period) == selection.period.upper())
    return list(session.connection().execute(query))


OCCURRENCE_COLUMNS: tuple[Any, ...] = (
    col(Occurrence.id),
    col(ObligationRow.code).label("obligation"),
    col(ObligationRow.clause),
    col(Occurrence.period),
    col(Occurrence.opens_on),
    col(Occurrence.opened_at),
    col(Occurrence.nominal_last_day),
    col(Occurrence.target_day),
    col(Occurrence.late_after),
    col(Occurrence.soft),
    col(Occurrence.why),
)


def key_of(session: Session, organisation_id: int) -> str:
    return session.get_one(Organisation, organisation_id).key


def _named(query: Select[Any]) -> Select[Any]:
    return (
        query.join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
    )


def _wanted(selection: CaseSelection) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if selection.organisations is not None:
        asked.append(col(Case.organisation_id).in_(selection.organisations))
    if selection.unit is not None:
        asked.append(col(Organisation.key) == selection.unit.upper())
    if selection.obligation is not None:
        asked.append(col(ObligationRow.code) == selection.obligation.upper())
    if selection.period is not None:
        asked.append(col(Occurrence.period) == selection.period.upper())
    return asked


def _between(day: Any, selection: CaseSelection) -> list[ColumnElement[bool]]:
    first = [day >= selection.first] if selection.first is not None else []
    return first + ([day <= selection.last] if selection.last is not None else [])


def _following(day: Any, id: Any, after: After) -> list[ColumnElement[bool]]:
    return [] if after is None else [or_(day > after[0], and_(day == after[0], id > after[1]))]
