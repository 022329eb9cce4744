"""The board as people see it: an old office PC, a phone, no JavaScript, a keyboard, a printer."""

from __future__ import annotations

from pathlib import Path

import pytest
from looking import FAINT_TEXTS, House, opened
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

PAGES = (
    "/?nam=2013",
    "/?nam=2013&lang=en",
    "/danh-sach?nam=2013",
    "/don-vi/STTTT?nam=2013",
    "/nhiem-vu/I5-CALENDAR?nam=2013",
)


@pytest.mark.parametrize("width", [380, 1024, 1280])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways(browser: Browser, house: House, path: str, width: int, tmp_path: Path):
    with opened(browser, house, width=width) as page:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert len(page.screenshot(path=tmp_path / "page.png", full_page=True)) > 10_000


ROWS_OF_THE_MENU = """
() => new Set([...document.querySelectorAll('.top nav > *')].map(
  e => Math.round(e.getBoundingClientRect().top / 8)
)).size
"""


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_menu_of_a_coordinator_stays_on_one_line(browser: Browser, house: House, language: str):
    with opened(browser, house, width=1280) as page:
        page.goto(f"/?nam=2013&lang={language}")
        assert page.evaluate(ROWS_OF_THE_MENU) == 1


def test_nothing_the_page_asks_for_is_refused(browser: Browser, house: House):
    with opened(browser, house) as page:
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("requestfailed", lambda request: complaints.append(request.url))
        page.goto("/?nam=2013", wait_until="networkidle")
        assert complaints == []
        assert page.evaluate("document.fonts.check('16px \"Be Vietnam Pro\"', 'Ữ')")


def test_without_javascript_a_number_leads_to_its_list(browser: Browser, house: House):
    with opened(browser, house, width=380, javascript=False) as page:
        page.goto("/?nam=2013")
        page.get_by_role("link", name="Quá hạn đã hết hạn").click()
        assert page.get_by_role("heading", level=1).inner_text() == "Quá hạn"
        assert page.locator("tbody tr").count() == 12


def test_a_cell_of_one_case_leads_to_it(browser: Browser, house: House):
    with opened(browser, house) as page:
        page.goto("/?nam=2013")
        page.get_by_role("row", name="Sở Y tế").get_by_role("link", name="Quá hạn, chưa gửi").click()
        page.wait_for_url("**/ho-so/*")
        assert page.get_by_role("heading", level=1).inner_text() == "Lịch phổ biến thông tin thống kê"
        assert "Sở Y tế" in page.locator("main").inner_text()


def test_the_keyboard_reaches_the_content_first(browser: Browser, house: House):
    with opened(browser, house) as page:
        page.goto("/?nam=2013")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**/*#noi-dung")


@pytest.mark.parametrize("path", PAGES)
def test_every_text_stands_out_from_its_ground(browser: Browser, house: House, path: str):
    """WCAG 2.1 AA: 4.5 to 1 (3 to 1 for large text)."""
    with opened(browser, house) as page:
        page.goto(path)
        assert page.evaluate(FAINT_TEXTS) == []


@pytest.mark.parametrize("path", PAGES)
def test_everything_one_can_press_has_a_name_and_every_id_is_unique(browser: Browser, house: House, path: str):
    with opened(browser, house) as page:
        page.goto(path)
        assert (
            page.evaluate("[...document.querySelectorAll('a')].filter(a => !a.textContent.trim() && !a.title).length")
            == 0
        )
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
        assert len(ids) == len(set(ids))


def test_the_matrix_prints_on_a_page_of_its_own(browser: Browser, house: House, tmp_path: Path):
    with opened(browser, house) as page:
        page.goto("/?nam=2013")
        sheet = page.pdf(path=tmp_path / "board.pdf", prefer_css_page_size=True)
        assert sheet.count(b"/Type /Page\n") == 3  # two of lists, then the matrix
