"""A deadline for the reader's own calendar (RFC 5545, RFC 5546): published, so that nobody is asked to accept it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from icalendar import Alarm, Calendar, Event, Timezone

from notifications.channel import Attachment
from rules.deadlines import PROVINCE

PRODUCT = "-//Kyhan//Deadlines of a plan//VI"
OFFICE_CLOSES = time(17)
LAST_HOUR = timedelta(hours=1)  # long enough to be seen, short enough not to fill the day
ALARMS = (timedelta(days=-3), timedelta(days=-1))
FILE_NAME = "Hạn gửi văn bản.ics"


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """One case of one unit. `version` grows whenever the day or the words change: calendars keep the highest."""

    case_id: int
    title: str
    unit_name: str
    day: date  # the last working day on which it can be handed in on time
    explained: str = ""  # how the day follows from the plan's words
    url: str = ""
    version: int = 0


def calendar_file(
    deadlines: Sequence[Deadline], domain: str, written_at: datetime, *, withdrawn: bool = False
) -> bytes:
    """`withdrawn`: takes entries sent before out of the calendar again."""
    file = Calendar()
    file.add("prodid", PRODUCT)
    file.add("version", "2.0")
    file.add("method", _method(withdrawn))
    file.add_component(_province())
    for deadline in deadlines:
        file.add_component(_entry(deadline, domain, written_at, withdrawn))
    return bytes(file.to_ical())


def calendar_attachment(
    deadlines: Sequence[Deadline], domain: str, written_at: datetime, *, withdrawn: bool = False
) -> Attachment:
    content = calendar_file(deadlines, domain, written_at, withdrawn=withdrawn)
    return Attachment(FILE_NAME, f"text/calendar; method={_method(withdrawn)}; charset=utf-8", content)


def _method(withdrawn: bool) -> str:
    return "CANCEL" if withdrawn else "PUBLISH"


def _entry(deadline: Deadline, domain: str, written_at: datetime, withdrawn: bool) -> Event:
    ends = datetime.combine(deadline.day, OFFICE_CLOSES, PROVINCE)
    entry = Event()
    entry.add("uid", f"ky-han-{deadline.case_id}@{domain}")
    entry.add("dtstamp", written_at)
    entry.add("sequence", deadline.version)
    entry.add("dtstart", ends - LAST_HOUR)
    entry.add("dtend", ends)
    entry.add("summary", f"Hạn gửi: {deadline.title}")
    entry.add("description", _described(deadline))
    entry.add("status", "CANCELLED" if withdrawn else "CONFIRMED")
    entry.add("transp", "TRANSPARENT")  # a deadline does not make anybody busy
    if deadline.url:
        entry.add("url", deadline.url)
    for ahead in () if withdrawn else ALARMS:
        entry.add_component(_alarm(deadline, ahead))
    return entry


def _described(deadline: Deadline) -> str:
    told = (
        f"{deadline.unit_name} gửi {deadline.title} chậm nhất ngày {deadline.day:%d/%m/%Y}.",
        deadline.explained,
        deadline.url,
    )
    return "\n".join(line for line in told if line)


def _alarm(deadline: Deadline, ahead: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", ahead)
    alarm.add("description", f"Còn {-ahead.days} ngày: {deadline.title}")
    return alarm


@cache
def _province() -> Timezone:
    """Worked out once: a reader whose program knows no names of zones needs the rule itself."""
    return Timezone.from_tzinfo(PROVINCE, PROVINCE.key, first_date=date(2000, 1, 1))
