"""Which steps are still to come when a ladder becomes another while cases stand on it; nothing is said twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from rules.ladder import StepDay, resumed, step_days
from rules.plan import Ladder, LadderStep
from rules.working_days import WorkCalendar


@dataclass(frozen=True)
class Standing:
    """Where the cases held to one term stand on their ladder."""

    opens_on: date
    target_day: date
    late_after: date | None
    taken: Mapping[str, date]  # steps somebody was told of, and the day each was reached

    def is_late(self, today: date) -> bool:
        return self.late_after is not None and self.late_after < today


def steps_to_come(
    ladder: Ladder, known: Mapping[str, LadderStep], standing: Standing, today: date, calendar: WorkCalendar
) -> list[StepDay]:
    """By the new `ladder`. What was taken stays on its day; what would come as early as that comes no more.

    `known`: every step that any version of the ladder ever had, as it was before the change.
    """
    whole = replace(ladder, steps=(*_with_taken(ladder, known, standing.taken),))
    late_taken = any(known[code].anchor == "late_after" for code in _codes(standing.taken) if code in known)
    if standing.is_late(today) and late_taken:
        days = {code: (day, day) for code, day in standing.taken.items()}
        rows = resumed(whole, days, standing.taken, today, calendar)
    else:
        rows = step_days(whole, standing.opens_on, standing.target_day, standing.late_after, calendar)
    newest = max(standing.taken.values(), default=date.min)
    return [row for row in rows if row.step.id not in standing.taken and row.on_day > newest and _to_come(row, today)]


def _to_come(row: StepDay, today: date) -> bool:
    return row.until_day is None or row.until_day > today


def _codes(taken: Mapping[str, date]) -> set[str]:
    """Without the number of the repeat."""
    return {code.partition(".")[0] for code in taken}


def _with_taken(ladder: Ladder, known: Mapping[str, LadderStep], taken: Mapping[str, date]) -> Iterator[LadderStep]:
    """Steps that were taken keep the place they were taken at, also those the ladder has no more; these end there."""
    codes = _codes(taken)
    for step in ladder.steps:
        old = known.get(step.id) if step.id in codes else None
        yield replace(step, anchor=old.anchor, offset=old.offset) if old else step
    kept = {step.id for step in ladder.steps}
    for code in sorted(codes - kept):
        if code in known:
            yield replace(known[code], repeat_every=0, repeat_times=0, repeat_monthly=False)
