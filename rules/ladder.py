"""On which working day each step of a ladder is reached, and how long it stays the newest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain

from rules.plan import Ladder, LadderStep
from rules.working_days import WorkCalendar

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class StepDay:
    step: LadderStep
    on_day: date
    until_day: date | None  # exclusive; None: stays the newest for good


def step_days(
    ladder: Ladder,
    opens_on: date,
    target_day: date,
    late_after: date | None,
    calendar: WorkCalendar,
) -> list[StepDay]:
    anchors = {"target_day": target_day, "late_after": late_after}
    opening = calendar.on_or_after(opens_on)
    by_day: dict[date, LadderStep] = {}
    for day, step in sorted(_worded_days(ladder.steps, anchors, calendar), key=lambda row: row[0]):
        # Of steps that fall on one day only the later is kept: nobody gets half the ladder at once.
        by_day[max(day, opening)] = step
    days = list(by_day)
    ends = (
        _end(step, following, target_day) for step, following in zip(by_day.values(), [*days[1:], None], strict=True)
    )
    dated = (StepDay(step, day, end) for (day, step), end in zip(by_day.items(), ends, strict=True))
    return [row for row in dated if row.until_day is None or row.on_day < row.until_day]


def step_on(steps: Iterable[StepDay], today: date) -> StepDay | None:
    """The newest step reached and still true to say today."""
    return next((row for row in steps if row.on_day <= today and not _ended(row, today)), None)


def skipped(steps: Iterable[StepDay], sent_ids: Collection[str], today: date) -> list[StepDay]:
    """Steps whose days went by unsent, e.g. in an outage: to be recorded, no longer to be sent."""
    return [row for row in steps if _ended(row, today) and row.step.id not in sent_ids]


def due_soon_on(steps: Iterable[StepDay]) -> date | None:
    """The day of the last reminder before the due day; None when the case opened too late for one."""
    return max((row.on_day for row in steps if _before_due(row.step)), default=None)


def _worded_days(
    steps: Sequence[LadderStep], anchors: dict[str, date | None], calendar: WorkCalendar
) -> Iterable[tuple[date, LadderStep]]:
    for step in chain.from_iterable(times(written) for written in steps):
        anchor = anchors[step.anchor]
        if anchor is not None:
            yield calendar.on_or_after(calendar.add(anchor, step.offset)), step


def times(step: LadderStep) -> Iterator[LadderStep]:
    """The step and its repeats: L3, L3.2, L3.3 …"""
    yield step
    for turn in range(1, step.repeat_times + 1):
        yield replace(step, id=f"{step.id}.{turn + 1}", offset=step.offset + turn * step.repeat_every)


def _end(step: LadderStep, following: date | None, target_day: date) -> date | None:
    """A step before the due day says «còn n ngày», so its words end with that day."""
    ends = [] if following is None else [following]
    if _before_due(step):
        ends.append(target_day + ONE_DAY)
    return min(ends, default=None)


def _before_due(step: LadderStep) -> bool:
    return step.anchor == "target_day" and step.offset <= 0


def _ended(row: StepDay, today: date) -> bool:
    return row.until_day is not None and row.until_day <= today
