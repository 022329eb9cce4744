"""What the answers of an occurrence amount to: contributions received, and evidence of the steps that follow."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, select
from sqlmodel import Session, col

from models.tables.cases import Case, Stage
from models.tables.organisations import Organisation
from models.tables.plan import ObligationRow, Occurrence
from models.tables.submissions import Submission, SubmissionFile


@dataclass(frozen=True)
class Contribution:
    """One bound unit and the newest version of what it handed in, if anything."""

    occurrence_id: int
    obligation: str
    period: str
    unit: str
    organisation_id: int
    role: str
    outcome: str | None
    version: int | None
    document_number: str | None
    document_date: date | None
    received_at: datetime | None
    files: int


def contributions(session: Session, obligations: Collection[str], roles: Collection[str]) -> list[Contribution]:
    """Every opened case of these obligations in these roles, occurrence by occurrence, in the order of the register."""
    newest = (
        select(col(Submission.case_id), func.max(col(Submission.version)).label("version"))
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
            col(Occurrence.id),
            col(ObligationRow.code),
            col(Occurrence.period),
            col(Organisation.key),
            col(Organisation.id),
            col(Case.role),
            col(Case.outcome),
            col(Submission.version),
            col(Submission.document_number),
            col(Submission.document_date),
            col(Submission.received_at),
            files,
        )
        .select_from(Case)
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
    """One step that follows a hand-in, with its proof or without."""

    occurrence_id: int
    obligation: str
    period: str
    unit: str
    stage: str
    target_day: date | None
    done_on: date | None
    document_number: str
    place: str


def evidence(session: Session, obligations: Collection[str], *, open_only: bool = False) -> list[StepEvidence]:
    """The applicable steps of every case of these obligations, in order."""
    query = (
        select(
            col(Occurrence.id),
            col(ObligationRow.code),
            col(Occurrence.period),
            col(Organisation.key),
            col(Stage.code),
            col(Stage.target_day),
            col(Stage.done_on),
            col(Stage.document_number),
            col(Stage.place),
        )
        .join(Case, col(Case.id) == col(Stage.case_id))
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .where(col(ObligationRow.code).in_(obligations), col(Stage.applicable))
        .order_by(col(Occurrence.target_day), col(Organisation.position), col(Stage.position))
    )
    if open_only:
        query = query.where(col(Stage.done_on).is_(None))
    return [StepEvidence(*row) for row in session.execute(query)]


@dataclass(frozen=True)
class ReviewAnswer:
    """What a review found; None: not answered."""

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
        .order_by(col(Occurrence.target_day).desc(), col(Organisation.position))
    )
    return [ReviewAnswer(*row) for row in session.execute(query)]


def drafted(session: Session, obligations: Collection[str]) -> list[tuple[str, date, datetime]]:
    """(period, data cut-off, when it was drafted) of every report written by itself, newest first."""
    query = (
        select(col(Occurrence.period), col(Occurrence.data_cutoff), col(Occurrence.drafted_at))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(ObligationRow.code).in_(obligations), col(Occurrence.drafted_at).is_not(None))
        .order_by(col(Occurrence.drafted_at).desc())
    )
    return [(period, cutoff, at) for period, cutoff, at in session.execute(query) if cutoff and at]
