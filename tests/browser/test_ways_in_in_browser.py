"""Signing in as people do it: a mouse or a keyboard, a telephone, no JavaScript."""

from __future__ import annotations

from pathlib import Path

import pyotp
import pytest
from a_province import NOW
from looking import House, looks_well, opened, opens_menu, shows
from playwright.sync_api import Browser, Page
from visitors import COORDINATOR, FOCAL_POINT, HEAD

from services.access.links import first_administrator_link

pytestmark = pytest.mark.browser

PAGES = (
    (None, "/dang-nhap"),
    (None, "/dang-nhap?lang=en"),
    (None, "/vao/khong-con"),
    (None, "first administrator"),
    (COORDINATOR, "/tai-khoan"),
    (COORDINATOR, "/tai-khoan/mat-khau"),
    (HEAD, "/don-vi/SYT/vi-tri"),
    (HEAD, "/don-vi/SYT?nam=2013"),
    (FOCAL_POINT, "/thu"),
    (FOCAL_POINT, "/nhiem-vu/I5-CALENDAR?nam=2013"),
)


def go(page: Page, house: House, path: str) -> None:
    if path == "first administrator":
        path = first_administrator_link(house.context.engine, house.address, NOW) or ""
    page.goto(path)


@pytest.mark.parametrize("width", [380, 1280])
@pytest.mark.parametrize(("email", "path"), PAGES)
def test_every_page_fits_its_screen_and_reads_well(
    browser: Browser, house: House, email: str | None, path: str, width: int, tmp_path: Path
):
    with opened(browser, house, width=width, email=email) as page:
        go(page, house, path)
        looks_well(page, width)
        page.screenshot(path=tmp_path / "page.png", full_page=True)


@pytest.mark.parametrize("javascript", [True, False])
def test_one_comes_in_as_an_example_person_looks_around_and_leaves(browser: Browser, house: House, javascript: bool):
    with opened(browser, house, width=380, email=None, javascript=javascript) as page:
        page.goto("/nhiem-vu/I5-CALENDAR?nam=2013")
        page.get_by_role("button", name="Điều phối viên").click()
        page.wait_for_url("**/nhiem-vu/I5-CALENDAR?nam=2013")
        opens_menu(page)
        page.get_by_role("link", name="Tài khoản").click()
        page.wait_for_url("**/tai-khoan")
        assert shows(page, "phiên này")
        opens_menu(page)
        page.get_by_role("button", name="Đăng xuất").click()
        page.wait_for_url("**/dang-nhap")
        page.go_back()
        page.reload()
        assert "/dang-nhap" in page.url


def test_a_unit_that_asks_for_the_board_finds_its_own_page(browser: Browser, house: House):
    with opened(browser, house, email=FOCAL_POINT) as page:
        page.goto("/?nam=2013")
        assert page.url.endswith("/don-vi/SYT?nam=2013")
        assert page.get_by_role("heading", level=1).inner_text() == "Sở Y tế tỉnh Sóc Trăng"
        assert page.get_by_role("link", name="Bảng điều hành").count() == 0


def test_a_password_is_set_with_the_keyboard_alone(browser: Browser, house: House):
    with opened(browser, house, email=HEAD) as page:
        page.goto("/tai-khoan/mat-khau")
        secret = page.locator("code.secret").inner_text().replace(" ", "")
        page.get_by_label("Mật khẩu mới").focus()
        page.keyboard.type("con ngua trang qua cau")
        page.keyboard.press("Tab")
        page.keyboard.type("con ngua trang qua cau")
        page.keyboard.press("Tab")
        page.keyboard.type(pyotp.TOTP(secret).at(NOW))
        page.keyboard.press("Enter")
        page.wait_for_url("**/tai-khoan?xong=mat-khau")
        assert shows(page, "đã đặt")


def test_a_refused_field_is_said_beside_it(browser: Browser, house: House):
    with opened(browser, house, email=HEAD) as page:
        page.goto("/don-vi/SYT/vi-tri")
        page.get_by_text("Bàn giao cho người khác").first.click()
        page.get_by_label("Họ và tên").first.fill("Trần Thị Mới")
        page.get_by_label("Địa chỉ thư công vụ").first.fill(FOCAL_POINT)
        page.get_by_role("button", name="Gửi lời mời").first.click()
        field = page.get_by_label("Địa chỉ thư công vụ").first
        told = field.get_attribute("aria-describedby")
        assert field.get_attribute("aria-invalid") == "true"
        assert "người ví dụ" in page.locator(f"#{told.strip()}").inner_text()
