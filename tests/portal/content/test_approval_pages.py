"""The coordinator sees by which document a table was frozen, what became of it, and why one is not frozen."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import a_province
import pytest
from case_steps import case_of, seen
from content_builders import a_product, accepted, handed_in, judged
from fastapi.testclient import TestClient
from visitors import COORDINATOR, a_browser, post

from portal.context import PortalContext
from services.operations.tick import tick

DUTY, YEAR, STEP = "I4B-CATALOGUE", "2015", "I4B-APPROVE"
PAGE = f"/noi-dung/{DUTY}/{YEAR}"
OCTOBER = datetime(2014, 10, 20, 2, tzinfo=UTC)
FROZEN_NOT_YET = "Đã ghi nhận phê duyệt nhưng bảng chưa được chốt."


@pytest.fixture
def context(tmp_path: Path) -> PortalContext:
    """The lead's proposal is with the committee."""
    context = a_province.a_context(tmp_path, OCTOBER)
    tick(context.engine, context.office, datetime(2014, 9, 10, 1, tzinfo=UTC), DUTY)
    handed_in(context.engine, context.office, "CTK", datetime(2014, 9, 26, 1, tzinfo=UTC), judged(), DUTY, YEAR)
    return context


def sent(context: PortalContext, unit: str, **values: str) -> None:
    product = judged(a_product("Giá tiêu dùng", **values))
    accepted(context.engine, handed_in(context.engine, context.office, unit, OCTOBER, product, DUTY, YEAR), OCTOBER)


def at_the_step(client: TestClient, context: PortalContext, order: str = "", **fields: str) -> str:
    """Records it, or takes it back; returns the page of the case as it then is."""
    case = case_of(context, "CTK", DUTY, YEAR)
    where = f"/ho-so/{case}/buoc/{STEP}"
    assert post(client, where + order, seen=seen(client.get(where).text), **fields).status_code == 303
    return client.get(f"/ho-so/{case}").text


def test_the_document_stands_at_the_version_and_so_does_what_became_of_it(context: PortalContext) -> None:
    sent(context, "SYT")
    client = a_browser(context, COORDINATOR)
    case = at_the_step(client, context, done_on="2014-10-17", number="2150/QĐ-UBND")
    assert "đã chốt, bản số 1." in case
    page = client.get(PAGE).text
    assert "số 2150/QĐ-UBND ngày 17/10/2014" in page
    assert "Khi chốt: 1 bảng chờ chấp nhận" in page  # that of the lead itself
    at_the_step(client, context, done_on="2014-10-17", number="2151/<b>", reason="Gõ nhầm")
    page = client.get(PAGE).text
    assert "đã sửa thành" in page
    assert "số 2151/&lt;b&gt; ngày 17/10/2014" in page
    case = at_the_step(client, context, "/thu-hoi", reason="Nhầm hồ sơ")
    assert "bản chốt số 1 theo văn bản đã thu hồi vẫn được giữ" in case
    page = client.get(PAGE).text
    assert "Nhầm hồ sơ" in page
    assert "đã thu hồi lúc" in page


def test_what_stands_in_the_way_is_said_where_it_is_settled_and_where_it_was_recorded(context: PortalContext) -> None:
    client = a_browser(context, COORDINATOR)
    case = at_the_step(client, context, done_on="2014-10-17", number="2150/QĐ-UBND")
    assert "đã phê duyệt nhưng chưa chốt được" in case
    page = client.get(PAGE).text
    assert FROZEN_NOT_YET in page
    assert "chưa bảng nào được chấp nhận" in page
    sent(context, "SYT")
    sent(context, "STC", frequency="quý")
    assert "còn 1 nội dung chưa thống nhất" in client.get(PAGE).text


def test_a_table_that_waits_for_its_approval_says_for_whose(context: PortalContext) -> None:
    sent(context, "SYT")
    page = a_browser(context, COORDINATOR).get(PAGE).text
    assert "Phê duyệt: đã ghi nhận 0/1" in page
    assert FROZEN_NOT_YET not in page
