"""Lays out by which days a unit is reminded of what was returned to it, until it is completed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

from sqlmodel import Session

from models.database import id_of
from models.queries.plan import return_terms as queries
from models.tables.plan import RETURN, Term
from rules.deadlines import local_day
from rules.ladder import resumed, step_days
from rules.office import Office
from rules.plan import Ladder
from services.plan.load import day_rows


def date_returns(session: Session, office: Office, now: datetime, obligations: Collection[str] | None) -> None:
    """As of now, whatever was missed: cases returned since, or given another day."""
    ladder = next((one for one in office.ladders.values() if one.for_returns), None)
    if ladder is None:
        return
    cases = defaultdict[tuple[int, date], list[int]](list)
    for one in queries.undated(session, obligations):
        cases[one.occurrence_id, one.return_by].append(one.case_id)
    for (occurrence, day), held in cases.items():
        queries.hold_to(session, held, id_of(_term(session, office, occurrence, day, ladder, local_day(now))))


def _term(session: Session, office: Office, occurrence: int, day: date, ladder: Ladder, today: date) -> Term:
    """One for all units that have the same day; where nobody looked till it was over, one for each day of the look."""
    late = today > day
    agreed = f"R{day}+{today}" if late else f"R{day}"
    if term := queries.term_of(session, occurrence, agreed):
        return term
    term = Term(occurrence_id=occurrence, role=RETURN, ladder=ladder.id, agreed=agreed, target_day=day, late_after=day)
    session.add(term)
    session.flush()
    calendar = office.calendar
    days = resumed(ladder, {}, (), today, calendar) if late else step_days(ladder, today, day, day, calendar)
    session.add_all(day_rows(term, days))
    session.flush()
    return term
