"""How the tests open a portal and look at its pages."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import uvicorn
from playwright.sync_api import Browser, Error, Page
from visitors import COORDINATOR, a_session

from portal.app import create_app
from portal.context import PortalContext


@dataclass(frozen=True)
class House:
    """A real portal on a free port of this machine."""

    address: str
    context: PortalContext

    def cookie(self, email: str) -> dict[str, str]:
        """Of somebody who is signed in."""
        return {"name": "kyhan_session", "value": a_session(self.context, email), "url": self.address}


@contextmanager
def serving(context: PortalContext) -> Iterator[House]:
    server = uvicorn.Server(uvicorn.Config(create_app(context), host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield House(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", context)
    server.should_exit = True
    thread.join(60)


@contextmanager
def opened(
    browser: Browser, house: House, *, width: int = 1280, javascript: bool = True, email: str | None = COORDINATOR
) -> Iterator[Page]:
    """A browser of this person, or of nobody."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, java_script_enabled=javascript, base_url=house.address
    )
    if email:
        context.add_cookies([house.cookie(email)])
    yield context.new_page()
    context.close()


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

UNLABELLED = """
() => [...document.querySelectorAll('input:not([type=hidden]), select, button, textarea')]
  .filter(e => !e.labels?.length && !e.textContent.trim() && !e.getAttribute('aria-label')).map(e => e.outerHTML)
"""


CUT_CHOICES = """
() => [...document.querySelectorAll('.picker ul')].filter(e => e.scrollWidth > e.clientWidth).map(e => e.textContent)
"""


IDS = "[...document.querySelectorAll('[id]')].map(e => e.id)"


def looks_well(page: Page, width: int) -> None:
    """Nothing runs over, every text can be read, everything one can press has a name, every id is one thing's."""
    wide, cut, faint, unlabelled, ids = seen(
        page, "document.documentElement.scrollWidth", CUT_CHOICES, FAINT_TEXTS, UNLABELLED, IDS
    )
    assert wide <= width
    assert (cut, faint, unlabelled) == ([], [], [])
    assert len(ids) == len(set(ids))


def seen(page: Page, *questions: str) -> list[Any]:
    """What the page answers; asked again where the next page was on its way."""
    patience = time.monotonic() + 60
    while True:
        try:
            page.wait_for_load_state()
            return [page.evaluate(question) for question in questions]
        except Error:
            if time.monotonic() > patience:
                raise
            page.wait_for_timeout(50)


def opens_menu(page: Page) -> None:
    """On a phone the menu is folded; on a desk it is there."""
    folded = page.locator("label[for=menu]")
    if folded.is_visible() and not page.locator("#menu").is_checked():
        folded.click()


def shows(page: Page, text: str) -> bool:
    """Whether the page holds this within a minute; the way to it may still be under way."""
    patience = time.monotonic() + 60
    while time.monotonic() < patience:
        with suppress(Error):  # asked in mid-way
            if text in page.content():
                return True
        page.wait_for_timeout(50)
    return False
