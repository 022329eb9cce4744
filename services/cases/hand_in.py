"""Registers what a unit handed in, counts the moment it was received, and lets the receipt be sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlmodel import Session

from models.queries.cases import selection as cases_queries
from models.queries.cases.selection import CaseFile
from models.queries.cases.status import facts_of
from models.tables.cases import Case
from models.tables.plan import Occurrence
from models.tables.submissions import Submission, SubmissionFile
from notifications.kinds import MessageKind
from rules.deadlines import local_day, start_of
from rules.office import Office
from rules.status import Status, status_of
from services import log
from services.cases.opening import open_cases
from services.codes import check_obligation, check_unit
from services.errors import Refused, unknown
from services.files.store import StoredFile
from services.outbox.queue import keyed, queue_mails

EARLY = timedelta(days=31)  # some hand in before the period opens; nobody does a year before


@dataclass(frozen=True)
class HandIn:
    """What arrived, as whoever registers it writes it down."""

    unit: str
    obligation: str
    period: str
    received_at: datetime
    via: str = "paper"
    document_number: str = ""
    document_date: date | None = None
    files: Sequence[StoredFile] = field(default_factory=tuple)
    registered_by: str = "kyhan"


@dataclass(frozen=True)
class Receipt:
    case_id: int
    submission_id: int
    version: int
    status: Status
    why: str


def hand_in(session: Session, office: Office, arrival: HandIn, now: datetime) -> Receipt:
    """Raises Refused for an unknown unit, duty or period, for a case not open yet, and for a receipt that cannot be."""
    if arrival.received_at > now:
        raise Refused("Thời điểm nhận ở tương lai; hãy kiểm tra lại. / The moment of receipt lies ahead; check it.")
    as_of = max(arrival.received_at, start_of(office.plan.signed_on))
    file = find(session, office, arrival.unit, arrival.obligation, arrival.period, as_of)
    if too_early(file.occurrence, arrival.received_at):
        raise Refused("Nhận trước khi kỳ này có thể có; kiểm tra lại năm. / Received too early; check the year.")
    # two who register for one case at the same moment take turns; reminders may go on beside them
    session.refresh(file.case, with_for_update={"key_share": True})
    submission = _register(session, file, arrival, now)
    _count(file.case, arrival.received_at)
    session.add(file.case)
    session.flush()
    _record(session, file, submission, arrival, now)
    _queue_receipt(session, file, submission, now)
    status = status_of(facts_of(file.case, file.term), now)
    assert file.case.id is not None
    assert submission.id is not None
    return Receipt(file.case.id, submission.id, submission.version, status, file.occurrence.why)


def too_early(occurrence: Occurrence, received_at: datetime) -> bool:
    """A slip in the year would count as on time for ever."""
    return occurrence.opens_on is not None and received_at < start_of(occurrence.opens_on - EARLY)


def find(session: Session, office: Office, unit: str, obligation: str, period: str, moment: datetime) -> CaseFile:
    """The case these codes name, opened as of `moment` if it ought to be. Raises Refused with the nearest codes."""
    file = cases_queries.find_case(session, unit, obligation, period)
    if file is None:
        open_cases(session, office, moment)
        file = cases_queries.find_case(session, unit, obligation, period)
    if file is None:
        raise _reason(session, unit, obligation, period)
    return file


def _reason(session: Session, unit: str, obligation: str, period: str) -> Refused:
    check_unit(session, unit)
    check_obligation(session, obligation)
    periods = cases_queries.periods(session, obligation)
    if period.upper() not in periods:
        return unknown("kỳ", "period", period, periods)
    return Refused(
        f"{unit} không phải thực hiện {obligation} kỳ {period}, hoặc kỳ này chưa mở. / Not bound, or not open yet."
    )


def _register(session: Session, file: CaseFile, arrival: HandIn, now: datetime) -> Submission:
    assert file.case.id is not None
    submission = Submission(
        case_id=file.case.id,
        version=cases_queries.last_version(session, file.case.id) + 1,
        via=arrival.via,
        document_number=arrival.document_number,
        document_date=arrival.document_date,
        received_at=arrival.received_at,
        registered_at=now,
        registered_by=arrival.registered_by,
    )
    session.add(submission)
    session.flush()
    assert submission.id is not None
    rows = [
        SubmissionFile(submission_id=submission.id, name=f.name, sha256=f.sha256, size=f.size) for f in arrival.files
    ]
    session.add_all(rows)
    return submission


def _count(case: Case, received_at: datetime) -> None:
    """Punctuality counts the first receipt; an answer to a return only ends the return."""
    case.received_at = min(case.received_at or received_at, received_at)
    case.returned_at, case.return_by = None, None


def _record(session: Session, file: CaseFile, submission: Submission, arrival: HandIn, now: datetime) -> None:
    details = {
        "unit": file.organisation.key,
        "obligation": file.obligation.code,
        "period": file.occurrence.period,
        "version": submission.version,
        "number": arrival.document_number,
        "received_at": arrival.received_at.isoformat(),
        "files": [stored.sha256 for stored in arrival.files],
    }
    log.append(session, now, arrival.registered_by, "case.hand_in", f"case:{file.case.id}", details)


def _queue_receipt(session: Session, file: CaseFile, submission: Submission, now: datetime) -> None:
    facts = {"submission": submission.id}
    queue_for_focal_point(session, file, MessageKind.RECEIPT, f"receipt:{submission.id}", facts, now)


def queue_for_focal_point(
    session: Session, file: CaseFile, kind: MessageKind, key: str, facts: Mapping[str, object], now: datetime
) -> None:
    """One message to whoever is the unit's focal point today; nothing if the post is empty."""
    assert file.organisation.id is not None
    holders = cases_queries.holders(session, [file.organisation.id], ["focal_point"], local_day(now))
    people = keyed(key, [holder.person_id for holder in holders])
    queue_mails(session, kind, people, facts, now, case_id=file.case.id)
