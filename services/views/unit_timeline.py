"""An occurrence as bars on a time axis: each unit from the opening to its hand-in; of many units, each group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlmodel import Session

from models.queries.cases.selection import unit_names
from models.queries.operations import dashboard as queries
from models.queries.operations.dashboard import UnitSpan
from models.tables.plan import Occurrence
from rules.deadlines import local_day
from rules.status import (
    COMPLETE,
    EXEMPT,
    LABELS,
    OCCURRENCE_COLOURS,
    OCCURRENCE_LABELS,
    Colour,
    Status,
    colour,
    occurrence_status,
    ratio,
)
from services.units import UNIT_GROUPS, group_of
from services.views.dashboard_projection import KEPT_AFTER_CLOSING

MOST_UNITS = 60  # bars of more could not be told apart
GROUP_NAMES: Mapping[str, str] = {
    "leading": "Cơ quan chủ trì và lãnh đạo",
    "departments": "Sở, ban, ngành",
    "agencies": "Cơ quan trung ương và cơ quan khác",
    "districts": "Huyện, thị xã, thành phố",
}
ENDED = COMPLETE | EXEMPT


@dataclass(frozen=True)
class Bar:
    key: str  # of one unit or group, the same for ever
    name: str
    label: str
    colour: Colour  # of its status, steps that follow the hand-in included
    begins: datetime
    ends: datetime | None  # None: it goes on


def bars(session: Session, occurrence: int, now: datetime) -> list[Bar]:
    """None of what closed long ago, though somebody still owes it: nobody looks there, and each costs a second."""
    row = session.get_one(Occurrence, occurrence)
    if (row.late_after or row.target_day) < local_day(now) - KEPT_AFTER_CLOSING:
        return []
    spans = queries.spans(session, occurrence, now)
    if len(spans) > MOST_UNITS:
        return _by_group(spans)
    names = unit_names(session, {span.organisation for span in spans}, local_day(now))
    return [_of_unit(span, names[span.organisation]) for span in spans]


def _of_unit(span: UnitSpan, name: str) -> Bar:
    status = Status(span.status)
    return Bar(f"case-{span.case}", name, LABELS[status].vi, colour(status), _begin(span), _end(span))


def _by_group(spans: Sequence[UnitSpan]) -> list[Bar]:
    def place(span: UnitSpan) -> int:
        return UNIT_GROUPS.index(group_of(span.kind))

    return [_of_group(UNIT_GROUPS[at], list(group)) for at, group in groupby(sorted(spans, key=place), key=place)]


def _of_group(group: str, spans: Sequence[UnitSpan]) -> Bar:
    counts = Counter(Status(span.status) for span in spans)
    status = occurrence_status(counts)
    answered, total = ratio(counts)
    ends = [_end(span) for span in spans]
    return Bar(
        f"group-{group}",
        f"{answered}/{total} · {GROUP_NAMES[group]}",
        OCCURRENCE_LABELS[status].vi,
        OCCURRENCE_COLOURS[status],
        min(map(_begin, spans)),
        None if None in ends else max(end for end in ends if end),
    )


def _begin(span: UnitSpan) -> datetime:
    return span.opens_at or span.opened_at


def _end(span: UnitSpan) -> datetime | None:
    return span.ended_at if Status(span.status) in ENDED else None
