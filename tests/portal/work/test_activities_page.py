"""The register of activities on pages: who records for whom, what is wrong is said, what was ended stays readable."""

from __future__ import annotations

import pytest
from builders import rows
from fastapi.testclient import TestClient
from visitors import AUDITOR, COORDINATOR, DEPUTY, FOCAL_POINT, LEADER, STRANGER, a_browser, form_key, post

from models.tables.activities import Activity
from portal.context import PortalContext
from portal.forms import FIELD

GUIDE = "/nhiem-vu/II1-GUIDE/hoat-dong"
MEETING = {"kind": "meeting", "day": "2014-01-06", "summary": "Phổ biến Chính sách cho các trạm y tế", "people": "45"}


def stored(context: PortalContext) -> list[Activity]:
    return list(rows(context.engine, Activity))


def test_a_unit_records_with_a_file_and_others_of_it_read(own_context: PortalContext) -> None:
    client = a_browser(own_context, FOCAL_POINT)
    page = client.get(GUIDE).text
    assert "Sở Y tế" in page
    assert "Sở Tài chính" not in page
    sent = client.post(
        GUIDE,
        data={FIELD: form_key(client), "unit": "SYT", **MEETING},
        files={"file": ("biên bản.pdf", b"%PDF-1.4", "application/pdf")},
    )
    assert sent.status_code == 303
    [row] = stored(own_context)
    assert (row.people, row.file_name, row.obligation) == (45, "biên bản.pdf", "II1-GUIDE")
    for email in (COORDINATOR, LEADER, AUDITOR, DEPUTY):
        reader = a_browser(own_context, email)
        assert "các trạm y tế" in reader.get(GUIDE, params={"nam": 2014}).text
        assert reader.get(f"/hoat-dong/{row.id}/tep").content == b"%PDF-1.4"
    assert "1 hoạt động" in a_browser(own_context, COORDINATOR).get("/hoat-dong", params={"nam": 2014}).text


def test_another_unit_sees_nothing_of_it_and_changes_nothing(own_context: PortalContext) -> None:
    post(a_browser(own_context, FOCAL_POINT), GUIDE, unit="SYT", **MEETING)
    [row] = stored(own_context)
    stranger = a_browser(own_context, STRANGER)
    assert "các trạm y tế" not in stranger.get(GUIDE, params={"nam": 2014}).text
    answers = [
        stranger.get(f"/hoat-dong/{row.id}"),
        post(stranger, f"/hoat-dong/{row.id}", **{**MEETING, "people": "1"}),
        post(stranger, f"/hoat-dong/{row.id}/rut", reason="Xóa"),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert post(stranger, GUIDE, unit="SYT", **{**MEETING, "people": "9"}).status_code == 422
    assert [(one.people, one.ended_at) for one in stored(own_context)] == [(45, None)]


@pytest.mark.parametrize("email", [LEADER, AUDITOR])
def test_who_only_reads_records_nothing(own_context: PortalContext, email: str) -> None:
    client = a_browser(own_context, email)
    assert "Ghi vào sổ" not in client.get(GUIDE).text
    assert post(client, GUIDE, unit="SYT", **MEETING).status_code == 403


def test_a_coordinator_records_in_a_units_place_corrects_and_takes_back(own_context: PortalContext) -> None:
    client = a_browser(own_context, COORDINATOR)
    post(client, GUIDE, unit="SYT", **MEETING)
    [row] = stored(own_context)
    assert 'value="45"' in client.get(f"/hoat-dong/{row.id}").text
    assert post(client, f"/hoat-dong/{row.id}", **{**MEETING, "people": "54"}).status_code == 303
    newest = stored(own_context)[-1]
    assert (newest.people, newest.corrects_id) == (54, row.id)
    assert post(client, f"/hoat-dong/{newest.id}/rut", reason="").status_code == 422
    assert post(client, f"/hoat-dong/{newest.id}/rut", reason="Ghi nhầm đơn vị").status_code == 303
    page = client.get(GUIDE, params={"nam": 2014}).text
    assert "Ghi nhầm đơn vị" in page
    assert "2 mục đã sửa hoặc rút" in page
    assert "đã được sửa hoặc rút trước đó" in post(client, f"/hoat-dong/{row.id}", **MEETING).text


WRONG = {
    "kind": ({"kind": "update"}, "không có loại hoạt động ấy"),
    "day": ({"day": "2015-01-01"}, "Cần ngày không ở tương lai"),
    "number": ({"kind": "guidance"}, "cần số, ký hiệu"),
    "people": ({"people": "-4"}, "Cần một số người"),
    "summary": ({"summary": " "}, "Cần ghi nội dung"),
    "unit": ({"unit": "UBND"}, "không phải thực hiện nhiệm vụ"),
}


@pytest.mark.parametrize(("wrong", "why"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    own_context: PortalContext, wrong: dict[str, str], why: str
) -> None:
    client = a_browser(own_context, COORDINATOR)
    answer = post(client, GUIDE, **{"unit": "SYT", **MEETING, **wrong})
    assert (answer.status_code, why in answer.text) == (422, True)
    assert wrong.get("summary", MEETING["summary"]) in answer.text
    assert stored(own_context) == []


def test_a_document_of_no_case_is_registered_under_a_duty_without_one(own_context: PortalContext) -> None:
    client = a_browser(own_context, COORDINATOR)
    assert "Văn bản ngoài kỳ" in client.get("/nhiem-vu/I5-CALENDAR").text
    document = {"kind": "document", "day": "2014-01-06", "number": "8/SYT-KH", "summary": "Góp ý mẫu Lịch phổ biến"}
    sent = post(client, "/nhiem-vu/I5-CALENDAR/hoat-dong", unit="SYT", **document)
    assert sent.status_code == 303
    assert "8/SYT-KH" in client.get(sent.headers["Location"]).text
    assert "Lịch phổ biến" in client.get("/hoat-dong", params={"nam": 2014}).text


TRUE_WORDS = {
    "II2-GUIDE-CHECK-URGE": "ghi vào sổ hoạt động",
    "I5-PUBLISH": "ghi ở hồ sơ của nhiệm vụ",
    "I2A-TIMES": "không có hồ sơ riêng",
    "I6-EVALUATE": "không câu nào giao việc này",
    "II3-AMEND": "khi phát sinh",
}


@pytest.mark.parametrize(("code", "words"), TRUE_WORDS.items(), ids=TRUE_WORDS)
def test_the_page_of_a_duty_without_occurrences_says_where_it_is_recorded(
    portal: TestClient, code: str, words: str
) -> None:
    assert words in portal.get(f"/nhiem-vu/{code}").text
