"""A unit answers for its case by itself: files, or the word that there is nothing to report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from models.queries.cases import case_file as queries
from models.queries.cases.selection import CaseFile
from models.queries.cases.status import facts_of
from models.tables.cases import Case
from rules.answers import Answer as Said
from rules.intake import FileRemark, Remark
from rules.office import Office
from rules.status import EXEMPT, Status, status_of
from rules.text.legacy import old_table
from services import log
from services.cases import decide
from services.cases.case_file import MACROS, NOTE, NOTHING, REMARKS
from services.cases.decisions import ACCEPTED, DecisionRefused
from services.cases.extension_request import ask, held_unanswered
from services.cases.hand_in import HandIn, hand_in
from services.files.hand_in_files import KeptFile

CLOSED = ACCEPTED | EXEMPT | {Status.NIL_RETURN}  # nothing more is taken, unless it is returned


@dataclass(frozen=True)
class UnitHandIn:
    files: Sequence[KeptFile]
    document_number: str = ""
    document_date: date | None = None
    note: str = ""
    received_at: datetime | None = None  # None: now
    via: str = "portal"


@dataclass(frozen=True)
class HandInResult:
    version: int
    already: bool  # the very same was handed in before: nothing new was written


def hand_in_files(
    session: Session, office: Office, case_id: int, answer: UnitHandIn, by: str, now: datetime
) -> HandInResult:
    """The files are in the store already. Raises Refused."""
    file = _held(session, case_id)
    if twin := _twin(session, file.case, answer):
        return HandInResult(twin, already=True)
    if status_of(facts_of(file.case, file.term), now) in CLOSED:
        raise DecisionRefused("closed")
    arrival = HandIn(
        unit=file.organisation.key,
        obligation=file.obligation.code,
        period=file.occurrence.period,
        received_at=answer.received_at or now,
        via=answer.via,
        document_number=answer.document_number,
        document_date=answer.document_date,
        files=[item.file for item in answer.files],
        registered_by=by,
    )
    receipt = hand_in(session, office, arrival, now)
    if receipt.case_id != case_id:
        raise DecisionRefused("closed")  # another version of the plan has taken this duty over
    remark(session, case_id, answer, receipt.version, by, now)
    return HandInResult(receipt.version, already=False)


def _held(session: Session, case_id: int) -> CaseFile:
    file = queries.hold_case(session, case_id)
    if file is None:
        raise DecisionRefused("closed")
    return file


def _twin(session: Session, case: Case, answer: UnitHandIn) -> int | None:
    """The version that holds the same files under the same number: a form sent twice.

    What was returned is no twin of what answers the return: the same may be sent again on purpose.
    """
    assert case.id is not None
    given = sorted(item.file.sha256 for item in answer.files)
    known: dict[int, list[str]] = defaultdict(list)
    for row in queries.files(session, case.id):
        known[row.submission_id].append(row.sha256)
    twins = (
        row.version
        for row in queries.submissions(session, case.id)
        if (case.returned_at is None or row.registered_at > case.returned_at)
        and row.document_number == answer.document_number
        and sorted(known[row.id or 0]) == given
    )
    return max(twins, default=None)


def remark(session: Session, case_id: int, answer: UnitHandIn, version: int, by: str, now: datetime) -> None:
    if answer.note:
        log.append(session, now, by, NOTE, f"case:{case_id}", {"version": version, "note": answer.note})
    flagged = [item.file.sha256 for item in answer.files if item.macros]
    if flagged:
        log.append(session, now, "kyhan", MACROS, f"case:{case_id}", {"version": version, "files": flagged})
    if remarks := _remarks(answer):
        log.append(session, now, "kyhan", REMARKS, f"case:{case_id}", {"version": version, "remarks": remarks})


def _remarks(answer: UnitHandIn) -> list[dict[str, Any]]:
    """The verdict as the log keeps it; macros have an entry of their own, what was typed belongs to no file."""
    told = [
        {"sha256": item.file.sha256, "name": item.file.name, **asdict(remark)}
        for item in answer.files
        for remark in item.verdict.remarks
        if remark.code is not FileRemark.MACROS
    ]
    table = old_table(f"{answer.document_number} {answer.note}")
    typed = Remark(FileRemark.OLD_TABLE, table.value) if table else None
    return [*told, *([{"sha256": "", "name": "", **asdict(typed)}] if typed else [])]


def nothing_to_report(
    session: Session, case_id: int, reason: str, person_id: int | None, by: str, now: datetime, *, head: bool
) -> None:
    """The head's word counts at once; anybody else's is for a coordinator to decide on. Raises DecisionRefused."""
    file = held_unanswered(session, case_id, now)
    if not reason:
        raise DecisionRefused("reason")
    if head:
        decide.close_without_submission(session, file, "nil_return", by, now, reason)
    elif person_id is not None:
        ask(session, file, Said.NIL_RETURN, None, reason, person_id, by, now)
    else:  # another system speaks for the unit
        log.append(session, now, by, NOTHING, f"case:{case_id}", {"reason": reason})
