"""Named queries for every file the database speaks of: whose it is, and what its content is to be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Select, func, literal, select, union_all
from sqlmodel import Session, col

from models.tables.activities import Activity
from models.tables.amendments import Proposal
from models.tables.cases import Case
from models.tables.forms import OfficeForm
from models.tables.inbound import InboundMail
from models.tables.messages import LetterDraft, Message, OfficeDocument, ReportDraft, SignedFile
from models.tables.organisations import Organisation
from models.tables.plan import ObligationRow, Occurrence, TriggerRecord
from models.tables.submissions import Submission, SubmissionFile

PORTION = 1_000


class SubmittedFile(NamedTuple):
    id: int
    name: str
    sha256: str
    size: int
    version: int
    document_number: str
    case_id: int
    period: str
    obligation: str
    unit: str


def submitted_files(session: Session) -> Iterator[SubmittedFile]:
    """Those of the same content one after another."""
    query = (
        select(
            col(SubmissionFile.id),
            col(SubmissionFile.name),
            col(SubmissionFile.sha256),
            col(SubmissionFile.size),
            col(Submission.version),
            col(Submission.document_number),
            col(Submission.case_id),
            col(Occurrence.period),
            col(ObligationRow.code),
            col(Organisation.key),
        )
        .join(Submission, col(Submission.id) == col(SubmissionFile.submission_id))
        .join(Case, col(Case.id) == col(Submission.case_id))
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .order_by(col(SubmissionFile.sha256), col(SubmissionFile.id))
    )
    yield from (SubmittedFile(*row) for row in session.execute(query.execution_options(yield_per=PORTION)))


class KeptMail(NamedTuple):
    id: int
    sha256: str
    sender: str
    subject: str


def kept_mails(session: Session) -> Iterator[KeptMail]:
    query = select(col(InboundMail.id), col(InboundMail.sha256), col(InboundMail.sender), col(InboundMail.subject))
    ordered = query.order_by(col(InboundMail.sha256), col(InboundMail.id)).execution_options(yield_per=PORTION)
    yield from (KeptMail(*row) for row in session.execute(ordered))


class StoredLetter(NamedTuple):
    id: int
    file: str  # below the office's folder
    sha256: str
    document_number: str
    period: str
    obligation: str


def letters(session: Session) -> Iterator[StoredLetter]:
    query = (
        select(
            col(LetterDraft.id),
            col(LetterDraft.file),
            col(LetterDraft.sha256),
            col(LetterDraft.document_number),
            col(Occurrence.period),
            col(ObligationRow.code),
        )
        .join(Occurrence, col(Occurrence.id) == col(LetterDraft.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .order_by(col(LetterDraft.id))
    )
    yield from (StoredLetter(*row) for row in session.execute(query.execution_options(yield_per=PORTION)))


def issued_reports(session: Session) -> Iterator[StoredLetter]:
    query = (
        select(
            col(ReportDraft.id),
            col(ReportDraft.file),
            col(ReportDraft.sha256),
            col(ReportDraft.document_number),
            col(Occurrence.period),
            col(ObligationRow.code),
        )
        .join(Occurrence, col(Occurrence.id) == col(ReportDraft.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(ReportDraft.sha256) != "")
        .order_by(col(ReportDraft.id))
    )
    yield from (StoredLetter(*row) for row in session.execute(query))


def issued_documents(session: Session) -> Iterator[StoredLetter]:
    query = (
        select(
            col(OfficeDocument.id),
            col(OfficeDocument.file),
            col(OfficeDocument.sha256),
            col(OfficeDocument.document_number),
            col(Occurrence.period),
            col(ObligationRow.code),
        )
        .join(Case, col(Case.id) == col(OfficeDocument.case_id))
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(OfficeDocument.sha256) != "")
        .order_by(col(OfficeDocument.id))
    )
    yield from (StoredLetter(*row) for row in session.execute(query))


def attachments(session: Session) -> Iterator[str]:
    """Of messages, below the office's folder."""
    query = select(col(Message.attachment)).where(col(Message.attachment).is_not(None)).distinct()
    yield from session.execute(query.order_by(col(Message.attachment))).scalars()


class RecordedFile(NamedTuple):
    kind: str
    name: str
    sha256: str
    size: int
    unit: str
    obligation: str
    document_number: str


def recorded_files(session: Session) -> Iterator[RecordedFile]:
    """Of activities, of the documents the plan waited for, of proposals, of the office's forms; and signed PDFs."""
    activities: Select[Any] = (
        select(
            literal("activity"),
            col(Activity.file_name),
            col(Activity.file_sha256).label("sha256"),
            col(Activity.file_size),
            col(Organisation.key),
            col(Activity.obligation),
            col(Activity.document_number),
        )
        .join(Organisation, col(Organisation.id) == col(Activity.organisation_id))
        .where(col(Activity.file_sha256) != "")
    )
    triggers = select(
        literal("trigger"),
        col(TriggerRecord.file_name),
        col(TriggerRecord.file_sha256),
        col(TriggerRecord.file_size),
        literal(""),
        literal(""),
        col(TriggerRecord.document_number),
    ).where(col(TriggerRecord.file_sha256) != "")
    proposals = (
        select(
            literal("proposal"),
            col(Proposal.file_name),
            col(Proposal.file_sha256),
            col(Proposal.file_size),
            col(Organisation.key),
            literal(""),
            col(Proposal.document_number),
        )
        .join(Organisation, col(Organisation.id) == col(Proposal.organisation_id))
        .where(col(Proposal.file_sha256) != "")
    )
    forms = select(
        literal("form"),
        col(OfficeForm.file_name),
        col(OfficeForm.file_sha256),
        col(OfficeForm.file_size),
        literal(""),
        col(OfficeForm.obligation),
        literal(""),
    )
    query = union_all(activities, triggers, proposals, forms, _signed()).order_by("sha256")
    yield from (RecordedFile(*row) for row in session.execute(query.execution_options(yield_per=PORTION)))


def _signed() -> Select[Any]:
    return (
        select(
            literal("signed"),
            col(SignedFile.name),
            col(SignedFile.sha256),
            col(SignedFile.size),
            literal(""),
            col(ObligationRow.code),
            func.coalesce(col(LetterDraft.document_number), col(ReportDraft.document_number)),
        )
        .outerjoin(LetterDraft, col(LetterDraft.id) == col(SignedFile.letter_id))
        .outerjoin(ReportDraft, col(ReportDraft.id) == col(SignedFile.report_id))
        .join(
            Occurrence,
            col(Occurrence.id) == func.coalesce(col(LetterDraft.occurrence_id), col(ReportDraft.occurrence_id)),
        )
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
    )


def digests(session: Session) -> set[str]:
    """What the store of files is to hold."""
    recorded = (Activity.file_sha256, TriggerRecord.file_sha256, Proposal.file_sha256, OfficeForm.file_sha256)
    columns = (SubmissionFile.sha256, InboundMail.sha256, SignedFile.sha256, *recorded)
    found = (select(col(column)).distinct() for column in columns)
    return {digest for query in found for digest in session.execute(query).scalars()}
