"""What follows a document, played through the people who owe it: I.4.b, I.4 yes and no, I.5."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import a_province
import pytest
from looking import House, looks_well, opened, serving, shows
from playing import case_of, hands_in
from playwright.sync_api import Browser, Page
from visitors import COORDINATOR, FOCAL_POINT, HEAD

from services.operations.tick import tick

pytestmark = pytest.mark.browser

LEAD, CHAIRMANS_OFFICE = "dau-moi.ctk@example.vn", "dau-moi.ubnd@example.vn"


@pytest.fixture(scope="module")
def on_day(tmp_path_factory: pytest.TempPathFactory):
    """A province on that day, each day its own."""
    with ExitStack() as houses:

        def province(*day: int) -> House:
            now = datetime(*day, 3, tzinfo=UTC)
            context = a_province.a_context(tmp_path_factory.mktemp("province"), now)
            tick(context.engine, context.office, now)
            return houses.enter_context(serving(replace(context, api_per_minute=10**6)))

        yield province


def records(page: Page, step: str, day: str, *, number: str = "", place: str = "") -> None:
    """From the page that shows one: the case, or what waits."""
    page.locator(f"a[href$='/buoc/{step}']").first.click()
    page.get_by_label("Ngày thực hiện").fill(day)
    page.get_by_label("Số, ký hiệu văn bản").fill(number)
    page.get_by_label("Nơi công bố, liên kết").fill(place)
    page.get_by_role("button", name="Ghi nhận").click()
    page.wait_for_url("**/ho-so/*#buoc")


def test_the_catalogue_is_handed_in_approved_by_the_chairmans_office_and_announced(browser: Browser, on_day):
    house = on_day(2014, 9, 22)
    case = case_of(house, "CTK", "I4B-CATALOGUE", "2015")
    with opened(browser, house, email=LEAD) as page:
        hands_in(page, case)
        page.goto(f"/ho-so/{case}")
        assert page.locator("a[href*='/buoc/I4B-']").count() == 1  # the announcement; the approval is not theirs
    with opened(browser, house, email=CHAIRMANS_OFFICE) as page:
        page.goto("/phai-nop")
        page.locator("nav").get_by_role("link", name="Bước chờ ghi nhận").click()
        records(page, "I4B-APPROVE", "2014-09-22", number="70/QĐ-UBND")
        assert shows(page, "xong ngày 22/09/2014, văn bản số 70/QĐ-UBND")
    with opened(browser, house, email=LEAD) as page:
        page.goto("/buoc")
        records(page, "I4B-ANNOUNCE", "2014-09-22", place="thongke.soctrang.gov.vn/danh-muc")
        assert shows(page, "thongke.soctrang.gov.vn/danh-muc")
        assert "(ghi thay)" not in page.content()


@pytest.mark.parametrize("adjusted", [True, False], ids=["adjusted", "not adjusted"])
def test_a_review_is_answered_and_what_follows_is_recorded(browser: Browser, on_day, adjusted: bool):
    house = on_day(2015, 7, 20)
    case = case_of(house, "CTK", "I4-MIDYEAR-REVIEW", "2015")
    with opened(browser, house, email=LEAD) as page:
        page.goto(f"/ho-so/{case}")
        assert page.get_by_role("button", name="điều chỉnh, bổ sung").count() == 0
        hands_in(page, case)
        page.goto(f"/ho-so/{case}")
        said = "Có điều chỉnh, bổ sung" if adjusted else "Không có điều chỉnh, bổ sung"
        page.get_by_role("button", name=said, exact=True).click()
        page.wait_for_url("**#buoc")
        if adjusted:
            assert shows(page, "mốc phấn đấu 27/07/2015")
            records(page, "I4-ADJUST-REPORT", "2015-07-20", number="16/BC-CTK")
            records(page, "I4-ADJUST-NOTIFY", "2015-07-20", place="thongke.soctrang.gov.vn/tin")
    with opened(browser, house) as page:
        page.goto(f"/ho-so/{case}")
        assert page.locator("a[href*='/buoc/']").count() == (2 if adjusted else 0)
        page.locator("summary", has_text="Chấp nhận").click()
        page.get_by_role("button", name="Chấp nhận").click()
        assert shows(page, "Đã chấp nhận")


def test_a_unit_brings_the_four_proofs_of_its_calendar(browser: Browser, on_day, tmp_path: Path):
    house = on_day(2014, 1, 8)
    case = case_of(house, "SYT", "I5-CALENDAR", "2014")
    with opened(browser, house, email=FOCAL_POINT) as page:
        hands_in(page, case)
    with opened(browser, house, email=HEAD) as page:
        page.goto(f"/ho-so/{case}")
        records(page, "I5-APPROVE", "2014-01-08", number="9/QĐ-SYT")
    with opened(browser, house, email=FOCAL_POINT, width=380) as page:
        page.goto(f"/ho-so/{case}")
        records(page, "I5-REPORT-UBND", "2014-01-08", number="10/BC-SYT")
        page.goto(f"/ho-so/{case}/buoc/I5-REPORT-MINISTRY")
        assert shows(page, "Cùng ngày với")
        looks_well(page, 380)
        page.goto(f"/ho-so/{case}")
        records(page, "I5-REPORT-MINISTRY", "2014-01-08", number="11/BC-SYT")
    with opened(browser, house, email=COORDINATOR) as page:
        page.goto(f"/ho-so/{case}")
        records(page, "I5-PUBLISH", "2014-01-08", place="syt.soctrang.gov.vn/lich")
        assert page.locator("ol.steps li.done").count() == 4
        assert page.content().count("(ghi thay)") == 2  # the step, and the story of it
        looks_well(page, 1280)
        page.screenshot(path=tmp_path / "steps.png", full_page=True)
