"""What a periodic report says of the register of activities: what the lead did, and what the units recorded."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlmodel import Session

from models.queries.cases import activities as queries
from models.queries.cases.activities import ActivityCount, ActivitySelection
from reports import facts as say
from reports.phrases import units_of
from rules.activities import ActivityKind
from rules.deadlines import late_from
from rules.plan import Obligation, Plan
from services.units import groups_of

ABOUT = re.compile(r"^(về việc|v/v)\s+", re.IGNORECASE)


def with_recorded(
    guidance: say.Guidance, session: Session, plan: Plan, lead: int, first: date, as_of: date
) -> say.Guidance:
    """With the lead's guidance and inspections between these days; as they were before where no register was kept.

    Kept: with an entry in these days, and be it that there was nothing.
    """
    duties = {item.id for item in plan.obligations if item.register and item.register.in_report}
    selection = ActivitySelection(None, {lead}, first, as_of, as_of=late_from(as_of))
    entries = [row for row in reversed(queries.activities(session, selection)) if row.obligation in duties]
    if not entries:
        return guidance
    kinds = Counter(row.kind for row in entries)
    letters = tuple(
        say.IssuedLetter(row.document_number, row.on_day, ABOUT.sub("", row.summary), "Văn bản")
        for row in entries
        if row.kind == ActivityKind.GUIDANCE
    )
    meetings = [row.people or 0 for row in entries if row.kind == ActivityKind.MEETING]
    return replace(
        guidance,
        letters=letters,
        inspections=kinds[ActivityKind.INSPECTION],
        meetings=len(meetings),
        meeting_people=sum(meetings),
    )


def activities_between(session: Session, plan: Plan, first: date, as_of: date) -> dict[str, say.ActivityResult]:
    """Obligation → what the registers of the units hold of these days; none for one of which nothing was recorded."""
    selection = ActivitySelection(None, None, first, as_of, as_of=late_from(as_of))
    recorded: dict[str, list[ActivityCount]] = defaultdict(list)
    for one in queries.counts(session, selection):
        recorded[one.obligation].append(one)
    duties = [item for item in plan.obligations if item.register and not item.register.in_report]
    groups = groups_of(session)
    return {duty.id: _result(duty, recorded[duty.id], groups) for duty in duties if recorded[duty.id]}


def _result(duty: Obligation, counts: Sequence[ActivityCount], groups: Mapping[int, str]) -> say.ActivityResult:
    kinds: Counter[str] = Counter()
    for one in counts:
        kinds[one.kind] += one.entries
    active = {one.organisation_id for one in counts if one.kind != ActivityKind.NOTHING}
    idle = {one.organisation_id for one in counts if one.kind == ActivityKind.NOTHING} - active
    return say.ActivityResult(
        title=duty.title.vi,
        kinds=units_of(groups[one.organisation_id] for one in counts),
        units=len(active),
        guidance=kinds[ActivityKind.GUIDANCE],
        meetings=kinds[ActivityKind.MEETING],
        materials=kinds[ActivityKind.MATERIAL],
        inspections=kinds[ActivityKind.INSPECTION],
        updates=kinds[ActivityKind.UPDATE],
        people=sum(one.people for one in counts),
        nothing=len(idle),
    )
