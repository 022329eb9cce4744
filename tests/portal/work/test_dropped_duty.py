"""A duty the newest version of the plan dropped: its open cases stay, and every page goes on speaking of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import a_province
import pytest
from case_steps import case_of
from every_route import every_route
from fastapi.testclient import TestClient
from test_pages import VALUES
from visitors import ADMINISTRATOR, COORDINATOR, FOCAL_POINT, LEADER, a_browser, post

from models.database import writing
from portal.context import PortalContext
from services.operations.tick import tick
from services.plan.in_force import office_now
from services.plan.load import load_plan

DUTY = "I5-CALENDAR"  # of the next year; some units are overdue
TITLE = "Lịch phổ biến"
PAGES = (
    "/?nam=2013",
    "/danh-sach?nam=2013",
    "/don-vi/SYT?nam=2013",
    f"/nhiem-vu/{DUTY}?nam=2013",
    "/don-doc",
    "/lich?nam=2013",
)


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> PortalContext:
    context = a_province.a_context(tmp_path_factory.mktemp("dropped"))
    plan = context.office.plan
    kept = tuple(item for item in plan.obligations if item.id != DUTY)
    with writing(context.engine) as session:
        load_plan(session, replace(plan, obligations=kept), context.clock())
        changed = office_now(session, context.office)
    tick(context.engine, changed, context.clock() + timedelta(minutes=1))
    return replace(context, office=changed)


@pytest.fixture(scope="module")
def portal(context: PortalContext) -> Iterator[TestClient]:
    with a_browser(context, COORDINATOR) as client:
        yield client


@pytest.mark.parametrize("path", PAGES)
def test_pages_name_it_as_they_did(portal: TestClient, path: str):
    assert TITLE in portal.get(path).text


@pytest.mark.parametrize("reader", [COORDINATOR, LEADER, ADMINISTRATOR, FOCAL_POINT])
def test_no_page_fails_on_it(context: PortalContext, reader: str):
    client = a_browser(context, reader, raise_server_exceptions=False)
    case = str(case_of(context, "SYT", DUTY, "2014"))
    values = {**VALUES, "key": "SYT", "code": DUTY, "case_id": case, "id": case}
    paths = [route.path.format(**values) for route in every_route(context) if "GET" in route.methods]
    assert [path for path in paths if client.get(path).status_code >= 500] == []


def test_its_column_stays_on_the_board_behind_those_of_the_plan(context: PortalContext, portal: TestClient):
    page = portal.get("/?nam=2013").text
    columns = page.partition('<table class="matrix">')[2].partition("</thead>")[0]
    assert columns.count(TITLE) > 0
    assert columns.rindex("/nhiem-vu/") == columns.rindex(f"/nhiem-vu/{DUTY}")


def test_many_of_its_cases_can_be_decided_at_once(context: PortalContext, portal: TestClient):
    shown = post(portal, "/quyet-dinh/xem", ho_so=[str(case_of(context, "SYT", DUTY, "2014"))], viec="")
    assert TITLE in shown.text
