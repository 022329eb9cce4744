"""How many cases stand how: the numbers of the board and of every list behind it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from rules.status import ANSWERED, EXEMPT, HANDED_IN, LATE, OVERDUE, Status

# what a leader asks first stands first: a cell shows the most urgent of its cases
URGENCY = (
    Status.OVERDUE,
    Status.RETURNED_OVERDUE,
    Status.STEPS_OVERDUE,
    Status.RETURNED,
    Status.DUE_SOON,
    Status.STEPS_PAST_TARGET,
    Status.OPEN,
    Status.STEPS_WAITING,
    Status.RECEIVED_LATE,
    Status.RECEIVED,
    Status.ACCEPTED_LATE,
    Status.ACCEPTED,
    Status.NIL_RETURN,
    Status.NOT_OPEN,
    Status.WAITING_FOR_TRIGGER,
    Status.WAIVED,
    Status.SUPERSEDED,
    Status.NOT_APPLICABLE,
)
RANK = {status: rank for rank, status in enumerate(URGENCY)}
BY_VALUE = {status.value: status for status in Status}  # many times quicker than asking the enumeration


@dataclass(frozen=True)
class StatusCounts:
    """How many cases have which status. Done, soon, overdue and waiting together make up assigned."""

    counts: Mapping[Status, int] = field(default_factory=dict)
    due: int = 0  # of those assigned: whose last day has come, answered or not

    def of(self, statuses: Collection[Status]) -> int:
        return sum([cases for status, cases in self.counts.items() if status in statuses])

    @property
    def assigned(self) -> int:
        return sum(self.counts.values()) - self.exempt

    @property
    def done(self) -> int:
        return self.of(ANSWERED)

    @property
    def handed_in(self) -> int:
        return self.of(HANDED_IN)

    @property
    def done_late(self) -> int:
        return self.of(LATE)

    @property
    def soon(self) -> int:
        return self.of({Status.DUE_SOON})

    @property
    def overdue(self) -> int:
        return self.of(OVERDUE)

    @property
    def waiting(self) -> int:
        return self.assigned - self.done - self.soon - self.overdue

    @property
    def exempt(self) -> int:
        return self.of(EXEMPT)


@dataclass(frozen=True)
class Period:
    """A year, or one quarter of it, by the day things fall due."""

    year: int
    quarter: int | None = None

    @property
    def first(self) -> date:
        return date(self.year, 1 if self.quarter is None else 3 * self.quarter - 2, 1)

    @property
    def last(self) -> date:
        if self.quarter in (None, 4):
            return date(self.year, 12, 31)
        return date(self.year, 3 * (self.quarter or 0) + 1, 1) - timedelta(days=1)


def tally_of(counts: Iterable[tuple[str, int, int]]) -> StatusCounts:
    """From (status, cases, of which have reached their last day)."""
    total: dict[Status, int] = {}
    due = 0
    for value, cases, come in counts:
        status = BY_VALUE[value]
        total[status] = total.get(status, 0) + cases
        due += 0 if status in EXEMPT else come
    return StatusCounts(total, due)
