"""What came on paper, by telephone or through iOffice, registered by a coordinator in the unit's place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import a_province
import pytest
from case_steps import case_of
from fastapi.testclient import TestClient
from sqlmodel import select
from visitors import COORDINATOR, FOCAL_POINT, LEADER, a_browser, form_key

from models.database import reading
from models.tables.messages import Message
from models.tables.people import Person
from models.tables.submissions import Submission
from portal.context import PortalContext
from portal.forms import FIELD

TOLD = {
    "via": "paper",
    "received": "2013-12-31T16:30",
    "number": "88/BC-SYT",
    "day": "2013-12-30",
    "note": "Văn thư đưa",
}


@pytest.fixture
def context(tmp_path: Path) -> PortalContext:
    context = a_province.a_context(tmp_path)
    return replace(context, office=replace(context.office, folder=tmp_path))


@pytest.fixture
def case(context: PortalContext) -> int:
    return case_of(context, "SYT", "I5-CALENDAR", "2014")


def registers(client: TestClient, case: int, name: str = "", content: bytes = b"%PDF-1.4 scan", **fields: str):
    files = {"files": (name, content)} if name else {"files": ("", b"")}
    return client.post(f"/ho-so/{case}/vao-so", data={FIELD: form_key(client), **TOLD, **fields}, files=files)


def versions(context: PortalContext) -> list[Submission]:
    with reading(context.engine) as session:
        return list(session.exec(select(Submission).where(Submission.document_number == "88/BC-SYT")))


def test_the_four_dates_stay_apart_and_paper_that_came_in_time_is_in_time(context: PortalContext, case: int):
    client = a_browser(context, COORDINATOR)
    answer = registers(client, case, "Bản quét.pdf")
    assert answer.headers["Location"] == f"/ho-so/{case}/bien-nhan/1"
    [row] = versions(context)
    assert (row.via, row.document_date) == ("paper", date(2013, 12, 30))
    assert (row.received_at, row.registered_at) == (datetime(2013, 12, 31, 9, 30, tzinfo=UTC), a_province.NOW)
    page = client.get(f"/ho-so/{case}").text
    assert "Đã gửi đúng hạn" in page
    assert "Văn thư đưa" in page
    assert "Bản quét.pdf" in page


def test_the_unit_is_sent_a_receipt(context: PortalContext, case: int):
    registers(a_browser(context, COORDINATOR), case, via="phone", number="88/BC-SYT")
    with reading(context.engine) as session:
        receipt = session.exec(select(Message).where(Message.kind == "receipt", Message.case_id == case)).one()
        person = session.get_one(Person, receipt.person_id)
    assert (person.email, receipt.state) == (FOCAL_POINT, "pending")


def test_the_same_form_sent_twice_registers_once(context: PortalContext, case: int):
    client = a_browser(context, COORDINATOR)
    assert registers(client, case).headers["Location"] == registers(client, case).headers["Location"]
    assert len(versions(context)) == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"received": "2014-01-08T09:01"}, "Thời điểm nhận không ở tương lai"),
        ({"received": "2013-01-07T10:00"}, "kiểm tra lại năm"),
        ({"received": "0214-01-08T00:00"}, "kiểm tra lại năm"),
        ({"received": "0001-01-01T00:00"}, "kiểm tra lại năm"),
        ({"received": "hôm qua"}, "Cần ghi thời điểm nhận"),
        ({"day": "2014-01-09"}, "Ngày văn bản không ở tương lai"),
        ({"day": "30/12"}, "Ngày chưa đúng"),
        ({"via": "raven"}, "Cần chọn cách nhận"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(
    context: PortalContext, case: int, fields: dict[str, str], said: str
):
    answer = registers(a_browser(context, COORDINATOR), case, **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="88/BC-SYT"' in answer.text
    assert versions(context) == []


def test_a_file_that_is_not_what_it_says_is_not_taken(context: PortalContext, case: int):
    answer = registers(a_browser(context, COORDINATOR), case, "scan.pdf", b"MZ\x90 not a pdf")
    assert answer.status_code == 422
    assert "scan.pdf" in answer.text
    assert versions(context) == []


@pytest.mark.parametrize("email", [FOCAL_POINT, LEADER])
def test_only_a_coordinator_registers_in_a_units_place(context: PortalContext, case: int, email: str):
    client = a_browser(context, email)
    assert client.get(f"/ho-so/{case}/vao-so").status_code == 403
    assert registers(client, case).status_code == 403
