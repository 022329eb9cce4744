"""A table is filled in on a page: pasted on a desk, row by row on a phone, and without scripts."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import a_province
import pytest
from looking import House, looks_well, opened, serving, shows
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page
from sqlmodel import select
from visitors import DEPUTY, FOCAL_POINT, HEAD

from models.database import reading, writing
from models.tables.forms import FormDraft
from models.tables.submissions import SubmissionFile
from rules.content.drafts import DraftRow, as_text
from services.cases.hand_in import find
from services.files.store import place_of

pytestmark = pytest.mark.browser

NOW = a_province.NOW
PASTE = """text => {
  const data = new DataTransfer();
  data.setData('text/plain', text);
  const how = {clipboardData: data, bubbles: true, cancelable: true};
  document.activeElement.dispatchEvent(new ClipboardEvent('paste', how));
}"""
COPIED = (
    'CPI\tBáo cáo tháng\t30/2/2014\tTrang tin\nGRDP\t"Niên\ngiám ""xanh"""\t03/2014\tSách\n'
    "IIP\tBáo cáo\t04/2014\tTrang tin\nDân số\tSách\t05/2014\tSách\n"
)


@pytest.fixture
def house(tmp_path: Path):
    context = a_province.a_context(tmp_path)
    with serving(replace(context, office=replace(context.office, folder=tmp_path))) as found:
        yield found


@pytest.fixture
def case(house: House) -> int:
    with reading(house.context.engine) as session:
        return find(session, house.context.office, "SYT", "I5-CALENDAR", "2014", NOW).case.id or 0


def handed_in(house: House) -> list[list[object]]:
    with reading(house.context.engine) as session:
        file = session.exec(select(SubmissionFile).order_by(SubmissionFile.id.desc())).first()
    content = place_of(house.context.office.folder / "files", file.sha256).read_bytes()
    rows = [[cell.value for cell in row] for row in load_workbook(BytesIO(content)).worksheets[0]["A6:D12"]]
    return [row for row in rows if any(row)]


def sends(page: Page) -> None:
    page.get_by_role("button", name="Nộp và lấy biên nhận").click()


def test_a_block_of_cells_is_pasted_from_excel_checked_and_sent(
    browser: Browser, house: House, case: int, tmp_path: Path
):
    with opened(browser, house, email=FOCAL_POINT) as page:
        page.goto(f"/ho-so/{case}/bang")
        page.get_by_label("Nội dung thông tin, dòng 1", exact=True).focus()
        page.evaluate(PASTE, COPIED)
        page.get_by_text("đã lưu; 1 chỗ chưa đúng").wait_for()
        assert "30/2/2014" in page.locator("#w-0-2").inner_text()
        page.screenshot(path=tmp_path / "pasted.png", full_page=True)
        looks_well(page, 1280)
        page.get_by_label("Thời gian phổ biến, dòng 1", exact=True).fill("28/02/2014")
        page.get_by_role("button", name="Bỏ dòng 3").click()
        page.get_by_role("button", name="Đưa dòng 3 lên").click()
        page.get_by_text("đã lưu", exact=True).wait_for()
        page.reload()
        assert page.get_by_label("Nội dung thông tin, dòng 2", exact=True).input_value() == "Dân số"
        sends(page)
        page.wait_for_url("**/bien-nhan/1")
    assert handed_in(house) == [
        ["CPI", "Báo cáo tháng", "28/02/2014", "Trang tin"],
        ["Dân số", "Sách", "05/2014", "Sách"],
        ["GRDP", 'Niên\ngiám "xanh"', "03/2014", "Sách"],
    ]


def test_two_who_fill_in_at_once_lose_nothing(browser: Browser, house: House, case: int):
    with opened(browser, house, email=FOCAL_POINT) as one, opened(browser, house, email=DEPUTY) as other:
        for page in (one, other):
            page.goto(f"/ho-so/{case}/bang")
        one.get_by_label("Nội dung thông tin, dòng 1", exact=True).fill("Của đầu mối")
        one.get_by_text("đã lưu;").wait_for()
        other.get_by_label("Nội dung thông tin, dòng 1", exact=True).fill("Của phó")
        assert shows(other, "đã lưu bảng này trong lúc bạn đang điền")
        texts = other.locator("textarea").evaluate_all("all => all.map(one => one.value)")
        assert {"Của phó", "Của đầu mối"} <= set(texts)


def test_on_a_phone_each_row_is_a_card_and_last_years_rows_are_confirmed(
    browser: Browser, house: House, case: int, tmp_path: Path
):
    cells = {"content": "CPI", "product": "Báo cáo", "release": "29/01/2014", "channel": "Trang tin", "unit": "Sở Y tế"}
    rows = (DraftRow(cells, source="2013"), DraftRow({**cells, "content": "GRDP"}, source="2013"))
    with writing(house.context.engine) as session:
        session.add(FormDraft(case_id=case, number=1, rows=as_text(rows), changed_at=NOW, changed_by="Lan"))
    with opened(browser, house, width=380, email=HEAD) as page:
        page.goto(f"/ho-so/{case}/bang")
        page.screenshot(path=tmp_path / "phone.png", full_page=True)
        looks_well(page, 380)
        page.get_by_label("Giữ dòng này").nth(1).check()
        page.get_by_text("đã lưu", exact=True).wait_for()
        sends(page)
        assert shows(page, "1 dòng gợi ý chưa xác nhận sẽ không được gửi")
        looks_well(page, 380)
        page.get_by_role("button", name="Vẫn gửi như hiện nay").click()
        page.wait_for_url("**/bien-nhan/1")
    assert [row[0] for row in handed_in(house)] == ["GRDP"]


def test_without_scripts_nothing_is_missing(browser: Browser, house: House, case: int, tmp_path: Path):
    with opened(browser, house, javascript=False, email=FOCAL_POINT) as page:
        page.goto(f"/ho-so/{case}/nop")
        page.get_by_role("link", name="Điền trên trang").click()
        page.get_by_role("button", name="Thêm dòng").click()
        page.wait_for_url("**/bang#them-0")
        for column, text in (
            ("Nội dung thông tin", "CPI"),
            ("Sản phẩm thông tin thống kê chủ yếu", "Báo cáo"),
            ("Thời gian phổ biến", "mai"),
            ("Hình thức phổ biến", "Trang tin"),
        ):
            page.get_by_label(f"{column}, dòng 4", exact=True).fill(text)
        sends(page)
        assert shows(page, "Chưa gửi.")
        page.screenshot(path=tmp_path / "told.png", full_page=True)
        page.get_by_label("Thời gian phổ biến, dòng 4", exact=True).fill("01/2014")
        sends(page)
        page.wait_for_url("**/bien-nhan/1")
    assert handed_in(house) == [["CPI", "Báo cáo", "01/2014", "Trang tin"]]
