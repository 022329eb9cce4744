"""A coordinator makes a form in a browser, on a desk and on a phone, with and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import a_province
import pytest
from looking import House, looks_well, opened, serving, shows
from openpyxl import load_workbook
from playwright.sync_api import Browser
from visitors import COORDINATOR, FOCAL_POINT

pytestmark = pytest.mark.browser

MISTAKES = {  # the days of the documents are of another year than the calendar's
    "monthly-indicators": "Số hộ được vay vốn ưu đãi",
    "staff-and-facilities": "đang lắp",
    "legal-documents": "2026",
}
CASES = Path(__file__).parents[1] / "content" / "forms"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    context = a_province.a_context(tmp_path)
    with serving(replace(context, office=replace(context.office, folder=tmp_path))) as found:
        yield found


@pytest.mark.parametrize(
    ("folder", "width", "javascript"),
    [("monthly-indicators", 1280, True), ("staff-and-facilities", 380, True), ("legal-documents", 1280, False)],
)
def test_a_workbook_becomes_the_form_of_a_duty(
    browser: Browser, house: House, folder: str, width: int, javascript: bool, tmp_path: Path
) -> None:
    look = (lambda page, name: _look(page, width, tmp_path / f"{name}.png")) if javascript else lambda *_: None
    with opened(browser, house, width=width, email=COORDINATOR, javascript=javascript) as page:
        page.goto("/quan-tri")
        page.get_by_role("link", name="Biểu mẫu").click()
        look(page, "list")
        page.get_by_label("Tệp biểu trống").set_input_files(CASES / folder / "form.xlsx")
        page.get_by_role("button", name="Đọc tệp").click()
        look(page, "draft")
        page.get_by_label("Hướng dẫn chung").fill("Ghi đủ các cột có dấu *.")
        page.get_by_role("button", name="Lưu bản nháp").click()
        page.goto("/quan-tri/bieu-mau")  # closed, and opened again
        page.locator("section[aria-labelledby=nhap] a").click()
        assert page.get_by_label("Hướng dẫn chung").input_value() == "Ghi đủ các cột có dấu *."
        page.get_by_role("button", name="Lưu và xem trước").click()
        look(page, "preview")
        page.get_by_label("Nhiệm vụ").select_option("I5-CALENDAR")
        page.get_by_role("button", name="Áp dụng biểu này").click()
        assert shows(page, "phiên bản 1")
        look(page, "published")
    with opened(browser, house, width=width, email=FOCAL_POINT, javascript=javascript) as page:
        page.goto("/phai-nop?nam=2014")
        with page.expect_download() as download:
            page.locator("a[href*='/mau']").first.click()
        handed_out = load_workbook(BytesIO(Path(download.value.path()).read_bytes()))
        assert handed_out.sheetnames == load_workbook(CASES / folder / "form.xlsx").sheetnames
        page.goto(page.locator("a[href*='/nop']").first.get_attribute("href") or "")
        page.get_by_label("Tệp", exact=True).set_input_files(CASES / folder / "filled-five-mistakes.xlsx")
        page.get_by_role("button", name="Nộp và lấy biên nhận").click()
        page.wait_for_url("**/bien-nhan/*")
        assert shows(page, "filled-five-mistakes.xlsx")
        words = page.locator("ul.findings").inner_text()
        assert MISTAKES[folder] in words
        look(page, "receipt")


def _look(page, width: int, picture: Path) -> None:  # type: ignore[no-untyped-def]
    page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
    page.screenshot(path=picture, full_page=True)
    looks_well(page, width)
