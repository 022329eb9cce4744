"""Releases of a year as they were planned and announced, beside what was recorded of them until a day."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rules.content.spelling import same
from rules.plan import Text


class ReleaseState(StrEnum):
    RECORDED = "recorded"
    NOT_RECORDED = "not_recorded"  # which does not say that it was not released
    TO_COME = "to_come"


STATES = {
    ReleaseState.RECORDED: Text("đã ghi nhận", "recorded"),
    ReleaseState.NOT_RECORDED: Text("chưa ghi nhận", "not recorded"),
    ReleaseState.TO_COME: Text("chưa đến thời gian", "still to come"),
}


@dataclass(frozen=True)
class Release:
    """As one row of a table says it."""

    unit: str  # key
    product: str
    day: str  # ISO; of some only the month is known
    address: str = ""
    handed_in: date | None = None  # when the unit sent the table with this row

    @property
    def last_day(self) -> date | None:
        """The latest on which it is in time; None: the day cannot be read."""
        try:
            if len(self.day) == len("2014-01"):
                year, month = int(self.day[:4]), int(self.day[5:])
                return date(year, month, monthrange(year, month)[1])
            return date.fromisoformat(self.day)
        except ValueError:
            return None

    @property
    def of_month(self) -> tuple[str, str, str]:
        return self.unit, same(self.product), self.day[:7]

    def is_about(self, other: Release) -> bool:
        """The same release, one perhaps told by its month alone."""
        near = self.day.startswith(other.day) or other.day.startswith(self.day)
        return near and self.of_month == other.of_month

    @property
    def proves_itself(self) -> bool:
        """An address that was sent before the day only says where it will stand."""
        return bool(self.address and self.handed_in and self.last_day and self.last_day <= self.handed_in)


@dataclass(frozen=True)
class ReleaseLine:
    planned: Release | None
    announced: Release | None
    recorded: Release | None
    state: ReleaseState

    @property
    def release(self) -> Release:
        release = self.announced or self.planned
        assert release is not None
        return release


def compare(
    planned: Iterable[Release], announced: Iterable[Release], records: Sequence[Release], until: date
) -> list[ReleaseLine]:
    """One line a release; what is planned and announced in the same month is the same. By unit as they come."""
    proofs: dict[tuple[str, str, str], list[Release]] = {}
    for record in records:
        if record.proves_itself:
            proofs.setdefault(record.of_month, []).append(record)
    open_plans: dict[tuple[str, str, str], list[Release]] = {}
    for plan in planned:
        open_plans.setdefault(plan.of_month, []).append(plan)
    pairs: list[tuple[Release | None, Release | None]] = []
    for one in announced:
        plans = open_plans.get(one.of_month)
        pairs.append((plans.pop(0) if plans else None, one))
    pairs += [(plan, None) for plans in open_plans.values() for plan in plans]
    return [_line(plan, calendar, proofs, until) for plan, calendar in pairs]


def _line(
    planned: Release | None,
    announced: Release | None,
    proofs: dict[tuple[str, str, str], list[Release]],
    until: date,
) -> ReleaseLine:
    release = announced or planned
    assert release is not None
    if release.last_day is not None and release.last_day > until:
        return ReleaseLine(planned, announced, None, ReleaseState.TO_COME)
    near = proofs.get(release.of_month, [])
    proof = next((one for one in near if one.is_about(release)), None)
    if proof:
        near.remove(proof)  # one release, one proof
    return ReleaseLine(planned, announced, proof, ReleaseState.RECORDED if proof else ReleaseState.NOT_RECORDED)


@dataclass(frozen=True)
class ReleaseCounts:
    planned: int
    announced: int
    recorded: int
    not_recorded: int
    to_come: int


def count(lines: Sequence[ReleaseLine]) -> ReleaseCounts:
    states = Counter(line.state for line in lines)
    return ReleaseCounts(
        sum(line.planned is not None for line in lines),
        sum(line.announced is not None for line in lines),
        *(states[state] for state in ReleaseState),
    )
