"""The administrator's and the auditor's day: on a desk, on a phone, with and without scripts."""

from __future__ import annotations

from pathlib import Path

import pytest
from looking import House, looks_well, opened
from playwright.sync_api import Browser
from sqlalchemy import update
from visitors import ADMINISTRATOR, AUDITOR

from models.database import writing
from models.tables.people import Person

pytestmark = pytest.mark.browser

HEAD = "don_vi,vai_tro,chuc_danh,ho_ten,thu_dien_tu,dien_thoai\n"
LAN = "STC,dau_moi,Chuyên viên,Nguyễn Thị Lan,lan@soctrang.example,0912 345 678\n"
PAGES = (
    "/quan-tri",
    "/quan-tri/nguoi",
    "/quan-tri/nguoi/5",
    "/quan-tri/nhap/nguoi",
    "/quan-tri/nhap/don-vi",
    "/quan-tri/don-vi",
    "/quan-tri/don-vi/SXD",
    "/quan-tri/lich",
    "/quan-tri/bieu-mau",
    "/quan-tri/thang",
    "/quan-tri/mau-thu?loai=overdue&muc=dai",
    "/quan-tri/dien-tap?den=2014-02-28",
    "/quan-tri/ke-hoach",
    "/quan-tri/ke-hoach/nap",
    "/quan-tri/nhat-ky",
    "/quan-tri/nhat-ky/kiem-tra",
    "/quan-tri/he-thong",
)


@pytest.fixture(scope="module")
def house(own_house: House) -> House:
    """Of real people: an example administrator would be out with the first person who is entered."""
    with writing(own_house.context.engine) as session:
        session.execute(update(Person).values(example=False))
    return own_house


@pytest.mark.parametrize("width", [380, 1280])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_fits_its_screen_and_reads_well(
    browser: Browser, house: House, width: int, language: str, tmp_path: Path
) -> None:
    with opened(browser, house, width=width, email=ADMINISTRATOR) as page:
        for number, path in enumerate(PAGES):
            page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
            page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
            looks_well(page, width)
            page.screenshot(path=tmp_path / f"{number}.png", full_page=True)


@pytest.mark.parametrize(("width", "javascript"), [(380, False), (1280, True)])
def test_a_day_off_is_shown_confirmed_and_taken_out(
    browser: Browser, house: House, width: int, javascript: bool
) -> None:
    with opened(browser, house, width=width, email=ADMINISTRATOR, javascript=javascript) as page:
        page.goto("/quan-tri")
        page.get_by_role("link", name="Ngày nghỉ, ngày làm bù").click()
        page.locator("summary", has_text="Thêm ngày nghỉ").click()
        page.get_by_label("Nghỉ ngày").first.fill("2014-03-20")
        page.get_by_label("Lý do").first.fill("Nghỉ theo thông báo")
        page.get_by_role("button", name="Xem những gì sẽ đổi").first.click()
        assert "19/03/2014" in page.locator("main").inner_text()
        if javascript:
            looks_well(page, width)
        page.get_by_role("button", name="Xác nhận và dời ngày").click()
        page.get_by_role("button", name="Bỏ ngày này").click()
        page.get_by_role("button", name="Xác nhận và dời ngày").click()
        assert "Chưa nhập ngày nào" in page.locator("main").inner_text()


@pytest.mark.parametrize(("width", "javascript"), [(380, False), (1280, True)])
def test_people_come_in_from_a_file_after_its_mistakes_are_put_right(
    browser: Browser, house: House, width: int, javascript: bool
) -> None:
    with opened(browser, house, width=width, email=ADMINISTRATOR, javascript=javascript) as page:
        for text in (HEAD + LAN.replace("STC", "XYZ"), HEAD + LAN):
            page.goto("/quan-tri/nguoi")
            page.get_by_role("link", name="Nhập từ tệp").click()
            page.get_by_label("Tệp").set_input_files(
                [{"name": "nguoi.csv", "mimeType": "text/csv", "buffer": text.encode()}]
            )
            page.get_by_role("button", name="Kiểm tra tệp").click()
            if javascript:
                looks_well(page, width)
            if "XYZ" in text:
                assert "không có đơn vị này" in page.locator("main").inner_text()
        page.get_by_role("button", name="Xác nhận và ghi").click()
        assert "Đã ghi tất cả" in page.locator("main").inner_text()
        page.goto("/quan-tri/nguoi?tim=lan%40soctrang")
        page.get_by_role("link", name="Nguyễn Thị Lan").click()
        assert "Sở Tài chính" in page.locator("main").inner_text()


def test_an_auditor_reads_the_log_verifies_it_and_finds_no_button_that_changes_anything(
    browser: Browser, house: House
) -> None:
    with opened(browser, house, width=380, email=AUDITOR, javascript=False) as page:
        page.goto("/quan-tri/nhat-ky")
        page.get_by_label("Việc").select_option("case.extend")
        page.get_by_role("button", name="Lọc").click()
        assert page.locator("tbody tr").count() == 1
        page.goto("/quan-tri/nhat-ky/kiem-tra")
        assert "Nguyên vẹn" in page.locator("main").inner_text()
        for path in PAGES:
            if "/nhap/" not in path and "/nap" not in path:
                page.goto(path)
                assert page.locator("main form[method=post]").count() == 0, path


def test_an_administrator_rehearses_and_looks_at_a_letter(browser: Browser, house: House) -> None:
    with opened(browser, house, email=ADMINISTRATOR) as page:
        page.goto("/quan-tri")
        page.get_by_role("link", name="Diễn tập").click()
        assert page.locator("svg.bars rect").count() > 0
        page.goto("/quan-tri/thang")
        page.get_by_role("link", name="Quá hạn").first.click()
        assert page.frame_locator("iframe.mail-frame").locator("body").inner_text().strip()
