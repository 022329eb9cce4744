"""Lays out by which days each step after a hand-in is reminded of, from when it can be recorded until it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

from sqlmodel import Session

from models.database import id_of
from models.queries.plan import step_terms as queries
from models.tables.plan import STEP, Term
from rules.deadlines import local_day
from rules.ladder import StepDay as LadderDay
from rules.ladder import resumed, step_days
from rules.office import Office
from rules.plan import Ladder
from services.plan.load import day_rows


def date_steps(session: Session, office: Office, now: datetime, obligations: Collection[str] | None) -> None:
    """As of now, whatever was missed: steps that have come to count, were given another day, or got a ladder since."""
    steps = defaultdict[tuple[int, str, date], list[int]](list)
    for one in queries.undated(session, now, obligations):
        steps[one.occurrence_id, one.code, one.target_day].append(one.stage_id)
    for (occurrence, code, target), stages in steps.items():
        duty = office.obligations.get(code)
        ladder = office.ladders.get(duty.ladder or "") if duty else None
        if ladder is not None:
            term = _term(session, office, occurrence, f"{code}@{target}", target, ladder, local_day(now))
            queries.hold_to(session, stages, id_of(term))


def _term(
    session: Session, office: Office, occurrence: int, agreed: str, target: date, ladder: Ladder, today: date
) -> Term:
    """One for all units whose step is to be done by this day; of those that come to owe it later, one for each day."""
    if today > target:
        agreed += f"+{today}"
    if term := queries.term_of(session, occurrence, agreed):
        return term
    term = Term(
        occurrence_id=occurrence, role=STEP, ladder=ladder.id, agreed=agreed, target_day=target, late_after=target
    )
    session.add(term)
    session.flush()
    session.add_all(day_rows(term, _days(office, ladder, target, today)))
    session.flush()
    return term


def _days(office: Office, ladder: Ladder, target: date, today: date) -> list[LadderDay]:
    """Who comes to owe it after its day begins with the gentlest step that is still true."""
    if today > target:
        return resumed(ladder, {}, (), today, office.calendar)
    return step_days(ladder, today, target, target, office.calendar)
