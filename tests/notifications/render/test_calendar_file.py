"""A deadline for the reader's own calendar, and the mail that brings it."""

from __future__ import annotations

import re
from ctypes import CDLL, c_void_p, string_at
from ctypes.util import find_library
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from icalendar import Calendar, Event

from notifications.channel import Envelope
from notifications.email.mime import build
from notifications.render.calendar_file import (
    FILE_NAME,
    CalendarDeadline,
    Organizer,
    calendar_attachment,
    calendar_feed,
    calendar_file,
    version_at,
)
from rules.deadlines import PROVINCE

WRITTEN = datetime(2013, 12, 10, tzinfo=UTC)
OFFICE = Organizer("Kỳ Hạn", "hotro@example.vn")
DEADLINE = CalendarDeadline(
    case_id=42,
    title="Lịch phổ biến thông tin thống kê năm 2014; đợt 1, phần “chung”",
    unit_name="Sở Kế hoạch và Đầu tư",
    day=date(2013, 12, 31),
    explained="Quý IV hàng năm.",
    url="https://kyhan.example.vn/nhiem-vu/I5-CALENDAR",
    version=2,
)

LETTER = Envelope(
    key="k",
    message_id="<0.k@example.vn>",
    to_address="dau-moi@example.vn",
    subject="Nhắc việc",
    text="Kính gửi",
    html="<p>Kính gửi</p>",
    sent_at=WRITTEN,
)


def read(content: bytes) -> Calendar:
    found = Calendar.from_ical(content)
    assert isinstance(found, Calendar)
    return found


def entry(content: bytes) -> Event:
    [found] = read(content).events
    return found


def test_the_entry_ends_when_the_office_closes_on_the_last_day() -> None:
    found = entry(calendar_file([DEADLINE], "example.vn", WRITTEN, OFFICE))
    assert found.end == datetime(2013, 12, 31, 17, tzinfo=PROVINCE)
    assert str(found["summary"]) == f"Hạn gửi: {DEADLINE.title}"
    assert "chậm nhất ngày 31/12/2013" in str(found["description"])


def test_a_changed_deadline_replaces_the_entry_sent_before() -> None:
    before = entry(calendar_file([DEADLINE], "example.vn", WRITTEN, OFFICE))
    moved = replace(DEADLINE, day=date(2014, 1, 15), version=3)
    after = entry(calendar_file([moved], "example.vn", WRITTEN + timedelta(days=1), OFFICE))
    assert before["uid"] == after["uid"]
    assert (before["sequence"], after["sequence"]) == (2, 3)


def test_a_later_version_counts_more_by_the_minute() -> None:
    assert version_at(WRITTEN + timedelta(minutes=1)) == version_at(WRITTEN) + 1
    assert version_at(datetime(2100, 1, 1, tzinfo=UTC)) < 2**31


def test_units_that_share_a_day_are_told_apart() -> None:
    other = replace(DEADLINE, case_id=43, unit_name="Sở Văn hóa, Thể thao và Du lịch")
    found = read(calendar_file([DEADLINE, other], "example.vn", WRITTEN, OFFICE)).events
    assert [str(one["uid"]) for one in found] == ["ky-han-42@example.vn", "ky-han-43@example.vn"]
    assert [str(one["description"]).partition(" gửi ")[0] for one in found] == [DEADLINE.unit_name, other.unit_name]
    assert str(found[0]["description"]).endswith(f"ngày 31/12/2013.\nQuý IV hàng năm.\n{DEADLINE.url}")


def test_the_same_facts_make_the_same_bytes() -> None:
    first, second = (calendar_file([DEADLINE], "example.vn", WRITTEN, OFFICE) for _ in range(2))
    assert first == second


def test_the_zone_is_explained_in_the_file() -> None:
    content = calendar_file([DEADLINE], "example.vn", WRITTEN, OFFICE)
    [zone] = read(content).timezones
    assert zone.tz_name == "Asia/Ho_Chi_Minh"
    assert b"DTEND;TZID=Asia/Ho_Chi_Minh:20131231T170000" in content


def test_the_reader_is_warned_three_days_and_one_day_ahead() -> None:
    alarms = entry(calendar_file([DEADLINE], "example.vn", WRITTEN, OFFICE)).walk("VALARM")
    assert [alarm.decoded("trigger") for alarm in alarms] == [timedelta(days=-3), timedelta(days=-1)]


def test_nobody_is_asked_to_accept() -> None:
    content = calendar_file([DEADLINE], "example.vn", WRITTEN, OFFICE)
    assert read(content)["method"] == "PUBLISH"
    assert b"ATTENDEE" not in content


def test_a_withdrawn_deadline_leaves_the_calendar() -> None:
    content = calendar_file([replace(DEADLINE, version=3)], "example.vn", WRITTEN, OFFICE, withdrawn=True)
    assert read(content)["method"] == "CANCEL"
    assert entry(content)["status"] == "CANCELLED"


def test_several_deadlines_fit_in_one_file() -> None:
    other = replace(DEADLINE, case_id=43)
    assert len(read(calendar_file([DEADLINE, other], "example.vn", WRITTEN, OFFICE)).events) == 2


def test_no_line_is_longer_than_75_bytes() -> None:
    content = calendar_file([replace(DEADLINE, title="Ưởng " * 60)], "example.vn", WRITTEN, OFFICE)
    assert max(len(line) for line in content.split(b"\r\n")) <= 75


def test_the_mail_that_brings_it_can_be_read() -> None:
    letter = replace(LETTER, attachments=(calendar_attachment([DEADLINE], "example.vn", WRITTEN, OFFICE),))
    mail = message_from_bytes(build(letter, "Kỳ Hạn", "nhacviec@example.vn"), policy=policy.SMTP)
    assert mail.defects == []
    [part] = mail.iter_attachments()
    assert (part.get_content_type(), part.get_param("method")) == ("text/calendar", "PUBLISH")
    assert part.get_filename() == FILE_NAME == "Hạn gửi văn bản.ics"
    assert entry(part.get_payload(decode=True))["summary"] == f"Hạn gửi: {DEADLINE.title}"


# --- what calendar programs insist on ---------------------------------------------------------------------------------


NEEDS_LIBICAL = pytest.mark.skipif(find_library("ical") is None, reason="libical is not installed")


@NEEDS_LIBICAL
@pytest.mark.libical
@pytest.mark.parametrize("withdrawn", [False, True])
def test_what_goes_by_mail_keeps_the_rules_of_its_method(withdrawn: bool) -> None:
    """RFC 5546, 3.2.1 and 3.2.5, as libical checks them."""
    content = calendar_file(
        [DEADLINE, replace(DEADLINE, case_id=43)], "example.vn", WRITTEN, OFFICE, withdrawn=withdrawn
    )
    assert faults(content) == []
    assert (
        str(entry(calendar_file([DEADLINE], "example.vn", WRITTEN, OFFICE))["organizer"]) == "mailto:hotro@example.vn"
    )


@NEEDS_LIBICAL
@pytest.mark.libical
def test_the_check_itself_notices_a_missing_organizer() -> None:
    content = calendar_file([DEADLINE], "example.vn", WRITTEN, OFFICE)
    assert "ORGANIZER" in faults(re.sub(rb"ORGANIZER.*\r\n(?: .*\r\n)*", b"", content))[0]


@NEEDS_LIBICAL
@pytest.mark.libical
def test_a_calendar_that_is_subscribed_to_has_a_name_and_says_when_to_come_again() -> None:
    content = calendar_feed([DEADLINE], "example.vn", WRITTEN, "Hạn gửi văn bản – Sở Y tế")
    assert faults(content) == []
    for line in (b"NAME:H", b"X-WR-CALNAME:H", b"REFRESH-INTERVAL;VALUE=DURATION:PT6H", b"X-PUBLISHED-TTL:PT6H"):
        assert b"\r\n" + line in content
    assert b"METHOD" not in content
    assert b"ORGANIZER" not in content


def faults(content: bytes) -> list[str]:
    """What libical finds wrong with it."""
    ical = CDLL(find_library("ical"))
    ical.icalparser_parse_string.restype = ical.icalcomponent_as_ical_string.restype = c_void_p
    parsed = c_void_p(ical.icalparser_parse_string(content))
    assert parsed.value is not None
    valid = ical.icalrestriction_check(parsed)
    written = string_at(ical.icalcomponent_as_ical_string(parsed)).decode().replace("\r\n ", "")
    found = [line for line in written.splitlines() if line.startswith("X-LIC-ERROR")]
    assert bool(valid) == (not found)
    return found
