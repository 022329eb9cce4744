"""A case as people see it: a unit hands in, a coordinator decides; on a desk, on a phone, with and without scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from looking import House, looks_well, opened, shows
from playwright.sync_api import Browser
from sqlmodel import col, select
from visitors import AUDITOR, COORDINATOR, FOCAL_POINT

from models.database import reading
from models.tables.cases import Case
from models.tables.organisations import Organisation
from models.tables.plan import ObligationRow, Occurrence

pytestmark = pytest.mark.browser

PDF = {"name": "Lịch phổ biến.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 once"}
PAGES = (
    (COORDINATOR, ""),
    (COORDINATOR, "?lang=en"),
    (AUDITOR, ""),
    (FOCAL_POINT, ""),
    (FOCAL_POINT, "/nop"),
    (FOCAL_POINT, "/nop?lang=en"),
)


@pytest.fixture(scope="module")
def house(own_house: House) -> House:
    return own_house


@pytest.fixture(scope="module")
def case(house: House) -> int:
    with reading(house.context.engine) as session:
        query = (
            select(Case.id)
            .join(Organisation, col(Organisation.id) == Case.organisation_id)
            .join(Occurrence, col(Occurrence.id) == Case.occurrence_id)
            .join(ObligationRow, col(ObligationRow.id) == Occurrence.obligation_id)
            .where(Organisation.key == "SYT", ObligationRow.code == "I5-CALENDAR", Occurrence.period == "2014")
        )
        return session.exec(query).one() or 0


@pytest.mark.parametrize("width", [380, 1280])
@pytest.mark.parametrize(("email", "tail"), PAGES)
def test_every_page_of_a_case_fits_its_screen_and_reads_well(
    browser: Browser, house: House, case: int, email: str, tail: str, width: int, tmp_path: Path
):
    with opened(browser, house, width=width, email=email) as page:
        page.goto(f"/ho-so/{case}{tail}")
        page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
        looks_well(page, width)
        page.screenshot(path=tmp_path / "page.png", full_page=True)


@pytest.mark.parametrize(("width", "javascript"), [(380, False), (1280, True)])
def test_a_unit_hands_in_and_the_coordinator_returns_it(
    browser: Browser, house: House, case: int, width: int, javascript: bool, tmp_path: Path
):
    number = f"{width}/KH-SYT"
    with opened(browser, house, width=width, email=FOCAL_POINT, javascript=javascript) as page:
        page.goto("/don-vi/SYT?nam=2013")
        page.get_by_role("link", name="Nộp").click()
        page.get_by_label("Tệp").set_input_files([PDF])
        page.get_by_label("Số, ký hiệu văn bản").fill(number)
        page.locator("textarea[name=note]").fill("Thêm hình thức phổ biến")  # asked for once it was returned
        page.get_by_role("button", name="Nộp và lấy biên nhận").click()
        page.wait_for_url("**/bien-nhan/*")
        verdict = "Nhận sau hạn" if page.url.endswith("/1") else "tính theo lần nộp đầu"
        assert verdict in page.locator(".verdict").inner_text()
        with page.expect_download() as coming:
            page.get_by_role("link", name="Lịch phổ biến.pdf").click()
        assert Path(coming.value.path()).read_bytes() == PDF["buffer"]
        assert coming.value.suggested_filename == "Lịch phổ biến.pdf"
        if javascript:
            looks_well(page, width)
            assert page.pdf(path=tmp_path / "receipt.pdf").count(b"/Type /Page\n") == 1
    with opened(browser, house, width=width, javascript=javascript) as page:
        page.goto(f"/ho-so/{case}")
        page.locator("summary", has_text="Trả lại để bổ sung").click()
        page.get_by_label("Còn thiếu gì").fill("Thiếu hình thức phổ biến")
        page.get_by_label("Bổ sung chậm nhất ngày").fill("2014-01-15")
        page.get_by_role("button", name="Trả lại để bổ sung").click()
        page.wait_for_url(re.compile(rf"/ho-so/{case}\?"))
        assert shows(page, "Cần bổ sung chậm nhất ngày 15/01/2014")
