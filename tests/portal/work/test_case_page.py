"""The page of a case: everything known of it, and what a coordinator decides on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import a_province
import pytest
from builders import counted
from case_steps import case_of, decides, seen
from sqlmodel import select
from visitors import AUDITOR, COORDINATOR, FOCAL_POINT, LEADER, STRANGER, a_browser, post

from models.database import reading, writing
from models.tables.cases import Case
from models.tables.log import LogEntry
from models.tables.projection import Projection
from models.tables.submissions import Decision
from portal.context import PortalContext
from services import log
from services.cases.decide import accept, return_for_completion
from services.cases.hand_in import HandIn, find, hand_in, hold
from services.files.hand_in_files import UploadedFile, keep_all

NOW = a_province.NOW


@pytest.fixture
def context(tmp_path: Path) -> PortalContext:
    """A province with files of its own, to be changed."""
    context = a_province.a_context(tmp_path)
    return replace(context, office=replace(context.office, folder=tmp_path))


def hands_in(context: PortalContext, unit: str, duty: str, period: str, name: str = "Kế hoạch.pdf") -> int:
    """Registers one file; its id."""
    content = context.office.folder / "sent.pdf"
    content.write_bytes(b"%PDF-1.4 " + name.encode())
    with content.open("rb") as stream:
        kept = keep_all(context.office.folder / "files", [UploadedFile(name, stream)], context.office.intake, None)
    received = datetime(2014, 1, 7, 3, tzinfo=UTC)
    arrival = HandIn(received, "portal", "15/KH-SYT", date(2014, 1, 6), kept)
    with writing(context.engine) as session:
        hand_in(session, hold(session, context.office, unit, duty, period, received), arrival, received)
    with reading(context.engine) as session:
        return session.connection().exec_driver_sql("SELECT max(id) FROM submission_file").scalar() or 0


def decisions(context: PortalContext, case: int) -> list[tuple[str, str, str]]:
    with reading(context.engine) as session:
        rows = session.exec(select(Decision).where(Decision.case_id == case).order_by(Decision.id)).all()
        return [(row.kind, row.by, row.reason) for row in rows]


# --- what it shows --------------------------------------------------------------------------------------------------


def test_the_page_tells_dates_clause_version_file_decision_reminder_and_story(context: PortalContext):
    case = case_of(context, "SYT", "I5-CALENDAR", "2014")
    file = hands_in(context, "SYT", "I5-CALENDAR", "2014")
    with writing(context.engine) as session:
        found = find(session, context.office, "SYT", "I5-CALENDAR", "2014", NOW)
        return_for_completion(session, found, "Lan", NOW, "Thiếu hình thức phổ biến", date(2014, 1, 15))
    page = a_browser(context, FOCAL_POINT).get(f"/ho-so/{case}").text
    for words in (
        "Sở Y tế",
        "31/12/2013",  # the statutory day
        "Mục I.5",
        "15/KH-SYT",
        "06/01/2014",  # of the document
        "10:00 07/01/2014",  # received
        f'href="/tep/{file}"',
        "Thiếu hình thức phổ biến",
        "Cần bổ sung chậm nhất ngày 15/01/2014",
        "Nhắc việc",
        "Nộp lần 1",
        "sau hạn",
    ):
        assert words in page, words


def test_the_page_asks_the_database_as_often_for_a_long_history_as_for_a_short_one(context: PortalContext):
    case = case_of(context, "SYT", "I5-CALENDAR", "2014")
    client = a_browser(context, COORDINATOR)
    client.get(f"/ho-so/{case}")
    with counted(context.engine) as few:
        client.get(f"/ho-so/{case}?lan=2")  # not the page that was just written
    for number in range(8):
        hands_in(context, "SYT", "I5-CALENDAR", "2014", f"{number}.pdf")
        with writing(context.engine) as session:
            accept(session, find(session, context.office, "SYT", "I5-CALENDAR", "2014", NOW), "Lan", NOW)
    client.get("/viec")  # the tables of the province are put together anew, once
    with counted(context.engine) as many:
        assert "Lần 8" in client.get(f"/ho-so/{case}").text
    assert 0 < len(many) == len(few) <= 21


@pytest.mark.parametrize("id", ["0", "99999", str(2**70), "x"])
def test_what_is_no_case_is_not_found(context: PortalContext, id: str):
    assert a_browser(context, COORDINATOR).get(f"/ho-so/{id}").status_code in (404, 422)


def test_the_page_is_there_in_english(context: PortalContext):
    page = a_browser(context, COORDINATOR).get(f"/ho-so/{case_of(context, 'SYT', 'I5-CALENDAR', '2014')}?lang=en").text
    assert "Late after" in page
    assert "Tính trễ" not in page


# --- files ----------------------------------------------------------------------------------------------------------


def test_a_file_comes_down_as_an_attachment_with_its_own_name(context: PortalContext):
    file = hands_in(context, "SYT", "I5-CALENDAR", "2014", "Lịch phổ biến «2014».pdf")
    answer = a_browser(context, FOCAL_POINT).get(f"/tep/{file}")
    assert answer.content.startswith(b"%PDF-1.4")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''L%E1%BB%8Bch%20ph")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_another_unit_gets_neither_the_case_nor_the_file(context: PortalContext):
    file, case = hands_in(context, "SYT", "I5-CALENDAR", "2014"), case_of(context, "SYT", "I5-CALENDAR", "2014")
    stranger = a_browser(context, STRANGER)
    paths = (f"/tep/{file}", f"/ho-so/{case}", f"/ho-so/{case}/nop", f"/ho-so/{case}/bien-nhan/1")
    assert [stranger.get(path).status_code for path in paths] == [404] * 4
    assert post(stranger, f"/ho-so/{case}/khong-phat-sinh", reason="x").status_code == 404


@pytest.mark.parametrize(("email", "logged"), [(COORDINATOR, 1), (AUDITOR, 1), (FOCAL_POINT, 0)])
def test_whoever_reads_the_file_of_another_unit_stands_in_the_log(context: PortalContext, email: str, logged: int):
    file = hands_in(context, "SYT", "I5-CALENDAR", "2014")
    assert a_browser(context, email).get(f"/tep/{file}").status_code == 200
    with reading(context.engine) as session:
        entries = session.exec(select(LogEntry).where(LogEntry.action == "file.read")).all()
    assert [entry.subject for entry in entries] == [f"file:{file}"] * logged


# --- decisions ------------------------------------------------------------------------------------------------------


def test_a_coordinator_accepts_in_her_own_name(context: PortalContext):
    hands_in(context, "SYT", "I5-CALENDAR", "2014")
    case, lan = case_of(context, "SYT", "I5-CALENDAR", "2014"), a_browser(context, COORDINATOR)
    assert decides(lan, case, "accept").status_code == 303
    [(kind, by, _)] = decisions(context, case)
    assert kind == "accept"
    assert by in lan.get("/tai-khoan").text
    assert "Đã chấp nhận, sau hạn" in lan.get(f"/ho-so/{case}").text


@pytest.mark.parametrize(
    ("kind", "fields", "shown"),
    [
        ("extend", {"reason": "Lũ lụt", "until": "2014-01-20"}, "Đã gia hạn đến"),
        ("waive", {"reason": "Đơn vị không còn"}, "Được miễn"),
        ("nil_return", {"reason": "Không có số liệu"}, "Không phát sinh"),
        ("not_applicable", {"reason": "Không phổ biến thông tin"}, "Không áp dụng"),
    ],
)
def test_an_open_case_is_extended_or_closed_with_a_reason(
    context: PortalContext, kind: str, fields: dict[str, str], shown: str
):
    case, lan = case_of(context, "SYT", "I5-CALENDAR", "2014"), a_browser(context, COORDINATOR)
    assert decides(lan, case, kind, **fields).status_code == 303
    assert decisions(context, case)[-1][::2] == (kind, fields["reason"])
    assert shown in lan.get(f"/ho-so/{case}").text


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("waive", {}, "Cần ghi lý do"),
        ("extend", {"reason": "x"}, "Cần chọn ngày"),
        ("extend", {"reason": "x", "until": "2014-01-02"}, "Không chọn ngày đã qua"),
        ("accept", {}, "không cho phép"),
        ("return", {"reason": "x", "until": "2014-01-20"}, "không cho phép"),
        ("burn", {"reason": "x"}, "không cho phép"),
        ("extend", {"reason": "giữ <lời>", "until": "31/12"}, "giữ &lt;lời&gt;"),
    ],
)
def test_a_decision_that_cannot_be_is_refused_in_words(
    context: PortalContext, kind: str, fields: dict[str, str], said: str
):
    case, lan = case_of(context, "SYT", "I5-CALENDAR", "2014"), a_browser(context, COORDINATOR)
    answer = decides(lan, case, kind, **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert decisions(context, case) == []


def test_of_two_who_decide_at_once_the_second_is_told_what_the_first_did(context: PortalContext):
    hands_in(context, "SYT", "I5-CALENDAR", "2014")
    case = case_of(context, "SYT", "I5-CALENDAR", "2014")
    lan, minh = a_browser(context, COORDINATOR), a_browser(context, LEADER)
    both_saw = seen(lan.get(f"/ho-so/{case}").text)
    assert decides(lan, case, "return", reason="Thiếu biểu 3", until="2014-01-15", seen=both_saw).status_code == 303
    answer = decides(minh, case, "accept", reason="Được", seen=both_saw)
    assert answer.status_code == 409
    assert "Chưa ghi quyết định vừa rồi" in answer.text
    assert "Thiếu biểu 3" in answer.text
    assert [kind for kind, *_ in decisions(context, case)] == ["return"]
    assert decides(minh, case, "accept", seen=seen(answer.text)).status_code == 303


def test_a_version_that_came_in_meanwhile_stops_a_decision_too(context: PortalContext):
    case, lan = case_of(context, "SYT", "I5-CALENDAR", "2014"), a_browser(context, COORDINATOR)
    before = seen(lan.get(f"/ho-so/{case}").text)
    hands_in(context, "SYT", "I5-CALENDAR", "2014")
    answer = decides(lan, case, "waive", reason="Không liên lạc được", seen=before)
    assert answer.status_code == 409
    assert "văn bản số 15/KH-SYT" in answer.text


@pytest.mark.parametrize("email", [FOCAL_POINT, AUDITOR])
def test_who_may_not_decide_is_shown_no_form(context: PortalContext, email: str):
    client, case = a_browser(context, email), case_of(context, "SYT", "I5-CALENDAR", "2014")
    assert "quyet-dinh" not in client.get(f"/ho-so/{case}").text
    assert post(client, f"/ho-so/{case}/quyet-dinh", viec="waive", reason="x", seen=0).status_code == 403


# --- the way to it --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/don-vi/SYT?nam=2013", "/danh-sach?nam=2013", "/nhiem-vu/I5-CALENDAR?nam=2013", "/?nam=2013"]
)
def test_rows_and_cells_lead_to_their_case(context: PortalContext, path: str):
    case = case_of(context, "SYT", "I5-CALENDAR", "2014")
    assert f'href="/ho-so/{case}"' in a_browser(context, COORDINATOR).get(path).text


def test_an_open_case_on_the_units_page_can_be_handed_in_from_there(context: PortalContext):
    case = case_of(context, "SYT", "I5-CALENDAR", "2014")
    assert f'href="/ho-so/{case}/nop"' in a_browser(context, FOCAL_POINT).get("/don-vi/SYT?nam=2013").text
    assert "/nop" not in a_browser(context, COORDINATOR).get("/don-vi/SYT?nam=2013").text


def test_dates_the_calendar_moved_stand_in_the_story_of_the_cases_they_concern(context: PortalContext):
    moved = {"obligation": "I5-CALENDAR", "period": "2014", "role": "each", "agreed": "", "why": ""}
    moved |= {"old": ["2013-12-31", "2013-12-31"], "new": ["2014-01-03", "2014-01-03"]}
    with writing(context.engine) as session:
        log.append(session, NOW, "kyhan", "dates.move", "day:2014-01-08", {"terms": [moved], "steps": {}, "told": 0})
    client = a_browser(context, COORDINATOR)
    said = "Mốc nhắc dời từ 31/12/2013 sang 03/01/2014"
    assert said in client.get(f"/ho-so/{case_of(context, 'SYT', 'I5-CALENDAR', '2014')}").text
    assert said not in client.get(f"/ho-so/{case_of(context, 'SYT', 'II1-PLAN', '2013')}").text


def test_a_case_leads_to_the_engines_screen_for_those_who_follow_every_unit(context: PortalContext):
    case = case_of(context, "SYT", "I5-CALENDAR", "2014")
    with writing(context.engine) as session:
        occurrence = session.get_one(Case, case).occurrence_id
        session.add(Projection(occurrence_id=occurrence, screen_id="abc"))
    assert "abc" in a_browser(context, COORDINATOR).get(f"/ho-so/{case}").text
    assert ">Prefect" not in a_browser(context, FOCAL_POINT).get(f"/ho-so/{case}").text
