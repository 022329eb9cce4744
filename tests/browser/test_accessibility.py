"""No page of the portal keeps anybody out: axe-core finds nothing serious, on a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest
from axe_playwright_python.sync_playwright import Axe
from every_route import every_route
from looking import House, opened
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from test_pages import VALUES
from visitors import ADMINISTRATOR, COORDINATOR, FOCAL_POINT, LEADER

from models.database import writing
from models.tables.plan import Occurrence
from models.tables.projection import Projection
from rules.log_words import ACTIONS

pytestmark = pytest.mark.browser

PEOPLE = (COORDINATOR, ADMINISTRATOR, LEADER, FOCAL_POINT, None)  # a page is looked at as the first who may open it
NOT_PAGES = ("/static", "/healthz", "/api/", "/metrics", "/hooks/")
SERIOUS = {"serious", "critical"}
LARGE_SIGNS = """() => [...document.querySelectorAll("svg:not([role=img])")].filter(one => one.querySelector("use"))
    .map(one => one.getBoundingClientRect().width).filter(width => width > 48)"""
CODE = re.compile("|".join(re.escape(word) + r"\b" for word in (*ACTIONS, "zalo_zns", "zalo_bot", "zalo_uid")))


def addresses(house: House) -> list[str]:
    paths = sorted({route.path for route in every_route(house.context) if "GET" in route.methods})
    return [path.format(**VALUES) for path in paths if not path.startswith(NOT_PAGES)]


def looked_at(browser: Browser, house: House, width: int) -> Iterator[tuple[str, Page]]:
    """Each page once, as somebody who may open it."""
    left = addresses(house)
    for email in PEOPLE:
        with opened(browser, house, width=width, email=email) as page:
            for address in list(left):
                answer = page.request.get(address, max_redirects=0)
                if answer.status == 200 and is_page(answer.headers):
                    left.remove(address)
                    page.goto(address)
                    yield f"{address} ({email})", page


def on_the_dashboard(house: House) -> None:
    """Pages lead to the dashboard once an occurrence stands there."""
    with writing(house.context.engine) as session:
        for occurrence in session.execute(select(Occurrence.id)).scalars():
            session.merge(Projection(occurrence_id=occurrence, screen_id=f"{occurrence:032x}", shown="x"))


def is_page(headers: Mapping[str, str]) -> bool:
    """Not the body of a mail, shown in a frame where nothing may run: not axe either."""
    sealed = "sandbox" in headers.get("content-security-policy", "")
    return headers.get("content-type", "").startswith("text/html") and not sealed


@pytest.mark.parametrize("width", [1280, 380])
@pytest.mark.timeout(600)
def test_no_page_has_a_serious_fault(browser: Browser, house: House, width: int):
    on_the_dashboard(house)
    axe, faults, seen = Axe(), [], 0
    for name, page in looked_at(browser, house, width):
        seen += 1
        found = axe.run(page).response["violations"]
        faults += [f"{name}: {one['id']}: {one['nodes'][0]['html'][:160]}" for one in found if one["impact"] in SERIOUS]
        faults += [f"{name}: sign of {size} px" for size in page.evaluate(LARGE_SIGNS)]
        faults += [f"{name}: {code}" for code in CODE.findall(page.inner_text("body"))]
    print(f"{seen} pages at {width} px, {len(faults)} serious faults, signs out of size or codes in the text")
    assert seen >= 12
    assert faults == []


def test_a_serious_fault_would_be_found(browser: Browser, house: House):
    with opened(browser, house) as page:
        page.goto("/?nam=2013")
        page.evaluate("document.documentElement.removeAttribute('lang')")
        assert any(one["impact"] in SERIOUS for one in Axe().run(page).response["violations"])
