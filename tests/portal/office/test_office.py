"""The administrator's side: the hub, the log, the rehearsal, the versions of the plan, the machine."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from builders import counted
from fastapi.testclient import TestClient
from sqlalchemy import text
from visitors import ADMINISTRATOR, AUDITOR, COORDINATOR, FOCAL_POINT, a_browser, at

from models.database import reading, writing
from portal.context import PortalContext
from services import log
from services.plan.load import load_plan

LATER = datetime(2014, 3, 3, 2, tzinfo=UTC)


@pytest.fixture(scope="session")
def administrator(context: PortalContext) -> TestClient:
    return a_browser(context, ADMINISTRATOR)


def test_the_hub_leads_everywhere_and_units_do_not_see_it(administrator: TestClient, context: PortalContext) -> None:
    page = administrator.get("/quan-tri").text
    for path in ("ke-hoach", "dien-tap", "nhat-ky", "he-thong"):
        assert f'href="/quan-tri/{path}"' in page
        assert administrator.get(f"/quan-tri/{path}").status_code == 200
    assert 'href="/quan-tri"' not in a_browser(context, FOCAL_POINT).get("/don-vi/SYT?nam=2013").text
    assert "/quan-tri/nhat-ky" not in a_browser(context, COORDINATOR).get("/quan-tri").text


# --- the log --------------------------------------------------------------------------------------------------------


def test_the_log_is_filtered_by_who_what_when_and_object(administrator: TestClient) -> None:
    page = administrator.get("/quan-tri/nhat-ky", params={"viec": "case.extend", "nguoi": "Lan"}).text
    assert page.count('<td class="day">') == 1
    assert "Đang sắp xếp lại bộ máy" in page
    assert "Không có dòng nào" in administrator.get("/quan-tri/nhat-ky?nguoi=%25&tu=2014-01-01&den=").text
    days = administrator.get("/quan-tri/nhat-ky", params={"tu": "2013-10-24", "den": "2013-10-24"}).text
    assert "24/10/2013" in days
    assert "02/12/2013" not in days


def test_the_log_is_read_page_by_page_with_the_same_number_of_queries(
    administrator: TestClient, context: PortalContext
) -> None:
    first = administrator.get("/quan-tri/nhat-ky").text
    older = first.split("truoc=")[1].split('"')[0].split("&")[0]
    with counted(context.engine) as few:
        administrator.get("/quan-tri/nhat-ky?doi_tuong=plan:1")
    with counted(context.engine) as many:
        second = administrator.get(f"/quan-tri/nhat-ky?truoc={older}").text
    assert len(few) == len(many) <= 10
    assert f"dòng {older}<" in first
    assert f"dòng {older}<" not in second


def test_a_changed_entry_breaks_the_chain_and_is_named(own_context: PortalContext) -> None:
    auditor = a_browser(own_context, AUDITOR)
    assert "Nguyên vẹn" in auditor.get("/quan-tri/nhat-ky/kiem-tra").text
    with writing(own_context.engine) as session:
        session.execute(text("UPDATE log_entry SET actor = 'kẻ khác' WHERE seq = 7"))
    page = auditor.get("/quan-tri/nhat-ky/kiem-tra").text
    assert "đứt tại dòng 7" in page
    assert "kẻ khác" in page


def test_the_exported_log_can_be_walked_and_holds_no_formula(own_context: PortalContext) -> None:
    with writing(own_context.engine) as session:
        log.append(session, own_context.clock(), '=HYPERLINK("http://x")', "person.confirm", "-1+1", {"a": "\n"})
    auditor = a_browser(own_context, AUDITOR)
    rows = list(csv.reader(io.StringIO(auditor.get("/quan-tri/nhat-ky/xuat/csv").text.lstrip("\ufeff"))))
    assert not [cell for row in rows[1:] for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]
    lines = [json.loads(line) for line in auditor.get("/quan-tri/nhat-ky/xuat/jsonl").text.splitlines()]
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert all(one["previous"] == before["digest"] for before, one in pairwise(lines))
    assert lines[-1]["action"] == "log.export"


# --- the rehearsal --------------------------------------------------------------------------------------------------


def test_a_rehearsal_says_who_gets_what_and_changes_nothing(own_context: PortalContext) -> None:
    client = a_browser(own_context, COORDINATOR)
    client.get("/quan-tri")
    before = dumped(own_context)
    page = client.get("/quan-tri/dien-tap?tu=2014-01-08&den=2014-02-28").text
    assert "II2-REPORT" in page
    assert "<rect" in page
    assert dumped(own_context) == before


def test_a_rehearsal_is_narrowed_to_a_unit_and_exported(administrator: TestClient) -> None:
    asked = {"tu": "2014-01-08", "den": "2014-02-28", "don_vi": "CTK"}
    file = administrator.get("/quan-tri/dien-tap/xuat", params=asked).text.lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(file)))
    assert {row["unit"] for row in rows} == {"CTK"}
    assert {row["channel"] for row in rows} == {"email"}


@pytest.mark.parametrize("asked", ["tu=2014-06-01&den=2014-05-01", "tu=1999-01-01&den=2999-12-31", "tu=&den="])
def test_a_rehearsal_of_strange_days_is_kept_within_bounds(administrator: TestClient, asked: str) -> None:
    assert administrator.get(f"/quan-tri/dien-tap?{asked}").status_code == 200


def dumped(context: PortalContext) -> list[str]:
    with context.engine.connect() as connection:
        assert connection.connection.dbapi_connection is not None
        return list(connection.connection.dbapi_connection.iterdump())


# --- versions of the plan -------------------------------------------------------------------------------------------


def test_two_versions_are_compared_in_words(own_context: PortalContext) -> None:
    plan = own_context.office.plan
    report = plan.obligation("II2-REPORT")
    later = replace(report, when=replace(report.when, day=25))
    changed = replace(plan, obligations=tuple(later if item is report else item for item in plan.obligations))
    with writing(own_context.engine) as session:
        load_plan(session, changed, LATER)
    page = a_browser(at(own_context, LATER), ADMINISTRATOR).get("/quan-tri/ke-hoach?tu=1&den=2").text
    assert "thời hạn · ngày" in page
    assert "<del>20</del>" in page
    assert "<ins>25</ins>" in page
    assert "hồ sơ đang mở; các kỳ chưa mở theo phiên bản mới" in page


def test_a_version_that_is_not_there_is_said_plainly(administrator: TestClient) -> None:
    assert administrator.get("/quan-tri/ke-hoach?tu=1&den=99").status_code == 404


# --- the machine ----------------------------------------------------------------------------------------------------


def test_the_system_page_shows_what_the_doctor_finds(administrator: TestClient, context: PortalContext) -> None:
    page = administrator.get("/quan-tri/he-thong").text
    assert "chưa sao lưu lần nào" in page
    assert "70/KH-UBND, phiên bản 1" in page
    with reading(context.engine) as session:
        assert str(session.execute(text("SELECT sqlite_version()")).scalar()) in page
