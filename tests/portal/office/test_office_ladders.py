"""Ladders as pictures with their days; every message with real, longest and emptiest facts."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient
from visitors import ADMINISTRATOR, a_browser

from models.database import reading
from models.queries.messages import ladders as ladders_queries
from notifications.kinds import MessageKind
from notifications.render.short_form import LONGEST_SHORT
from portal.context import PortalContext
from portal.pages.office.ladders import rungs, zero
from services.delivery.samples import Fill


@pytest.fixture(scope="module")
def administrator(context: PortalContext) -> TestClient:
    return a_browser(context, ADMINISTRATOR)


def test_a_ladder_stands_on_its_line_in_order_with_the_due_day_between(context: PortalContext) -> None:
    drawn = rungs(context.office.ladders["default"], {})
    assert [one.x for one in drawn] == sorted(one.x for one in drawn)
    assert {one.step.id for one in drawn if one.x < zero(drawn)} == {"L1", "L2"}


def test_a_chosen_occurrence_shows_the_days_of_its_steps(administrator: TestClient, context: PortalContext) -> None:
    with reading(context.engine) as session:
        report = next(
            one for one in ladders_queries.with_ladder(session, context.clock().date()) if one.period == "2014-Q1"
        )
        days = ladders_queries.step_days(session, report.id)["default"]
    page = administrator.get(f"/quan-tri/thang?ky={report.id}").text
    assert days["L1"]
    assert f"{days['L1'][0]:%d/%m/%Y}" in page
    assert f"{days['L1'][0]:%d/%m}<" in page
    assert administrator.get("/quan-tri/thang?ky=99999").status_code == 200


@pytest.mark.parametrize("fill", Fill)
@pytest.mark.parametrize("kind", MessageKind)
def test_every_message_can_be_looked_at_with_any_facts(
    administrator: TestClient, kind: MessageKind, fill: Fill
) -> None:
    page = administrator.get("/quan-tri/mau-thu", params={"loai": kind, "muc": fill})
    assert page.status_code == 200
    assert (f"trên {LONGEST_SHORT} ký tự" in page.text) == (not kind.details.mail_only)
    told = re.search(rf"(\d+) trên {LONGEST_SHORT} ký tự", page.text)
    assert told is None or int(told[1]) <= LONGEST_SHORT
    assert not re.search(r"None|undefined", page.text)


def test_the_page_of_a_message_stands_in_a_frame_that_may_do_nothing(administrator: TestClient) -> None:
    answer = administrator.get("/quan-tri/mau-thu/noi-dung?loai=overdue")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "<script" not in answer.text
    assert 'sandbox="allow-popups' in administrator.get("/quan-tri/mau-thu?loai=overdue").text


def test_a_case_that_is_not_there_is_said_plainly(administrator: TestClient) -> None:
    assert administrator.get("/quan-tri/mau-thu?ho_so=99999").status_code == 404
