"""One decision for many cases: what it would do to each, and then case by case, each told of by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine
from sqlmodel import Session

from models.database import writing
from models.queries.cases import case_file as case_file_queries
from models.queries.cases import selection as cases_queries
from models.queries.cases.status import facts_of
from models.queries.content.rows import faulty_tables
from rules.deadlines import local_day
from rules.office import Office
from rules.status import Status, status_of
from services.cases.case_file import LogLine
from services.cases.decisions import ConcurrentDecision, DecisionRefused, Order, decide, problem_of
from services.errors import Refused

MOST = 200  # cases at once


@dataclass(frozen=True)
class BulkCase:
    """A case that was chosen, as it stands now."""

    case_id: int
    unit: str
    duty: str  # code
    period: str
    status: Status
    seen: int  # its newest entry in the log
    problem: str = ""  # why this decision is none for it; empty: it can be


@dataclass(frozen=True)
class BulkResult:
    case_id: int
    problem: str = ""
    told: tuple[LogLine, ...] = ()  # what somebody else did meanwhile


def standings(
    session: Session, office: Office, ids: Collection[int], order: Order | None, now: datetime
) -> list[BulkCase]:
    """In the order of the units' register; with an order, whether it fits each. A case that is none is left out."""
    files = case_file_queries.whole_cases(session, list(ids)[:MOST])
    names = cases_queries.names_on(session, {file.case.organisation_id for file in files}, local_day(now))
    newest = case_file_queries.newest_entries(session, [file.id for file in files])
    faulty = faulty_tables(session, [file.id for file in files])
    return [
        BulkCase(
            case_id=file.id,
            unit=names[file.case.organisation_id].name,
            duty=file.obligation.code,
            period=file.occurrence.period,
            status=status_of(facts_of(file.case, file.term), now),
            seen=newest.get(file.id, 0),
            problem=problem_of(office, file, order, now, faulty=file.id in faulty) if order else "",
        )
        for file in files
    ]


@dataclass(frozen=True)
class Bulk:
    kind: str
    reason: str
    until: date | None
    seen: Mapping[int, int]  # case: the newest entry of its log on the page that was confirmed

    def order(self, case_id: int) -> Order:
        return Order(self.kind, self.reason, self.until, self.seen[case_id])


def decide_all(engine: Engine, office: Office, bulk: Bulk, by: str, now: datetime) -> list[BulkResult]:
    """Each in a transaction of its own: what cannot be for one case does not undo it for the others."""
    return [_decide_one(engine, office, bulk, case_id, by, now) for case_id in list(bulk.seen)[:MOST]]


def _decide_one(engine: Engine, office: Office, bulk: Bulk, case_id: int, by: str, now: datetime) -> BulkResult:
    try:
        with writing(engine) as session:
            decide(session, office, case_id, bulk.order(case_id), by, now)
    except ConcurrentDecision as change:
        return BulkResult(case_id, "meanwhile", change.told)
    except DecisionRefused as wrong:
        return BulkResult(case_id, wrong.problem)
    except Refused:
        return BulkResult(case_id, "kind")
    return BulkResult(case_id)
