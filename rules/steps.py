"""Steps that follow a hand-in (approval, report upward, publication): how they stand, and how the whole case does.

The status of a hand-in tells whether a document came, and in time. A duty is done only when the steps behind it are
done as well. Steps count from the hand-in on: while nothing was handed in, or it was returned, the hand-in is what is
missing, and nobody is late twice with one thing. A case that was waived, or has nothing to report, has nothing to
approve.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from rules.deadlines import local_day
from rules.plan import Severity, Text
from rules.status import CaseFacts, Status, status_of
from rules.text.wording import day_vi


class StepState(StrEnum):
    """Of one step, or of all steps of a case; the later in this order speaks for the others."""

    NOT_APPLICABLE = "not_applicable"  # of a case: no step applies, or none counts yet
    DONE = "done"
    WAITING = "waiting"
    PAST_TARGET = "past_target"
    OVERDUE = "overdue"


ORDER = tuple(StepState)
OPEN_STEPS = frozenset({StepState.WAITING, StepState.PAST_TARGET, StepState.OVERDUE})
FOLLOWED = frozenset({Status.RECEIVED, Status.RECEIVED_LATE, Status.ACCEPTED, Status.ACCEPTED_LATE})
BINDING = frozenset({Severity.HARD, Severity.MEDIUM})  # a step of another severity has a target and is never overdue

STEP_LABELS: Mapping[StepState, Text] = {
    StepState.NOT_APPLICABLE: Text("Không áp dụng", "Not applicable"),
    StepState.DONE: Text("Đã xong", "Done"),
    StepState.WAITING: Text("Chờ thực hiện", "To be done"),
    StepState.PAST_TARGET: Text("Quá mốc phấn đấu", "Past its target"),
    StepState.OVERDUE: Text("Quá hạn", "Overdue"),
}

OF_THEM: Mapping[StepState, Text] = {
    StepState.PAST_TARGET: Text("quá mốc phấn đấu", "past target"),
    StepState.OVERDUE: Text("quá hạn", "overdue"),
}

STANDINGS: Mapping[StepState, Status] = {
    StepState.WAITING: Status.STEPS_WAITING,
    StepState.PAST_TARGET: Status.STEPS_PAST_TARGET,
    StepState.OVERDUE: Status.STEPS_OVERDUE,
}


@dataclass(frozen=True)
class StepFacts:
    severity: Severity | None  # None: the plan no longer has the step
    target_day: date | None = None
    applicable: bool = True
    done_on: date | None = None
    recorded_at: datetime | None = None  # None: there since its case is
    superseded_at: datetime | None = None  # None: it stands


def is_known(step: StepFacts, now: datetime) -> bool:
    """Of all records of a step, the one that stood at that moment."""
    written = step.recorded_at is None or step.recorded_at <= now
    return written and (step.superseded_at is None or step.superseded_at > now)


def step_state(step: StepFacts, late_at: datetime | None, now: datetime) -> StepState:
    """Of the record known at that moment. `late_at`: the first late moment of the case.

    The day set for a step is a target inside the plan's own period: «Quý IV» ends on 31/12, whatever is aimed at
    before. So a step is overdue when both its target and the last day of its case have passed.
    """
    today = local_day(now)
    if not step.applicable:
        return StepState.NOT_APPLICABLE
    if step.done_on is not None and step.done_on <= today:
        return StepState.DONE
    past_target = step.target_day is None or step.target_day < today
    past_last_day = late_at is None or late_at <= now
    dated = step.target_day is not None or late_at is not None
    if step.severity in BINDING and dated and past_target and past_last_day:
        return StepState.OVERDUE
    return StepState.PAST_TARGET if step.target_day is not None and past_target else StepState.WAITING


def steps_state(facts: CaseFacts, steps: Iterable[StepFacts], now: datetime) -> StepState:
    """Of all steps of a case, by what was known of them; before its hand-in is in, none counts."""
    if status_of(facts, now) not in FOLLOWED:
        return StepState.NOT_APPLICABLE
    states = [step_state(step, facts.late_at, now) for step in steps if is_known(step, now)]
    return max(states, key=ORDER.index, default=StepState.NOT_APPLICABLE)


def standing_of(facts: CaseFacts, steps: Iterable[StepFacts], now: datetime) -> Status:
    """How the case as a whole stands: the status of its hand-in, or of its steps while one of them is open."""
    return STANDINGS.get(steps_state(facts, steps, now)) or status_of(facts, now)


def open_steps_text(counts: Mapping[StepState, int]) -> Text:
    """«còn 121 bước sau khi nộp (33 quá mốc phấn đấu)», inside a sentence; of states of open steps."""
    number = sum(counts.values())
    late = [(OF_THEM[state], counts[state]) for state in ORDER if state in OF_THEM and counts.get(state)]
    vi, en = (", ".join(parts) for parts in ([f"{n} {t.vi}" for t, n in late], [f"{n} {t.en}" for t, n in late]))
    noun = "step" if number == 1 else "steps"
    return Text(
        f"còn {number} bước sau khi nộp" + (f" ({vi})" if vi else ""),
        f"{number} {noun} to follow" + (f" ({en})" if en else ""),
    )


def step_text(step: str, state: StepState, day: date | None) -> str:
    """«Công bố Lịch phổ biến: quá mốc phấn đấu 14/12/2013»: a line of a list, Vietnamese. `day`: see `step_day`."""
    words = {StepState.WAITING: "mốc phấn đấu", StepState.PAST_TARGET: "quá mốc phấn đấu", StepState.OVERDUE: "quá hạn"}
    return f"{step}: {words[state]} {day_vi(day)}" if day else f"{step}: chưa có mốc"


def step_day(state: StepState, target_day: date | None, late_after: date | None) -> date | None:
    """The day the state of a step is about: its target, or once it is overdue the last day there was."""
    if state is not StepState.OVERDUE:
        return target_day
    return max((day for day in (target_day, late_after) if day is not None), default=None)
