"""I.5: every agency's release calendar, its approval, reports and publication."""

from __future__ import annotations

from datetime import datetime

from flows.stories.parts import follow_steps, missing_units, step
from flows.stories.tables import gathered_list

FLOW = "release-calendar"


def release_calendar(now: datetime) -> None:
    """A calendar is whole once it is approved, reported to the committee and the ministry, and published."""
    gather_calendars(now)
    say_who_is_missing(now)
    follow_steps(FLOW, now)


@step("Tổng hợp Lịch phổ biến của các cơ quan")
def gather_calendars(now: datetime) -> str:
    return gathered_list(FLOW, now)


@step("Nêu cơ quan chưa gửi Lịch phổ biến")
def say_who_is_missing(now: datetime) -> str:
    return missing_units(FLOW, now)
