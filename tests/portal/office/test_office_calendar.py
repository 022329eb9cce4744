"""Days off on a page: what would move is shown, confirmed, undone; nothing moves that was not shown."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import a_province
import pytest
from visitors import ADMINISTRATOR, COORDINATOR, a_browser, post

from models.database import reading, writing
from models.queries.calendar.days import entered_days
from portal.context import PortalContext
from services.calendar.days import change_days, day_off, taken_out

DAY = date(2014, 3, 20)  # the report of Quarter I falls due on it
TOLD = {"kind": "nghi", "day": "2014-03-20", "reason": "Nghỉ theo thông báo"}


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> PortalContext:
    """One of their own, put back after each test."""
    return replace(a_province.a_context(tmp_path_factory.mktemp("calendar")), renews_every=0)


@pytest.fixture
def administrator(context: PortalContext):
    yield a_browser(context, ADMINISTRATOR)
    with writing(context.engine) as session:
        if entered_days(session):
            change_days(session, context.office, taken_out(session, DAY), "test", context.clock())


def days(context: PortalContext) -> list[date]:
    with reading(context.engine) as session:
        return [row.day for row in entered_days(session)]


def seal(page: str) -> str:
    found = re.search(r'name="seal" value="(\w{64})"', page)
    assert found
    return found[1]


def test_what_would_move_is_shown_then_confirmed_then_undone(context: PortalContext, administrator) -> None:
    shown = post(administrator, "/quan-tri/lich/xem-truoc", **TOLD).text
    assert "<del>20/03/2014</del><br><ins>19/03/2014</ins>" in shown
    assert days(context) == []
    done = post(administrator, "/quan-tri/lich/ghi", **TOLD, seal=seal(shown))
    assert (done.status_code, done.headers["Location"]) == (303, "/quan-tri/lich?nam=2014")
    assert days(context) == [DAY]
    assert "<b>20/03/2014</b> Thứ Năm: Nghỉ theo thông báo" in administrator.get("/quan-tri/lich?nam=2014").text
    back = {"kind": "bo", "day": "2014-03-20"}
    undone = post(administrator, "/quan-tri/lich/xem-truoc", **back).text
    assert "<del>19/03/2014</del><br><ins>20/03/2014</ins>" in undone
    post(administrator, "/quan-tri/lich/ghi", **back, seal=seal(undone))
    assert days(context) == []


def test_what_was_not_shown_is_not_done(context: PortalContext, administrator) -> None:
    answer = post(administrator, "/quan-tri/lich/ghi", **TOLD, seal="0" * 64)
    assert "chưa ghi gì" in answer.text
    assert days(context) == []


def test_a_refused_day_stays_in_the_form(context: PortalContext, administrator) -> None:
    answer = post(administrator, "/quan-tri/lich/xem-truoc", kind="nghi", day="2014-03-22", reason="Nghỉ <b>")
    assert answer.status_code == 422
    assert "đã là ngày nghỉ cuối tuần" in answer.text
    assert 'value="Nghỉ &lt;b&gt;"' in answer.text


def test_a_swap_needs_its_other_day(context: PortalContext, administrator) -> None:
    assert "Cần ngày làm bù" in post(administrator, "/quan-tri/lich/xem-truoc", kind="hoan-doi", day="2014-03-20").text


def test_a_coordinator_sees_the_days_and_changes_none(context: PortalContext) -> None:
    client = a_browser(context, COORDINATOR)
    page = client.get("/quan-tri/lich").text
    assert "Tết Nguyên Đán" in page
    assert "Thêm ngày nghỉ" not in page
    assert post(client, "/quan-tri/lich/xem-truoc", **TOLD).status_code == 403


def test_a_day_another_process_gives_off_is_known_to_the_portal_at_once(context: PortalContext, administrator) -> None:
    administrator.get("/quan-tri/lich")
    with writing(context.engine) as session:
        change_days(session, context.office, day_off(DAY, "nhập từ dòng lệnh"), "kyhan calendar", context.clock())
    assert "Thứ Năm: nhập từ dòng lệnh" in administrator.get("/quan-tri/lich?nam=2014").text
