"""Whom to urge: who has not answered, whom to call there, what was tried last, and what was promised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col

from models.queries.cases import (
    case_file as case_file_queries,
)
from models.queries.cases import chasing as queries
from models.queries.cases import (
    conversation as conversation_queries,
)
from models.queries.cases import (
    lists as case_lists_queries,
)
from models.queries.cases.board import Span
from models.queries.cases.chasing import UnitContact
from models.queries.cases.lists import PageOfCases, Selection
from models.tables.conversation import CaseContact, CaseNote
from rules.deadlines import local_day
from rules.office import Office
from rules.status import OVERDUE, RETURNED, Status
from services import log
from services.cases.conversation import TWICE
from services.cases.decisions import DecisionRefused
from services.views.case_filter import CaseFilter
from services.views.case_lists import CaseLine, lines_of

CHASED = frozenset({Status.DUE_SOON, Status.STEPS_PAST_TARGET}) | RETURNED | OVERDUE
OWED = CHASED | {Status.OPEN, Status.STEPS_WAITING}
WAYS = ("phone", "visit", "letter")
LONGEST = 1_000  # letters of what was said


@dataclass(frozen=True)
class LastContact:
    """By the system or by a person; `fate` of a message: sent, pending, failed …; empty: somebody spoke."""

    on_day: date
    way: str
    fate: str
    with_whom: str
    told: str = ""
    by: str = ""


@dataclass(frozen=True)
class ChaseLine:
    case: CaseLine
    person: UnitContact | None
    reminders: int
    last: LastContact | None
    promised_on: date | None
    note: str  # the newest of what the coordinators noted, or of what was said


def how_many(session: Session, office: Office, now: datetime, case_filter: CaseFilter) -> int:
    return case_lists_queries.count(session, _ever(office), now, _selection(case_filter))


def chasing(
    session: Session, office: Office, now: datetime, case_filter: CaseFilter, sheet: PageOfCases
) -> list[ChaseLine]:
    """The longest overdue first, then by the day; a handful of statements, whatever the length."""
    rows = case_lists_queries.cases(session, _ever(office), now, _selection(case_filter), sheet)
    lines = lines_of(session, office, now, rows)
    ids = [line.case_id for line in lines]
    people = queries.whom_to_call(session, {line.unit.id for line in lines}, local_day(now))
    reminders, contacts = queries.reminders(session, ids), queries.last_contacts(session, ids)
    notes = queries.last_notes(session, ids)
    sent = {row.case_id: row for row in queries.last_reminders(session, ids)}
    return [
        ChaseLine(
            line,
            people.get(line.unit.id),
            reminders.get(line.case_id, 0),
            _last(sent.get(line.case_id), contacts.get(line.case_id)),
            contacts[line.case_id].promised_on if line.case_id in contacts else None,
            _note(line.case_id, notes, contacts),
        )
        for line in lines
    ]


def _ever(office: Office) -> Span:
    return Span(office.plan.id, date.min, date.max)


def _selection(case_filter: CaseFilter) -> Selection:
    statuses = CHASED if case_filter.statuses is None else OWED & case_filter.statuses
    return Selection(case_filter.organisations, case_filter.duties, statuses, hand_ins=case_filter.hand_ins)


def _last(sent: Any, contact: CaseContact | None) -> LastContact | None:
    if contact is not None and (sent is None or local_day(contact.made_at) >= sent.on_day):
        day = local_day(contact.made_at)
        return LastContact(day, contact.way, "", contact.spoke_with, contact.told, contact.by)
    if sent is None:
        return None
    day = local_day(sent.sent_at) if sent.sent_at else sent.on_day
    return LastContact(day, sent.channel or "", sent.state or "recorded", sent.person, sent.reason or "")


def _note(case: int, notes: Mapping[int, CaseNote], contacts: Mapping[int, CaseContact]) -> str:
    """The newest of the two."""
    note, contact = notes.get(case), contacts.get(case)
    if contact is not None and (note is None or contact.made_at > note.written_at):
        return contact.told
    return note.text if note is not None else ""


# --- what a coordinator did about it ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class ContactNote:
    way: str
    spoke_with: str
    told: str
    promised_on: date | None


def problem_of(contacted: ContactNote, now: datetime) -> str:
    if contacted.way not in WAYS:
        return "kind"
    if not contacted.told or len(contacted.told) > LONGEST:
        return "reason"
    return "past" if contacted.promised_on and contacted.promised_on < local_day(now) else ""


def record_contact(session: Session, case_id: int, contacted: ContactNote, by: str, now: datetime) -> None:
    """A form sent twice is recorded once. Raises DecisionRefused."""
    if problem := problem_of(contacted, now):
        raise DecisionRefused(problem)
    case_file_queries.hold_case(session, case_id)
    content = {"case_id": case_id, "by": by, **asdict(contacted)}
    if conversation_queries.told_since(session, CaseContact, col(CaseContact.made_at), now - TWICE, **content):
        return
    row = CaseContact(
        case_id=case_id,
        way=contacted.way,
        spoke_with=contacted.spoke_with,
        told=contacted.told,
        promised_on=contacted.promised_on,
        by=by,
        made_at=now,
    )
    session.add(row)
    details = {
        "way": row.way,
        "spoke_with": row.spoke_with,
        "told": row.told,
        "promised_on": row.promised_on,
    }
    log.append(session, now, by, "case.contact", f"case:{case_id}", details)
