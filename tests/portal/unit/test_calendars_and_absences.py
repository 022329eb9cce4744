"""A unit's deadlines in its people's calendars, and reminders that reach the deputy while somebody is away."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import a_province
import pytest
from icalendar import Calendar
from sqlmodel import select
from visitors import DEPUTY, FOCAL_POINT, HEAD, STRANGER, a_browser, at, calendar_address, post

from models.database import reading, writing
from models.tables.messages import Message, Notice
from models.tables.people import Absence, Person, Tenure
from portal.context import PortalContext
from services.cases.decide import extend
from services.cases.hand_in import HandIn, find, hand_in, hold
from services.operations.tick import tick

NOW = a_province.NOW


@pytest.fixture
def context(tmp_path: Path) -> PortalContext:
    context = a_province.a_context(tmp_path)
    return replace(context, office=replace(context.office, folder=tmp_path))


def events(content: bytes) -> dict[str, tuple[date, int]]:
    """Title: day and sequence."""
    found = Calendar.from_ical(content)
    return {str(one["SUMMARY"]): (one["DTSTART"].dt.date(), int(one["SEQUENCE"])) for one in found.walk("VEVENT")}


# --- the calendar ---------------------------------------------------------------------------------------------------


def test_a_calendar_holds_the_units_own_open_deadlines_and_no_others(context: PortalContext):
    answer = a_browser(context).get(calendar_address(context))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    found = Calendar.from_ical(answer.content)
    with reading(context.engine) as session:
        case = find(session, context.office, "SYT", "I5-CALENDAR", "2014", NOW).case.id
    uids = [str(one["UID"]) for one in found.walk("VEVENT")]
    assert f"ky-han-{case}@example.vn" in uids
    assert all("Sở Y tế" in str(one["DESCRIPTION"]) for one in found.walk("VEVENT"))


def test_an_unchanged_calendar_is_not_sent_again_and_a_changed_one_counts_up(context: PortalContext):
    where, reader = calendar_address(context), a_browser(context)
    first = reader.get(where)
    tomorrow = a_browser(at(context, NOW + timedelta(days=1)))
    assert tomorrow.get(where, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    with writing(context.engine) as session:
        file = find(session, context.office, "SYT", "I5-CALENDAR", "2014", NOW)
        extend(session, context.office, file, "Lan", NOW, "Chờ số liệu", date(2014, 1, 20))
    after = tomorrow.get(where, headers={"If-None-Match": first.headers["ETag"]})
    assert after.status_code == 200
    [title] = [name for name, value in events(after.content).items() if value[0] == date(2014, 1, 20)]
    assert events(after.content)[title][1] > events(first.content)[title][1]


def test_what_is_handed_in_leaves_the_calendar(context: PortalContext):
    where = calendar_address(context)
    before = events(a_browser(context).get(where).content)
    with writing(context.engine) as session:
        hand_in(session, hold(session, context.office, "SYT", "I5-CALENDAR", "2014", NOW), HandIn(NOW), NOW)
    assert len(events(a_browser(context).get(where).content)) == len(before) - 1


def test_a_changed_address_shuts_the_one_before(context: PortalContext):
    first, second = calendar_address(context), calendar_address(context)
    statuses = [a_browser(context).get(where).status_code for where in (first, second)]
    assert statuses == [404, 200]
    post(a_browser(context, FOCAL_POINT), "/tai-khoan/lich/SYT/tat")
    assert a_browser(context).get(second).status_code == 404


def test_whoever_leaves_the_unit_reads_its_calendar_no_more(context: PortalContext):
    where = calendar_address(context)
    with writing(context.engine) as session:
        person = session.exec(select(Person).where(Person.email == FOCAL_POINT)).one()
        for tenure in session.exec(select(Tenure).where(Tenure.person_id == person.id)):
            tenure.to_day = date(2014, 1, 8)
    assert a_browser(context).get(where).status_code == 404


def test_a_made_up_address_opens_nothing(context: PortalContext):
    for secret in ("x", "a" * 43, "%00", "..%2f"):
        assert a_browser(context).get(f"/lich/{secret}.ics").status_code == 404
    assert post(a_browser(context, STRANGER), "/tai-khoan/lich/SYT/moi").status_code == 404


# --- absences -------------------------------------------------------------------------------------------------------


def person(context: PortalContext, email: str = FOCAL_POINT) -> int:
    with reading(context.engine) as session:
        return session.exec(select(Person.id).where(Person.email == email)).one() or 0


def tells(context: PortalContext, email: str, of: int, first: str = "2014-01-08", last: str = "2014-01-20"):
    return post(a_browser(context, email), "/don-vi/SYT/vang-mat", person=of, first=first, last=last, reason="Đi học")


def test_while_the_focal_point_is_away_the_deputy_is_written_to(context: PortalContext):
    assert tells(context, FOCAL_POINT, person(context)).status_code == 303
    assert "Vắng mặt từ 08/01/2014 đến hết 20/01/2014" in a_browser(context, HEAD).get("/don-vi/SYT/vi-tri").text
    next_step = datetime(2014, 1, 10, 0, 30, tzinfo=UTC)
    tick(context.engine, context.office, next_step)
    with reading(context.engine) as session:
        written = set(session.exec(select(Notice.person_id).where(Notice.written_at >= next_step)))
        sent = set(session.exec(select(Message.person_id).where(Message.created_at >= next_step)))
    assert person(context) not in written | sent


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("", "2014-01-20", "Cần chọn ngày"),
        ("2014-01-20", "2014-01-10", "từ ngày đầu trở đi"),
        ("2013-12-01", "2013-12-10", "ngày đã qua"),
        ("2014-01-10", "2016-01-10", "Dài quá"),
        ("9999-12-31", "9999-12-31", "Cần chọn ngày"),
        ("2014-01-10", "2014-01-12", "Trùng với"),
    ],
)
def test_an_absence_that_cannot_be_is_asked_again(context: PortalContext, first: str, last: str, said: str):
    if said == "Trùng với":
        tells(context, FOCAL_POINT, person(context))
    answer = tells(context, FOCAL_POINT, person(context), first, last)
    assert (answer.status_code, said in answer.text) == (422, True)


def test_a_head_tells_of_others_and_nobody_tells_of_another_units(context: PortalContext):
    assert tells(context, HEAD, person(context)).status_code == 303
    assert tells(context, FOCAL_POINT, person(context, HEAD)).status_code == 403
    assert tells(context, HEAD, person(context, STRANGER)).status_code == 404
    assert tells(context, DEPUTY, person(context, DEPUTY)).status_code == 403


def test_who_comes_back_early_is_written_to_again(context: PortalContext):
    tells(context, FOCAL_POINT, person(context))
    with reading(context.engine) as session:
        absence = session.exec(select(Absence)).one()
    assert post(a_browser(context, FOCAL_POINT), f"/don-vi/SYT/vang-mat/{absence.id}/thoi").status_code == 303
    with reading(context.engine) as session:
        assert session.exec(select(Absence)).all() == []
