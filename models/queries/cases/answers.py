"""What the answers of an occurrence amount to: contributions received, and evidence of the steps that follow."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlmodel import Session, col

from models.conditions import is_current_step, stands
from models.queries.cases.status import status_case
from models.tables.cases import Case, Stage
from models.tables.log import LogEntry
from models.tables.organisations import Organisation
from models.tables.plan import ObligationRow, Occurrence, Term
from models.tables.submissions import Submission, SubmissionFile


@dataclass(frozen=True)
class Contribution:
    """One bound unit, how its hand-in stands, and the newest version of it, if any."""

    case_id: int
    occurrence_id: int
    obligation: str
    period: str
    why: str  # the dates of the occurrence in a sentence
    organisation_id: int
    status: str
    target_day: date
    version: int | None
    document_number: str | None
    document_date: date | None
    received_at: datetime | None
    files: int


def contributions(
    session: Session, obligations: Collection[str], roles: Collection[str], now: datetime
) -> list[Contribution]:
    """Every opened case of these obligations in these roles, occurrence by occurrence, in the order of the register."""
    newest = (
        select(col(Submission.case_id), func.max(col(Submission.version)).label("version"))
        .where(stands(Submission))
        .group_by(col(Submission.case_id))
        .subquery()
    )
    files = (
        select(func.count(col(SubmissionFile.id)))
        .where(col(SubmissionFile.submission_id) == col(Submission.id))
        .correlate(Submission)
        .scalar_subquery()
    )
    query = (
        select(
            col(Case.id),
            col(Occurrence.id),
            col(ObligationRow.code),
            col(Occurrence.period),
            col(Occurrence.why),
            col(Organisation.id),
            status_case(now),
            col(Term.target_day),
            col(Submission.version),
            col(Submission.document_number),
            col(Submission.document_date),
            col(Submission.received_at),
            files,
        )
        .select_from(Case)
        .join(Term, col(Term.id) == col(Case.term_id))
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .outerjoin(newest, newest.c.case_id == col(Case.id))
        .outerjoin(
            Submission, and_(col(Submission.case_id) == col(Case.id), col(Submission.version) == newest.c.version)
        )
        .where(col(ObligationRow.code).in_(obligations), col(Case.role).in_(roles))
        .order_by(col(Occurrence.target_day), col(Occurrence.id), col(Organisation.position))
    )
    return [Contribution(*row) for row in session.execute(query)]


@dataclass(frozen=True)
class StepEvidence:
    """A step that follows the hand-in of one unit, with its proof or without."""

    period: str
    organisation_id: int
    target_day: date | None
    done_on: date | None
    document_number: str
    place: str


def evidence(session: Session, stage: str) -> list[StepEvidence]:
    """This step wherever it applies, occurrence by occurrence, in the order of the register."""
    query = (
        select(
            col(Occurrence.period),
            col(Case.organisation_id),
            col(Stage.target_day),
            col(Stage.done_on),
            col(Stage.document_number),
            col(Stage.place),
        )
        .join(Case, col(Case.id) == col(Stage.case_id))
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .where(col(Stage.code) == stage, col(Stage.applicable), is_current_step())
        .order_by(col(Occurrence.target_day), col(Organisation.position), col(Case.id))
    )
    return [StepEvidence(*row) for row in session.execute(query)]


@dataclass(frozen=True)
class ReviewAnswer:
    """What a review found; None: not answered."""

    case_id: int
    period: str
    unit: str
    received_at: datetime | None
    adjusted: bool | None
    adjusted_at: datetime | None
    adjusted_by: str
    on_behalf: bool


def review_answers(session: Session, obligations: Collection[str]) -> list[ReviewAnswer]:
    """Of every case of these reviews, the newest first."""
    query = (
        select(
            col(Case.id),
            col(Occurrence.period),
            col(Organisation.key),
            col(Case.received_at),
            col(Case.adjusted),
            col(Case.adjusted_at),
            col(Case.adjusted_by),
            col(Case.adjusted_on_behalf),
        )
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .where(col(ObligationRow.code).in_(obligations))
        .order_by(col(Occurrence.target_day).desc(), col(Organisation.position), col(Case.id))
    )
    return [ReviewAnswer(*row) for row in session.execute(query)]


def drafted(session: Session, obligations: Collection[str]) -> list[tuple[str, date, datetime]]:
    """(period, data cut-off, when it was drafted) of every report written by itself, newest first."""
    query = (
        select(col(Occurrence.period), col(Occurrence.data_cutoff), col(Occurrence.drafted_at))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(ObligationRow.code).in_(obligations), col(Occurrence.drafted_at).is_not(None))
        .order_by(col(Occurrence.drafted_at).desc(), col(Occurrence.id).desc())
    )
    return [(period, cutoff, at) for period, cutoff, at in session.execute(query) if cutoff and at]


def table_entries(session: Session, cases: Collection[int]) -> dict[tuple[int, int], list[dict[str, Any]]]:
    """Case and version → what the log keeps of the check of its tables."""
    subjects = [f"case:{case}" for case in cases]
    query = (
        select(col(LogEntry.subject), col(LogEntry.details))
        .where(col(LogEntry.action) == "case.content", col(LogEntry.subject).in_(subjects))
        .order_by(col(LogEntry.seq))
    )
    tables: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for subject, details in session.execute(query):
        facts = json.loads(details)
        tables.setdefault((int(subject.partition(":")[2]), int(facts["version"])), []).extend(facts["tables"])
    return tables
