"""I.1 played through its roles: the assessments of units, the draft of the lead, its acceptance, the board."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from looking import House, looks_well, opened
from playing import Calendar, accepts, case_of, hands_in, serving_by
from playwright.sync_api import Browser
from visitors import COORDINATOR, FOCAL_POINT, STRANGER

pytestmark = pytest.mark.browser

LEAD = "dau-moi.ctk@example.vn"
IN_NOVEMBER = datetime(2013, 11, 12, 3, tzinfo=UTC)
LAST_MINUTE = datetime(2013, 11, 29, 16, 59, tzinfo=UTC)  # 23:59 in the province
ON_THE_DAY = datetime(2013, 11, 29, 17, tzinfo=UTC)  # 00:00 on 30/11


@pytest.mark.parametrize(
    ("received", "receipt", "counted"),
    [
        pytest.param(LAST_MINUTE, "Nhận trong hạn", "1 đúng hạn, 0 sau hạn", id="the day before"),
        pytest.param(ON_THE_DAY, "Nhận sau hạn", "0 đúng hạn, 1 sau hạn", id="the day itself"),
    ],
)
def test_the_draft_is_on_time_only_before_the_day_the_plan_names(
    browser: Browser, tmp_path: Path, received: datetime, receipt: str, counted: str
) -> None:
    calendar = Calendar(IN_NOVEMBER)
    with serving_by(calendar, tmp_path) as house:
        units_hand_in(browser, house)
        calendar.today = received
        case = case_of(house, "CTK", "I1-ASSESS", "2013")
        with opened(browser, house, email=LEAD) as page:
            hands_in(page, case)
            assert receipt in page.locator(".verdict").inner_text()
        with opened(browser, house, email=COORDINATOR) as page:
            accepts(page, case)
            page.goto("/?nam=2013&nhiem_vu=I1-ASSESS")
            assert counted in page.locator(".tiles").inner_text()
            page.get_by_role("link", name="Báo cáo đánh giá thực trạng phổ biến thông tin thống kê").first.click()
            assert "1/1" in page.locator("main").inner_text()
            looks_well(page, 1280)


def units_hand_in(browser: Browser, house: House) -> None:
    """What the draft is put together from; the lead sees how many came."""
    for unit, email in (("SYT", FOCAL_POINT), ("STC", STRANGER)):
        with opened(browser, house, email=email, width=380) as page:
            hands_in(page, case_of(house, unit, "II1-ASSESS", "2013"))
    with opened(browser, house, email=COORDINATOR) as page:
        page.goto("/nhiem-vu/II1-ASSESS?nam=2013")
        assert "2/29" in page.locator("main").inner_text()
