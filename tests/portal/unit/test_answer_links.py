"""One tap from a letter, without signing in."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from a_province import NOW
from sqlalchemy import true
from sqlmodel import col, select
from visitors import FOCAL_POINT, HEAD, STRANGER, a_browser, at

from models.database import reading
from models.tables.answers import AnswerLink, AnswerRequest
from models.tables.cases import Case
from models.tables.conversation import CaseMessage
from models.tables.messages import Message
from models.tables.organisations import Organisation
from models.tables.people import Person, Post, Tenure
from models.tables.plan import Term
from models.tables.submissions import Decision, Submission
from portal.context import PortalContext
from portal.forms import FIELD
from services.access.answer_links import answer_url


def a_link(context: PortalContext, role: str = "focal_point", *, soft: bool = False, case: int | None = None) -> str:
    """For this case, or some unit that has not answered yet; its path. `soft`: nothing is ever late there."""
    with reading(context.engine) as session:
        query = (
            select(Case.id, Tenure.person_id)
            .join(Post, col(Post.organisation_id) == Case.organisation_id)
            .join(Tenure, col(Tenure.post_id) == Post.id)
            .join(Term, col(Term.id) == Case.term_id)
            .where(col(Case.received_at).is_(None), col(Case.outcome).is_(None), Post.role == role)
            .where(col(Term.late_after).is_(None) == soft)
            .where(Case.id == case if case is not None else true())
            .order_by(col(Case.id))
        )
        return answer_url(context.office, *session.exec(query).first(), NOW).removeprefix(context.office.base_url)


def mark(page: str) -> str:
    found = re.search(rf'name="{FIELD}" value="(\w+)"', page)
    assert found is not None
    return found[1]


def press(context: PortalContext, path: str, said: str, **fields: str):
    client = a_browser(context)
    return client.post(path, data={FIELD: mark(client.get(path).text), "tra_loi": said, **fields})


def everything(context: PortalContext) -> list[str]:
    with reading(context.engine) as session:
        return [str(session.exec(select(model)).all()) for model in (AnswerLink, AnswerRequest, Decision, Case)]


def test_the_page_tells_the_case_and_offers_every_answer(own_context: PortalContext):
    path = a_link(own_context)
    answer = a_browser(own_context).get(path)
    assert answer.status_code == 200
    assert re.findall(r'name="tra_loi" value="(\w+)"', answer.text) == [
        "received",
        "extension",
        "nil_return",
        "message",
    ]
    assert f'href="{path}/nop"' in answer.text
    assert "hạn: hết ngày" in answer.text
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_more_time_is_not_offered_where_nothing_is_ever_late(own_context: PortalContext):
    path = a_link(own_context, soft=True)
    assert re.findall(r'name="tra_loi" value="(\w+)"', a_browser(own_context).get(path).text) == [
        "received",
        "nil_return",
        "message",
    ]
    assert press(own_context, path, "extension", den_ngay="2014-02-10", ly_do="Bận").status_code == 422
    with reading(own_context.engine) as session:
        assert session.exec(select(AnswerRequest)).all() == session.exec(select(AnswerLink)).all() == []


def test_who_asks_again_is_told_that_it_waits(own_context: PortalContext):
    for role, status in (("focal_point", 303), ("head", 422)):
        answer = press(own_context, a_link(own_context, role), "extension", den_ngay="2014-02-10", ly_do="Bận")
        assert answer.status_code == status
    assert "đang chờ điều phối viên" in answer.text


def test_the_page_names_no_person_and_no_other_unit(own_context: PortalContext):
    path = a_link(own_context)
    text = a_browser(own_context).get(path).text
    with reading(own_context.engine) as session:
        people = session.exec(select(Person)).all()
        keys = session.exec(select(Organisation.key)).all()
    assert not [person.email for person in people if person.email in text or person.name in text]
    assert not [key for key in keys if f"/don-vi/{key}" in text]


def test_previews_that_open_the_link_change_nothing(own_context: PortalContext):
    path, before = a_link(own_context), everything(own_context)
    for _ in range(60):
        assert a_browser(own_context).get(path).status_code == 200
    assert a_browser(own_context).head(path).status_code in (200, 405)
    assert everything(own_context) == before


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("received", "đơn vị đã nhận nhắc việc"),
        ("nil_return", "Điều phối viên sẽ xác nhận"),
    ],
)
def test_one_tap_is_recorded_and_the_link_is_used(own_context: PortalContext, said: str, shown: str):
    path = a_link(own_context)
    page = a_browser(own_context).get(path).text
    assert press(own_context, path, said).status_code == 303
    after = a_browser(own_context).get(path).text
    assert shown in after
    assert "/dang-nhap" in after
    again = a_browser(own_context).post(path, data={FIELD: mark(page), "tra_loi": "received"})
    assert (again.status_code, "đã được dùng lúc" in again.text) == (409, True)


def test_an_extension_asks_until_when_and_why(own_context: PortalContext):
    path = a_link(own_context)
    for until, reason in (("", "Bận"), ("ngày mai", "Bận"), ("2013-01-01", "Bận"), ("2014-02-10", "  ")):
        answer = press(own_context, path, "extension", den_ngay=until, ly_do=reason)
        assert (answer.status_code, 'class="wrong' in answer.text) == (422, True)
    assert press(own_context, path, "extension", den_ngay="2014-02-10", ly_do="Bận <b>").status_code == 303
    with reading(own_context.engine) as session:
        (asked,) = session.exec(select(AnswerRequest)).all()
    assert (asked.kind, str(asked.until), asked.reason, asked.state) == (
        "extension",
        "2014-02-10",
        "Bận <b>",
        "waiting",
    )


def test_the_head_of_a_unit_declares_that_nothing_arose(own_context: PortalContext):
    path = a_link(own_context, "head")
    assert press(own_context, path, "nil_return").status_code == 303
    with reading(own_context.engine) as session:
        assert session.exec(select(Decision).where(Decision.by != "Lan")).one().kind == "nil_return"
        assert session.exec(select(AnswerRequest)).all() == []


@pytest.mark.parametrize("given", ["", "x", "ế", "0" * 64])
def test_a_form_that_no_page_of_this_link_wrote_changes_nothing(own_context: PortalContext, given: str):
    path, before = a_link(own_context), everything(own_context)
    answer = a_browser(own_context).post(path, data={FIELD: given, "tra_loi": "received"})
    assert (answer.status_code, everything(own_context)) == (419, before)


def test_the_mark_of_one_link_is_worth_nothing_for_another(own_context: PortalContext):
    one, other = a_link(own_context), a_link(own_context, "head")
    given = mark(a_browser(own_context).get(one).text)
    assert a_browser(own_context).post(other, data={FIELD: given, "tra_loi": "received"}).status_code == 419


def test_another_site_cannot_press_for_the_reader(own_context: PortalContext):
    path = a_link(own_context)
    client = a_browser(own_context, headers={"Sec-Fetch-Site": "cross-site"})
    given = mark(client.get(path).text)
    assert client.post(path, data={FIELD: given, "tra_loi": "received"}).status_code == 419


def test_an_answer_nobody_offered_is_refused(own_context: PortalContext):
    assert press(own_context, a_link(own_context), "waive").status_code == 422


def test_a_link_that_ran_out_says_so_and_shows_the_way_in(own_context: PortalContext):
    path = a_link(own_context)
    answer = a_browser(at(own_context, NOW + timedelta(days=31))).get(path)
    assert answer.status_code == 410
    assert "/dang-nhap" in answer.text


def test_whoever_guesses_is_slowed_down(own_context: PortalContext):
    client, path = a_browser(own_context), a_link(own_context)
    answers = [client.get(f"/tra-loi/made-up-{number}").status_code for number in range(45)]
    assert (answers[0], answers[-1]) == (410, 429)
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("email", [FOCAL_POINT, HEAD, STRANGER])
def test_the_link_signs_nobody_in(own_context: PortalContext, email: str):
    path = a_link(own_context)
    client = a_browser(own_context)
    client.get(path)
    assert client.get("/tai-khoan").status_code == 303
    assert a_browser(own_context, email).get(path).status_code == 200


def test_english_readers_are_asked_in_english(own_context: PortalContext):
    context = replace(own_context)
    text = a_browser(context).get(a_link(context) + "?lang=en").text
    assert "Ask for an extension" in text


# --- handing in by the link -------------------------------------------------------------------------------------------

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def send_files(context: PortalContext, path: str, *files: tuple[str, bytes], **fields: str):
    client = a_browser(context)
    given = mark(client.get(f"{path}/nop").text)
    return client.post(f"{path}/nop", data={FIELD: given, **fields}, files=[("files", file) for file in files])


def handed_in(context: PortalContext) -> list[Submission]:
    with reading(context.engine) as session:
        return list(session.exec(select(Submission).where(col(Submission.registered_at) == NOW)).all())


@pytest.fixture
def kept_context(own_context: PortalContext, tmp_path) -> PortalContext:
    return replace(own_context, office=replace(own_context.office, folder=tmp_path))


def test_documents_are_handed_in_by_the_link_alone_and_a_receipt_goes_out(kept_context: PortalContext):
    path = a_link(kept_context)
    answer = send_files(kept_context, path, ("Lịch 2014.pdf", PDF), number="12/BC-SYT", day="2014-01-06")
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    [submission] = handed_in(kept_context)
    assert (submission.via, submission.document_number) == ("portal", "12/BC-SYT")
    after = a_browser(kept_context).get(path).text
    assert "Đã nhận hồ sơ của đơn vị" in after
    assert "Nộp hồ sơ</a>" not in after
    with reading(kept_context.engine) as session:
        assert session.exec(select(Message).where(Message.kind == "receipt", Message.created_at == NOW)).one()


def test_a_form_sent_twice_is_one_delivery(kept_context: PortalContext):
    path = a_link(kept_context)
    client = a_browser(kept_context)
    given = {FIELD: mark(client.get(f"{path}/nop").text)}
    sent = [client.post(f"{path}/nop", data=given, files={"files": ("a.pdf", PDF)}).status_code for _ in range(2)]
    assert (sent[0], len(handed_in(kept_context))) == (303, 1)


def test_who_said_the_letter_came_may_still_hand_in(kept_context: PortalContext):
    path = a_link(kept_context)
    press(kept_context, path, "received")
    assert f"{path}/nop" in a_browser(kept_context).get(path).text
    assert send_files(kept_context, path, ("a.pdf", PDF)).status_code == 303
    assert len(handed_in(kept_context)) == 1


def test_who_asked_for_more_time_does_not_hand_in_by_the_same_link(kept_context: PortalContext):
    path = a_link(kept_context)
    press(kept_context, path, "extension", den_ngay="2014-02-10", ly_do="Bận")
    page = a_browser(kept_context).get(f"{path}/nop")
    assert "không nhận thêm văn bản" in page.text
    assert handed_in(kept_context) == []


@pytest.mark.parametrize(
    ("files", "fields", "told"),
    [
        ([], {}, "Chưa chọn tệp nào"),
        ([("virus.exe", b"MZ")], {}, "loại tệp này không được nhận"),
        ([("giả.pdf", b"MZ")], {}, "nội dung không đúng loại tệp"),
        ([("trống.pdf", b"")], {}, "tệp rỗng"),
        ([("a.pdf", PDF)], {"day": "2099-01-01"}, "Không chọn ngày chưa tới"),
        ([("a.pdf", PDF)], {"day": "hôm qua"}, "Ngày chưa đúng"),
    ],
)
def test_the_same_files_are_refused_as_after_signing_in(kept_context: PortalContext, files, fields, told: str):
    path = a_link(kept_context)
    answer = send_files(kept_context, path, *files, **fields)
    assert (answer.status_code, told in answer.text, handed_in(kept_context)) == (422, True, [])
    assert a_browser(kept_context).get(path).status_code == 200


def test_opening_the_page_for_files_changes_nothing(own_context: PortalContext):
    path, before = a_link(own_context), everything(own_context)
    assert a_browser(own_context).get(f"{path}/nop").status_code == 200
    assert everything(own_context) == before


def test_files_without_a_link_are_not_even_read(own_context: PortalContext):
    answer = a_browser(own_context).post("/tra-loi/1.1.1.x/nop", data={FIELD: "x"}, files={"files": ("a.pdf", PDF)})
    assert answer.status_code == 410


def test_files_no_page_of_this_link_asked_for_are_refused(own_context: PortalContext):
    path = a_link(own_context)
    answer = a_browser(own_context).post(f"{path}/nop", data={FIELD: "x"}, files={"files": ("a.pdf", PDF)})
    assert (answer.status_code, handed_in(own_context)) == (419, [])


def test_who_writes_back_is_read_by_the_coordinators_and_may_still_hand_in(own_context: PortalContext):
    path = a_link(own_context)
    assert press(own_context, path, "message").status_code == 422
    assert press(own_context, path, "message", ly_do="Gửi bản quét có được không?").status_code == 303
    page = a_browser(own_context).get(path).text
    assert "Đã gửi tin nhắn cho điều phối viên" in page
    assert f'href="{path}/nop"' in page
    with reading(own_context.engine) as session:
        [row] = session.exec(select(CaseMessage)).all()
        assert (row.text, row.from_unit, row.read_at) == ("Gửi bản quét có được không?", True, None)
        assert session.exec(select(Message).where(Message.kind == "case_message", Message.case_id == row.case_id)).all()
