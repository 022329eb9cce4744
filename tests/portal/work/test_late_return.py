"""A return whose day has passed is late everywhere, by a day of its own."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import a_province
import pytest
from sqlmodel import col, select
from systems import System
from visitors import COORDINATOR, a_browser

from models.database import reading, writing
from models.queries.cases.status import counts_by_occurrence
from models.tables.cases import Case
from models.tables.organisations import Organisation
from portal.context import PortalContext
from rules.status import Status
from services.operations.tick import tick
from services.views.dashboard_projection import occurrence_views
from services.views.overview import cases_as_of, four_numbers

ON_THE_DAY = datetime(2014, 1, 15, 16, 59, tzinfo=UTC)  # 23:59 in Sóc Trăng
AFTER = datetime(2014, 1, 20, 2, tzinfo=UTC)  # three working days later
LATE = "quá 3 ngày làm việc"


@pytest.fixture
def before(tmp_path: Path) -> PortalContext:
    return a_province.a_context(tmp_path, ON_THE_DAY)


@pytest.fixture
def after(before: PortalContext) -> PortalContext:
    return replace(before, clock=lambda: AFTER)


@pytest.fixture
def returned(before: PortalContext) -> tuple[int, str]:
    with reading(before.engine) as session:
        query = select(Case.id, Organisation.key).join(Organisation).where(col(Case.return_by).is_not(None))
        case, unit = session.exec(query).one()
    assert case is not None
    return case, unit


def rows(page: str, case: int) -> list[str]:
    return [row for row in re.split(r"<tr|<li class=\"card", page) if f"/ho-so/{case}" in row]


def test_on_its_last_day_it_is_not_late_yet(before: PortalContext, returned: tuple[int, str]):
    [row] = rows(a_browser(before, COORDINATOR).get("/don-doc").text, returned[0])
    assert "15/01/2014" in row
    assert "Đề nghị bổ sung" in row
    assert "hôm nay" in row
    assert "s-overdue" not in row


def test_every_page_says_so_in_red_by_its_own_day(after: PortalContext, returned: tuple[int, str]):
    case, unit = returned
    client = a_browser(after, COORDINATOR)
    pages = {
        "/don-doc": client.get("/don-doc").text,
        "/danh-sach": client.get("/danh-sach?nam=2013&loc=qua-han").text,
        f"/don-vi/{unit}": client.get(f"/don-vi/{unit}?nam=2013").text,
        "/phai-nop": a_browser(after, f"dau-moi.{unit.lower()}@example.vn").get("/phai-nop").text,
    }
    for path, page in pages.items():
        [row] = rows(page, case)
        assert all(words in row for words in ("15/01/2014", "s-overdue", LATE)), path
        assert "31/12/2013</b>" not in row, path
    shown = client.get(f"/ho-so/{case}").text
    assert "Cần bổ sung chậm nhất ngày 15/01/2014." in shown
    assert f"<b>{LATE}.</b>" in shown
    assert "s-overdue" in shown


def test_the_chasing_list_sorts_it_by_its_own_day(after: PortalContext, returned: tuple[int, str]):
    page = a_browser(after, COORDINATOR).get("/don-doc").text
    late = [int(days) for days in re.findall(r"quá (\d+) ngày làm việc", page)]
    assert late == sorted(late, reverse=True)
    assert 3 in late


def test_the_board_names_it_and_counts_it(before: PortalContext, after: PortalContext, returned: tuple[int, str]):
    def of(context: PortalContext) -> tuple[int, str]:
        page = a_browser(context, COORDINATOR).get("/?nam=2013").text
        section = page.partition('id="qua-han"')[2].partition("</section>")[0]
        return int(re.findall(r'loc=qua-han[^"]*"><b>(\d+)', page)[0]), section

    (count_before, text_before), (count_after, text_after) = of(before), of(after)
    assert count_after == count_before + 1
    assert "chưa bổ sung theo yêu cầu" not in text_before
    [line] = [row for row in text_after.split("<tr>") if "chưa bổ sung theo yêu cầu" in row]
    assert "15/01/2014" in line
    assert LATE in line
    assert f"/don-vi/{returned[1]}" in line
    assert text_after.count("/don-vi/") == int(re.findall(r"<p>(\d+) việc", text_after)[0])


def test_the_command_the_dashboard_and_the_api_tell_the_same(after: PortalContext, returned: tuple[int, str]):
    with reading(after.engine) as session:
        occurrence = session.get_one(Case, returned[0]).occurrence_id
        [row] = [one for one in cases_as_of(session, AFTER) if one.id == returned[0]]
        [view] = [one for one in occurrence_views(session, AFTER) if one.occurrence == occurrence]
        assert row.standing == Status.RETURNED_OVERDUE
        assert four_numbers([row], AFTER).overdue == 1
        assert counts_by_occurrence(session, AFTER)[occurrence][Status.RETURNED_OVERDUE] == 1
    assert "1/33 phải bổ sung (1 quá hạn bổ sung)" in view.text
    shown = System(after).get(f"/cases/{returned[0]}").json()
    assert (shown["status"], shown["standing"], shown["return_by"]) == (*(["returned_overdue"] * 2), "2014-01-15")
    assert tick(after.engine, after.office, AFTER, "I5-CALENDAR")[0].is_late


def test_a_new_day_may_be_set_for_it(after: PortalContext, returned: tuple[int, str]):
    with writing(after.engine) as session:
        session.get_one(Case, returned[0]).return_by = date(2014, 1, 20)
    with reading(after.engine) as session:
        [row] = [one for one in cases_as_of(session, AFTER) if one.id == returned[0]]
    assert row.standing == Status.RETURNED
