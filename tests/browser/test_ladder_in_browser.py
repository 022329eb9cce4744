"""An administrator changes a ladder in a browser; the next look of a simulated clock sends what was added."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from builders import CALENDAR, FIRST_REMINDER, UNIT, at
from looking import House, looks_well, opened
from playing import Calendar, case_of, serving_by
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select
from visitors import ADMINISTRATOR

from models.database import reading, writing
from models.tables.messages import Notice
from services.access.examples import add_examples_without_post
from services.operations.tick import tick
from services.plan.in_force import office_now

pytestmark = pytest.mark.browser


@contextmanager
def with_administrator(house: House) -> Iterator[None]:
    with writing(house.context.engine) as session:
        add_examples_without_post(session, house.context.clock())
    yield


def looked(house: House) -> list[str]:
    """What one unit has been reminded of, after a look at the clock's day by a process of its own."""
    context = house.context
    with reading(context.engine) as session:
        office = office_now(session, context.office)
    tick(context.engine, office, context.clock(), CALENDAR)
    case = case_of(house, UNIT, CALENDAR, "2014")
    with reading(context.engine) as session:
        rows = session.exec(select(Notice).where(Notice.case_id == case).order_by(Notice.id)).all()
    return list(dict.fromkeys(row.step for row in rows))


def adds_a_step(page: Page) -> None:
    page.goto("/quan-tri/thang")
    page.locator("section", has_text="Nhắc việc và đôn đốc").get_by_role("link", name="Sửa thang này").click()
    page.get_by_role("button", name="Thêm bước").click()
    step = page.locator("li.card", has_text="N1")
    step.get_by_label("Tên bước").fill("Nhắc trước 8 ngày làm việc")
    step.get_by_label("Số ngày làm việc").fill("8")
    page.get_by_label("Lý do sửa").fill("Nhắc sớm hơn một lần")
    page.get_by_role("button", name="Xem những gì sẽ đổi").click()
    expect(page.get_by_role("heading", name="Những gì sẽ đổi")).to_be_visible()


@pytest.mark.parametrize(("width", "javascript"), [(390, False), (1280, True)])
def test_a_step_is_added_seen_confirmed_sent_and_taken_back(
    browser: Browser, tmp_path: Path, width: int, javascript: bool
) -> None:
    clock = Calendar(FIRST_REMINDER)
    with (
        serving_by(clock, tmp_path) as house,
        with_administrator(house),
        opened(browser, house, width=width, email=ADMINISTRATOR, javascript=javascript) as page,
    ):
        adds_a_step(page)
        assert re.search(r"\d+ lần nhắc thêm", page.locator("main").inner_text())
        row = page.locator("tr", has_text="Lịch phổ biến thông tin thống kê")
        assert "19/12/2013" in row.inner_text()
        assert row.locator("summary").inner_text() == "33"
        if javascript:
            looks_well(page, width)
        page.screenshot(path=tmp_path / "preview.png", full_page=True)
        page.get_by_role("button", name="Sửa tiếp").click()
        expect(page.get_by_role("heading", name="Sửa thang: Nhắc việc và đôn đốc")).to_be_visible()
        if javascript:
            looks_well(page, width)
        page.screenshot(path=tmp_path / "edit.png", full_page=True)
        page.get_by_role("button", name="Xem những gì sẽ đổi").click()
        page.get_by_role("button", name="Xác nhận và dùng thang này").click()
        expect(page.get_by_role("status").first).to_contain_text("Đã đổi thang")
        assert looked(house) == ["L1"]
        clock.today = at("2013-12-19")
        assert looked(house) == ["L1", "N1"]
        page.context.add_cookies([house.cookie(ADMINISTRATOR)])  # days went by: signed in anew
        page.goto("/quan-tri/thang")
        page.locator("summary", has_text="Các phiên bản").click()
        if javascript:
            looks_well(page, width)
        page.screenshot(path=tmp_path / "ladders.png", full_page=True)
        page.get_by_role("button", name="Trở về thang ban đầu").click()
        page.get_by_role("button", name="Xác nhận và dùng thang này").click()
        expect(page.get_by_role("status").first).to_contain_text("Đã đổi thang")
        with reading(house.context.engine) as session:
            assert office_now(session, house.context.office).ladders == house.context.office.ladders
        clock.today = at("2013-12-26")
        assert looked(house) == ["L1", "N1", "L2"]
