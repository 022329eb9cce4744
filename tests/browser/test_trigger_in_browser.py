"""I.6 played through its roles: the ministry's document recorded, the directive handed in, the regulation after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import a_province
import pytest
from looking import House, looks_well, opened, serving, shows
from playwright.sync_api import Browser, Page
from visitors import COORDINATOR

from services.operations.tick import tick

pytestmark = pytest.mark.browser

PDF = {"mimeType": "application/pdf", "buffer": b"%PDF-1.4 680"}
UBND, CTK, SYT = (f"dau-moi.{unit}@example.vn" for unit in ("ubnd", "ctk", "syt"))
NOW = a_province.NOW


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    context = a_province.a_context(tmp_path)
    with serving(replace(context, office=replace(context.office, folder=tmp_path))) as found:
        yield found


def hand_in(page: Page, title: str, file: str) -> None:
    page.goto("/phai-nop")
    page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
    page.get_by_role("link", name=title).first.click()
    page.goto(f"{page.url.partition('?')[0].removesuffix('/nop')}/nop")
    page.get_by_label("Tệp", exact=True).set_input_files({"name": file, **PDF})
    page.get_by_role("button", name="Nộp và lấy biên nhận").click()
    page.wait_for_url("**/bien-nhan/*")


@pytest.mark.parametrize("width", [380, 1280])
def test_a_recorded_document_opens_the_directive_and_the_directive_the_regulation(
    browser: Browser, house: House, width: int
) -> None:
    directive, regulation = "Văn bản chỉ đạo xây dựng Quy chế phổ biến", "Quy chế phổ biến thông tin thống kê của tỉnh"
    with opened(browser, house, width=width, email=UBND) as page:
        page.goto("/phai-nop")
        assert page.get_by_role("link", name=directive).count() == 0
    with opened(browser, house, width=width, email=COORDINATOR) as page:
        page.goto("/quan-tri/ke-hoach")
        page.get_by_role("link", name="Văn bản mà kế hoạch chờ").click()
        looks_well(page, width)
        page.get_by_label("Ngày ban hành").fill("2014-01-06")
        page.get_by_label("Số, ký hiệu văn bản").fill("680/QĐ-BKHĐT")
        page.get_by_label("Lý do sửa hoặc rút").fill("Bộ ban hành sớm hơn")
        page.get_by_role("button", name="Xem trước những gì sẽ mở").click()
        assert "06/01/2014" in page.locator("main").inner_text()
        looks_well(page, width)
        page.get_by_label("Tệp văn bản").set_input_files({"name": "680.pdf", **PDF})
        page.get_by_role("button", name="Xác nhận và ghi").click()
        assert shows(page, "680.pdf")
    with opened(browser, house, width=width, email=UBND) as page:
        hand_in(page, directive, "chi-dao.pdf")
    tick(house.context.engine, house.context.office, NOW)
    with opened(browser, house, width=width, email=CTK) as page:
        hand_in(page, regulation, "quy-che.pdf")
    with opened(browser, house, width=width, email=COORDINATOR) as page:
        page.goto("/nhiem-vu/I6-REGULATION?nam=2014")
        assert "1/1" in page.locator("main").inner_text()


@pytest.mark.parametrize(("width", "javascript"), [(380, True), (1280, False)])
def test_a_unit_keeps_its_register(browser: Browser, house: House, width: int, javascript: bool) -> None:
    with opened(browser, house, width=width, email=SYT, javascript=javascript) as page:
        page.goto("/hoat-dong")
        looks_well(page, width) if javascript else None
        page.get_by_role("link", name="Hướng dẫn các cơ quan").click()
        page.get_by_label("Loại hoạt động").select_option("meeting")
        page.get_by_label("Ngày").fill("2014-01-06")
        page.get_by_label("Nội dung").fill("Tập huấn các trạm y tế")
        page.get_by_label("Số người").fill("45")
        page.get_by_label("Tệp (nếu có)").set_input_files({"name": "bien-ban.pdf", **PDF})
        page.get_by_role("button", name="Ghi vào sổ").click()
        assert shows(page, "Tập huấn các trạm y tế")
        page.get_by_role("link", name="Sửa hoặc rút").click()
        page.get_by_label("Số người").fill("54")
        page.get_by_role("button", name="Ghi nội dung đã sửa").click()
        assert shows(page, "54 người")
        page.get_by_role("link", name="Sửa hoặc rút").click()
        looks_well(page, width) if javascript else None
        page.get_by_label("Lý do").fill("Ghi nhầm ngày")
        page.get_by_role("button", name="Rút khỏi sổ").click()
        assert shows(page, "Ghi nhầm ngày")
        looks_well(page, width) if javascript else None
