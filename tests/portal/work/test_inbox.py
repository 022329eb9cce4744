"""The coordinator's inbox: nothing waits unseen, and one decision leads to the next case."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import a_province
import pytest
from builders import counted
from case_steps import case_of
from fastapi.testclient import TestClient
from sqlmodel import col, select
from visitors import COORDINATOR, FOCAL_POINT, a_browser, form_key, post

from models.database import reading
from models.tables.cases import Case
from portal.context import PortalContext

LATER = datetime(2014, 1, 20, 2, tzinfo=UTC)  # the one return is past its day
REVIEW = "cho-xem-xet"


@pytest.fixture
def context(tmp_path: Path) -> PortalContext:
    return replace(a_province.a_context(tmp_path), clock=lambda: LATER)


@pytest.fixture
def lan(context: PortalContext) -> TestClient:
    return a_browser(context, COORDINATOR)


def tiles(client: TestClient) -> dict[str, int]:
    found = re.findall(r'<a class="tile[^"]*" href="/viec/([^"]+)"><b>([\d.]+)</b>', client.get("/viec").text)
    return {path: int(number.replace(".", "")) for path, number in found}


def to_review(context: PortalContext) -> set[int]:
    with reading(context.engine) as session:
        undecided = (col(Case.accepted_at).is_(None), col(Case.returned_at).is_(None), col(Case.outcome).is_(None))
        return {id or 0 for id in session.exec(select(Case.id).where(col(Case.received_at).is_not(None), *undecided))}


def listed(page: str) -> list[int]:
    return [int(id) for id in re.findall(r"/ho-so/(\d+)\?viec=", page)]


def test_every_list_is_counted_and_the_badge_is_their_sum(context: PortalContext, lan: TestClient):
    counts = tiles(lan)
    assert counts[f"ho-so/{REVIEW}"] == len(to_review(context)) > 8
    assert counts["ho-so/bo-sung"] == 1
    badge = re.findall(r'href="/viec"[^>]*>[^<]*<b class="badge">([\d.]+)</b>', lan.get("/viec").text)
    assert [int(number.replace(".", "")) for number in badge] == [sum(counts.values())]


def test_a_list_holds_each_case_it_counts_once(context: PortalContext, lan: TestClient):
    assert sorted(listed(lan.get(f"/viec/ho-so/{REVIEW}").text)) == sorted(to_review(context))
    assert len(listed(lan.get("/viec/ho-so/bo-sung").text)) == 1
    assert lan.get("/viec/ho-so/khac").status_code == 404


def test_what_a_unit_writes_waits_until_it_is_read(context: PortalContext, lan: TestClient):
    case = case_of(context, "SYT", "I5-CALENDAR", "2014")
    post(a_browser(context, FOCAL_POINT), f"/ho-so/{case}/tin-nhan", text="Gửi bản quét có được không?")
    assert tiles(lan)["ho-so/tin-nhan"] == 1
    assert listed(lan.get("/viec/ho-so/tin-nhan").text) == [case]
    lan.get(f"/ho-so/{case}?viec=tin-nhan")
    assert tiles(lan)["ho-so/tin-nhan"] == 0


def accept(client: TestClient, path: str):
    page = client.get(path).text
    bar = page.partition('class="walk"')[2].partition("</form>")[0]
    fields = dict(re.findall(r'name="(viec|seen|tu)" value="([^"]*)"', bar))
    return post(client, path.partition("?")[0] + "/quyet-dinh", **fields)


def test_two_clicks_from_the_inbox_to_accepted_and_on_to_the_next(context: PortalContext, lan: TestClient):
    clicks = 1
    path = re.findall(rf'href="(/ho-so/\d+\?viec={REVIEW})"', lan.get("/viec").text)[0]
    clicks += 1
    answer = accept(lan, path)
    print(f"hand-in → accepted: {clicks} clicks from the inbox")
    first, after = int(path.split("/")[2].partition("?")[0]), answer.headers["Location"]
    with reading(context.engine) as session:
        assert session.get_one(Case, first).accepted_at is not None
    assert clicks <= 2
    assert re.fullmatch(rf"/ho-so/\d+\?viec={REVIEW}&da=\d+", after)
    page = lan.get(after).text
    assert "<b>Đã chấp nhận</b>" in page
    assert "Không gửi thư cho ai về quyết định này." in page
    assert "Tiếp theo" in page


def test_one_after_the_other_visits_each_once_and_ends_in_the_inbox(context: PortalContext, lan: TestClient):
    left, path = to_review(context), f"/ho-so/{min(to_review(context))}?viec={REVIEW}"
    while left:
        case = int(path.split("/")[2].partition("?")[0])
        left.remove(case)
        answer = accept(lan, path)
        assert answer.status_code in (303, 422)
        if answer.status_code == 422:  # a review that was not answered yet cannot be accepted
            path = re.findall(rf'href="(/ho-so/\d+\?viec={REVIEW})">Tiếp theo', answer.text)[0]
        else:
            path = answer.headers["Location"]
    assert path.startswith("/viec?da=")
    assert "<b>Đã chấp nhận</b>" in lan.get(path).text


def test_a_return_says_who_is_told_and_offers_the_next_case(context: PortalContext, lan: TestClient):
    case = max(to_review(context))
    open_form = lan.get(f"/ho-so/{case}?viec={REVIEW}&mo=return").text
    assert 'act" open><summary>Trả lại để bổ sung' in open_form
    seen = re.findall(r'name="seen" value="(\d+)"', open_form)[0]
    fields = {"viec": "return", "reason": "Thiếu phụ lục", "until": "2014-02-03", "seen": seen}
    answer = post(lan, f"/ho-so/{case}/quyet-dinh", **fields)
    assert re.fullmatch(rf"/ho-so/{case}\?da=\d+", answer.headers["Location"])
    page = lan.get(answer.headers["Location"]).text
    assert "<b>Đã trả lại để bổ sung</b>" in page
    assert "đến ngày 03/02/2014" in page
    assert "được báo qua thư điện tử, trong giờ làm việc, sớm nhất" in page
    assert "Hồ sơ tiếp theo chờ xem xét" in page
    other = a_browser(context, "lanh-dao.ctk@example.vn")
    assert "<b>Đã trả lại để bổ sung</b>" not in other.get(answer.headers["Location"]).text


def test_a_long_list_takes_no_more_questions_than_a_short_one(context: PortalContext, lan: TestClient):
    counts = []
    for slug in (REVIEW, "bo-sung"):
        lan.get(f"/viec/ho-so/{slug}")
        with counted(context.engine) as statements:
            lan.get(f"/viec/ho-so/{slug}?lan=2")
        counts.append(len(statements))
    assert 0 < counts[0] == counts[1] <= 12


def test_units_have_no_inbox(context: PortalContext):
    unit = a_browser(context, FOCAL_POINT)
    assert unit.get(f"/viec/ho-so/{REVIEW}").status_code == 403
    assert form_key(unit)
