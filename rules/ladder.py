"""On which working day each step of a ladder is reached, how long it stays the newest, and what follows a gap."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain

from rules.periods import day_of_month, months_later
from rules.plan import Ladder, LadderStep
from rules.working_days import WorkCalendar

ONE_DAY = timedelta(days=1)
Dated = tuple[LadderStep, date]


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
    worded = sorted(_worded_days(ladder.steps, anchors, calendar), key=lambda row: row[1])
    ends = {"target_day": target_day, "late_after": late_after or target_day}
    dated = _windows([(step, max(day, opening)) for step, day in worded], ends)
    return [row for row in dated if row.until_day is None or row.on_day < row.until_day]


def step_on(steps: Iterable[StepDay], today: date) -> StepDay | None:
    """The newest step reached and still true to say today."""
    return next((row for row in steps if row.on_day <= today and not _ended(row, today)), None)


def skipped(steps: Iterable[StepDay], sent_ids: Collection[str], today: date) -> list[StepDay]:
    """Steps whose days went by unsent, e.g. in an outage: to be recorded, no longer to be sent."""
    return [row for row in steps if _ended(row, today) and row.step.id not in sent_ids]


def due_soon_on(steps: Iterable[StepDay]) -> date | None:
    """The day of the last reminder before the due day; None when the case opened too late for one."""
    return max((row.on_day for row in steps if not is_late(row.step)), default=None)


def is_late(step: LadderStep) -> bool:
    """Whether it comes after the last day, and so does not say how many days are left."""
    return step.anchor == "late_after" and step.offset >= 0


# --- after the last day -----------------------------------------------------------------------------------------------

LaidOut = Mapping[str, tuple[date, date]]  # step → its day, and the day from which it is not the newest any more


def resumed(
    ladder: Ladder, laid_out: LaidOut, taken: Collection[str], today: date, calendar: WorkCalendar
) -> list[StepDay]:
    """The steps after the last day that are to be laid out anew; none while the next of them still stands.

    `taken`: the steps that were looked at on their days. After the last day no step is lost in a gap: the gentlest of
    those not taken comes today, the others follow at the ladder's own pace. When all were taken, the monthly one
    comes once more.
    """
    steps = list(_late_steps(ladder, laid_out))
    last = max((number for number, step in enumerate(steps) if step.id in taken), default=-1)
    if not steps[last + 1 :]:
        return []
    first, *later = steps[last + 1 :]
    if first.id in laid_out and laid_out[first.id][1] > today:
        return []
    day = _next_day(steps[last], laid_out[steps[last].id][0], first, calendar) if last >= 0 else today
    dated = [(first, calendar.on_or_after(max(day, today)))]
    for step in later:
        if not (step.repeat_monthly and dated[-1][0].repeat_monthly):  # one month ahead is enough
            dated.append((step, _next_day(*dated[-1], step, calendar)))
    return _windows(dated, {})


def _late_steps(ladder: Ladder, laid_out: Collection[str]) -> Iterator[LadderStep]:
    """In their order; the monthly one as often as it was laid out, and once more."""
    steps = chain.from_iterable(times(one) for one in ladder.steps if is_late(one))
    for step in sorted(steps, key=lambda one: one.offset):
        yield step
        turn = 1
        while step.repeat_monthly and _turn(step, turn).id in laid_out:
            turn += 1
            yield _turn(step, turn)


def _next_day(earlier: LadderStep, day: date, later: LadderStep, calendar: WorkCalendar) -> date:
    if later.repeat_monthly and earlier.repeat_monthly:
        return calendar.on_or_after(day_of_month(months_later(day, 1), day.day))
    return calendar.add(day, later.offset - earlier.offset)


# --- windows ----------------------------------------------------------------------------------------------------------


def _windows(dated: Iterable[Dated], ends: Mapping[str, date]) -> list[StepDay]:
    by_day: dict[date, LadderStep] = {}
    for step, day in dated:
        # Of steps that fall on one day only the later is kept: nobody gets half the ladder at once.
        by_day[day] = step
    days: Sequence[date | None] = [*list(by_day)[1:], None]
    return [
        StepDay(step, day, _end(step, following, ends))
        for (day, step), following in zip(by_day.items(), days, strict=True)
    ]


def _worded_days(
    steps: Sequence[LadderStep], anchors: Mapping[str, date | None], calendar: WorkCalendar
) -> Iterator[Dated]:
    for step in chain.from_iterable(times(written) for written in steps):
        anchor = anchors[step.anchor]
        counts_down = step.anchor == "late_after" or step.offset <= 0 or anchors["late_after"] is not None
        if anchor is not None and counts_down:  # after a mere target there is no day left to count down to
            yield step, calendar.on_or_after(calendar.add(anchor, step.offset))


def times(step: LadderStep) -> Iterator[LadderStep]:
    """The step and its repeats: L3, L3.2, L3.3 …"""
    yield step
    for turn in range(2, step.repeat_times + 2):
        yield _turn(step, turn)


def _turn(step: LadderStep, turn: int) -> LadderStep:
    if turn == 1:
        return step
    return replace(step, id=f"{step.id}.{turn}", offset=step.offset + (turn - 1) * step.repeat_every)


def _end(step: LadderStep, following: date | None, ends: Mapping[str, date]) -> date | None:
    """A step before a day says how many are left till then, so its words end with that day."""
    days = [] if following is None else [following]
    if not is_late(step):
        days.append(ends["target_day" if step.offset <= 0 and step.anchor == "target_day" else "late_after"] + ONE_DAY)
    return min(days, default=None)


def _ended(row: StepDay, today: date) -> bool:
    return row.until_day is not None and row.until_day <= today
