"""Opens a case for every bound unit on the day its occurrence opens."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from models.queries.cases import opening as opening_queries
from models.queries.plan import occurrences as plan_queries
from models.tables.plan import Occurrence
from rules.deadlines import local_day
from rules.office import Office
from rules.plan import DatedOccurrence, Follows, Kind
from rules.recurrence import stage_target
from services import log
from services.plan.amend import move_dates
from services.plan.load import plan_ahead
from services.plan.triggers import conditions_met, in_effect


@dataclass(frozen=True)
class OpenResult:
    occurrences: int
    cases: int


def open_cases(
    session: Session, office: Office, now: datetime, obligations: Collection[str] | None = None
) -> OpenResult:
    """Open what ought to be open as of `now`; what is open already stays as it is."""
    log.hold(session)
    plan_ahead(session, office, now)
    office = replace(office, plan=in_effect(session, office.plan))
    if conditions_met(session, office.plan):
        move_dates(session, office, now)
    today = local_day(now)
    fresh = [
        (occurrence, code)
        for occurrence, code in plan_queries.unopened(session, obligations)
        if occurrence.opens_on is not None and occurrence.opens_on <= today
    ]
    if not fresh:
        return OpenResult(0, 0)
    ids = [row.id for row, _ in fresh]
    opened = opening_queries.add_cases(session, ids, today, now)
    for occurrence, code in fresh:
        _add_stages(session, office, occurrence, code)
    opening_queries.mark_open(session, ids, now)
    for occurrence, code in fresh:
        details = {"obligation": code, "period": occurrence.period, "why": occurrence.why}
        log.append(session, now, "kyhan", "occurrence.open", f"occurrence:{occurrence.id}", details)
    return OpenResult(len(fresh), opened)


def _add_stages(session: Session, office: Office, occurrence: Occurrence, deliverable: str) -> None:
    """One row per case and following step; a step that cannot apply to a unit says so (A12)."""
    for item in office.plan.obligations:
        # a conditional duty arises only when the review says «có điều chỉnh»
        if item.kind is Kind.STAGE and item.follows is not None and item.follows.deliverable == deliverable:
            follows, target = item.follows, _target(office, occurrence, item.follows)
            exempt = follows.not_applicable_to
            opening_queries.add_stages(session, occurrence.id, item.id, follows.order, target, exempt)


def _target(office: Office, occurrence: Occurrence, follows: Follows) -> date | None:
    assert occurrence.opens_on is not None
    dated = DatedOccurrence(
        obligation=follows.deliverable,
        clause="",
        period=occurrence.period,
        opens_on=occurrence.opens_on,
        nominal_last_day=occurrence.nominal_last_day,
        target_day=occurrence.target_day,
        late_after=occurrence.late_after,
        soft=occurrence.soft,
        strict_before=occurrence.strict_before,
        why=occurrence.why,
        period_start=occurrence.period_start,
        period_end=occurrence.period_end,
    )
    return stage_target(follows, dated, office.calendar)
