"""The reader's own calendar follows the plan: entered by the first reminder, moved, and taken out again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from builders import (
    CALENDAR,
    DUE_SOON,
    FIRST_REMINDER,
    IN_NOVEMBER,
    OVERDUE,
    UNIT,
    a_case,
    an_answer,
    at,
    body,
    by_mail,
    header,
    minutes,
)
from icalendar import Calendar, Event
from mail_server import MailServer
from sqlalchemy import Engine

from models.database import reading, writing
from rules.office import Office
from rules.working_days import Override, WorkCalendar
from services.cases.decide import close_without_submission, extend
from services.delivery.dispatch import dispatch
from services.operations.tick import tick
from services.plan.amend import move_dates

MORNING = at("2013-12-10", "08:00")
AGREED = date(2014, 1, 24)


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    return sqlite_engine


def letters(engine: Engine, office: Office, mail: MailServer, now: datetime, to: str = "dau-moi") -> list[bytes]:
    """What the unit's person gets in this round."""
    mail.mails.clear()
    dispatch(engine, office, by_mail(mail.port), now)
    return [one for one in mail.mails if f"<{to}.{UNIT.lower()}@" in header(one, "To")]


def reminded(engine: Engine, office: Office, mail: MailServer) -> Event:
    tick(engine, office, FIRST_REMINDER, CALENDAR)
    [letter] = letters(engine, office, mail, MORNING)
    return event(letter)


def calendar(letter: bytes) -> Calendar | None:
    mail = message_from_bytes(letter, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    files = [part for part in mail.iter_attachments() if part.get_content_type() == "text/calendar"]
    return Calendar.from_ical(files[0].get_payload(decode=True)) if files else None


def event(letter: bytes) -> Event:
    found = calendar(letter)
    assert found is not None
    [one] = found.events
    return one


def test_the_first_reminder_brings_the_day(engine: Engine, office: Office, mail: MailServer) -> None:
    found = reminded(engine, office, mail)
    assert found.end.date() == date(2013, 12, 31)
    assert str(found["summary"]).startswith("Hạn gửi: ")
    assert "Sở Kế hoạch và Đầu tư tỉnh Sóc Trăng gửi " in str(found["description"])


def test_later_reminders_bring_it_no_more(engine: Engine, office: Office, mail: MailServer) -> None:
    reminded(engine, office, mail)
    tick(engine, office, DUE_SOON, CALENDAR)
    [letter] = letters(engine, office, mail, at("2013-12-26", "08:00"))
    assert calendar(letter) is None
    assert ".ics" not in body(letter)


def test_a_reminder_that_left_a_day_late_is_still_the_first(engine: Engine, office: Office, mail: MailServer) -> None:
    tick(engine, office, FIRST_REMINDER, CALENDAR)
    [letter] = letters(engine, office, mail, at("2013-12-11", "08:00"))
    assert event(letter).end.date() == date(2013, 12, 31)
    assert "Kèm theo: tệp lịch (.ics)" in body(letter)


def test_a_digest_brings_all_its_days_in_one_file(engine: Engine, office: Office, mail: MailServer) -> None:
    tick(engine, office, DUE_SOON)
    dispatch(engine, office, by_mail(mail.port), at("2013-12-26", "08:00"))
    digest = next(one for one in mail.mails if "dau-moi.ctk@" in header(one, "To"))
    found = calendar(digest)
    assert found is not None
    assert len(found.events) > 1
    assert len({str(one["uid"]) for one in found.events}) == len(found.events)


def test_a_day_that_has_passed_is_brought_to_nobody(engine: Engine, office: Office, mail: MailServer) -> None:
    tick(engine, office, OVERDUE, CALENDAR)
    [letter] = letters(engine, office, mail, at("2014-01-02", "08:00"), to="thu-truong")
    assert calendar(letter) is None


def test_who_only_follows_gets_no_days(engine: Engine, office: Office, mail: MailServer) -> None:
    tick(engine, office, at("2014-01-08"))
    dispatch(engine, office, by_mail(mail.port), at("2014-01-08", "08:00"))
    assert {calendar(one) for one in mail.mails if "dieu-phoi" in header(one, "To")} == {None}


def test_an_extension_moves_the_entry(engine: Engine, office: Office, mail: MailServer) -> None:
    before = reminded(engine, office, mail)
    with writing(engine) as session:
        extend(session, office, a_case(session, office), "Lan", DUE_SOON, "Đang sắp xếp lại bộ máy", AGREED)
    [letter] = letters(engine, office, mail, DUE_SOON + minutes(10))
    after = event(letter)
    assert (after["uid"], after.end.date()) == (before["uid"], AGREED)
    assert after["sequence"] > before["sequence"]
    assert header(letter, "Subject").startswith("[Đã gia hạn] ")
    assert "Thời hạn trước đây: hết ngày 31/12/2013;" in body(letter)
    assert "Thời hạn mới: hết ngày 24/01/2014." in body(letter)


def test_a_calendar_that_moves_moves_the_entry(engine: Engine, office: Office, mail: MailServer) -> None:
    before = reminded(engine, office, mail)
    off = Override(date(2013, 12, 31), working=False, reason="Nghỉ bù")
    moved = replace(office, calendar=WorkCalendar([*office.calendar.overrides, off]))
    with writing(engine) as session:
        move_dates(session, moved, MORNING + minutes(60))
    [letter] = letters(engine, moved, mail, MORNING + minutes(90))
    after = event(letter)
    assert (after["uid"], after.end.date()) == (before["uid"], date(2014, 1, 2))  # the day after which it is late
    assert after["sequence"] > before["sequence"]


@pytest.mark.parametrize("kind", ["waive", "not_applicable", "nil_return"])
def test_what_is_no_longer_owed_leaves_the_calendar(
    engine: Engine, office: Office, mail: MailServer, kind: str
) -> None:
    before = reminded(engine, office, mail)
    with writing(engine) as session:
        close_without_submission(session, a_case(session, office), kind, "Lan", DUE_SOON, "Đã chuyển cho Sở Tài chính")
    [letter] = letters(engine, office, mail, DUE_SOON + minutes(5))
    found = calendar(letter)
    assert found is not None
    assert (found["method"], event(letter)["status"], event(letter)["uid"]) == ("CANCEL", "CANCELLED", before["uid"])
    assert event(letter)["sequence"] > before["sequence"]
    assert "Lý do: Đã chuyển cho Sở Tài chính." in body(letter)
    assert "mở tệp để bỏ thời hạn này khỏi lịch" in body(letter)


def test_who_was_never_reminded_need_not_hear_that_it_is_over(engine: Engine, office: Office, mail: MailServer) -> None:
    with writing(engine) as session:
        close_without_submission(session, a_case(session, office), "waive", "Lan", IN_NOVEMBER, "Đã giải thể")
    assert letters(engine, office, mail, IN_NOVEMBER + minutes(60)) == []


def test_who_has_answered_is_not_told_of_a_new_day(engine: Engine, office: Office, mail: MailServer) -> None:
    reminded(engine, office, mail)
    an_answer(engine, office, DUE_SOON)
    off = Override(date(2013, 12, 31), working=False, reason="Nghỉ bù")
    moved = replace(office, calendar=WorkCalendar([*office.calendar.overrides, off]))
    with writing(engine) as session:
        move_dates(session, moved, DUE_SOON)
    subjects = [header(one, "Subject") for one in letters(engine, moved, mail, DUE_SOON + minutes(5))]
    assert [subject[:9] for subject in subjects] == ["[Đã nhận]"]


def test_a_reminder_leads_to_the_case_itself_whatever_year_it_fell_due(
    engine: Engine, office: Office, mail: MailServer
) -> None:
    found = reminded(engine, office, mail)
    with reading(engine) as session:
        address = f"/ho-so/{a_case(session, office).case.id}"
    assert str(found["url"]).endswith(address)
    assert str(found["description"]).endswith(address)
    tick(engine, office, OVERDUE, CALENDAR)
    [letter] = letters(engine, office, mail, at("2014-01-02", "08:00"), to="thu-truong")
    assert address in body(letter)
    assert "/nhiem-vu/" not in body(letter)
