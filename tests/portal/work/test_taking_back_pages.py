"""One click takes back what was just done; afterwards it is corrected with a reason."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import a_province
import pytest
from case_steps import case_of
from fastapi.testclient import TestClient
from visitors import COORDINATOR, FOCAL_POINT, a_browser, post

from portal.context import PortalContext

NOW = datetime(2014, 1, 20, 2, tzinfo=UTC)


@pytest.fixture
def context(tmp_path: Path) -> PortalContext:
    return replace(a_province.a_context(tmp_path), clock=lambda: NOW)


@pytest.fixture
def lan(context: PortalContext) -> TestClient:
    return a_browser(context, COORDINATOR)


@pytest.fixture
def case(context: PortalContext) -> int:
    return case_of(context, "SYT", "I5-CALENDAR", "2014")


def seen(client: TestClient, case: int) -> str:
    return re.findall(r'name="seen" value="(\d+)"', client.get(f"/ho-so/{case}").text)[0]


def registered(lan: TestClient, case: int) -> None:
    arrived = {"via": "paper", "received": "2014-01-20T08:30", "number": "12/BC-SYT", "day": "2014-01-17", "note": ""}
    assert post(lan, f"/ho-so/{case}/vao-so", **arrived).status_code == 303


def button(page: str, case: int) -> str:
    found = re.findall(rf'action="(/ho-so/{case}/[^"]*thu-hoi)"', page)
    return found[0] if found else ""


def test_a_registration_is_taken_back_by_one_click(lan: TestClient, case: int):
    registered(lan, case)
    page = lan.get(f"/ho-so/{case}").text
    assert "được đến 09:10 20/01/2014; đến lúc đó chưa có thư nào gửi đi" in page
    answer = post(lan, button(page, case))
    page = lan.get(answer.headers["Location"]).text
    assert "hồ sơ trở lại như trước" in page
    assert "Chưa nộp lần nào." in page
    assert "Nộp lần 1, văn bản số 12/BC-SYT" in page
    assert "Thu hồi việc vào sổ, lần nộp 1" in page
    assert button(page, case) == ""


def test_a_return_is_taken_back_from_the_line_that_says_what_was_done(lan: TestClient, case: int):
    registered(lan, case)
    returned = {"viec": "return", "reason": "Thiếu", "until": "2014-01-27", "seen": seen(lan, case)}
    answer = post(lan, f"/ho-so/{case}/quyet-dinh", **returned)
    page = lan.get(answer.headers["Location"]).text
    note = page.partition("done-note")[2].partition("</div>")[0]
    assert "09:10 20/01/2014" in note  # the mail leaves then, and not before
    assert post(lan, button(note, case)).status_code == 303
    page = lan.get(f"/ho-so/{case}").text
    assert "Thu hồi việc trả lại để bổ sung" in page
    assert "Cần bổ sung chậm nhất" not in page


def test_ten_minutes_later_it_is_corrected_instead(context: PortalContext, lan: TestClient, case: int):
    registered(lan, case)
    path = button(lan.get(f"/ho-so/{case}").text, case)
    later = a_browser(replace(context, clock=lambda: NOW + timedelta(minutes=10)), COORDINATOR)
    assert button(later.get(f"/ho-so/{case}").text, case) == ""
    answer = post(later, path)
    assert answer.status_code == 409
    assert "Không thu hồi được nữa" in answer.text
    fixed = {"number": "21/BC-SYT", "day": "2014-01-17", "received": "2014-01-20T08:30", "reason": "Ghi nhầm số"}
    form = f"/ho-so/{case}/van-ban/1/sua"
    assert "12/BC-SYT" in later.get(form).text
    assert post(later, form, **{**fixed, "reason": ""}).status_code == 422
    page = later.get(post(later, form, **fixed).headers["Location"]).text
    assert "12/BC-SYT ngày 17/01/2014, nhận 20/01/2014 → 21/BC-SYT ngày 17/01/2014" in " ".join(page.split())
    gone = post(later, f"/ho-so/{case}/van-ban/1/rut", reason="Của Sở khác")
    page = later.get(gone.headers["Location"]).text
    assert "Rút văn bản đã vào sổ, lần nộp 1: Của Sở khác" in page
    assert "Chưa nộp lần nào." in page


def test_the_unit_sees_none_of_the_buttons(context: PortalContext, lan: TestClient, case: int):
    registered(lan, case)
    page = a_browser(context, FOCAL_POINT).get(f"/ho-so/{case}").text
    assert "12/BC-SYT" in page
    assert button(page, case) == ""
    assert "/sua" not in page
