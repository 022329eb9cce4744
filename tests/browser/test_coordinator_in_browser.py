"""A coordinator's day as people see it: board, filter, case, return, many at once, a call, the list to take along."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from looking import House, looks_well, opened, opens_menu, shows
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PAGES = (
    "/?nam=2013&nhom=districts&tinh_trang=qua-han",
    "/danh-sach?nam=2013&tinh_trang=cho-xet&chon=1",
    "/don-doc",
    "/viec",
    "/viec/ho-so/cho-xem-xet?lang=en",
    "/viec/thu-den",
    "/don-doc?lang=en",
    "/phan-viec",
    "/ganh-nang?nam=2013&quy=4",
    "/lich?nam=2014",
)


@pytest.fixture(scope="module")
def house(own_house: House) -> House:
    return own_house


@pytest.mark.parametrize("width", [380, 1280])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_a_coordinator_fits_its_screen_and_reads_well(
    browser: Browser, house: House, path: str, width: int, tmp_path: Path
):
    with opened(browser, house, width=width) as page:
        page.goto(path)
        looks_well(page, width)
        page.screenshot(path=tmp_path / "page.png", full_page=True)


@pytest.mark.parametrize(("width", "javascript"), [(380, False), (1280, True)])
def test_a_coordinators_day_from_the_board_to_the_workbook(
    browser: Browser, house: House, width: int, javascript: bool
):
    with opened(browser, house, width=width, javascript=javascript) as page:
        page.goto("/?nam=2013")
        page.locator("summary", has_text="Lọc").click()
        page.get_by_label("Tình trạng").select_option("cho-xet")
        page.get_by_role("button", name="Xem").click()
        page.locator("a.tile", has_text="Được giao").click()
        returns_the_first(page)
        page.goto("/danh-sach?nam=2013&tinh_trang=cho-xet")
        accepts_two(page)
        calls_the_health_department(page)
        takes_the_list_along(page)


def returns_the_first(page: Page) -> None:
    page.locator("a.to-case").first.click()
    page.locator("summary", has_text="Trả lại để bổ sung").click()
    page.get_by_label("Còn thiếu gì").fill("Thiếu biểu 3")
    page.get_by_label("Bổ sung chậm nhất ngày").fill("2014-01-15")
    page.get_by_role("button", name="Trả lại để bổ sung").click()
    assert shows(page, "Cần bổ sung chậm nhất ngày 15/01/2014")


def accepts_two(page: Page) -> None:
    for box in page.get_by_role("checkbox", name=re.compile("^Chọn ")).all()[:2]:
        box.check()
    page.get_by_role("button", name="Quyết định các việc đã chọn").click()
    page.get_by_label("Chấp nhận").check()
    page.get_by_role("button", name="Xem trước").click()
    assert shows(page, "Chưa có gì được ghi")
    page.get_by_role("button", name="Xác nhận: chấp nhận 2 hồ sơ").click()
    assert shows(page, "đã ghi 2 hồ sơ")


def calls_the_health_department(page: Page) -> None:
    opens_menu(page)
    page.get_by_role("link", name="Đôn đốc", exact=True).click()
    row = page.locator("tr", has_text="Sở Y tế")
    row.get_by_role("link", name="Ghi liên hệ").click()
    if not page.get_by_label("Nội dung").is_visible():
        page.locator("summary", has_text="Ghi một lần liên hệ").click()
    page.get_by_label("Nội dung").fill("Đã gọi, đang trình ký")
    page.get_by_label("Hẹn nộp ngày").fill("2014-01-12")
    page.get_by_role("button", name="Ghi lại").click()
    assert shows(page, "Gọi điện: Đã gọi, đang trình ký (hẹn nộp 12/01/2014)")


def takes_the_list_along(page: Page) -> None:
    page.goto("/don-doc")
    with page.expect_download() as coming:
        page.get_by_role("link", name="Tải bảng tính").click()
    sheet = load_workbook(BytesIO(Path(coming.value.path()).read_bytes())).active
    promised = [row for row in sheet.iter_rows(min_row=5, values_only=True) if row[13]]
    assert [(row[1], f"{row[13]:%d/%m/%Y}", row[14]) for row in promised] == [
        ("Sở Y tế tỉnh Sóc Trăng", "12/01/2014", "Đã gọi, đang trình ký")
    ]


@pytest.mark.parametrize(("width", "javascript"), [(390, False), (390, True), (1280, False), (1280, True)])
def test_from_the_inbox_a_hand_in_is_accepted_by_two_clicks(
    browser: Browser, house: House, width: int, javascript: bool, tmp_path: Path
):
    with opened(browser, house, width=width, javascript=javascript) as page:
        page.goto("/viec")
        page.locator("section", has_text="Hồ sơ chờ xem xét").locator("td.what a").first.click()
        shown = page.url
        page.locator(".walk").get_by_role("button", name="Chấp nhận").click()
        assert shows(page, "<b>Đã chấp nhận</b>")
        print(f"hand-in → accepted at {width} px, JavaScript {javascript}: 2 clicks from the inbox")
        assert page.url.partition("&")[0] != shown
        if javascript:
            looks_well(page, width)
        page.screenshot(path=tmp_path / "page.png", full_page=True)
