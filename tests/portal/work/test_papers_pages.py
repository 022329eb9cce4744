"""From the case to an issued document: drafted, completed, approved, signed, numbered, and offered to the step."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import a_province
import pytest
from case_steps import case_of, seen
from content_builders import a_product, accepted, handed_in, judged
from docx import Document
from docx.oxml.ns import qn
from fastapi.testclient import TestClient
from sqlmodel import col, select
from visitors import COORDINATOR, FOCAL_POINT, LEADER, a_browser, post

from models.database import reading
from models.tables.messages import OfficeDocument
from portal.context import PortalContext
from services.operations.tick import tick

CATALOGUE, YEAR = "I4B-CATALOGUE", "2015"
OCTOBER = datetime(2014, 10, 20, 2, tzinfo=UTC)
PATH = "/viec/van-ban"


@pytest.fixture
def context(tmp_path: Path) -> PortalContext:
    """One unit's table is accepted; the lead has handed in."""
    context = a_province.a_context(tmp_path, OCTOBER)
    tick(context.engine, context.office, datetime(2014, 9, 10, 1, tzinfo=UTC), CATALOGUE)
    handed_in(context.engine, context.office, "CTK", datetime(2014, 9, 26, 1, tzinfo=UTC), judged(), CATALOGUE, YEAR)
    product = judged(a_product("Giá tiêu dùng"))
    version = handed_in(context.engine, context.office, "SYT", OCTOBER, product, CATALOGUE, YEAR)
    accepted(context.engine, version, OCTOBER)
    return context


def drafted(client: TestClient, context: PortalContext, step: str) -> int:
    case = case_of(context, "CTK", CATALOGUE, YEAR)
    answer = post(client, f"{PATH}/lap", case=case, step=step)
    assert answer.status_code == 303, answer.text
    return newest(context).id or 0


def newest(context: PortalContext) -> OfficeDocument:
    with reading(context.engine) as session:
        return session.exec(select(OfficeDocument).order_by(col(OfficeDocument.id).desc())).first() or OfficeDocument()


def text_of(client: TestClient, document: int) -> str:
    content = client.get(f"{PATH}/{document}/tep").content
    body = Document(BytesIO(content)).element.body
    return "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in body.iter(qn("w:p")))


def issued(context: PortalContext, document: int, number: str, day: str = "2014-10-20") -> None:
    coordinator, leader = a_browser(context, COORDINATOR), a_browser(context, LEADER)
    assert post(leader, f"{PATH}/{document}/duyet", despite="1").status_code == 303
    assert post(coordinator, f"{PATH}/{document}/ky").status_code == 303
    assert post(coordinator, f"{PATH}/{document}/so", number=number, issued_on=day).status_code == 303


def test_a_submission_from_the_case_to_its_number(context: PortalContext) -> None:
    client = a_browser(context, COORDINATOR)
    case = case_of(context, "CTK", CATALOGUE, YEAR)
    assert "Tờ trình" in client.get(f"/ho-so/{case}").text
    document = drafted(client, context, CATALOGUE)
    text = text_of(client, document)
    assert "Kính gửi: Chủ tịch Ủy ban nhân dân tỉnh Sóc Trăng." in text
    assert "gồm 01 mục (chi tiết tại Phụ lục kèm theo dự thảo Quyết định)" in text
    page = client.get(PATH).text
    assert "Còn 2 chỗ trống" in page
    words = {"slot": ["need", "consultation"], "words": ["Phục vụ <b>người</b> dùng", "Đã lấy ý kiến 12 sở"]}
    assert post(client, f"{PATH}/{document}/loi", **words).status_code == 303
    assert "Phục vụ <b>người</b> dùng" in text_of(client, document)
    assert post(client, f"{PATH}/{document}/duyet").status_code == 403  # the leader's word
    issued(context, document, "12/TTr-CTK")
    assert "Số: 12/TTr-CTK" in text_of(client, document)
    assert "12/TTr-CTK" in client.get(f"/ho-so/{case}").text
    assert post(client, f"{PATH}/{document}/lap-lai").status_code == 409  # it never changes again
    assert post(client, f"{PATH}/{document}/tra-lai", reason="Sửa").status_code == 409


def test_the_number_of_a_decision_is_offered_to_the_step_it_proves(context: PortalContext) -> None:
    client = a_browser(context, COORDINATOR)
    submission = drafted(client, context, CATALOGUE)
    issued(context, submission, "12/TTr-CTK")
    decision = drafted(client, context, "I4B-APPROVE")
    text = text_of(client, decision)
    assert "tại Tờ trình số 12/TTr-CTK ngày 20 tháng 10 năm 2014" in text
    assert "Giá tiêu dùng" in text
    issued(context, decision, "2150/QĐ-UBND")
    case = case_of(context, "CTK", CATALOGUE, YEAR)
    step = client.get(f"/ho-so/{case}/buoc/I4B-APPROVE").text
    assert 'value="2150/QĐ-UBND"' in step
    assert 'value="2014-10-20"' in step
    told = {"done_on": "2014-10-20", "number": "2150/QĐ-UBND", "seen": seen(step)}
    assert post(client, f"/ho-so/{case}/buoc/I4B-APPROVE", **told).status_code == 303
    notice = drafted(client, context, "I4B-ANNOUNCE")
    text = text_of(client, notice)
    assert "Chủ tịch Ủy ban nhân dân tỉnh Sóc Trăng phê duyệt tại Quyết định số 2150/QĐ-UBND ngày 20/10/2014" in text
    assert "[Đơn vị soạn thảo bổ sung: địa chỉ, nơi công bố và ngày đăng]" in text


def test_one_draft_at_a_time_and_one_dropped_leaves_room(context: PortalContext) -> None:
    client = a_browser(context, COORDINATOR)
    document = drafted(client, context, CATALOGUE)
    case = case_of(context, "CTK", CATALOGUE, YEAR)
    assert post(client, f"{PATH}/lap", case=case, step=CATALOGUE).status_code == 409
    assert post(client, f"{PATH}/{document}/bo").status_code == 409  # a reason is needed
    assert post(client, f"{PATH}/{document}/bo", reason="Lập lại").status_code == 303
    assert drafted(client, context, CATALOGUE) != document
    assert post(client, f"{PATH}/{document}/tra-lai", reason="Nhầm").status_code == 409


def test_nothing_is_drafted_from_an_empty_table_or_about_another_unit(tmp_path: Path) -> None:
    context = a_province.a_context(tmp_path, OCTOBER)
    tick(context.engine, context.office, datetime(2014, 9, 10, 1, tzinfo=UTC), CATALOGUE)
    client = a_browser(context, COORDINATOR)
    case = case_of(context, "CTK", CATALOGUE, YEAR)
    answer = post(client, f"{PATH}/lap", case=case, step=CATALOGUE)
    assert answer.status_code == 409
    assert "chưa có dòng nào" in answer.text
    other = case_of(context, "SYT", CATALOGUE, YEAR)
    assert post(client, f"{PATH}/lap", case=other, step=CATALOGUE).status_code == 409


def test_the_list_is_the_coordinators(context: PortalContext) -> None:
    assert a_browser(context, FOCAL_POINT).get(PATH).status_code == 403
    drafted(a_browser(context, COORDINATOR), context, CATALOGUE)
    assert "Văn bản chờ ban hành" in a_browser(context, COORDINATOR).get("/viec").text
