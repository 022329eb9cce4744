"""Mails that wait for a person: shown as plain words, fetched as files, registered for a case or laid aside."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import a_province
import pytest
from a_province import NOW
from builders import rows
from sqlmodel import select
from visitors import ADMINISTRATOR, COORDINATOR, a_browser, form_key, post
from waiting_work import ARRIVED, PDF, a_letter, open_cases, waits

from models.database import reading, writing
from models.queries.cases import case_file as case_file_queries
from models.tables.activities import Activity
from models.tables.inbound import InboundMail
from models.tables.log import LogEntry
from models.tables.organisations import Organisation
from models.tables.plan import ObligationRow, Occurrence
from models.tables.submissions import Submission, SubmissionFile
from portal.context import PortalContext
from portal.forms import FIELD
from services import log
from services.cases.case_file import CONTENT
from services.cases.hand_in import HandIn, hand_in
from services.inbound.by_hand import lay_aside


@pytest.fixture
def context(tmp_path: Path) -> PortalContext:
    context = a_province.a_context(tmp_path)
    return replace(context, office=replace(context.office, folder=tmp_path))


def codes(context: PortalContext) -> dict[str, str]:
    """Of a case nobody has answered."""
    with reading(context.engine) as session:
        case = open_cases(session, 1)[0]
        occurrence = session.get_one(Occurrence, case.occurrence_id)
        duty = session.get_one(ObligationRow, occurrence.obligation_id)
        unit = session.get_one(Organisation, case.organisation_id)
        return {"unit": unit.key, "obligation": duty.code, "period": occurrence.period}


def test_a_strangers_mail_is_shown_as_words_and_its_files_are_only_fetched(context: PortalContext):
    client, raw = a_browser(context, COORDINATOR), a_letter()
    mail = waits(context, raw)
    assert f"/viec/thu-den/{mail}" in client.get("/viec/thu-den").text
    page = client.get(f"/viec/thu-den/{mail}").text
    assert "Kính gửi Cục Thống kê" in page
    assert "alert(1)" not in page
    assert "evil.example/x" not in page
    file = client.get(f"/viec/thu-den/{mail}/tep/0")
    assert (file.content, file.headers["Content-Type"]) == (PDF, "application/octet-stream")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert client.get(f"/viec/thu-den/{mail}/goc").content == raw
    assert client.get(f"/viec/thu-den/{mail}/tep/7").status_code == 404


def test_a_mail_is_registered_for_the_chosen_case_with_the_moment_it_came_in(context: PortalContext):
    client, mail = a_browser(context, COORDINATOR), waits(context, a_letter((("a.pdf", PDF), ("b.exe", b"MZ"))))
    assert "loại tệp «exe»" in client.get(f"/viec/thu-den/{mail}").text
    answer = post(client, f"/viec/thu-den/{mail}/gan", chon=0, number="12/BC", date="2013-12-30", **codes(context))
    assert answer.status_code == 303
    with reading(context.engine) as session:
        submission = session.exec(select(Submission).order_by(Submission.id.desc())).first()
        assert (submission.received_at, submission.via, submission.document_number) == (ARRIVED, "mail", "12/BC")
        names = session.exec(select(SubmissionFile.name).where(SubmissionFile.submission_id == submission.id)).all()
    assert names == ["a.pdf"]
    assert answer.headers["Location"] == f"/ho-so/{submission.case_id}"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"obligation": "KHONG-CO"}, "Không có nhiệm vụ"),
        ({"period": "1999"}, "Không có kỳ"),
        ({"date": "hôm qua"}, "Ngày văn bản chưa đúng"),
        ({"chon": 5}, "chưa chọn tệp nào"),
    ],
)
def test_what_does_not_fit_is_said_and_what_was_chosen_stays(
    context: PortalContext, changed: dict[str, object], told: str
):
    client, mail = a_browser(context, COORDINATOR), waits(context, a_letter())
    given = {"chon": 0, "number": "12/BC", **codes(context), **changed}
    answer = post(client, f"/viec/thu-den/{mail}/gan", **given)
    assert answer.status_code == 409
    assert told in answer.text
    assert 'value="12/BC"' in answer.text


def test_a_mail_laid_aside_with_a_reason_can_be_brought_back(context: PortalContext):
    client, mail = a_browser(context, COORDINATOR), waits(context, a_letter())
    assert post(client, f"/viec/thu-den/{mail}/bo-qua").status_code == 409
    assert post(client, f"/viec/thu-den/{mail}/bo-qua", reason="Quảng cáo").status_code == 303
    assert "Vừa bỏ qua" in client.get("/viec/thu-den").text
    assert post(client, f"/viec/thu-den/{mail}/dua-lai").status_code == 303
    assert "Vừa bỏ qua" not in client.get("/viec/thu-den").text


def test_who_registers_what_another_laid_aside_is_told_so(context: PortalContext):
    client, mail = a_browser(context, COORDINATOR), waits(context, a_letter())
    with writing(context.engine) as session:
        lay_aside(session, mail, "Mai", NOW, "Quảng cáo")
    answer = post(client, f"/viec/thu-den/{mail}/gan", chon=0, **codes(context))
    assert answer.status_code == 409
    assert "Mai đã bỏ qua thư" in answer.text


def test_a_mail_that_cannot_be_read_is_still_fetched_whole(context: PortalContext):
    nested = b"Content-Type: multipart/mixed; boundary=a\n\n"
    bomb = b"From: a@b.vn\n" + nested + b"--a\nContent-Type: multipart/mixed; boundary=a\n\n" * 5_000
    client, mail = a_browser(context, COORDINATOR), waits(context, bomb)
    assert client.get(f"/viec/thu-den/{mail}").status_code == 200
    assert client.get(f"/viec/thu-den/{mail}/goc").content == bomb


def test_an_administrator_does_not_read_what_units_write(context: PortalContext):
    mail = waits(context, a_letter())
    assert a_browser(context, ADMINISTRATOR).get(f"/viec/thu-den/{mail}").status_code == 403


# --- what was registered automatically, and what is too large ---------------------------------------------------------


def a_registered_mail(context: PortalContext) -> tuple[int, int]:
    """The mail, and the case it is registered for."""
    mail = waits(context, a_letter((("a.pdf", PDF), ("lich.ics", b"BEGIN:VCALENDAR"))))
    with writing(context.engine) as session:
        row = session.get_one(InboundMail, mail)
        row.verdict, row.case_id = "registered", open_cases(session, 1)[0].id
        session.add(row)
        return mail, row.case_id or 0


def test_what_a_registered_mail_brought_besides_can_be_fetched(context: PortalContext):
    client, (mail, case) = a_browser(context, COORDINATOR), a_registered_mail(context)
    page = client.get(f"/viec/thu-den/{mail}").text
    assert "mục lịch" in page
    assert f"/ho-so/{case}/vao-so" in page
    assert client.get(f"/viec/thu-den/{mail}/tep/1").content == b"BEGIN:VCALENDAR"


def test_the_case_names_what_was_left_out_and_leads_coordinators_to_the_mail(context: PortalContext):
    mail, case = a_registered_mail(context)
    with writing(context.engine) as session:
        file = case_file_queries.hold_case(session, case)
        version = hand_in(session, file, HandIn(ARRIVED, via="mail"), NOW).version
        details = {"version": version, "files": "«lich.ics» (mục lịch)", "mail": mail}
        log.append(session, NOW, "kyhan", "case.left_out", f"case:{case}", details)
    page = a_browser(context, COORDINATOR).get(f"/ho-so/{case}").text
    assert "Thư còn kèm, không vào sổ: «lich.ics» (mục lịch)" in page
    assert f"/viec/thu-den/{mail}" in page


def a_large_mail(context: PortalContext) -> int:
    mail = waits(context, a_letter())
    with writing(context.engine) as session:
        row = session.get_one(InboundMail, mail)
        row.size = 29 << 20
        session.add(row)
    return mail


def test_the_files_of_a_large_mail_are_registered_with_the_moment_it_came_in(context: PortalContext):
    client, mail = a_browser(context, COORDINATOR), a_large_mail(context)
    page = client.get(f"/viec/thu-den/{mail}").text
    assert "29" in page
    assert "a.pdf" not in page
    assert client.get(f"/viec/thu-den/{mail}/tep/0").status_code == 404
    fields = {"obligation": "I5-CALENDAR", "unit": "SYT", "period": "2014"}
    fields |= {"number": "12/BC", "date": "2013-12-30", FIELD: form_key(client)}
    files = [("files", ("cong van.pdf", PDF, "application/pdf")), ("files", ("lich.csv", b"a,b", "text/csv"))]
    answer = client.post(f"/viec/thu-den/{mail}/gan-tep", data=fields, files=files, follow_redirects=False)
    assert answer.status_code == 303
    with reading(context.engine) as session:
        submission = session.exec(select(Submission).order_by(Submission.id.desc())).first()
        assert (submission.received_at, submission.via) == (ARRIVED, "mail")
        assert session.get_one(InboundMail, mail).verdict == "registered"
        told = session.exec(select(LogEntry.details).where(LogEntry.action == CONTENT)).one()
        assert json.loads(told)["tables"][0]["name"] == "lich.csv"


def test_what_does_not_fit_is_said_of_a_large_mail_too(context: PortalContext):
    client, mail = a_browser(context, COORDINATOR), a_large_mail(context)
    fields = {**codes(context), FIELD: form_key(client)}
    for files, told in (
        ([("files", ("a.exe", b"MZ", "application/pdf"))], "loại tệp này không được nhận"),
        ([("files", ("", b"", "application/pdf"))], "chưa chọn tệp nào"),
    ):
        answer = client.post(f"/viec/thu-den/{mail}/gan-tep", data=fields, files=files, follow_redirects=False)
        assert answer.status_code == 409
        assert told in answer.text
    assert post(client, f"/viec/thu-den/{mail}/gan", chon=0, **codes(context)).status_code == 409


OUTSIDE = {"unit": "SYT", "obligation": "I5-CALENDAR", "number": "8/SYT", "date": "2014-01-06", "summary": "Góp ý"}


def test_a_document_of_no_case_goes_into_the_register_of_a_duty(context: PortalContext):
    client, mail = a_browser(context, COORDINATOR), waits(context, a_letter())
    before = rows(context.engine, Submission)
    answer = post(client, f"/viec/thu-den/{mail}/ngoai-ky", chon=0, **OUTSIDE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/nhiem-vu/I5-CALENDAR/hoat-dong")
    [entry] = rows(context.engine, Activity)
    assert (entry.kind, entry.document_number, entry.file_sha256) == ("document", "8/SYT", sha256(PDF).hexdigest())
    assert rows(context.engine, Submission) == before
    assert "vào sổ hoạt động" in client.get(f"/viec/thu-den/{mail}").text
    assert f"/viec/thu-den/{mail}" not in client.get("/viec/thu-den").text
    assert post(client, f"/viec/thu-den/{mail}/ngoai-ky", chon=0, **OUTSIDE).status_code == 409


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"unit": ""}, "Cần chọn đơn vị"),
        ({"obligation": "X"}, "Cần chọn đơn vị"),
        ({"date": ""}, "Cần ngày văn bản"),
        ({"summary": ""}, "Cần ghi nội dung"),
        ({"chon": 7}, "chưa chọn tệp nào"),
    ],
    ids=["unit", "duty", "date", "summary", "file"],
)
def test_what_is_missing_of_a_document_of_no_case_is_said(context: PortalContext, changed: dict, why: str):
    client, mail = a_browser(context, COORDINATOR), waits(context, a_letter())
    answer = post(client, f"/viec/thu-den/{mail}/ngoai-ky", **{"chon": 0, **OUTSIDE, **changed})
    assert (answer.status_code, why in answer.text) == (409, True)
    assert rows(context.engine, Activity) == []
