"""What a unit owes: late, to be completed, due, done; and what its people ask a coordinator for."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import a_province
import pytest
from builders import at, counted
from openpyxl import load_workbook
from sqlmodel import col, select
from visitors import DEPUTY, FOCAL_POINT, HEAD, STRANGER, a_browser, form_key, post

from models.database import reading, writing
from models.tables.answers import AnswerRequest
from models.tables.organisations import Organisation
from models.tables.people import Person, Post, Tenure
from portal.context import PortalContext
from portal.forms import FIELD
from services.cases.decide import return_for_completion
from services.cases.hand_in import HandIn, find, hand_in, hold
from services.cases.requests import decide, waiting_requests

NOW = a_province.NOW
WHY = "Đang chờ số liệu của các trung tâm"


@pytest.fixture
def context(tmp_path: Path) -> PortalContext:
    context = a_province.a_context(tmp_path)
    return replace(context, office=replace(context.office, folder=tmp_path))


@pytest.fixture
def case(context: PortalContext) -> int:
    """Sở Y tế has not answered for its calendar, which was due on 31/12/2013."""
    with reading(context.engine) as session:
        return find(session, context.office, "SYT", "I5-CALENDAR", "2014", NOW).case.id or 0


def sections(page: str) -> dict[str, str]:
    """Heading's id: what stands below it."""
    parts = page.split('<section aria-labelledby="')[1:]
    return {part.partition('"')[0]: part.partition("</section>")[0] for part in parts}


@pytest.mark.parametrize("email", [FOCAL_POINT, DEPUTY, HEAD])
def test_whoever_answers_for_a_unit_begins_with_what_it_owes(context: PortalContext, case: int, email: str):
    client = a_browser(context, email)
    assert client.get("/").headers["Location"] == "/phai-nop"
    found = sections(client.get("/phai-nop").text)
    late = " ".join(found["qua-han"].split())
    for words in ("Hạn 31/12/2013", "quá 5 ngày làm việc", "Vì sao có hạn này", "Xin gia hạn", "Không phát sinh"):
        assert words in late, words
    assert f'href="/ho-so/{case}/nop"' in late
    assert "đúng hạn" in found["da-xong"]


def test_a_unit_sees_nothing_of_another(context: PortalContext, case: int):
    assert f"/ho-so/{case}" not in a_browser(context, STRANGER).get("/phai-nop").text


def test_what_a_return_asks_for_stands_on_the_page(context: PortalContext, case: int):
    with writing(context.engine) as session:
        hand_in(session, hold(session, context.office, "SYT", "I5-CALENDAR", "2014", NOW), HandIn(NOW), NOW)
        file = find(session, context.office, "SYT", "I5-CALENDAR", "2014", NOW)
        return_for_completion(session, file, "Lan", NOW, "Thiếu hình thức phổ biến", date(2014, 1, 15))
    shown = sections(a_browser(context, FOCAL_POINT).get("/phai-nop").text)["bo-sung"]
    assert "Bổ sung chậm nhất 15/01/2014" in shown
    assert "Cần bổ sung: Thiếu hình thức phổ biến" in shown


def test_what_opens_soon_is_announced(context: PortalContext):
    later = replace(context, clock=lambda: a_province.datetime(2014, 8, 1, 2, tzinfo=a_province.UTC))
    assert "mở từ 01/10/2014" in sections(a_browser(later, FOCAL_POINT).get("/phai-nop").text)["sap-mo"]


def test_the_page_asks_as_much_for_many_cases_as_for_few(context: PortalContext):
    clients = a_browser(context, STRANGER), a_browser(context, "dau-moi.ctk@example.vn")
    statements = []
    for client in clients:
        client.get("/phai-nop")
        with counted(context.engine) as seen:
            client.get("/phai-nop?lan=2")  # not the page that was just written
        statements.append(len(seen))
    assert 0 < statements[0] == statements[1] <= 14


# --- more time ------------------------------------------------------------------------------------------------------


def asks(context: PortalContext, case: int, email: str = FOCAL_POINT, until: str = "2014-01-20", reason: str = WHY):
    return post(a_browser(context, email), f"/ho-so/{case}/gia-han", until=until, reason=reason)


def test_asking_for_time_waits_for_a_coordinator_and_its_state_is_seen(context: PortalContext, case: int):
    assert asks(context, case).headers["Location"] == f"/ho-so/{case}/de-nghi"
    with reading(context.engine) as session:
        [waiting] = waiting_requests(session, NOW)
    assert (waiting.kind, waiting.until, waiting.reason) == ("extension", date(2014, 1, 20), WHY)
    client = a_browser(context, HEAD)
    assert "đang chờ điều phối viên" in client.get("/phai-nop").text
    with writing(context.engine) as session:
        decide(session, context.office, waiting.id, True, "Lan", "", NOW + timedelta(hours=1))
    page = client.get("/phai-nop").text
    assert "đã được đồng ý" in page
    assert "Hạn 20/01/2014" in page


def test_a_refusal_is_seen_with_its_reason(context: PortalContext, case: int):
    asks(context, case)
    with writing(context.engine) as session:
        [waiting] = waiting_requests(session, NOW)
        decide(session, context.office, waiting.id, False, "Lan", "Đã gia hạn chung", NOW)
    for path in ("/phai-nop", f"/ho-so/{case}/de-nghi"):
        assert "Đã gia hạn chung" in a_browser(context, FOCAL_POINT).get(path).text, path
    assert "Không đồng ý đề nghị: Đã gia hạn chung" in a_browser(context, FOCAL_POINT).get(f"/ho-so/{case}").text


def test_the_same_request_sent_twice_is_one_request(context: PortalContext, case: int):
    assert [asks(context, case).status_code for _ in range(2)] == [303, 422]
    with reading(context.engine) as session:
        assert len(waiting_requests(session, NOW)) == 1


@pytest.mark.parametrize(
    ("until", "reason", "said"),
    [
        ("", WHY, "Cần chọn ngày"),
        ("2013-12-31", WHY, "phải sau thời hạn"),
        ("2099-01-01", WHY, "không quá một năm"),
        ("2014-01-20", " ", "Cần ghi lý do"),
    ],
)
def test_a_request_that_lacks_something_is_asked_again_with_what_was_typed(
    context: PortalContext, case: int, until: str, reason: str, said: str
):
    answer = asks(context, case, until=until, reason=reason)
    assert answer.status_code == 422
    assert said in answer.text
    assert reason.strip() in answer.text


def test_nothing_is_asked_for_a_case_that_is_answered(context: PortalContext, case: int):
    with writing(context.engine) as session:
        hand_in(session, hold(session, context.office, "SYT", "I5-CALENDAR", "2014", NOW), HandIn(NOW), NOW)
    assert asks(context, case).status_code == 422
    assert post(a_browser(context, HEAD), f"/ho-so/{case}/khong-phat-sinh", reason=WHY).status_code == 422


def test_nothing_to_report_waits_beside_the_requests_of_letters(context: PortalContext, case: int):
    post(a_browser(context, FOCAL_POINT), f"/ho-so/{case}/khong-phat-sinh", reason=WHY)
    with reading(context.engine) as session:
        [waiting] = waiting_requests(session, NOW)
        [row] = session.exec(select(AnswerRequest))
        asker = session.get_one(Person, row.person_id)
    assert (waiting.kind, asker.email) == ("nil_return", FOCAL_POINT)


# --- answering a return ---------------------------------------------------------------------------------------------


def test_an_answer_to_a_return_says_what_was_corrected(context: PortalContext, case: int):
    test_what_a_return_asks_for_stands_on_the_page(context, case)
    client = a_browser(context, FOCAL_POINT)
    form = client.get(f"/ho-so/{case}/nop").text
    assert "Đã sửa, bổ sung gì" in form
    assert "Thiếu hình thức phổ biến" in form
    files = {"files": ("lich.pdf", b"%PDF-1.4 new")}
    silent = client.post(f"/ho-so/{case}/nop", data={FIELD: form_key(client)}, files=files)
    assert (silent.status_code, "Cần ghi đã sửa" in silent.text) == (422, True)
    told = client.post(f"/ho-so/{case}/nop", data={FIELD: form_key(client), "note": "Thêm cột 4"}, files=files)
    assert told.headers["Location"] == f"/ho-so/{case}/bien-nhan/2"
    assert "Thêm cột 4" in client.get(told.headers["Location"]).text
    assert "bo-sung" not in sections(client.get("/phai-nop").text)


def test_people_of_two_units_see_both(context: PortalContext):
    with writing(context.engine) as session:
        person = session.exec(select(Person).where(Person.email == FOCAL_POINT)).one()
        other = session.exec(
            select(Post)
            .join(Organisation, col(Organisation.id) == Post.organisation_id)
            .where(Organisation.key == "STC", Post.role == "deputy")
        ).one()
        for row in session.exec(select(Tenure).where(Tenure.post_id == other.id)):
            session.delete(row)
        session.flush()
        session.add(Tenure(post_id=other.id, person_id=person.id, from_day=date(2013, 10, 1)))
    page = a_browser(context, FOCAL_POINT).get("/phai-nop").text
    assert "/don-vi/SYT" in page
    assert "/don-vi/STC" in page


def test_the_form_to_fill_in_bears_the_units_name_and_what_comes_back_is_looked_at(context: PortalContext, case: int):
    client = a_browser(context, FOCAL_POINT)
    assert f'href="/ho-so/{case}/mau"' in client.get("/phai-nop").text
    form = client.get(f"/ho-so/{case}/mau")
    assert "Sở Y tế tỉnh Sóc Trăng" in load_workbook(BytesIO(form.content)).worksheets[0]["A3"].value
    files = {"files": ("lịch.xlsx", form.content)}
    sent = client.post(f"/ho-so/{case}/nop", data={FIELD: form_key(client)}, files=files)
    receipt = " ".join(client.get(sent.headers["Location"]).text.split())
    assert "Bảng «lịch.xlsx»: không đạt" in receipt
    assert "bảng chưa ghi dòng số liệu nào" in receipt


def test_a_body_that_approves_for_others_is_told_of_the_steps_that_wait_for_it(context: PortalContext):
    autumn = at("2014-10-01")
    later = replace(context, clock=lambda: autumn)
    with writing(later.engine) as session:
        hand_in(session, hold(session, later.office, "CTK", "I4B-CATALOGUE", "2015", autumn), HandIn(autumn), autumn)
    page = a_browser(later, "dau-moi.ubnd@example.vn").get("/phai-nop").text
    waiting = sections(page)["ghi-nhan"]
    assert 'href="/buoc"' in waiting
    assert re.search(r'href="/ho-so/\d+/buoc/I4B-APPROVE"', waiting)
    assert "Đơn vị không còn việc nào phải nộp lúc này." not in page
