"""After half a year the plan stands beside what is known to be released; the review opens what follows from it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from builders import at
from content_builders import Values, accepted, handed_in, judged
from visitors import AUDITOR, COORDINATOR, FOCAL_POINT, a_browser, post

from models.database import writing
from portal.context import PortalContext
from services.cases.hand_in import HandIn, find, hand_in
from services.content.consolidation import consolidate
from services.content.frozen import freeze
from services.operations.tick import tick

PLAN, CALENDAR, REVIEW = "I4B-COMPILE-PLAN", "I5-CALENDAR", "I4-MIDYEAR-REVIEW"
PAGE = "/noi-dung/ra-soat/2015"
IN_JULY = at("2015-07-10")


def planned(product: str, month: str) -> Values:
    return {"product": product, "frequency": "tháng", "compiled": "2015-01", "release": month, "unit": "Sở Y tế"}


def announced(product: str, day: str, link: str | None = None) -> Values:
    return {"content": "x", "product": product, "release": day, "channel": "trang tin", "unit": "Sở Y tế", "link": link}


def sent(context: PortalContext, duty: str, day: str, *values: Values) -> int:
    moment = at(day)
    tick(context.engine, context.office, moment, duty)
    return handed_in(context.engine, context.office, "SYT", moment, judged(*values), duty, "2015")


@pytest.fixture
def context(own_context: PortalContext) -> PortalContext:
    """A plan, a calendar, and what the unit sent again with the address of one release."""
    plan = [planned("Dịch bệnh <b>", "2015-01"), planned("Dịch bệnh <b>", "2015-10"), planned("Niên giám", "2015-03")]
    accepted(own_context.engine, sent(own_context, PLAN, "2014-09-10", *plan), at("2014-09-11"))
    days = ("2015-01-29", "2015-05-29", "2015-10-29")
    first = [announced("Dịch bệnh <b>", day, "https://soyte.example.vn") for day in days]
    accepted(own_context.engine, sent(own_context, CALENDAR, "2014-11-10", *first), at("2014-11-11"))
    again = [announced("Dịch bệnh <b>", "2015-01-29", "https://soyte.example.vn/1"), *first[1:]]
    sent(own_context, CALENDAR, "2015-02-02", *again)
    tick(own_context.engine, own_context.office, IN_JULY, REVIEW)
    return replace(own_context, clock=lambda: IN_JULY)


def shown(page: str) -> list[list[str]]:
    """The rows of the tables, as words."""
    rows = [re.split(r"</t[dh]>", row)[:-1] for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)]
    return [[" ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in cells] for cells in rows]


def test_each_release_is_recorded_not_recorded_or_to_come_with_totals_by_unit(context: PortalContext) -> None:
    page = a_browser(context, AUDITOR).get(PAGE).text
    rows = shown(page)
    assert ["Cộng", "3", "3", "1", "2", "1"] in rows
    assert [row for row in rows if row[0].startswith(("Dịch", "Niên"))] == [
        ["Dịch bệnh &lt;b&gt;", "01/2015", "29/01/2015", "đã ghi nhận https://soyte.example.vn/1 gửi ngày 02/02/2015"],
        ["Niên giám", "03/2015", "–", "chưa ghi nhận"],
        ["Dịch bệnh &lt;b&gt;", "–", "29/05/2015", "chưa ghi nhận"],
        ["Dịch bệnh &lt;b&gt;", "10/2015", "29/10/2015", "chưa đến thời gian"],
    ]
    assert "tính đến hết ngày 30/06/2015" in page
    assert "chưa phát hành" not in page


def test_before_the_half_is_over_it_goes_to_today(context: PortalContext) -> None:
    page = a_browser(replace(context, clock=lambda: at("2015-04-01")), AUDITOR).get(PAGE).text
    assert "tính đến hết ngày 01/04/2015" in page
    assert ["Cộng", "3", "3", "1", "1", "2"] in shown(page)


def test_a_frozen_plan_goes_before_what_is_accepted_since(context: PortalContext) -> None:
    with writing(context.engine) as session:
        whole = consolidate(session, context.office, PLAN, "2015", at("2014-10-01"))
        freeze(session, whole, "Mai", "", at("2014-10-01"))
    accepted(context.engine, sent(context, PLAN, "2015-03-01", planned("Khác", "2015-02")), at("2015-03-02"))
    page = a_browser(context, AUDITOR).get(PAGE).text
    assert "theo bản chốt số 1" in page
    assert "Khác" not in page


def test_it_is_reached_from_the_list_and_from_the_case_whose_answer_opens_two_duties(context: PortalContext) -> None:
    client = a_browser(context, COORDINATOR)
    assert PAGE in client.get("/noi-dung").text
    page = client.get(PAGE).text
    assert "Báo cáo Chủ tịch UBND tỉnh về điều chỉnh, bổ sung" in page
    assert "Thông báo điều chỉnh, bổ sung cho người sử dụng" in page
    case = re.search(r'href="(/ho-so/\d+)#ra-soat"', page)[1]
    assert PAGE in client.get(case).text
    with writing(context.engine) as session:
        hand_in(session, find(session, context.office, "CTK", REVIEW, "2015", IN_JULY), HandIn(IN_JULY), IN_JULY)
    seen = re.search(r'name="seen" value="(\d+)"', client.get(case).text)[1]
    assert post(client, f"{case}/ra-soat", adjusted="co", seen=seen).status_code == 303
    assert "<b>Có điều chỉnh, bổ sung</b>" in client.get(PAGE).text


def test_units_do_not_see_it(context: PortalContext) -> None:
    assert a_browser(context, FOCAL_POINT).get(PAGE).status_code == 403
