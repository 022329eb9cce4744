"""How the tests look at a page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from playwright.sync_api import Browser, Page
from visitors import COORDINATOR

from portal.desk import Desk


class House(Protocol):
    address: str
    desk: Desk

    def cookie(self, email: str) -> dict[str, str]: ...


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
