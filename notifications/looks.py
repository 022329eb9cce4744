"""How urgent a message looks: its heading, its colour, and the tint of the same colour behind its key facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from notifications.facts import LETTER, NUDGE, OVERDUE, SOON, DueItem
from rules.steps import StepState

BLUE = ("#1f4e79", "#eef4fa")
GREEN = ("#1b6b3a", "#edf7f0")
AMBER = ("#9a5b00", "#fdf5e6")
RED = ("#b3261e", "#fdf0ef")
DARK_RED = ("#8c1d18", "#fbeeed")


@dataclass(frozen=True)
class Look:
    heading: str
    colour: str
    tint: str
    counted: str = ""  # after a number: «2 quá hạn»


LOOKS: Mapping[int, Look] = {  # level of a ladder → the look of what has reached it; the most urgent first
    LETTER: Look("Cần công văn đôn đốc", *DARK_RED, "cần công văn đôn đốc"),
    OVERDUE: Look("Quá hạn", *RED, "quá hạn"),
    SOON: Look("Sắp đến hạn", *AMBER, "sắp đến hạn"),
    NUDGE: Look("Nhắc việc", *BLUE, "trong thời hạn"),
}

STEP_LOOKS: Mapping[StepState, Look] = {  # of a step after a hand-in; its target is no deadline
    StepState.OVERDUE: Look("Bước quá hạn", *RED),
    StepState.PAST_TARGET: Look("Bước quá mốc phấn đấu", *AMBER),
    StepState.WAITING: Look("Bước cần ghi nhận", *BLUE),
}


OVERDUE_COMPLETION = Look("Quá hạn bổ sung", *RED, "quá hạn bổ sung")


def look_of(item: DueItem) -> Look:
    if item.for_completion and item.level >= OVERDUE:
        return OVERDUE_COMPLETION
    return STEP_LOOKS[item.open_step] if item.open_step else LOOKS[max(NUDGE, min(item.level, LETTER))]
