"""When a person may be written to, and how often: the office's manners as tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, time, timedelta

from notifications.kinds import MessageKind
from rules.deadlines import PROVINCE, local_day
from rules.office import Office

WORKING_HOURS = (time(7, 30), time(17, 0))  # for reminders, on working days
WAKING_HOURS = (time(6, 0), time(22, 0))  # for everything else
AT_ANY_HOUR = frozenset(kind.value for kind in MessageKind if kind.details.at_any_hour)
UNCOUNTED = frozenset(kind.value for kind in MessageKind if not kind.details.counted)  # nor held apart
ALARMS = frozenset(kind.value for kind in MessageKind if kind.details.alarm)
MOST_A_DAY = 3
APART = timedelta(minutes=30)
MORNING = time(7, 30)

Lately = Mapping[int, tuple[int, datetime]]  # person → how many today, and when the last


def reminders_may_leave(office: Office, now: datetime) -> bool:
    return office.calendar.is_working_day(local_day(now)) and _within(WORKING_HOURS, now)


def only_these(now: datetime, kinds: Collection[str] | None) -> Collection[str] | None:
    """At night only what somebody asked for a moment ago; None: everything."""
    if kinds is not None or _within(WAKING_HOURS, now):
        return kinds
    return AT_ANY_HOUR


def too_soon(kind: str, person: int, lately: Lately, now: datetime) -> tuple[str, datetime] | None:
    """Why this person is left in peace for now, and until when."""
    if kind in UNCOUNTED or person not in lately:
        return None
    number, last = lately[person]
    if number >= MOST_A_DAY:
        tomorrow = datetime.combine(local_day(now) + timedelta(days=1), MORNING, PROVINCE)
        return f"đã gửi {number} tin trong ngày, để sang ngày sau", tomorrow
    if now - last < APART:
        return "cách tin trước chưa đủ 30 phút", last + APART
    return None


def _within(hours: tuple[time, time], now: datetime) -> bool:
    opens, closes = hours
    return opens <= now.astimezone(PROVINCE).time() < closes
