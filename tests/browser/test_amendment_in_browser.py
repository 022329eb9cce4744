"""The plan is amended by those who do it: unit, coordinator, and the administrator who loads version 2."""

from __future__ import annotations

from pathlib import Path

import pytest
from looking import House, looks_well, opened
from playwright.sync_api import Browser, Page
from visitors import ADMINISTRATOR, COORDINATOR, FOCAL_POINT

from config.catalogue import SHIPPED

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def house(own_house: House) -> House:
    return own_house


def test_from_a_proposal_to_the_second_version(browser: Browser, house: House, tmp_path: Path) -> None:
    with opened(browser, house, email=FOCAL_POINT, width=380, javascript=False) as page:
        proposes(page, tmp_path)
    with opened(browser, house, email=COORDINATOR, width=1280) as page:
        puts_together_and_records_the_decision(page, tmp_path)
    with opened(browser, house, email=ADMINISTRATOR, width=1280) as page:
        loads_the_second_version(page, house, tmp_path)
    with opened(browser, house, email=FOCAL_POINT, width=380, javascript=False) as page:
        page.goto("/de-xuat")
        page.get_by_text("được chấp nhận", exact=True).wait_for()


def proposes(page: Page, pictures: Path) -> None:
    page.goto("/phai-nop")
    page.get_by_role("link", name="Đề xuất sửa đổi Kế hoạch").click()
    page.get_by_label("Mục của Kế hoạch").select_option("II.2")
    page.get_by_label("Khó khăn, vướng mắc").fill("Ngày 20 trùng kỳ báo cáo của ngành y tế")
    page.get_by_label("Nội dung đề nghị sửa đổi, bổ sung").fill("Lùi hạn báo cáo định kỳ đến ngày 25")
    page.get_by_label("Số, ký hiệu văn bản").fill("12/SYT-VP")
    page.get_by_role("button", name="Gửi đề xuất").click()
    page.get_by_text("chờ tổng hợp").wait_for()
    looks_well(page, 380)
    page.screenshot(path=pictures / "unit.png", full_page=True)


def puts_together_and_records_the_decision(page: Page, pictures: Path) -> None:
    page.goto("/viec/de-xuat")
    page.get_by_label("Ý kiến của cơ quan tổng hợp").fill("Nhất trí")
    looks_well(page, 1280)
    page.screenshot(path=pictures / "list.png", full_page=True)
    page.get_by_role("button", name="Lập bản tổng hợp").click()
    page.get_by_label("Số, ký hiệu văn bản trình").fill("20/TTr-CTK")
    page.get_by_label("Ngày văn bản").fill("2014-01-08")
    page.get_by_role("button", name="Ghi đã trình").click()
    page.get_by_role("checkbox", name="Sở Y tế").check()
    page.get_by_label("Số, ký hiệu quyết định").fill("15/QĐ-UBND")
    page.get_by_label("Ngày quyết định").fill("2014-01-08")
    page.get_by_role("button", name="Ghi quyết định").click()
    page.get_by_text("chờ nạp phiên bản mới").wait_for()
    looks_well(page, 1280)
    page.screenshot(path=pictures / "amendment.png", full_page=True)


def loads_the_second_version(page: Page, house: House, pictures: Path) -> None:
    plan = (SHIPPED / "plans" / house.context.office.plan.id / "plan.yaml").read_text(encoding="utf-8")
    file = pictures / "plan.yaml"
    file.write_text(plan.replace("value: {day: 20}", "value: {day: 25}"), encoding="utf-8")
    page.goto("/quan-tri/ke-hoach/nap")
    page.get_by_label("Tệp", exact=True).set_input_files(file)
    page.get_by_role("button", name="Kiểm tra tệp").click()
    page.get_by_label("Số quyết định điều chỉnh").fill("15/QĐ-UBND")
    page.get_by_label("Thực hiện bản tổng hợp đề xuất").select_option("1")
    page.screenshot(path=pictures / "load.png", full_page=True)
    looks_well(page, 1280)
    page.get_by_role("button", name="Xác nhận").click()
    page.get_by_text("Theo 15/QĐ-UBND").wait_for()
    looks_well(page, 1280)
    page.screenshot(path=pictures / "versions.png", full_page=True)
