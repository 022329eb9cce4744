"""A unit answers for its case by itself: files, or the word that there is nothing to report."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.database import id_of
from models.queries.cases import case_file as queries
from models.queries.cases.selection import CaseFile
from models.queries.cases.status import facts_of
from models.tables.answers import AnswerRequest
from rules.answers import Answer as Said
from rules.status import EXEMPT, Status, status_of
from services import log
from services.cases import decide
from services.cases.case_file import NOTHING
from services.cases.decisions import ACCEPTED, DecisionRefused
from services.cases.extension_request import ask, held_unanswered
from services.cases.hand_in import HandIn, hand_in

CLOSED = ACCEPTED | EXEMPT | {Status.NIL_RETURN}  # nothing more is taken, unless it is returned


@dataclass(frozen=True)
class HandInResult:
    version: int
    already: bool  # the very same was handed in before: nothing new was written


def hand_in_files(session: Session, case_id: int, arrival: HandIn, now: datetime) -> HandInResult:
    """Raises Refused."""
    file = queries.hold_case(session, case_id)
    if file is None:
        raise DecisionRefused("closed")
    if twin := _twin(session, file, arrival):
        return HandInResult(twin, already=True)
    if status_of(facts_of(file.case, file.term), now) in CLOSED:
        raise DecisionRefused("closed")
    return HandInResult(hand_in(session, file, arrival, now).version, already=False)


def _twin(session: Session, file: CaseFile, arrival: HandIn) -> int | None:
    """The version that holds the same files under the same number: a form sent twice.

    What was returned is no twin of what answers the return: the same may be sent again on purpose.
    """
    returned_at = file.case.returned_at
    given = sorted(item.file.sha256 for item in arrival.files)
    digests: dict[int, list[str]] = defaultdict(list)
    for row in queries.files(session, file.id):
        digests[row.submission_id].append(row.sha256)
    twins = (
        row.version
        for row in queries.submissions(session, file.id)
        if (returned_at is None or row.registered_at > returned_at)
        and row.document_number == arrival.document_number
        and sorted(digests[id_of(row)]) == given
    )
    return max(twins, default=None)


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
        request = AnswerRequest(case_id=case_id, person_id=person_id, kind=Said.NIL_RETURN.value, reason=reason, at=now)
        ask(session, file, request, by)
    else:  # another system speaks for the unit
        log.append(session, now, by, NOTHING, f"case:{case_id}", {"reason": reason})
