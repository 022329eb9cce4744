"""Many cases chosen on a list: looked at, confirmed, told of one by one."""

from __future__ import annotations

import re
from pathlib import Path

import a_province
import pytest
from builders import counted
from case_steps import case_of, decides
from fastapi.testclient import TestClient
from visitors import AUDITOR, COORDINATOR, FOCAL_POINT, LEADER, a_browser, post

from portal.context import PortalContext


@pytest.fixture
def context(tmp_path: Path) -> PortalContext:
    return a_province.a_context(tmp_path)


def waiting(client: TestClient) -> list[str]:
    """Cases handed in that nobody has looked at, as their boxes on the list name them."""
    page = client.get("/danh-sach?nam=2013&tinh_trang=cho-xet").text
    return re.findall(r'type="checkbox" name="ho_so" value="(\d+)"', page)


def carried(page: str) -> list[str]:
    form = page.partition('action="/quyet-dinh/ghi"')[2].partition("</form>")[0]
    return re.findall(r'name="ho_so" value="([\d.]+)"', form)


def test_chosen_cases_are_shown_confirmed_and_told_of(context: PortalContext):
    client = a_browser(context, COORDINATOR)
    chosen = waiting(client)[:5]
    overdue = str(case_of(context, "SYT", "I5-CALENDAR", "2014"))
    asked = post(client, "/quyet-dinh/xem", ho_so=[*chosen, overdue])
    assert "6 hồ sơ được chọn" in asked.text
    seen = post(client, "/quyet-dinh/xem", ho_so=[*chosen, overdue], viec="accept").text
    assert "Chấp nhận 5/6 hồ sơ" in seen
    assert "Tình trạng hồ sơ lúc này không cho phép việc đó." in seen
    done = post(client, "/quyet-dinh/ghi", viec="accept", ho_so=carried(seen)).text
    assert "đã ghi 5 hồ sơ" in done
    assert not set(chosen) & set(waiting(client))


def test_the_way_back_leads_to_the_list_as_it_was_filtered_and_nowhere_else(context: PortalContext):
    client = a_browser(context, COORDINATOR)
    place = "/danh-sach?nam=2013&tinh_trang=cho-xet"
    page = post(client, "/quyet-dinh/xem", ho_so=waiting(client)[:1], ve=place).text
    assert f'href="{place.replace("&", "&amp;")}"' in page
    evil = post(client, "/quyet-dinh/xem", ho_so=waiting(client)[:1], ve="https://evil.example/danh-sach").text
    assert "evil" not in evil


def test_looking_changes_nothing(context: PortalContext):
    client = a_browser(context, COORDINATOR)
    before = waiting(client)
    post(client, "/quyet-dinh/xem", ho_so=before, viec="accept")
    assert waiting(client) == before


def test_what_somebody_decided_meanwhile_is_named_with_that_person(context: PortalContext):
    lan, minh = a_browser(context, COORDINATOR), a_browser(context, LEADER)
    chosen = waiting(lan)[:2]
    seen = post(lan, "/quyet-dinh/xem", ho_so=chosen, viec="accept").text
    decides(minh, int(chosen[0]), "return", reason="Thiếu biểu 3", until="2014-01-15")
    done = post(lan, "/quyet-dinh/ghi", viec="accept", ho_so=carried(seen)).text
    assert "đã ghi 1 hồ sơ" in done
    assert "hồ sơ vừa thay đổi" in done
    assert "Thiếu biểu 3" in done
    name = re.search(r'<a class="me"[^>]*><span[^>]*>[^<]*</span>([^<]+)', minh.get("/tai-khoan").text)
    assert name is not None
    assert name[1] in done


def test_a_slip_is_taken_back_by_opening_the_cases_again(context: PortalContext):
    client = a_browser(context, COORDINATOR)
    chosen = waiting(client)[:3]
    seen = post(client, "/quyet-dinh/xem", ho_so=chosen, viec="accept").text
    done = post(client, "/quyet-dinh/ghi", viec="accept", ho_so=carried(seen)).text
    assert "Mở lại các hồ sơ vừa ghi" in done
    undo = post(client, "/quyet-dinh/xem", viec="reopen", ho_so=chosen, reason="Chọn nhầm").text
    post(client, "/quyet-dinh/ghi", viec="reopen", reason="Chọn nhầm", ho_so=carried(undo))
    assert set(chosen) <= set(waiting(client))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"viec": "waive"}, "Cần ghi lý do"),
        ({"viec": "extend", "reason": "Lũ"}, "Cần chọn ngày"),
        ({"viec": "return", "reason": "x", "until": "2013-01-01"}, "Không chọn ngày đã qua"),
        ({"viec": "burn"}, "Cần chọn một quyết định"),
    ],
)
def test_a_decision_that_lacks_something_is_asked_for_again(context: PortalContext, fields: dict[str, str], said: str):
    client = a_browser(context, COORDINATOR)
    answer = post(client, "/quyet-dinh/xem", ho_so=waiting(client)[:2], **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert not carried(answer.text)


@pytest.mark.parametrize("evil", ["x", "-1", "0", "1.x", "9" * 40, "1;drop"])
def test_what_is_no_case_is_refused_in_words(context: PortalContext, evil: str):
    answer = post(a_browser(context, COORDINATOR), "/quyet-dinh/xem", ho_so=[evil])
    assert answer.status_code == 422
    assert "Tham số «ho_so»" in answer.text


@pytest.mark.parametrize("email", [FOCAL_POINT, AUDITOR])
def test_who_may_not_decide_finds_no_boxes_and_no_door(context: PortalContext, email: str):
    client = a_browser(context, email)
    assert "checkbox" not in client.get("/danh-sach?nam=2013").text.partition("</details>")[2]
    assert post(client, "/quyet-dinh/ghi", viec="accept", ho_so=["1.1"]).status_code == 403


def test_the_preview_of_many_asks_no_more_often_than_of_one(context: PortalContext):
    client = a_browser(context, COORDINATOR)
    chosen = waiting(client)
    with counted(context.engine) as one:
        post(client, "/quyet-dinh/xem", ho_so=chosen[:1], viec="accept")
    with counted(context.engine) as many:
        post(client, "/quyet-dinh/xem", ho_so=chosen, viec="accept")
    assert len(chosen) > 10
    assert len(many) == len(one) <= 10


def test_a_whole_sheet_is_chosen_with_one_link(context: PortalContext):
    page = a_browser(context, COORDINATOR).get("/danh-sach?nam=2013&tinh_trang=cho-xet&chon=1").text
    assert page.count('name="ho_so"') == page.count('form="chon" checked') > 10
