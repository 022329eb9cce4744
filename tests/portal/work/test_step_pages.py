"""The steps after a hand-in, recorded by whoever owes them; and what a review found."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import a_province
import pytest
from case_steps import case_of, decides, seen
from fastapi.testclient import TestClient
from sqlmodel import select
from visitors import ADMINISTRATOR, AUDITOR, COORDINATOR, DEPUTY, FOCAL_POINT, HEAD, LEADER, STRANGER, a_browser, post

from models.conditions import is_current_step
from models.database import reading, writing
from models.tables.cases import Stage
from models.tables.log import LogEntry
from models.tables.submissions import SubmissionFile
from portal.context import PortalContext
from services.cases.hand_in import HandIn, hand_in, hold
from services.files.hand_in_files import KeptFile, UploadedFile, keep_all
from services.operations.tick import tick

NOW = a_province.NOW
CHAIRMAN, HIS_OFFICE = "thu-truong.ubnd@example.vn", "dau-moi.ubnd@example.vn"
UNIT_OF_THE_LEAD = "dau-moi.ctk@example.vn"
SEPTEMBER = datetime(2014, 9, 22, 2, tzinfo=UTC)
JULY = datetime(2015, 7, 20, 2, tzinfo=UTC)


@pytest.fixture
def context(tmp_path: Path) -> PortalContext:
    """Sở Y tế and Sở Tài chính have handed in their calendars."""
    context = a_province.a_context(tmp_path)
    context = replace(context, office=replace(context.office, folder=tmp_path))
    for unit in ("SYT", "STC"):
        arrives(context, unit, "I5-CALENDAR", "2014", NOW - timedelta(days=2))
    return context


def arrives(context: PortalContext, unit: str, duty: str, period: str, received: datetime) -> int:
    with writing(context.engine) as session:
        file = hold(session, context.office, unit, duty, period, received)
        if file.case.received_at is None:
            hand_in(session, file, HandIn(received, document_number="15/KH"), received)
        return file.id


def at(context: PortalContext, now: datetime, unit: str, duty: str, period: str) -> tuple[PortalContext, int]:
    """The province on a later day, with this document in."""
    tick(context.engine, context.office, now, duty)
    return replace(context, clock=lambda: now), arrives(context, unit, duty, period, now)


def records(client: TestClient, case: int, step: str, **fields: object):
    where = f"/ho-so/{case}/buoc/{step}"
    page = client.get(where)
    return post(client, where, seen=seen(page.text) if page.status_code == 200 else 0, **fields)


def steps(context: PortalContext, case: int) -> dict[str, Stage]:
    with reading(context.engine) as session:
        current = select(Stage).where(Stage.case_id == case, is_current_step())
        return {stage.code: stage for stage in session.exec(current)}


# --- who ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("email", "status", "on_behalf"),
    [
        (FOCAL_POINT, 303, False),
        (HEAD, 303, False),
        (DEPUTY, 303, False),
        (COORDINATOR, 303, True),
        (LEADER, 303, True),
        (STRANGER, 404, None),
        (AUDITOR, 403, None),
        (ADMINISTRATOR, 403, None),
        (CHAIRMAN, 404, None),
    ],
)
def test_a_unit_records_its_own_steps_and_the_office_in_its_place(
    context: PortalContext, email: str, status: int, on_behalf: bool | None
):
    case, client = case_of(context, "SYT", "I5-CALENDAR", "2014"), a_browser(context, email)
    assert records(client, case, "I5-APPROVE", done_on="2014-01-07", number="9/QĐ-SYT").status_code == status
    stage = steps(context, case)["I5-APPROVE"]
    assert (stage.done_on, stage.on_behalf) == (
        (date(2014, 1, 7), on_behalf) if on_behalf is not None else (None, False)
    )
    shown = a_browser(context, FOCAL_POINT).get(f"/ho-so/{case}").text
    assert ("xong ngày 07/01/2014, văn bản số 9/QĐ-SYT" in shown) is (status == 303)
    assert ("(ghi thay)" in shown) is bool(on_behalf)


@pytest.mark.parametrize(
    ("email", "reads", "status"),
    [
        (CHAIRMAN, 200, 303),
        (HIS_OFFICE, 200, 303),
        (UNIT_OF_THE_LEAD, 200, 403),
        (COORDINATOR, 200, 303),
        (FOCAL_POINT, 404, 404),
        (AUDITOR, 200, 403),
    ],
)
def test_the_approving_body_reads_the_case_and_records_its_approval(
    context: PortalContext, email: str, reads: int, status: int
):
    later, case = at(context, SEPTEMBER, "CTK", "I4B-CATALOGUE", "2015")
    client = a_browser(later, email)
    assert client.get(f"/ho-so/{case}").status_code == reads
    assert records(client, case, "I4B-APPROVE", done_on="2014-09-22", number="70/QĐ-UBND").status_code == status
    assert (steps(later, case)["I4B-APPROVE"].done_on is not None) is (status == 303)


def test_the_approving_body_may_approve_and_do_nothing_else_with_the_case(context: PortalContext):
    later, case = at(context, SEPTEMBER, "CTK", "I4B-CATALOGUE", "2015")
    client = a_browser(later, CHAIRMAN)
    assert client.get(f"/ho-so/{case}/buoc/I4B-ANNOUNCE").status_code == 403
    assert post(client, f"/ho-so/{case}/tin-nhan", text="Chào").status_code == 403
    assert post(client, f"/ho-so/{case}/quyet-dinh", viec="accept").status_code == 403
    assert client.get(f"/ho-so/{case}/nop").status_code == 403
    page = client.get(f"/ho-so/{case}").text
    assert "/nop" not in page
    assert "/buoc/I4B-APPROVE" in page
    assert "/buoc/I4B-ANNOUNCE" not in page


def test_the_approving_body_reads_the_files_it_approves_and_no_others(context: PortalContext):
    later, _ = at(context, SEPTEMBER, "CTK", "I4B-CATALOGUE", "2015")
    with writing(later.engine) as session:
        for unit, duty, period in (("CTK", "I4B-CATALOGUE", "2015"), ("SYT", "I5-CALENDAR", "2014")):
            file = hold(session, later.office, unit, duty, period, SEPTEMBER)
            hand_in(session, file, HandIn(SEPTEMBER, files=[a_file(later, unit)]), SEPTEMBER)
        files = session.exec(select(SubmissionFile.id).order_by(SubmissionFile.id)).all()
    chairman = a_browser(later, CHAIRMAN)
    assert [chairman.get(f"/tep/{file}").status_code for file in files] == [200, 404]


def a_file(context: PortalContext, name: str) -> KeptFile:
    content = b"%PDF-1.4 " + name.encode()
    [kept] = keep_all(
        context.office.folder / "files", [UploadedFile(f"{name}.pdf", BytesIO(content))], context.office.intake, None
    )
    return kept


def test_each_finds_what_waits_for_them(context: PortalContext):
    later, case = at(context, SEPTEMBER, "CTK", "I4B-CATALOGUE", "2015")
    approval, announcement = f"/ho-so/{case}/buoc/I4B-APPROVE", f"/ho-so/{case}/buoc/I4B-ANNOUNCE"
    chairman, lead = a_browser(later, CHAIRMAN), a_browser(later, UNIT_OF_THE_LEAD)
    assert approval in chairman.get("/buoc").text
    assert approval not in lead.get("/buoc").text
    records(chairman, case, "I4B-APPROVE", done_on="2014-09-22", number="70/QĐ-UBND")
    assert "Không có bước nào chờ" in chairman.get("/buoc").text
    assert announcement in lead.get("/buoc").text
    everything = a_browser(later, COORDINATOR).get("/buoc").text
    assert [address in everything for address in (approval, announcement)] == [False, True]
    assert a_browser(later, AUDITOR).get("/buoc").status_code == 403


# --- what -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "fields", "said"),
    [
        ("I5-APPROVE", {"done_on": "", "number": "9"}, "Cần ngày thực hiện"),
        ("I5-APPROVE", {"done_on": "2014-02-01", "number": "9"}, "chưa tới"),
        ("I5-APPROVE", {"done_on": "2013-11-01", "number": "9"}, "trước ngày 06/01/2014 của văn bản"),
        ("I5-APPROVE", {"done_on": "2014-01-07", "number": " "}, "Cần số, ký hiệu"),
        ("I5-PUBLISH", {"done_on": "2014-01-07", "place": "syt.vn"}, "Cần ghi bước"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(context: PortalContext, step: str, fields: dict, said: str):
    case, client = case_of(context, "SYT", "I5-CALENDAR", "2014"), a_browser(context, FOCAL_POINT)
    answer = records(client, case, step, **fields)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert all(f'value="{value}"' in answer.text for value in fields.values() if value.strip())
    assert "Chưa có gì được ghi" in answer.text


def test_another_day_than_the_plan_asks_for_needs_a_reason_that_is_shown(context: PortalContext):
    case, client = case_of(context, "SYT", "I5-CALENDAR", "2014"), a_browser(context, FOCAL_POINT)
    for step in ("I5-APPROVE", "I5-REPORT-UBND"):
        assert records(client, case, step, done_on="2014-01-07", number="9/QĐ").status_code == 303
    told = {"done_on": "2014-01-08", "number": "10/BC"}
    assert "đồng thời" in records(client, case, "I5-REPORT-MINISTRY", **told).text
    assert records(client, case, "I5-REPORT-MINISTRY", **told, reason="Mạng <hỏng>").status_code == 303
    assert "lý do: Mạng &lt;hỏng&gt;" in client.get(f"/ho-so/{case}").text


def test_a_correction_and_what_was_taken_back_stand_in_the_story(context: PortalContext):
    case, client = case_of(context, "SYT", "I5-CALENDAR", "2014"), a_browser(context, FOCAL_POINT)
    records(client, case, "I5-APPROVE", done_on="2014-01-07", number="9/QĐ-SYT")
    records(client, case, "I5-APPROVE", done_on="2014-01-08", number="10/QĐ-SYT", reason="Gõ nhầm")
    page = client.get(f"/ho-so/{case}").text
    assert "đã sửa lúc" in page
    assert "trước đó: ngày 07/01/2014, văn bản số 9/QĐ-SYT; lý do: Gõ nhầm" in page
    where = f"/ho-so/{case}/buoc/I5-APPROVE"
    refused = post(client, f"{where}/thu-hoi", seen=seen(client.get(where).text), reason="")
    assert (refused.status_code, "Cần ghi lý do" in refused.text) == (422, True)
    answer = post(client, f"{where}/thu-hoi", seen=seen(client.get(where).text), reason="Nhầm hồ sơ")
    assert answer.status_code == 303
    assert "Thu hồi bước «Thủ trưởng cơ quan phê duyệt Lịch phổ biến»" in client.get(f"/ho-so/{case}").text
    assert steps(context, case)["I5-APPROVE"].done_on is None


def test_of_two_who_record_at_once_the_second_is_told_what_the_first_did(context: PortalContext):
    case = case_of(context, "SYT", "I5-CALENDAR", "2014")
    unit, lan, where = (
        a_browser(context, FOCAL_POINT),
        a_browser(context, COORDINATOR),
        f"/ho-so/{case}/buoc/I5-APPROVE",
    )
    both_saw = seen(unit.get(where).text)
    told = {"seen": both_saw, "done_on": "2014-01-07"}
    assert post(unit, where, **told, number="9/QĐ").status_code == 303
    answer = post(lan, where, **told, number="10/QĐ")
    assert (answer.status_code, "văn bản số 9/QĐ" in answer.text, 'value="10/QĐ"' in answer.text) == (409, True, True)


def test_before_the_document_came_no_step_is_offered_and_none_is_taken(context: PortalContext):
    arrived = case_of(context, "SYT", "I5-CALENDAR", "2014")
    later = replace(context, clock=lambda: SEPTEMBER)
    tick(context.engine, context.office, SEPTEMBER, "I4B-CATALOGUE")
    case, lan = case_of(context, "CTK", "I4B-CATALOGUE", "2015"), a_browser(later, COORDINATOR)
    pages = [lan.get(f"/ho-so/{id}").text for id in (arrived, case)]
    assert ["/buoc/" in page for page in pages] == [True, False]
    answer = records(lan, case, "I4B-APPROVE", done_on="2014-09-20", number="70/QĐ")
    assert (answer.status_code, "Chưa nhận được văn bản" in answer.text) == (422, True)


def test_the_receipt_leads_to_what_comes_next(context: PortalContext):
    case = case_of(context, "SYT", "I5-CALENDAR", "2014")
    receipt = a_browser(context, FOCAL_POINT).get(f"/ho-so/{case}/bien-nhan/1").text
    assert [step in receipt for step in ("/buoc/I5-APPROVE", "/buoc/I5-PUBLISH")] == [True, True]
    assert "/buoc/" not in a_browser(context, AUDITOR).get(f"/ho-so/{case}/bien-nhan/1").text
    later, review = at(context, JULY, "CTK", "I4-MIDYEAR-REVIEW", "2015")
    assert "#ra-soat" in a_browser(later, UNIT_OF_THE_LEAD).get(f"/ho-so/{review}/bien-nhan/1").text


@pytest.mark.parametrize("step", ["I5-NOSUCH", "I4B-APPROVE", "x" * 50])
def test_a_step_the_case_does_not_have_is_not_found(context: PortalContext, step: str):
    case = case_of(context, "SYT", "I5-CALENDAR", "2014")
    assert a_browser(context, COORDINATOR).get(f"/ho-so/{case}/buoc/{step}").status_code == 404


def test_the_page_of_a_step_is_there_in_english(context: PortalContext):
    case = case_of(context, "SYT", "I5-CALENDAR", "2014")
    page = a_browser(context, COORDINATOR).get(f"/ho-so/{case}/buoc/I5-APPROVE?lang=en").text
    assert "The head of the agency approves the release calendar" in page
    assert "Ghi nhận" not in page


# --- «có điều chỉnh, bổ sung» ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("email", "status", "on_behalf"),
    [(UNIT_OF_THE_LEAD, 303, False), (COORDINATOR, 303, False), (FOCAL_POINT, 404, None), (AUDITOR, 403, None)],
)
def test_whoever_reviewed_says_whether_something_is_adjusted(
    context: PortalContext, email: str, status: int, on_behalf: bool | None
):
    later, case = at(context, JULY, "CTK", "I4-MIDYEAR-REVIEW", "2015")
    client, lan = a_browser(later, email), a_browser(later, COORDINATOR)
    assert "Chưa trả lời" in lan.get(f"/ho-so/{case}").text
    answer = post(client, f"/ho-so/{case}/ra-soat", adjusted="co", seen=seen(lan.get(f"/ho-so/{case}").text))
    assert answer.status_code == status
    page = lan.get(f"/ho-so/{case}").text
    assert ("/buoc/I4-ADJUST-REPORT" in page) is (status == 303)
    assert ("mốc phấn đấu 27/07/2015" in page) is (status == 303)
    with reading(later.engine) as session:
        told = session.exec(select(LogEntry.details).where(LogEntry.action == "case.adjustment")).all()
    assert [json.loads(details)["on_behalf"] for details in told] == ([on_behalf] if status == 303 else [])


def test_a_review_without_changes_is_said_so_and_can_then_be_accepted(context: PortalContext):
    later, case = at(context, JULY, "CTK", "I4-MIDYEAR-REVIEW", "2015")
    lan = a_browser(later, COORDINATOR)
    refused = decides(lan, case, "accept")
    assert (refused.status_code, "trước khi chấp nhận" in refused.text) == (422, True)
    where = f"/ho-so/{case}/ra-soat"
    assert post(lan, where, adjusted="khong", seen=seen(lan.get(f"/ho-so/{case}").text)).status_code == 303
    page = lan.get(f"/ho-so/{case}").text
    assert re.search(r"<b>Không có điều chỉnh, bổ sung</b>", page)
    assert decides(lan, case, "accept").status_code == 303
    closed = lan.get(f"/ho-so/{case}").text
    assert f'{where}"' not in closed
    late = post(lan, where, adjusted="co", seen=seen(closed))
    assert (late.status_code, "cần mở lại hồ sơ" in late.text) == (422, True)


@pytest.mark.parametrize(("duty", "fields"), [("I5-CALENDAR", {"adjusted": "co"})])
def test_a_case_that_is_no_review_has_no_such_question(context: PortalContext, duty: str, fields: dict):
    case, lan = case_of(context, "SYT", duty, "2014"), a_browser(context, COORDINATOR)
    assert "Kết luận rà soát" not in lan.get(f"/ho-so/{case}").text
    assert post(lan, f"/ho-so/{case}/ra-soat", seen=10**6, **fields).status_code == 404
