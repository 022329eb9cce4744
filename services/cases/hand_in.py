"""Registers what a unit handed in for a case, counts the moment it was received, and lets the receipt be sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from models.database import id_of
from models.queries.cases import selection as cases_queries
from models.queries.cases.case_file import hold_case
from models.queries.cases.selection import CaseFile
from models.queries.cases.status import facts_of
from models.queries.plan import occurrences as plan_queries
from models.tables.cases import Case
from models.tables.plan import Occurrence
from models.tables.submissions import Submission, SubmissionFile
from notifications.kinds import MessageKind
from rules.case_history import ends_at
from rules.deadlines import local_day, start_of
from rules.intake import FileRemark, Remark
from rules.office import Office
from rules.periods import period_title_vi
from rules.plan import Obligation, PeriodicReport
from rules.reporting import satisfied_periods
from rules.status import Status, status_of
from rules.text.legacy import old_table
from services import log
from services.cases import acts
from services.cases.case_file import CONTENT, MACROS, NOTE, REMARKS
from services.cases.opening import open_cases
from services.codes import check_obligation, check_unit
from services.errors import Refused, unknown
from services.files.hand_in_files import KeptFile
from services.outbox.queue import keyed, queue_mails
from services.plan.load import restore_plan

EARLY = timedelta(days=31)  # some hand in before the period opens; nobody does a year before


@dataclass(frozen=True)
class HandIn:
    """What arrived for a case, as whoever registers it writes it down. The files are in the store already."""

    received_at: datetime
    via: str = "paper"
    document_number: str = ""
    document_date: date | None = None
    files: Sequence[KeptFile] = ()
    note: str = ""
    registered_by: str = "kyhan"
    on_behalf: bool = False  # by an officer, who may take it back while its receipt waits


@dataclass(frozen=True)
class Receipt:
    case_id: int
    submission_id: int
    version: int
    status: Status
    why: str


def hand_in(session: Session, file: CaseFile, arrival: HandIn, now: datetime) -> Receipt:
    """`file` is held: two who register for one case at the same moment take turns; reminders may go on beside them.

    Raises Refused for a receipt that cannot be.
    """
    if arrival.received_at > now:
        raise Refused("Thời điểm nhận ở tương lai; hãy kiểm tra lại. / The moment of receipt lies ahead; check it.")
    if too_early(file.occurrence, arrival.received_at):
        raise Refused("Nhận trước khi kỳ này có thể có; kiểm tra lại năm. / Received too early; check the year.")
    submission, before = _register(session, file, arrival, now), acts.standing(file.case)
    _count(file.case, arrival.received_at)
    submission.changed = acts.changed(before, file.case) if arrival.on_behalf else ""
    session.add(file.case)
    session.flush()
    _record(session, file, submission, arrival, now)
    _remark(session, file, submission.version, arrival, now)
    _queue_receipt(session, file, submission, arrival, now)
    _discharge(session, file, submission.version, arrival, now)
    status = status_of(facts_of(file.case, file.term), now)
    return Receipt(file.id, id_of(submission), submission.version, status, file.occurrence.why)


def too_early(occurrence: Occurrence, received_at: datetime) -> bool:
    """A slip in the year would count as on time for ever."""
    return occurrence.opens_on is not None and received_at < start_of(occurrence.opens_on - EARLY)


def find(session: Session, office: Office, unit: str, obligation: str, period: str, moment: datetime) -> CaseFile:
    """The case these codes name, opened as of `moment` if it ought to be. Raises Refused with the nearest codes."""
    file = cases_queries.find_case(session, unit, obligation, period)
    if file is None:
        open_cases(session, office, max(moment, start_of(office.plan.signed_on)))
        file = cases_queries.find_case(session, unit, obligation, period)
    if file is None:
        raise _reason(session, office, unit, obligation, period)
    return file


def hold(session: Session, office: Office, unit: str, obligation: str, period: str, moment: datetime) -> CaseFile:
    """The same, and nobody else changes it until this transaction ends."""
    held = hold_case(session, find(session, office, unit, obligation, period, moment).id)
    assert held is not None  # cases are never deleted
    return held


def _reason(session: Session, office: Office, unit: str, obligation: str, period: str) -> Refused:
    check_unit(session, unit)
    check_obligation(session, obligation)
    periods = cases_queries.periods(session, obligation)
    if not periods:
        return _without_periods(office.obligations.get(obligation.upper()), obligation.upper())
    if period.upper() not in periods:
        return unknown("kỳ", "period", period, periods)
    return Refused(
        f"{unit} không phải thực hiện {obligation} kỳ {period}, hoặc kỳ này chưa mở. / Not bound, or not open yet."
    )


def _without_periods(duty: Obligation | None, code: str) -> Refused:
    if duty is not None and duty.follows is not None:
        deliverable = duty.follows.deliverable
        return Refused(
            f"{code} là bước theo sau {deliverable}: ghi ở hồ sơ của nhiệm vụ ấy (kyhan stage). / "
            f"It is a step after {deliverable}, recorded on its case."
        )
    if duty is not None and duty.when is not None:
        return Refused(f"{code} chưa có kỳ nào trong thời gian theo dõi. / It has no period yet.")
    return Refused(
        f"{code} không có kỳ, nên không có hồ sơ để nộp; ghi vào sổ hoạt động (kyhan activity add). / "
        "It has no periods and no cases: record it in the register of activities."
    )


def _register(session: Session, file: CaseFile, arrival: HandIn, now: datetime) -> Submission:
    submission = Submission(
        case_id=file.id,
        version=cases_queries.last_version(session, file.id) + 1,
        via=arrival.via,
        document_number=arrival.document_number,
        document_date=arrival.document_date,
        received_at=arrival.received_at,
        registered_at=now,
        registered_by=arrival.registered_by,
    )
    session.add(submission)
    session.flush()
    stored = [item.file for item in arrival.files]
    session.add_all(
        SubmissionFile(submission_id=id_of(submission), name=file.name, sha256=file.sha256, size=file.size)
        for file in stored
    )
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
        "files": [item.file.sha256 for item in arrival.files],
    }
    log.append(session, now, arrival.registered_by, "case.hand_in", f"case:{file.id}", details)


def _discharge(session: Session, file: CaseFile, version: int, arrival: HandIn, now: datetime) -> None:
    """The report of a longer period is also that of a shorter one, where the plan says so; each case says it."""
    if file.occurrence.data_cutoff is None:
        return  # no periodic report
    plan = plan_queries.current_plan(session)
    duty = (
        next((item for item in restore_plan(plan).obligations if item.id == file.obligation.code), None)
        if plan
        else None
    )
    if duty is None or not isinstance(duty.when, PeriodicReport):
        return
    for period in satisfied_periods(duty.when, file.occurrence.period):
        found = cases_queries.find_case(session, file.organisation.key, duty.id, period)
        shorter = hold_case(session, found.id) if found else None
        if shorter is None or not is_unanswered(shorter.case) or too_early(shorter.occurrence, arrival.received_at):
            continue
        by = f"Hoàn thành bằng báo cáo {period_title_vi(file.occurrence.period)}: một văn bản dùng cho cả hai kỳ."
        hand_in(session, shorter, replace(arrival, note=by), now)
        of = f"Văn bản này đồng thời là báo cáo {period_title_vi(period)}."
        log.append(session, now, "kyhan", NOTE, f"case:{file.id}", {"version": version, "note": of})


def is_unanswered(case: Case) -> bool:
    return case.received_at is None and case.outcome is None


def _remark(session: Session, file: CaseFile, version: int, arrival: HandIn, now: datetime) -> None:
    """What the unit says of it, and what was seen in its files."""
    case = f"case:{file.id}"
    if arrival.note:
        log.append(session, now, arrival.registered_by, NOTE, case, {"version": version, "note": arrival.note})
    if flagged := [item.file.sha256 for item in arrival.files if item.macros]:
        log.append(session, now, "kyhan", MACROS, case, {"version": version, "files": flagged})
    if remarks := _remarks(arrival):
        log.append(session, now, "kyhan", REMARKS, case, {"version": version, "remarks": remarks})
    if tables := _tables(arrival):
        log.append(session, now, "kyhan", CONTENT, case, {"version": version, "tables": tables})


def _remarks(arrival: HandIn) -> list[dict[str, Any]]:
    """The verdict as the log keeps it; macros have an entry of their own, what was typed belongs to no file."""
    of_files = [
        {"sha256": item.file.sha256, "name": item.file.name, **asdict(remark)}
        for item in arrival.files
        for remark in item.verdict.remarks
        if remark.code is not FileRemark.MACROS
    ]
    table = old_table(f"{arrival.document_number} {arrival.note}")
    typed = Remark(FileRemark.OLD_TABLE, table.value) if table else None
    return [*of_files, *([{"sha256": "", "name": "", **asdict(typed)}] if typed else [])]


def _tables(arrival: HandIn) -> list[dict[str, Any]]:
    """The first findings of each table; of all of them the unit hears when it has the table looked at again."""
    return [
        {"sha256": item.file.sha256, "name": item.file.name, "content": asdict(item.verdict.content)}
        for item in arrival.files
        if item.verdict.content
    ]


def _queue_receipt(session: Session, file: CaseFile, submission: Submission, arrival: HandIn, now: datetime) -> None:
    facts = {"submission": submission.id, "tables": _tables(arrival)}
    leaves_at = ends_at(now) if arrival.on_behalf else None
    key = f"receipt:{submission.id}"
    queue_for_focal_point(session, file, MessageKind.RECEIPT, key, facts, now, leaves_at=leaves_at)


def queue_for_focal_point(
    session: Session,
    file: CaseFile,
    kind: MessageKind,
    key: str,
    facts: Mapping[str, object],
    now: datetime,
    *,
    leaves_at: datetime | None = None,
) -> None:
    """One message to whoever is the unit's focal point today; nothing if the post is empty."""
    assert file.organisation.id is not None
    holders = cases_queries.holders(session, [file.organisation.id], ["focal_point"], local_day(now))
    people = keyed(key, [holder.person_id for holder in holders])
    queue_mails(session, kind, people, facts, now, case_id=file.case.id, leaves_at=leaves_at)
