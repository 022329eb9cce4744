"""II.2 played through a year: each draft appears by itself, is downloaded, approved, handed in; its cases close."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from docx import Document
from looking import looks_well, opened
from playing import Calendar, accepts, case_of, hands_in, serving_by
from playwright.sync_api import Browser, Page
from visitors import COORDINATOR, LEADER

from services.operations.tick import tick

pytestmark = pytest.mark.browser

LEAD = "dau-moi.ctk@example.vn"
IN_JANUARY = datetime(2015, 1, 5, 2, tzinfo=UTC)
YEAR = [  # the first working day after each cut-off, the report drafted, how it is called, the periods it discharges
    ((3, 16), "quý I năm 2015", ("2015-Q1",)),
    ((6, 15), "6 tháng đầu năm 2015", ("2015-H1", "2015-Q2")),
    ((9, 15), "quý III năm 2015", ("2015-Q3",)),
    ((12, 15), "năm 2015", ("2015-Y", "2015-Q4")),
]


def test_six_periods_of_a_year_are_discharged_by_four_documents(browser: Browser, tmp_path: Path) -> None:
    calendar = Calendar(IN_JANUARY)
    with serving_by(calendar, tmp_path) as house:
        for number, (day, title, periods) in enumerate(YEAR, start=1):
            calendar.today = IN_JANUARY.replace(month=day[0], day=day[1])
            tick(house.context.engine, house.context.office, calendar.today)
            cases = [case_of(house, "CTK", "II2-REPORT", period) for period in periods]
            with opened(browser, house, email=COORDINATOR) as page:
                page.goto("/bao-cao")
                assert page.locator("main ul.entries li").count() == number
                downloads(page, title)
            with opened(browser, house, email=COORDINATOR) as page:
                submits(page, title)
            with opened(browser, house, email=LEADER, width=380) as page:
                approves(page)
            if number == 1:
                with opened(browser, house, email=COORDINATOR) as page:
                    issues(page, title)
            with opened(browser, house, email=LEAD) as page:
                hands_in(page, cases[0])
            with opened(browser, house, email=COORDINATOR) as page:
                for case in cases:
                    accepts(page, case)
        with opened(browser, house, email=COORDINATOR) as page:
            page.goto("/?nam=2015&nhiem_vu=II2-REPORT")
            assert "6 đúng hạn, 0 sau hạn" in page.locator(".tiles").inner_text()


def downloads(page: Page, title: str) -> None:
    page.get_by_role("link", name=f"Báo cáo {title}", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải bản Word").click()
    paragraphs = [line.text for line in Document(str(download.value.path())).paragraphs]
    assert any(title in line for line in paragraphs)


def submits(page: Page, title: str) -> None:
    """Writes into every slot, and takes the draft as far as the leader."""
    page.goto("/bao-cao")
    page.get_by_role("link", name=f"Báo cáo {title}", exact=True).click()
    for box in page.get_by_role("textbox").filter(visible=True).all():
        if box.evaluate("one => one.tagName") == "TEXTAREA":
            box.fill("Việc thực hiện bảo đảm tiến độ.")
    for button in ("Ghi vào báo cáo", "Đã kiểm tra nội dung", "Đã kiểm tra thể thức", "Trình duyệt, ký"):
        looks_well(page, 1280)
        page.get_by_role("button", name=button).click()
    page.get_by_text("chờ duyệt").wait_for()
    assert page.get_by_text("Đơn vị soạn thảo bổ sung").count() == 0


def issues(page: Page, title: str) -> None:
    page.goto("/bao-cao")
    page.get_by_role("link", name=f"Báo cáo {title}", exact=True).click()
    page.get_by_role("button", name="Ghi là đã ký").click()
    page.get_by_label("Số, ký hiệu").fill("45/BC-CTK")
    page.get_by_role("button", name="Ghi đã ban hành").click()
    page.get_by_text("đã ban hành: số 45/BC-CTK").wait_for()
    assert page.get_by_text("Số: 45/BC-CTK").count()


def approves(page: Page) -> None:
    page.goto("/cho-quyet-dinh")
    page.get_by_role("link", name="Đọc và duyệt").click()
    looks_well(page, 380)
    page.get_by_role("button", name="Duyệt để ký").click()
    page.goto("/cho-quyet-dinh")
    assert page.get_by_role("link", name="Đọc và duyệt").count() == 0
