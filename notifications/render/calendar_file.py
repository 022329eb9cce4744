"""A deadline for the reader's own calendar (RFC 5545, RFC 5546): published, so that nobody is asked to accept it.

Only as a file beside the letter: some programs show a calendar among the alternatives instead of the letter itself.
What all who are held to one day share is written once and kept; a morning's letters hold ten thousand entries.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from icalendar import Alarm, Calendar, Event, Timezone, TimezoneStandard
from icalendar.prop import vCalAddress, vDuration, vText

from notifications.addresses import one_line
from notifications.channel import Attachment
from rules.deadlines import PROVINCE

PRODUCT = "-//Kyhan//Deadlines of a plan//VI"
OFFICE_CLOSES = time(17)
LAST_HOUR = timedelta(hours=1)  # long enough to be seen, short enough not to fill the day
ALARMS = (timedelta(days=-3), timedelta(days=-1))
FILE_NAME = "Hạn gửi văn bản.ics"
AHEAD = timedelta(hours=7)
LINE = 75  # bytes
REFRESHED_EVERY = timedelta(hours=6)
SINCE = datetime(2000, 1, 1, tzinfo=UTC)
BEGINS, ENDS = b"BEGIN:VEVENT\r\n", b"END:VCALENDAR\r\n"


@dataclass(frozen=True, kw_only=True)
class CalendarDeadline:
    """One case of one unit. `version` grows whenever the day or the words change: calendars keep the highest."""

    case_id: int
    title: str
    unit_name: str
    day: date  # the last working day on which it can be handed in on time
    explained: str = ""  # how the day follows from the plan's words
    url: str = ""
    version: int = 0


def version_at(moment: datetime) -> int:
    """Time itself never counts back, so no mail has to remember what the one before it said."""
    return int((moment - SINCE) / timedelta(minutes=1))


@dataclass(frozen=True)
class Organizer:
    """Who publishes a deadline; RFC 5546 wants one in everything that travels by mail."""

    name: str
    address: str


def calendar_file(
    deadlines: Sequence[CalendarDeadline],
    domain: str,
    written_at: datetime,
    organizer: Organizer,
    *,
    withdrawn: bool = False,
) -> bytes:
    """`withdrawn`: takes entries sent before out of the calendar again."""
    entries = (_entry(deadline, domain, written_at, organizer, withdrawn) for deadline in deadlines)
    return b"".join((_head(_method(withdrawn), ""), *entries, ENDS))


def calendar_feed(deadlines: Sequence[CalendarDeadline], domain: str, written_at: datetime, name: str) -> bytes:
    """A calendar people subscribe to: has a name, is asked for again every few hours, and no METHOD: it is no mail."""
    entries = (_entry(deadline, domain, written_at, None, withdrawn=False) for deadline in deadlines)
    return b"".join((_head("", name), *entries, ENDS))


def calendar_attachment(
    deadlines: Sequence[CalendarDeadline],
    domain: str,
    written_at: datetime,
    organizer: Organizer,
    *,
    withdrawn: bool = False,
) -> Attachment:
    content = calendar_file(deadlines, domain, written_at, organizer, withdrawn=withdrawn)
    return Attachment(FILE_NAME, f"text/calendar; method={_method(withdrawn)}; charset=utf-8", content)


def _method(withdrawn: bool) -> str:
    return "CANCEL" if withdrawn else "PUBLISH"


@lru_cache(maxsize=100)
def _head(method: str, name: str) -> bytes:
    file = Calendar()
    file.add("prodid", PRODUCT)
    file.add("version", "2.0")
    if method:
        file.add("method", method)
    if name:
        for field in ("name", "x-wr-calname"):
            file.add(field, one_line(name))
        file.add("refresh-interval", REFRESHED_EVERY, parameters={"VALUE": "DURATION"})
        file.add("x-published-ttl", vDuration(REFRESHED_EVERY))
    file.add_component(_province())
    return bytes(file.to_ical()).removesuffix(ENDS)


def _entry(
    deadline: CalendarDeadline, domain: str, written_at: datetime, organizer: Organizer | None, withdrawn: bool
) -> bytes:
    told, rest = _shared(replace(deadline, case_id=0, unit_name="", url=""), written_at, organizer, withdrawn)
    uid = f"UID:ky-han-{deadline.case_id}@{domain}\r\n".encode()
    link, at_end = _linked(deadline.url) if deadline.url else (b"", b"")
    return b"".join((BEGINS, uid, link, _begun(deadline.unit_name), b"\r\n ", told, at_end, b"\r\n", rest))


def _linked(url: str) -> tuple[bytes, bytes]:
    """The link as a line of its own, and as the last line of the description."""
    return _folded(b"URL:" + url.encode()) + b"\r\n", b"\r\n " + _folded(vText(f"\n{url}").to_ical())


@lru_cache(maxsize=500)
def _shared(
    deadline: CalendarDeadline, written_at: datetime, organizer: Organizer | None, withdrawn: bool
) -> tuple[bytes, bytes]:
    """The rest of the description but for its link, and all that stands behind it."""
    ends = datetime.combine(deadline.day, OFFICE_CLOSES, PROVINCE)
    entry = Event()
    entry.add("dtstamp", written_at)
    if organizer is not None:
        entry.add("organizer", vCalAddress(f"mailto:{organizer.address}"), parameters={"CN": one_line(organizer.name)})
    entry.add("sequence", deadline.version)
    entry.add("dtstart", ends - LAST_HOUR)
    entry.add("dtend", ends)
    entry.add("summary", f"Hạn gửi: {deadline.title}")
    entry.add("status", "CANCELLED" if withdrawn else "CONFIRMED")
    entry.add("transp", "TRANSPARENT")  # a deadline does not make anybody busy
    for ahead in () if withdrawn else ALARMS:
        entry.add_component(_alarm(deadline, ahead))
    return _folded(vText(_described(deadline)).to_ical()), bytes(entry.to_ical()).removeprefix(BEGINS)


def _described(deadline: CalendarDeadline) -> str:
    told = (
        f" gửi {deadline.title} chậm nhất ngày {deadline.day:%d/%m/%Y}.",
        deadline.explained,
    )
    return "\n".join(line for line in told if line)


@lru_cache(maxsize=2_000)
def _begun(unit_name: str) -> bytes:
    return _folded(b"DESCRIPTION:" + vText(unit_name).to_ical())


def _folded(line: bytes) -> bytes:
    return b"\r\n ".join(_pieces(line))


def _pieces(line: bytes) -> Iterator[bytes]:
    """Each with room for the blank before it, and of whole letters."""
    start = 0
    while start < len(line):
        end = min(start + LINE - 1, len(line))
        while end < len(line) and line[end] & 0xC0 == 0x80:
            end -= 1
        yield line[start:end]
        start = end


def _alarm(deadline: CalendarDeadline, ahead: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", ahead)
    alarm.add("description", f"Còn {-ahead.days} ngày: {deadline.title}")
    return alarm


def _province() -> Timezone:
    """A reader whose program knows no names of zones needs the rule itself: seven hours ahead, all the year."""
    zone, rule = Timezone(), TimezoneStandard()
    zone.add("tzid", PROVINCE.key)
    rule.add("dtstart", datetime(1976, 1, 1))  # noqa: DTZ001  # a rule begins in local time
    rule.add("tzoffsetfrom", AHEAD)
    rule.add("tzoffsetto", AHEAD)
    zone.add_component(rule)
    return zone
