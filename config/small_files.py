"""The form of ladders.yaml, calendar.yaml and channels.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from config import fields as f
from config.fields import Entry, TextEntry
from rules.plan import Ladder, LadderStep, Text

Role = Literal["focal_point", "deputy", "head", "coordinator", "leader"]


@dataclass(frozen=True)
class CalendarDay:
    """One correction of the national calendar, and whether somebody has confirmed it."""

    day: date
    working: bool
    confirmed: bool
    reason: str
    document: str
    source: str


@dataclass(frozen=True)
class ChannelEntry:
    name: str
    kind: str  # smtp, zalo_zns, zalo_bot, apprise
    enabled: bool
    guaranteed: bool  # falls back to nothing: what it cannot deliver, a person must see
    title: Text
    url: str  # apprise only; {address} stands for the address of the person


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


class CalendarEntry(Entry):
    day: f.Day
    working: Annotated[bool, Field(strict=True)]
    confirmed: Annotated[bool, Field(strict=True)]
    reason: f.Name
    document: str = ""
    source: f.Name

    def calendar_day(self) -> CalendarDay:
        return CalendarDay(self.day, self.working, self.confirmed, self.reason, self.document, self.source)


class ChannelFileEntry(Entry):
    name: Annotated[str, Field(pattern=r"^[a-z]+(_[a-z0-9]+)*$")]
    kind: Literal["smtp", "zalo_zns", "zalo_bot", "apprise"]
    enabled: Annotated[bool, Field(strict=True)]
    guaranteed: Annotated[bool, Field(strict=True)] = False
    title: TextEntry
    url: str = ""

    def channel(self) -> ChannelEntry:
        return ChannelEntry(self.name, self.kind, self.enabled, self.guaranteed, self.title.text(), self.url)
