"""Rows are found with and without diacritics; a unit sees its own over the years, and nobody else's."""

from __future__ import annotations

import pytest
from builders import at
from content_builders import a_product, handed_in, judged
from visitors import ADMINISTRATOR, COORDINATOR, FOCAL_POINT, STRANGER, a_browser

from portal.context import PortalContext
from services.operations.tick import tick

CATALOGUE = "I4B-CATALOGUE"


@pytest.fixture
def context(own_context: PortalContext) -> PortalContext:
    for period, day in (("2015", "2014-09-10"), ("2016", "2015-09-10")):
        tick(own_context.engine, own_context.office, at(day), CATALOGUE)
        for unit, name in (("SYT", f"Số giường bệnh {period}"), ("STC", "Thu ngân sách 100% <i>")):
            rows = judged(a_product(name), a_product("Đội ngũ cán bộ"))
            handed_in(own_context.engine, own_context.office, unit, at(day), rows, CATALOGUE, period)
    return own_context


@pytest.mark.parametrize("words", ["giuong benh", "Giường BỆNH", "benh  so", "  gường".replace("gường", "giường")])
def test_words_are_found_however_they_are_typed(context: PortalContext, words: str) -> None:
    page = a_browser(context, COORDINATOR).get("/noi-dung/tim", params={"q": words}).text
    assert "Số giường bệnh 2015" in page
    assert "Số giường bệnh 2016" in page
    assert "Thu ngân sách" not in page


@pytest.mark.parametrize(("words", "hits"), [("100%", 1), ("%", 1), ("_", 0), ("thuế xuất", 0)])
def test_signs_of_a_pattern_are_no_pattern(context: PortalContext, words: str, hits: int) -> None:
    page = a_browser(context, ADMINISTRATOR).get("/noi-dung/tim", params={"q": words}).text
    assert ("&lt;i&gt;" in page) == bool(hits)
    assert "<i>" not in page


def test_a_unit_sees_its_own_rows_of_every_year_and_no_other_units(context: PortalContext) -> None:
    own = a_browser(context, FOCAL_POINT)
    page = own.get("/don-vi/SYT/so-lieu").text
    assert page.index("Số giường bệnh 2016") < page.index("Số giường bệnh 2015")
    assert "Thu ngân sách" not in page
    assert own.get("/don-vi/STC/so-lieu").status_code == 404
    assert own.get("/noi-dung/tim?q=thu").status_code == 403
    assert a_browser(context, STRANGER).get("/don-vi/SYT/so-lieu").status_code == 404
