"""When somebody is away: from the first day to the last the deputy is written to instead."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlmodel import Session

from models.queries.people import absences as absence_queries
from models.tables.people import Absence
from rules.deadlines import local_day
from services import log
from services.cases.decisions import DecisionRefused

LONGEST = timedelta(days=400)
ONE_DAY = timedelta(days=1)


def add(
    session: Session, person_id: int, first: date | None, last: date | None, reason: str, by: str, now: datetime
) -> Absence:
    """`last`: the last day away. Raises DecisionRefused: day, order, past, long, overlap."""
    if first is None or last is None:
        raise DecisionRefused("day")
    if problem := _problem(first, last, local_day(now)):
        raise DecisionRefused(problem)
    if absence_queries.is_away_between(session, person_id, first, last):
        raise DecisionRefused("overlap")
    row = Absence(person_id=person_id, from_day=first, to_day=last + ONE_DAY, reason=reason)
    session.add(row)
    log.append(session, now, by, "person.away", f"person:{person_id}", {"from": first, "to": last, "reason": reason})
    return row


def _problem(first: date, last: date, today: date) -> str:
    if last < first:
        return "order"
    if last < today:
        return "past"
    return "long" if last - first > LONGEST else ""


def end(session: Session, absence: Absence, by: str, now: datetime) -> None:
    """Back already, or not going: what lies behind stays as it was."""
    today = local_day(now)
    if absence.from_day >= today:
        session.delete(absence)
    else:
        absence.to_day = today
        session.add(absence)
    log.append(session, now, by, "person.back", f"person:{absence.person_id}", {"from": absence.from_day})
