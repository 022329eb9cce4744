"""A ladder is changed on its page: errors beside the step, what moves before it is confirmed, and the way back."""

from __future__ import annotations

import re
from dataclasses import replace

import a_province
import pytest
from fastapi.testclient import TestClient
from page_fields import fields_of
from sqlmodel import select
from visitors import ADMINISTRATOR, COORDINATOR, a_browser, post

from models.database import reading, writing
from models.tables.plan import StepDay
from models.tables.templates import TemplateVersion
from portal.context import PortalContext
from rules.office import Office
from services.operations.tick import tick
from services.plan.in_force import office_now
from services.templates import LADDER, versions

EDITOR, WRITE = "/quan-tri/thang/default/sua", "/quan-tri/thang/default/ghi"
WHY = "Nhắc thêm một lần"
TITLE = "Nhắc sau bảy ngày"


@pytest.fixture
def context(tmp_path_factory: pytest.TempPathFactory) -> PortalContext:
    return replace(a_province.a_context(tmp_path_factory.mktemp("ladder")), renews_every=0)


@pytest.fixture
def administrator(context: PortalContext) -> TestClient:
    return a_browser(context, ADMINISTRATOR)


def editor(client: TestClient, **changed: str) -> dict[str, str]:
    return fields_of(client.get(EDITOR).text, "b0_id") | changed


def one_more(client: TestClient) -> dict[str, str]:
    """The fields of the page after a click on «Thêm bước», with a new step seven working days after the day."""
    page = post(client, EDITOR, **editor(client), go="add").text
    fields = fields_of(page, "b0_id")
    place = next(name[:-2] for name, value in fields.items() if value == "N1")
    return fields | {f"{place}title": TITLE, f"{place}number": "7", f"{place}side": "sau-han", "note": WHY}


def office(context: PortalContext) -> Office:
    with reading(context.engine) as session:
        return office_now(session, context.office)


def confirmed(client: TestClient, preview: str, **changed: str):
    return post(client, WRITE, **fields_of(preview, "seal") | changed)


def test_a_step_is_added_seen_confirmed_sent_by_the_next_look_and_taken_back(
    context: PortalContext, administrator: TestClient
) -> None:
    shown = post(administrator, EDITOR, **one_more(administrator), go="see").text
    assert re.search(r"<li>\d+ lần nhắc (thêm|gửi ngay)", shown)
    assert len(office(context).ladders["default"].steps) == 8  # nothing is done yet
    done = confirmed(administrator, shown)
    assert (done.status_code, done.headers["Location"]) == (303, "/quan-tri/thang?xong=default")
    steps = office(context).ladders["default"].steps
    assert [(one.id, one.offset, one.title.vi, one.title.en) for one in steps if one.id == "N1"] == [
        ("N1", 7, TITLE, TITLE)
    ]
    page = administrator.get("/quan-tri/thang").text
    assert TITLE in page
    assert WHY in page
    with reading(context.engine) as session:
        assert session.exec(select(StepDay).where(StepDay.step == "N1")).first() is not None
    back = post(administrator, "/quan-tri/thang/default/dung", number="0").text
    assert "trở về thang ban đầu" in back
    confirmed(administrator, back)
    assert office(context).ladders == context.office.ladders
    with reading(context.engine) as session:
        assert [row.in_use for row in versions(session, LADDER, "default")] == [False]
    assert "đang dùng" in administrator.get("/quan-tri/thang").text


def test_what_is_wrong_stands_beside_its_step_in_words(administrator: TestClient) -> None:
    fields = editor(administrator, b0_number="300", b1_title="", b2_side="sau-nen-gui", b3_level="x", go="see")
    page = post(administrator, EDITOR, **fields)
    assert page.status_code == 422
    for words in ("Nhiều nhất 250 ngày", "không được để trống", "phải là số nguyên"):
        assert words in page.text
    assert "late_after" not in page.text
    fields = editor(administrator, b2_side="sau-nen-gui", go="see")
    page = post(administrator, EDITOR, **fields).text
    assert "«ngày nên gửi»" in page  # an overdue message before the last day


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"b0_id": "XX"}, "Không có bước XX"),
        ({"b1_id": "L1"}, "viết hai lần"),
        ({"b0_message": "sign_in"}, "không dùng được mẫu thư ấy"),
        ({"b0_message": "urging_letter", "b0_side": "sau-han"}, "chỉ gửi cơ quan điều phối"),
        ({"b0_number": "1e9"}, "phải là số nguyên"),
        ({"b0_number": "-3"}, "phải là số nguyên"),
        ({"b0_number": "9" * 5_000}, "phải"),
        ({"b0_monthly": "1"}, "lặp hằng tháng"),
        ({"b0_title": "Tên khác"}, "đã có tên"),
    ],
    ids=lambda one: "-".join(one) if isinstance(one, dict) else "",
)
def test_what_no_ladder_can_mean_is_refused(
    context: PortalContext, administrator: TestClient, changed: dict[str, str], words: str
) -> None:
    for fields in (editor(administrator, **changed, go="see"),):
        page = post(administrator, EDITOR, **fields)
        assert page.status_code == 422
        assert words in page.text
    assert post(administrator, WRITE, **editor(administrator, **changed), seal="0" * 64).status_code == 422
    assert office(context).ladders == context.office.ladders


def test_an_empty_ladder_and_one_of_too_many_steps_are_refused(administrator: TestClient) -> None:
    assert "ít nhất một bước" in post(administrator, EDITOR, go="see").text
    many = {
        f"b{place}_{name}": value
        for place in range(55)
        for name, value in {
            "id": f"N{place + 1}",
            "title": "Nhắc",
            "number": str(place + 1),
            "side": "truoc-nen-gui",
            "message": "reminder",
            "level": "1",
            "to_head": "1",
            "by_email": "1",
        }.items()
    }
    assert "Nhiều nhất 50 bước" in post(administrator, EDITOR, **many, go="see").text
    fifty = {name: value for name, value in many.items() if int(re.findall(r"\d+", name)[0]) < 50}
    shown = post(administrator, EDITOR, **fifty, note=WHY, go="see")
    assert shown.status_code == 200
    assert confirmed(administrator, shown.text).status_code == 303


def test_the_second_of_two_administrators_is_shown_what_the_first_did(
    context: PortalContext, administrator: TestClient
) -> None:
    first = post(administrator, EDITOR, **one_more(administrator), go="see").text
    second = post(administrator, EDITOR, **one_more(administrator), go="see").text
    assert confirmed(administrator, first).status_code == 303
    answer = confirmed(administrator, second, note="Việc khác")
    assert "chưa ghi gì" in answer.text or "Không có gì thay đổi" in answer.text
    with reading(context.engine) as session:
        assert [row.note for row in versions(session, LADDER, "default")] == [WHY]


def test_no_reason_no_change(context: PortalContext, administrator: TestClient) -> None:
    shown = post(administrator, EDITOR, **one_more(administrator) | {"note": ""}, go="see").text
    answer = confirmed(administrator, shown, note=" ")
    assert answer.status_code == 422
    assert "Cần ghi lý do" in answer.text
    assert office(context).ladders == context.office.ladders


def test_texts_of_an_attacker_are_words(context: PortalContext, administrator: TestClient) -> None:
    evil = "<script>alert(1)</script>{{ 7*7 }}"
    fields = one_more(administrator)
    place = next(name[:-2] for name, value in fields.items() if value == "N1")
    shown = post(administrator, EDITOR, **fields | {f"{place}title": evil, "note": evil}, go="see").text
    confirmed(administrator, shown)
    page = administrator.get("/quan-tri/thang").text
    for text in (shown, page):
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in text


def test_no_such_ladder_and_no_such_version(administrator: TestClient) -> None:
    assert administrator.get("/quan-tri/thang/khong-co/sua").status_code == 404
    for number in ("7", "-1", "x", "9" * 20, "²"):
        assert post(administrator, "/quan-tri/thang/default/dung", number=number).status_code == 404


def test_a_coordinator_reads_who_may_change_them(context: PortalContext) -> None:
    client = a_browser(context, COORDINATOR)
    page = client.get("/quan-tri/thang").text
    assert "Người sửa được:" in page
    assert "Sửa thang này" not in page
    assert client.get(EDITOR).status_code == 403


def test_a_ladder_of_steps_keeps_its_own_kind_of_message(context: PortalContext, administrator: TestClient) -> None:
    path = "/quan-tri/thang/steps/sua"
    fields = fields_of(administrator.get(path).text, "b0_id")
    wrong = post(administrator, path, **fields | {"b0_message": "reminder"}, go="see")
    assert "không dùng được mẫu thư ấy" in wrong.text
    right = post(administrator, path, **fields | {"b0_number": "6", "note": WHY}, go="see")
    assert right.status_code == 200


def test_a_running_portal_and_a_tick_take_the_change_at_their_next_look(
    context: PortalContext, administrator: TestClient
) -> None:
    other = a_browser(replace(context), COORDINATOR)
    confirmed(administrator, post(administrator, EDITOR, **one_more(administrator), go="see").text)
    assert TITLE in other.get("/quan-tri/thang").text
    tick(context.engine, office(context), context.clock())
    with writing(context.engine) as session:
        assert session.exec(select(TemplateVersion)).one().in_use
