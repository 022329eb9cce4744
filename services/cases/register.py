"""A coordinator registers what a unit sent on paper, by telephone or through iOffice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from models.queries.cases import case_file as queries
from models.queries.cases.status import facts_of
from models.tables.plan import Occurrence
from rules.deadlines import local_day
from rules.status import status_of
from services.cases.decisions import DecisionRefused
from services.cases.hand_in import HandIn, hand_in, too_early
from services.cases.unit_hand_in import CLOSED

WAYS = ("paper", "ioffice", "phone")


def problem_of(arrived: HandIn, occurrence: Occurrence, now: datetime) -> str:
    """Also before its files are kept."""
    if arrived.via not in WAYS:
        return "kind"
    if arrived.received_at > now:
        return "future"
    if too_early(occurrence, arrived.received_at):
        return "early"
    return "dated" if arrived.document_date and arrived.document_date > local_day(now) else ""


def register(session: Session, case_id: int, arrived: HandIn, now: datetime) -> int:
    """Returns the number of the version; the unit is sent its receipt. Raises DecisionRefused, Refused."""
    file = queries.hold_case(session, case_id)
    if file is None or status_of(facts_of(file.case, file.term), now) in CLOSED:
        raise DecisionRefused("closed")
    if problem := problem_of(arrived, file.occurrence, now):
        raise DecisionRefused(problem)
    return _twin(session, case_id, arrived) or hand_in(session, file, replace(arrived, on_behalf=True), now).version


def _twin(session: Session, case_id: int, arrived: HandIn) -> int | None:
    """A form sent twice: the same document, received at the same moment in the same way."""
    document = (arrived.via, arrived.received_at, arrived.document_number, arrived.document_date)
    for row in queries.submissions(session, case_id):
        if (row.via, row.received_at, row.document_number, row.document_date) == document:
            return row.version
    return None
