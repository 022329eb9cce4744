"""The form of ladders.yaml, and the ladders it says."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from config import fields as f
from config.fields import Entry, TextEntry
from rules.plan import Ladder, LadderStep

Role = Literal["focal_point", "deputy", "head", "coordinator", "leader"]


class StepEntry(Entry):
    id: f.Name
    level: Annotated[int, Field(strict=True, ge=1)]
    anchor: Literal["target_day", "late_after"]
    offset: Annotated[int, Field(strict=True, ge=-250, le=250)]
    reaches: Annotated[tuple[Role, ...], Field(min_length=1)]
    message: Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$")]
    title: TextEntry

    def step(self) -> LadderStep:
        return LadderStep(self.id, self.level, self.anchor, self.offset, self.reaches, self.message, self.title.text())


class LadderEntry(Entry):
    id: f.Name
    steps: Annotated[tuple[StepEntry, ...], Field(min_length=1)]

    def ladder(self) -> Ladder:
        return Ladder(self.id, tuple(entry.step() for entry in self.steps))
