"""The cases that wait for a coordinator, one after the other, and what became of the last decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.queries.cases import case_file as case_file_queries
from models.queries.cases import inbox as queries
from models.queries.cases import selection as cases_queries
from models.tables.submissions import Decision
from rules.deadlines import local_day
from rules.office import Office
from services.cases.taking_back import offered_until
from services.views.case_lists import CaseLine, lines_of
from services.views.worklist import List

# kind of decision → how the keys of its mails begin
LETTERS: Mapping[str, str] = {
    "return": "returned",
    "extend": "extended",
    "reopen": "reopened",
    **dict.fromkeys(("waive", "nil_return", "not_applicable"), "closed"),
}


@dataclass(frozen=True)
class Letter:
    person: str
    state: str
    not_before: datetime


@dataclass(frozen=True)
class DecisionOutcome:
    """What was decided, and who is told of it."""

    decision: Decision
    unit: str
    duty: str
    letters: tuple[Letter, ...]
    take_back_until: datetime | None  # None: one click does not take it back, or not any more


def waiting(session: Session, office: Office, now: datetime, item: List) -> tuple[CaseLine, ...]:
    return lines_of(session, office, now, queries.cases(session, office.plan.id, item.name, now))


def next_case(session: Session, office: Office, now: datetime, item: List, current: int) -> int | None:
    """The one after it, from the end on the first again; None: no other waits."""
    ids = [row.id for row in queries.cases(session, office.plan.id, item.name, now, also=current)]
    at = ids.index(current) if current in ids else -1
    others = [*ids[at + 1 :], *ids[: max(at, 0)]]
    return others[0] if others else None


def newest_decision(session: Session, case_id: int) -> int | None:
    return next((row.id for row in case_file_queries.decisions(session, case_id)), None)


def outcome(session: Session, id: int, by: str, now: datetime) -> DecisionOutcome | None:
    """Of a decision this person made."""
    row = queries.decision(session, id)
    mine = row is not None and row.by == by and row.taken_back_at is None
    file = case_file_queries.whole_case(session, row.case_id) if row is not None and mine else None
    if row is None or file is None:
        return None
    letters = queries.letters(session, f"{LETTERS[row.kind]}:{id}") if row.kind in LETTERS else []
    unit = cases_queries.unit_name(session, file.case.organisation_id, local_day(now)) or file.organisation.key
    until = offered_until(row, file.case, now)
    return DecisionOutcome(row, unit, file.obligation.short, tuple(Letter(*one) for one in letters), until)
