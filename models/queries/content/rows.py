"""Files of hand-ins that wait to be judged, the verdicts on them, and their rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, exists, func, or_, select, update
from sqlmodel import Session, col

from models.conditions import stands
from models.database import insert_new
from models.tables.cases import Case
from models.tables.content import ContentCheck, ContentRow
from models.tables.organisations import Organisation
from models.tables.plan import ObligationRow, Occurrence
from models.tables.submissions import Submission, SubmissionFile
from rules.content.findings import ContentVerdict


@dataclass(frozen=True)
class HandedInTable:
    """A file that may hold the table of its duty."""

    file_id: int
    name: str
    sha256: str
    submission_id: int
    version: int
    received_at: datetime
    case_id: int
    organisation_id: int
    unit: str
    obligation: str
    period: str


FAULTY = frozenset({ContentVerdict.PARTLY.value, ContentVerdict.REJECTED.value})
_HANDED_IN = (
    select(
        col(SubmissionFile.id),
        col(SubmissionFile.name),
        col(SubmissionFile.sha256),
        col(Submission.id),
        col(Submission.version),
        col(Submission.received_at),
        col(Case.id),
        col(Organisation.id),
        col(Organisation.key),
        col(ObligationRow.code),
        col(Occurrence.period),
    )
    .join(Submission, col(Submission.id) == col(SubmissionFile.submission_id))
    .join(Case, col(Case.id) == col(Submission.case_id))
    .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
    .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
    .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
)


def unjudged(
    session: Session,
    obligations: Collection[str],
    endings: Collection[str],
    tries: int,
    limit: int,
    *,
    case_id: int = 0,
) -> list[HandedInTable]:
    """Files with these endings that nobody judged yet, in the order they came; of one case, or of all."""
    judged = exists().where(
        col(ContentCheck.submission_file_id) == col(SubmissionFile.id),
        or_(col(ContentCheck.fault) == "", col(ContentCheck.tries) >= tries),
    )
    named = or_(*(func.lower(col(SubmissionFile.name)).endswith(f".{ending}") for ending in sorted(endings)))
    of_case = (col(Case.id) == case_id,) if case_id else ()
    query = (
        _HANDED_IN.where(col(ObligationRow.code).in_(obligations), named, ~judged, stands(Submission), *of_case)
        .order_by(col(SubmissionFile.id))
        .limit(limit)
    )
    return [HandedInTable(*row) for row in session.execute(query)]


def handed_in_table(session: Session, file_id: int) -> HandedInTable | None:
    row = session.execute(_HANDED_IN.where(col(SubmissionFile.id) == file_id)).first()
    return HandedInTable(*row) if row else None


def check_to_write(session: Session, file: HandedInTable, form_version: int, now: datetime) -> ContentCheck | None:
    """The row of this verdict, held; None where another process has written it."""
    empty = ContentCheck(
        submission_file_id=file.file_id,
        submission_id=file.submission_id,
        case_id=file.case_id,
        form_version=form_version,
        verdict="",
        findings="[]",
        findings_count=0,
        rows_taken=0,
        tries=0,
        fault="",
        checked_at=now,
    )
    insert_new(session, ContentCheck, [empty.model_dump(exclude={"id"})])
    query = (
        select(ContentCheck)
        .where(col(ContentCheck.submission_file_id) == file.file_id, col(ContentCheck.form_version) == form_version)
        .with_for_update()
    )
    row = session.execute(query).scalar_one()
    return None if row.verdict else row


def mark_current(session: Session, case_id: int) -> None:
    """The rows of the newest version that held a table; those of older ones stay for history."""
    newest = (
        select(func.max(col(Submission.version)))
        .join(ContentCheck, col(ContentCheck.submission_id) == col(Submission.id))
        .where(col(ContentCheck.case_id) == case_id, col(ContentCheck.verdict) != "", stands(Submission))
        .scalar_subquery()
    )
    by_form = select(func.max(col(ContentCheck.id))).where(
        col(ContentCheck.case_id) == case_id, col(ContentCheck.verdict) != ""
    )
    checks = by_form.group_by(col(ContentCheck.submission_file_id))
    is_current: ColumnElement[bool] = (col(ContentRow.version) == newest) & col(ContentRow.check_id).in_(checks)
    session.execute(
        update(ContentRow)
        .where(col(ContentRow.case_id) == case_id)
        .values(current=case((is_current, True), else_=False))
        .execution_options(synchronize_session=False)
    )


@dataclass(frozen=True)
class CheckedFile:
    """The verdict on one file of a case."""

    version: int
    file_id: int
    name: str
    verdict: str
    findings: str  # JSON
    findings_count: int
    rows_taken: int
    fault: str
    checked_at: datetime


def checks_of(session: Session, case_id: int) -> list[CheckedFile]:
    """The newest verdict on each file, the newest version first."""
    newest = (
        select(func.max(col(ContentCheck.id)))
        .where(col(ContentCheck.case_id) == case_id)
        .group_by(col(ContentCheck.submission_file_id))
    )
    query = (
        select(
            col(Submission.version),
            col(SubmissionFile.id),
            col(SubmissionFile.name),
            col(ContentCheck.verdict),
            col(ContentCheck.findings),
            col(ContentCheck.findings_count),
            col(ContentCheck.rows_taken),
            col(ContentCheck.fault),
            col(ContentCheck.checked_at),
        )
        .join(SubmissionFile, col(SubmissionFile.id) == col(ContentCheck.submission_file_id))
        .join(Submission, col(Submission.id) == col(ContentCheck.submission_id))
        .where(col(ContentCheck.id).in_(newest), stands(Submission))
        .order_by(col(Submission.version).desc(), col(SubmissionFile.id))
    )
    return [CheckedFile(*row) for row in session.execute(query)]


def rows_of_case(session: Session, case_id: int) -> Sequence[ContentRow]:
    """Of the newest version that held a table, as they stand in it."""
    query = (
        select(ContentRow)
        .where(col(ContentRow.case_id) == case_id, col(ContentRow.current))
        .order_by(col(ContentRow.check_id), col(ContentRow.id))
    )
    return session.execute(query).scalars().all()


@dataclass(frozen=True)
class StoredRow:
    case_id: int
    unit: str  # key
    version: int
    sha256: str
    sheet: str | None
    row: int
    cells: str  # JSON


def rows_of_cases(session: Session, cases: Collection[int]) -> list[StoredRow]:
    """Of the newest version of each, in the order of the register, then as they stand in the tables."""
    query = (
        select(
            col(ContentRow.case_id),
            col(Organisation.key),
            col(ContentRow.version),
            col(ContentRow.sha256),
            col(ContentRow.sheet),
            col(ContentRow.row),
            col(ContentRow.cells),
        )
        .join(Organisation, col(Organisation.id) == col(ContentRow.organisation_id))
        .where(col(ContentRow.case_id).in_(cases), col(ContentRow.current))
        .order_by(col(Organisation.position), col(ContentRow.check_id), col(ContentRow.id))
    )
    return [StoredRow(*row) for row in session.execute(query)]


@dataclass(frozen=True)
class CaseVerdict:
    """On the file of a hand-in that is good, if there is one; of several, on the one that gave most rows."""

    case_id: int
    version: int
    verdict: str
    findings_count: int
    rows_taken: int


def verdicts(session: Session, cases: Collection[int]) -> dict[tuple[int, int], CaseVerdict]:
    """By case and version."""
    query = (
        select(
            col(ContentCheck.case_id),
            col(Submission.version),
            col(ContentCheck.verdict),
            col(ContentCheck.findings_count),
            col(ContentCheck.rows_taken),
        )
        .join(Submission, col(Submission.id) == col(ContentCheck.submission_id))
        .where(col(ContentCheck.case_id).in_(cases), col(ContentCheck.verdict) != "", stands(Submission))
        .order_by(col(ContentCheck.verdict).not_in(FAULTY), col(ContentCheck.rows_taken), col(ContentCheck.id))
    )
    return {(row.case_id, row.version): CaseVerdict(*row) for row in session.execute(query)}


def faulty_tables(session: Session, cases: Collection[int]) -> dict[int, CaseVerdict]:
    """Those whose newest table is good only in part, or not at all: accepting it needs a reason."""
    newest: dict[int, CaseVerdict] = {}
    for (case_id, version), verdict in verdicts(session, cases).items():
        if case_id not in newest or newest[case_id].version < version:
            newest[case_id] = verdict
    return {case_id: verdict for case_id, verdict in newest.items() if verdict.verdict in FAULTY}


@dataclass(frozen=True)
class ShownRow:
    """A row with what names it."""

    id: int
    case_id: int
    organisation_id: int
    unit: str
    obligation: str
    period: str
    version: int
    sha256: str
    sheet: str | None
    row: int
    cells: str  # JSON
    accepted: bool


@dataclass(frozen=True)
class RowFilter:
    words: str = ""  # of the text without marks; all of them must occur
    organisations: Collection[int] | None = None  # None: of all
    obligation: str = ""
    period: str = ""


def _shown(chosen: RowFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [col(ContentRow.current).is_(True)]
    conditions += [col(ContentRow.search).contains(word, autoescape=True) for word in chosen.words.split()]
    if chosen.organisations is not None:
        conditions.append(col(ContentRow.organisation_id).in_(chosen.organisations))
    for column, value in ((ContentRow.obligation, chosen.obligation), (ContentRow.period, chosen.period)):
        if value:
            conditions.append(col(column) == value)
    return conditions


def count_rows(session: Session, chosen: RowFilter) -> int:
    query = select(func.count(col(ContentRow.id))).where(*_shown(chosen))
    count: int = session.execute(query).scalar_one()
    return count


def shown_rows(session: Session, chosen: RowFilter, offset: int, limit: int) -> list[ShownRow]:
    """Of the newest versions, the newest period first, as they stand in their tables."""
    query = _SHOWN_ROWS.where(*_shown(chosen)).order_by(
        col(ContentRow.period).desc(), col(ContentRow.obligation), col(Organisation.position), col(ContentRow.id)
    )
    return [ShownRow(*row) for row in session.execute(query.offset(offset).limit(limit))]


def rows_after(session: Session, chosen: RowFilter, after: int, limit: int) -> list[ShownRow]:
    """In the order in which they were kept, so that a client that keeps the last id misses none."""
    query = _SHOWN_ROWS.where(*_shown(chosen), col(ContentRow.id) > after).order_by(col(ContentRow.id)).limit(limit)
    return [ShownRow(*row) for row in session.execute(query)]


_SHOWN_ROWS = (
    select(
        col(ContentRow.id),
        col(ContentRow.case_id),
        col(ContentRow.organisation_id),
        col(Organisation.key),
        col(ContentRow.obligation),
        col(ContentRow.period),
        col(ContentRow.version),
        col(ContentRow.sha256),
        col(ContentRow.sheet),
        col(ContentRow.row),
        col(ContentRow.cells),
        col(Case.accepted_at).is_not(None),
    )
    .join(Organisation, col(Organisation.id) == col(ContentRow.organisation_id))
    .join(Case, col(Case.id) == col(ContentRow.case_id))
)
