"""A unit's people and a leader at work in a real browser: on a desk, on a phone, with and without scripts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import a_province
import pytest
from looking import House, looks_well, opened, shows
from playwright.sync_api import Browser, Route
from sqlmodel import col, select
from visitors import DEPUTY, FOCAL_POINT, HEAD, LEADER

from models.database import reading, writing
from models.tables.cases import Case, Stage
from models.tables.organisations import Organisation
from models.tables.submissions import Submission
from services.cases.decide import return_for_completion
from services.cases.hand_in import HandIn, find, hand_in, hold

pytestmark = pytest.mark.browser

NOW = a_province.NOW
LARGE = b"%PDF-1.4 " + bytes(range(256)) * 12_000  # three pieces
PAGES = (
    (FOCAL_POINT, "/phai-nop"),
    (FOCAL_POINT, "/phai-nop?lang=en"),
    (FOCAL_POINT, "/ho-so/{case}/nop"),
    (FOCAL_POINT, "/ho-so/{case}/de-nghi"),
    (DEPUTY, "/phai-nop"),
    (HEAD, "/don-vi/SYT/vi-tri"),
    (HEAD, "/tai-khoan"),
    (LEADER, "/cho-quyet-dinh"),
    (LEADER, "/cho-quyet-dinh?lang=en"),
    (LEADER, "/bao-cao"),
)


RETURNED = ("SYT", "STC")  # whose plans were sent back


@pytest.fixture(scope="module")
def house(own_house: House) -> House:
    context = own_house.context
    with writing(context.engine) as session:
        hand_in(session, hold(session, context.office, "CTK", "I5-CALENDAR", "2014", NOW), HandIn(NOW), NOW)
        for unit in RETURNED:
            hand_in(session, hold(session, context.office, unit, "II1-PLAN", "2013", NOW), HandIn(NOW), NOW)
            returned = find(session, context.office, unit, "II1-PLAN", "2013", NOW)
            return_for_completion(session, returned, "Lan", NOW, "Thiếu phân công cụ thể", date(2014, 1, 20))
    return own_house


@pytest.fixture(scope="module")
def case(house: House) -> int:
    with reading(house.context.engine) as session:
        return find(session, house.context.office, "SYT", "I5-CALENDAR", "2014", NOW).case.id or 0


@pytest.mark.parametrize("width", [380, 1280])
@pytest.mark.parametrize(("email", "address"), PAGES)
def test_every_page_of_a_unit_and_a_leader_fits_and_reads_well(
    browser: Browser, house: House, case: int, email: str, address: str, width: int, tmp_path: Path
):
    with opened(browser, house, width=width, email=email) as page:
        page.goto(address.format(case=case))
        page.screenshot(path=tmp_path / "closed.png", full_page=True)
        page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
        looks_well(page, width)
        page.screenshot(path=tmp_path / "page.png", full_page=True)


def versions(house: House, unit: str) -> int:
    with reading(house.context.engine) as session:
        unit_id = session.exec(select(Organisation.id).where(Organisation.key == unit)).one()
        query = select(Submission).join(Case, col(Case.id) == Submission.case_id)
        return len(session.exec(query.where(Case.organisation_id == unit_id, Submission.via == "portal")).all())


def test_a_lost_line_costs_nothing_and_the_form_waits_for_its_files(
    browser: Browser, house: House, case: int, tmp_path: Path
):
    """Every second piece is lost on its way; the button is pressed before all has come."""
    lost: list[str] = []

    def sometimes(route: Route) -> None:
        if "?tu=" in route.request.url and route.request.url not in lost:
            lost.append(route.request.url)
            route.abort("connectionreset")
        else:
            route.continue_()

    with opened(browser, house, width=380, email=FOCAL_POINT) as page:
        page.route("**/tai-len/**", sometimes)
        page.goto(f"/ho-so/{case}/nop")
        page.get_by_label("Số, ký hiệu văn bản").fill("15/KH-SYT")
        page.get_by_label("Tệp", exact=True).set_input_files(
            [{"name": "Lịch phổ biến.pdf", "mimeType": "application/pdf", "buffer": LARGE}]
        )
        page.get_by_role("button", name="Nộp và lấy biên nhận").click()
        page.wait_for_selector("text=Mất kết nối")
        page.screenshot(path=tmp_path / "lost.png", full_page=True)
        page.wait_for_url("**/bien-nhan/*", timeout=60_000)
        assert shows(page, "15/KH-SYT")
        assert len(lost) == 3
        page.go_back()
    assert versions(house, "SYT") == 1


def test_a_session_that_ends_meanwhile_keeps_what_was_sent_and_typed(browser: Browser, house: House, case: int):
    with opened(browser, house, email=HEAD) as page:
        page.goto(f"/ho-so/{case}/nop")
        page.get_by_label("Ghi chú cho điều phối viên").fill("Kèm biểu số liệu")
        page.context.clear_cookies()
        page.get_by_label("Tệp", exact=True).set_input_files(
            [{"name": "biểu.txt", "mimeType": "text/plain", "buffer": b"du lieu"}]
        )
        page.wait_for_selector("text=Phiên đăng nhập đã hết")
        page.context.add_cookies([house.cookie(HEAD)])
        page.get_by_role("button", name="Tiếp tục").click()
        page.wait_for_selector("text=đã nhận đủ")
        page.reload()
        page.wait_for_selector("text=đã nhận đủ")
        assert page.get_by_label("Ghi chú cho điều phối viên").input_value() == "Kèm biểu số liệu"


@pytest.mark.parametrize(("unit", "javascript"), [("SYT", True), ("STC", False)])
def test_a_return_is_answered_on_a_phone(browser: Browser, house: House, unit: str, javascript: bool):
    deputy = f"pho-dau-moi.{unit.lower()}@example.vn"
    with opened(browser, house, width=380, email=deputy, javascript=javascript) as page:
        page.goto("/phai-nop")
        returned = page.locator("section", has=page.locator("#bo-sung"))
        returned.get_by_role("link", name="Nộp bản bổ sung").first.click()
        page.get_by_label("Tệp", exact=True).set_input_files(
            [{"name": "ke-hoach.txt", "mimeType": "text/plain", "buffer": b"ban hai"}]
        )
        page.get_by_label("Đã sửa, bổ sung gì").fill("Đã thêm phân công")
        page.get_by_role("button", name="Nộp và lấy biên nhận").click()
        page.wait_for_url("**/bien-nhan/*")
        assert shows(page, "Đã thêm phân công")


def steps_recorded(house: House) -> int:
    with reading(house.context.engine) as session:
        return len(session.exec(select(Stage).where(Stage.recorded_by == "Võ Văn Vy (ví dụ)")).all())


def test_a_leader_records_a_decision_on_a_phone(browser: Browser, house: House, tmp_path: Path):
    with opened(browser, house, width=380, email=LEADER, javascript=False) as page:
        page.goto("/cho-quyet-dinh")
        assert steps_recorded(house) == 0
        page.get_by_role("link", name="Ghi nhận").first.click()
        page.screenshot(path=tmp_path / "confirm.png", full_page=True)
        page.get_by_label("Ngày thực hiện").fill("2014-01-08")
        page.get_by_label("Số, ký hiệu văn bản").fill("70/QĐ-CTK")
        page.get_by_role("button", name="Ghi nhận").click()
        page.wait_for_url(lambda url: "/buoc/" not in url)
    assert steps_recorded(house) == 1
