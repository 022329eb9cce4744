"""Named queries behind the page of one case; each is one statement, however long the case's history."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import bindparam, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from models.conditions import is_current_step, stands
from models.queries.cases.selection import CASE_FILES, CaseFile
from models.tables.cases import Case, Stage
from models.tables.log import LogEntry
from models.tables.organisations import Organisation
from models.tables.plan import ObligationRow, Occurrence, Term
from models.tables.submissions import Decision, Submission, SubmissionFile

# made once: building a statement costs several times as much as running it
_WHOLE = CASE_FILES.where(col(Case.id) == bindparam("case"))
_STAGES = (
    select_columns(Stage)
    .where(col(Stage.case_id) == bindparam("case"), is_current_step())
    .order_by(col(Stage.position))
)
_SUBMISSIONS = (
    select_columns(Submission)
    .where(col(Submission.case_id) == bindparam("case"), stands(Submission))
    .order_by(col(Submission.version).desc())
)
_FILES = (
    select_columns(SubmissionFile)
    .join(Submission, col(Submission.id) == col(SubmissionFile.submission_id))
    .where(col(Submission.case_id) == bindparam("case"))
    .order_by(col(SubmissionFile.id))
)
_DECISIONS = (
    select_columns(Decision)
    .where(col(Decision.case_id) == bindparam("case"), stands(Decision))
    .order_by(col(Decision.id).desc())
)
_STORY = (
    select_columns(LogEntry)
    .where(col(LogEntry.subject) == bindparam("subject"), col(LogEntry.seq) > bindparam("after"))
    .order_by(col(LogEntry.seq).desc())
)


def whole_case(session: Session, case_id: int) -> CaseFile | None:
    row = session.execute(_WHOLE, {"case": case_id}).first()
    return CaseFile(*row) if row else None


def whole_cases(session: Session, ids: Collection[int]) -> list[CaseFile]:
    """In the order of the plan, then of the units' register."""
    query = CASE_FILES.where(col(Case.id).in_(ids)).order_by(
        col(ObligationRow.position), col(Organisation.position), col(Case.id)
    )
    return [CaseFile(*row) for row in session.execute(query)]


def case_or_latest_due(session: Session, case_id: int | None) -> CaseFile | None:
    """This case; None asks for the one that is due last, of those that nothing was handed in for if there are any."""
    query = CASE_FILES.where(col(Case.id) == case_id)
    if case_id is None:
        answered = col(Case.received_at).is_not(None)
        query = CASE_FILES.order_by(answered, col(Term.target_day).desc(), col(Case.id)).limit(1)
    row = session.execute(query).first()
    return CaseFile(*row) if row else None


def plan_of_case(session: Session, case_id: int) -> tuple[ObligationRow, Occurrence, Term]:
    query = (
        select_columns(ObligationRow, Occurrence, Term)
        .join(Occurrence, col(Occurrence.obligation_id) == col(ObligationRow.id))
        .join(Case, col(Case.occurrence_id) == col(Occurrence.id))
        .join(Term, col(Term.id) == col(Case.term_id))
        .where(col(Case.id) == case_id)
    )
    obligation, occurrence, term = session.execute(query).one()
    return obligation, occurrence, term


def hold_case(session: Session, case_id: int) -> CaseFile | None:
    """Whoever else would change this case waits until this transaction ends; then it is read as it is now."""
    held = select(Case).where(Case.id == case_id).with_for_update(key_share=True)
    if session.exec(held.execution_options(populate_existing=True)).first() is None:
        return None
    return whole_case(session, case_id)


def stages(session: Session, case_id: int) -> Sequence[Stage]:
    return session.execute(_STAGES, {"case": case_id}).scalars().all()


def submissions(session: Session, case_id: int) -> Sequence[Submission]:
    """The newest version first."""
    return session.execute(_SUBMISSIONS, {"case": case_id}).scalars().all()


def files(session: Session, case_id: int) -> Sequence[SubmissionFile]:
    return session.execute(_FILES, {"case": case_id}).scalars().all()


def decisions(session: Session, case_id: int) -> Sequence[Decision]:
    return session.execute(_DECISIONS, {"case": case_id}).scalars().all()


def story(session: Session, case_id: int, after: int = 0) -> Sequence[LogEntry]:
    """What the log tells of this case, the newest first."""
    return session.execute(_STORY, {"subject": f"case:{case_id}", "after": after}).scalars().all()


def newest_entry(session: Session, case_id: int) -> int:
    return session.exec(select(func.max(LogEntry.seq)).where(LogEntry.subject == f"case:{case_id}")).one() or 0


def newest_entries(session: Session, cases: Iterable[int]) -> dict[int, int]:
    """Case → the number of its newest entry in the log."""
    subjects = {f"case:{case}": case for case in cases}
    query = (
        select_columns(col(LogEntry.subject), func.max(col(LogEntry.seq)))
        .where(col(LogEntry.subject).in_(subjects))
        .group_by(col(LogEntry.subject))
    )
    return {subjects[subject]: seq for subject, seq in session.execute(query)}


def file_names(session: Session, submission: int | None) -> list[str]:
    query = select_columns(col(SubmissionFile.name)).where(col(SubmissionFile.submission_id) == submission)
    return list(session.execute(query).scalars())


def file_with_owner(session: Session, file_id: int) -> tuple[SubmissionFile, int, int] | None:
    """The file, its case, and the organisation that handed it in."""
    query = (
        select_columns(SubmissionFile, col(Case.id), col(Case.organisation_id))
        .join(Submission, col(Submission.id) == col(SubmissionFile.submission_id))
        .join(Case, col(Case.id) == col(Submission.case_id))
        .where(col(SubmissionFile.id) == file_id)
    )
    row = session.execute(query).first()
    return (row[0], row[1], row[2]) if row else None
