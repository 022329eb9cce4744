"""What coordinators and a unit say to each other about a case, and what the coordinators keep to themselves."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import a_province
import pytest
from case_steps import case_of
from sqlmodel import select
from visitors import AUDITOR, COORDINATOR, FOCAL_POINT, HEAD, STRANGER, a_browser, at, post

from models.database import reading
from models.tables.conversation import CaseContact, CaseMessage, CaseNote
from models.tables.log import LogEntry
from models.tables.messages import Message
from models.tables.people import Person
from portal.context import PortalContext

NOW = a_province.NOW


@pytest.fixture
def context(tmp_path: Path) -> PortalContext:
    return a_province.a_context(tmp_path)


@pytest.fixture
def case(context: PortalContext) -> int:
    return case_of(context, "SYT", "I5-CALENDAR", "2014")


def says(context: PortalContext, email: str, case: int, text: str):
    return post(a_browser(context, email), f"/ho-so/{case}/tin-nhan", text=text)


def mails(context: PortalContext) -> list[tuple[str, str]]:
    """(address, state) of the mails that tell of a message."""
    with reading(context.engine) as session:
        query = select(Person.email, Message.state).join(Message).where(Message.kind == "case_message")
        return [tuple(row) for row in session.exec(query.order_by(Message.id))]


def test_each_side_reads_what_the_other_wrote_and_when_it_was_read(context: PortalContext, case: int):
    assert says(context, COORDINATOR, case, "Đề nghị gửi trước 12/01").status_code == 303
    assert "chưa đọc" in a_browser(context, COORDINATOR).get(f"/ho-so/{case}").text
    assert "Đề nghị gửi trước 12/01" in a_browser(context, FOCAL_POINT).get(f"/ho-so/{case}").text
    assert "đã đọc 09:00 08/01/2014" in a_browser(context, COORDINATOR).get(f"/ho-so/{case}").text
    says(context, FOCAL_POINT, case, "Đã trình ký")
    with reading(context.engine) as session:
        rows = session.exec(select(CaseMessage).order_by(CaseMessage.id)).all()
    assert [(row.from_unit, row.read_at is None) for row in rows] == [(False, False), (True, True)]


def test_who_only_looks_on_is_no_reader(context: PortalContext, case: int):
    says(context, FOCAL_POINT, case, "Xin hướng dẫn")
    a_browser(context, AUDITOR).get(f"/ho-so/{case}")
    a_browser(context, HEAD).get(f"/ho-so/{case}")
    assert "chưa đọc" in a_browser(context, FOCAL_POINT).get(f"/ho-so/{case}").text


def test_the_other_side_is_told_by_mail_once_for_a_run_of_messages(context: PortalContext, case: int):
    for text in ("một", "hai"):
        says(context, COORDINATOR, case, text)
    told = [("dau-moi.syt@example.vn", "pending"), ("pho-dau-moi.syt@example.vn", "pending")]
    assert sorted(mails(context)) == told
    a_browser(context, FOCAL_POINT).get(f"/ho-so/{case}")
    assert {state for _, state in mails(context)} == {"expired"}
    says(context, COORDINATOR, case, "ba")
    assert [state for _, state in mails(context)].count("pending") == 2


def test_a_message_of_the_unit_goes_to_the_coordinators(context: PortalContext, case: int):
    says(context, FOCAL_POINT, case, "Xin hướng dẫn")
    assert mails(context) == [(COORDINATOR, "pending")]


@pytest.mark.parametrize("email", [STRANGER, AUDITOR])
def test_who_has_no_part_in_it_cannot_write(context: PortalContext, case: int, email: str):
    assert says(context, email, case, "x").status_code in (403, 404)
    assert mails(context) == []


def test_a_message_is_text_whatever_it_looks_like(context: PortalContext, case: int):
    says(context, FOCAL_POINT, case, "<script>alert(1)</script>\r\n{{ 7*7 }} & 'a'")
    page = a_browser(context, COORDINATOR).get(f"/ho-so/{case}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\n{{ 7*7 }} &amp; &#39;a&#39;" in page


@pytest.mark.parametrize(("text", "said"), [("  ", "Chưa viết gì"), ("dài " * 600, "xin viết ngắn lại")])
@pytest.mark.parametrize("door", ["tin-nhan", "ghi-chu"])
def test_too_little_and_too_much_are_said_and_nothing_typed_is_lost(
    context: PortalContext, case: int, text: str, said: str, door: str
):
    answer = post(a_browser(context, COORDINATOR), f"/ho-so/{case}/{door}", text=text)
    assert answer.status_code == 422
    assert said in answer.text
    assert text in answer.text


def test_a_note_is_seen_by_coordinators_and_by_nobody_of_the_unit(context: PortalContext, case: int):
    secret = "Đơn vị hay chậm, gọi trước ba ngày"
    assert post(a_browser(context, COORDINATOR), f"/ho-so/{case}/ghi-chu", text=secret).status_code == 303
    assert secret in a_browser(context, COORDINATOR).get(f"/ho-so/{case}").text
    assert secret in a_browser(context, COORDINATOR).get("/don-doc").text
    for email in (FOCAL_POINT, HEAD, AUDITOR):
        page = a_browser(context, email).get(f"/ho-so/{case}").text
        assert secret not in page
        assert "Ghi chú nội bộ" not in page
    assert post(a_browser(context, FOCAL_POINT), f"/ho-so/{case}/ghi-chu", text="x").status_code == 403
    with reading(context.engine) as session:
        entries = session.exec(select(LogEntry).where(LogEntry.subject == f"case:{case}")).all()
        assert secret not in str(session.exec(select(LogEntry.details)).all())
    assert "note.write" not in {entry.action for entry in entries}


def test_a_message_does_not_hide_that_the_unit_has_nothing_to_report(context: PortalContext, case: int):
    post(a_browser(context, FOCAL_POINT), f"/ho-so/{case}/khong-phat-sinh", reason="Không có số liệu mới")
    before = a_browser(context, COORDINATOR).get(f"/ho-so/{case}").text
    says(context, COORDINATOR, case, "Đã nhận đề nghị")
    after = a_browser(context, COORDINATOR).get(f"/ho-so/{case}").text
    notes = [page.partition('class="two"')[0].count("Không có số liệu mới") for page in (before, after)]
    assert notes == [1, 1]


@pytest.mark.parametrize("door", ["tin-nhan", "ghi-chu", "lien-he"])
def test_a_double_tap_is_written_once_and_the_same_words_later_are_written_again(
    context: PortalContext, case: int, door: str
):
    for seconds in (0, 20, 200):
        client = a_browser(at(context, context.clock() + timedelta(seconds=seconds)), COORDINATOR)
        fields = {"text": "Đã nhận.", "told": "Đã nhận.", "way": "phone"}
        assert post(client, f"/ho-so/{case}/{door}", **fields).status_code == 303
    table = {"tin-nhan": CaseMessage, "ghi-chu": CaseNote, "lien-he": CaseContact}[door]
    with reading(context.engine) as session:
        assert len(session.exec(select(table)).all()) == 2
