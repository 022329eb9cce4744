"""The board as people see it: an old office PC, a phone, no JavaScript, a keyboard, a printer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PAGES = (
    "/?nam=2013",
    "/?nam=2013&lang=en",
    "/danh-sach?nam=2013",
    "/don-vi/STTTT?nam=2013",
    "/nhiem-vu/I5-CALENDAR?nam=2013",
)


@contextmanager
def opened(browser: Browser, address: str, *, width: int = 1280, javascript: bool = True) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": width, "height": 800}, java_script_enabled=javascript, base_url=address)
    yield page
    page.close()


@pytest.mark.parametrize("width", [380, 1024, 1280])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways(browser: Browser, address: str, path: str, width: int, tmp_path: Path):
    with opened(browser, address, width=width) as page:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert len(page.screenshot(path=tmp_path / "page.png", full_page=True)) > 10_000


def test_nothing_the_page_asks_for_is_refused(browser: Browser, address: str):
    with opened(browser, address) as page:
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("requestfailed", lambda request: complaints.append(request.url))
        page.goto("/?nam=2013", wait_until="networkidle")
        assert complaints == []
        assert page.evaluate("document.fonts.check('16px \"Be Vietnam Pro\"', 'Ữ')")


def test_without_javascript_a_number_leads_to_its_list(browser: Browser, address: str):
    with opened(browser, address, width=380, javascript=False) as page:
        page.goto("/?nam=2013")
        page.get_by_role("link", name="Quá hạn đã hết hạn").click()
        assert page.get_by_role("heading", level=1).inner_text() == "Quá hạn, chưa nộp"
        assert page.locator("tbody tr").count() == 8


def test_a_cell_leads_to_the_units_line_on_the_page_of_the_duty(browser: Browser, address: str):
    with opened(browser, address) as page:
        page.goto("/?nam=2013")
        page.get_by_role("row", name="Sở Y tế").get_by_role("link", name="Quá hạn, chưa gửi").click()
        page.wait_for_url("**/nhiem-vu/I5-CALENDAR?nam=2013#SYT")
        assert "Sở Y tế" in page.locator("tr:target").inner_text()


def test_the_keyboard_reaches_the_content_first(browser: Browser, address: str):
    with opened(browser, address) as page:
        page.goto("/?nam=2013")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.url.endswith("#noi-dung")


@pytest.mark.parametrize("path", PAGES)
def test_every_text_stands_out_from_its_ground(browser: Browser, address: str, path: str):
    """WCAG 2.1 AA: 4.5 to 1 (3 to 1 for large text)."""
    with opened(browser, address) as page:
        page.goto(path)
        assert page.evaluate(FAINT_TEXTS) == []


@pytest.mark.parametrize("path", PAGES)
def test_everything_one_can_press_has_a_name_and_every_id_is_unique(browser: Browser, address: str, path: str):
    with opened(browser, address) as page:
        page.goto(path)
        assert (
            page.evaluate("[...document.querySelectorAll('a')].filter(a => !a.textContent.trim() && !a.title).length")
            == 0
        )
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
        assert len(ids) == len(set(ids))


def test_the_matrix_prints_on_a_page_of_its_own(browser: Browser, address: str, tmp_path: Path):
    with opened(browser, address) as page:
        page.goto("/?nam=2013")
        sheet = page.pdf(path=tmp_path / "board.pdf", prefer_css_page_size=True)
        assert sheet.count(b"/Type /Page\n") == 2


FAINT_TEXTS = """
() => {
  const parse = c => (c.match(/[\\d.]+/g) || []).map(Number);
  const lum = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const over = (top, base) => top.slice(0, 3).map((v, i) => v * (top[3] ?? 1) + base[i] * (1 - (top[3] ?? 1)));
  const ground = e => e ? over(parse(getComputedStyle(e).backgroundColor), ground(e.parentElement)) : [255, 255, 255];
  const faint = new Set();
  for (const e of document.querySelectorAll('body *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || !e.checkVisibility()) continue;
    const style = getComputedStyle(e), [a, b] = [lum(parse(style.color)), lum(ground(e))];
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 600);
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < (large ? 3 : 4.5)) faint.add(`${e.className || e.tagName}: ${ratio.toFixed(2)}`);
  }
  return [...faint];
}
"""
