"""Units on the administrator's pages: found, renamed, merged; shown before it counts."""

from __future__ import annotations

import re
from datetime import date

import a_province
import pytest
from builders import counted
from fastapi.testclient import TestClient
from visitors import ADMINISTRATOR, AUDITOR, a_browser, form_key, post

from models.database import reading
from portal.context import PortalContext
from portal.forms import FIELD
from services.units import unit_named

NAMED = {"name": "Ủy ban nhân dân thị xã Ngã Năm", "abbreviation": "TX Ngã Năm", "head_title": "Chủ tịch"}


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> PortalContext:
    """One of their own, changed test by test."""
    return a_province.a_context(tmp_path_factory.mktemp("units"))


@pytest.fixture
def administrator(context: PortalContext) -> TestClient:
    return a_browser(context, ADMINISTRATOR)


def seal(page: str) -> str:
    found = re.search(r'name="seal" value="(\w{64})"', page)
    assert found, page
    return found[1]


def test_a_unit_is_found_by_name_whatever_the_case_and_its_list_costs_no_more_for_all(
    administrator: TestClient, context: PortalContext
) -> None:
    assert 'href="/quan-tri/don-vi/SYT"' in administrator.get("/quan-tri/don-vi?tim=SỞ+Y+TẾ").text
    with counted(context.engine) as few:
        administrator.get("/quan-tri/don-vi?tim=SYT")
    with counted(context.engine) as many:
        administrator.get("/quan-tri/don-vi")
    assert len(few) == len(many)


def test_a_rename_is_shown_then_counts_from_its_day(administrator: TestClient, context: PortalContext) -> None:
    told = {"kind": "rename", "on": "2013-12-29", "basis": "Nghị quyết 133/NQ-CP", **NAMED}
    page = post(administrator, "/quan-tri/don-vi/H-NGANAM/xem-truoc", **told).text
    assert "Tên mới: Ủy ban nhân dân thị xã Ngã Năm" in page
    assert "chưa ghi gì" in post(administrator, "/quan-tri/don-vi/H-NGANAM/ghi", **told, seal="0").text
    assert post(administrator, "/quan-tri/don-vi/H-NGANAM/ghi", **told, seal=seal(page)).status_code == 303
    with reading(context.engine) as session:
        unit = unit_named(session, date(2014, 1, 8), "H-NGANAM")
    assert unit is not None
    assert unit.name == NAMED["name"]
    assert "Nghị quyết 133/NQ-CP" in administrator.get("/quan-tri/don-vi/H-NGANAM").text


def test_a_merger_shows_every_case_that_moves(administrator: TestClient) -> None:
    told = {"kind": "merge", "on": "2014-01-06", "into": "SXD"}
    page = post(administrator, "/quan-tri/don-vi/SGTVT/xem-truoc", **told).text
    assert "Giải thể: SGTVT." in page
    assert post(administrator, "/quan-tri/don-vi/SGTVT/ghi", **told, seal=seal(page)).status_code == 303
    assert "giải thể 06/01/2014" in administrator.get("/quan-tri/don-vi?tim=SGTVT").text
    assert "đã giải thể" in post(administrator, "/quan-tri/don-vi/SGTVT/xem-truoc", **told).text


def test_a_refused_split_keeps_what_was_chosen(administrator: TestClient) -> None:
    told = {"kind": "split", "on": "2014-06-01", "into": ["STC", "SNV"]}
    answer = post(administrator, "/quan-tri/don-vi/STP/xem-truoc", **told)
    assert answer.status_code == 422
    assert "từ ngày có hiệu lực" in answer.text
    assert answer.text.count("selected") == 2


def test_an_auditor_sees_no_form(context: PortalContext) -> None:
    assert a_browser(context, AUDITOR).get("/quan-tri/don-vi/STP").text.count("<form") == 1


def test_an_exported_register_comes_back_unchanged(administrator: TestClient) -> None:
    content = administrator.get("/quan-tri/don-vi/xuat").content
    answer = administrator.post(
        "/quan-tri/nhap/don-vi", data={FIELD: form_key(administrator)}, files={"tep": ("don-vi.csv", content)}
    )
    page = administrator.get(answer.headers["Location"]).text
    assert "0 đơn vị mới, 0 đổi tên, 0 sửa" in page
