"""An administrator gives the plan a new yearly deadline: one page, a preview, a word."""

from __future__ import annotations

from pathlib import Path

import pytest
from looking import House, looks_well, opened
from playwright.sync_api import Browser, Page, expect
from visitors import ADMINISTRATOR, COORDINATOR

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def house(own_house: House) -> House:
    return own_house


@pytest.mark.parametrize(
    ("width", "javascript", "title", "duty"),
    [
        (1280, True, "Báo cáo thử hằng năm", "II2-BAO-CAO-THU-HANG"),
        (390, False, "Báo cáo nhanh hằng năm", "II2-BAO-CAO-NHANH-HANG"),
    ],
    ids=["desk", "phone without script"],
)
def test_a_new_yearly_deadline_is_one_page(
    browser: Browser, house: House, tmp_path: Path, width: int, javascript: bool, title: str, duty: str
) -> None:
    with opened(browser, house, email=ADMINISTRATOR, width=width, javascript=javascript) as page:
        page.goto("/quan-tri/ke-hoach/nhiem-vu")
        looks_well(page, width)
        page.screenshot(path=tmp_path / f"duties-{width}.png")
        page.get_by_role("link", name="Thêm nhiệm vụ").click()
        fill_in(page, title, javascript)
        looks_well(page, width)
        page.screenshot(path=tmp_path / f"form-{width}.png", full_page=True)
        page.get_by_role("button", name="Xem trước thay đổi").click()
        page.get_by_text("1 thay đổi so với phiên bản đang áp dụng").wait_for()
        looks_well(page, width)
        page.screenshot(path=tmp_path / f"preview-{width}.png", full_page=True)
        page.get_by_role("button", name="Xác nhận").click()
        page.get_by_text("với phiên bản trước").first.wait_for()
        page.goto(f"/quan-tri/ke-hoach/nhiem-vu/{duty}")
        page.get_by_text("14/10/2014").first.wait_for()
        looks_well(page, width)
        page.screenshot(path=tmp_path / f"duty-{width}.png", full_page=True)
    with opened(browser, house, email=COORDINATOR, width=width, javascript=javascript) as page:
        page.goto(f"/nhiem-vu/{duty}?nam=2014")
        page.get_by_role("heading", name=title).wait_for()


def fill_in(page: Page, title: str, javascript: bool) -> None:
    page.get_by_label("Tên nhiệm vụ").fill(title)
    way = page.get_by_role("listitem").filter(has_text="Hằng năm, trước ngày")
    way.get_by_label("ngày/tháng").fill("15/10")
    way.get_by_label("từ năm").fill("2014")
    if javascript:
        way.get_by_label("từ năm").blur()
    else:
        page.get_by_role("button", name="Xem các ngày tiếp theo").click()
    expect(page.locator("#dates")).to_contain_text("14/10/2014")
    page.get_by_text("Từng cơ quan tự nộp").first.click()
    page.get_by_label("Các sở, ban, ngành").first.check()
    page.get_by_label("Mục của Kế hoạch").select_option("II.2")
    page.get_by_label("Trích dẫn").fill("hướng dẫn, kiểm tra, đôn đốc các sở, ngành, địa phương")
    page.get_by_label("Việc phải làm, bắt đầu bằng động từ").fill("lập báo cáo thử {period}")
    page.get_by_label("Sản phẩm phải gửi").fill("Báo cáo thử {period}")
