"""Schema of calendar.yaml: corrections of the national calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import Field

from config import fields as f
from config.fields import ConfigEntry


@dataclass(frozen=True)
class CalendarDay:
    """One correction of the national calendar, and whether somebody has confirmed it."""

    day: date
    working: bool
    confirmed: bool
    reason: str
    document: str
    source: str


class CalendarEntry(ConfigEntry):
    day: f.Day
    working: Annotated[bool, Field(strict=True)]
    confirmed: Annotated[bool, Field(strict=True)]
    reason: f.Name
    document: str = ""
    source: f.Name

    def calendar_day(self) -> CalendarDay:
        return CalendarDay(self.day, self.working, self.confirmed, self.reason, self.document, self.source)
