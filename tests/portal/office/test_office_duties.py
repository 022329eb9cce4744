"""A duty added, changed and stopped on pages: what is wrong beside its field, else a version that is previewed."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import a_province
import pytest
from fastapi.testclient import TestClient
from visitors import ADMINISTRATOR, COORDINATOR, a_browser, form_key, post

from models.database import reading
from models.queries.plan import occurrences as plan_queries
from portal.context import PortalContext
from portal.forms import FIELD

PATH = "/quan-tri/ke-hoach/nhiem-vu"
NEW: dict[str, Any] = {
    "title": "Báo cáo thử hằng năm",
    "clause": "II.2",
    "wording": "yearly_before",
    "yearly_before.day": "15/10",
    "yearly_before.first_year": "2014",
    "each": ["departments"],
    "quote": "hướng dẫn, kiểm tra, đôn đốc các sở, ngành, địa phương",
    "duty": "lập báo cáo thử {period}",
    "hand_in": "Báo cáo thử {period}",
    "severity": "hard",
    "ladder": "default",
}


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> PortalContext:
    return a_province.a_context(tmp_path_factory.mktemp("duties"))


@pytest.fixture
def administrator(context: PortalContext) -> TestClient:
    return a_browser(context, ADMINISTRATOR)


def base(client: TestClient) -> str:
    return re.search(r'name="base" value="(\w{64})"', client.get(f"{PATH}/moi").text)[1]


def send(client: TestClient, path: str = f"{PATH}/moi", go: str = "xem", **typed: Any):
    """Followed to the preview where there is one."""
    fields = {FIELD: form_key(client), "base": base(client), "go": go, **typed}
    answer = client.post(path, data=fields)
    return client.get(answer.headers["Location"]) if answer.status_code == 303 else answer


def confirm(client: TestClient, preview: Any, **words: str) -> None:
    seal = re.search(r'name="seal" value="(\w{64})"', preview.text)
    assert seal, preview.text
    assert post(client, preview.url.path, seal=seal[1], **words).status_code == 303


def version(context: PortalContext) -> int:
    with reading(context.engine) as session:
        current = plan_queries.current_plan(session)
        assert current is not None
        return current.version


def test_a_yearly_deadline_is_one_page_a_preview_and_a_word(own_context: PortalContext) -> None:
    client = a_browser(own_context, ADMINISTRATOR)
    preview = send(client, **NEW)
    assert preview.status_code == 200, preview.text
    assert "Báo cáo thử hằng năm" in preview.text
    assert "1 thay đổi" in preview.text
    confirm(client, preview)
    duty = client.app.state.context.office.plan.obligation("II2-BAO-CAO-THU-HANG")
    assert (duty.when.month, duty.when.day, duty.flow) == (10, 15, "ii-bao-cao-thu-hang")
    page = client.get(f"{PATH}/{duty.id}").text
    assert "14/10/2014" in page
    assert "Quản trị viên (ví dụ)" in page
    assert "Báo cáo thử hằng năm" in client.get(f"/nhiem-vu/{duty.id}?nam=2014").text
    rehearsed = client.get("/quan-tri/dien-tap?tu=2014-09-15&den=2014-10-14").text
    assert "Báo cáo thử hằng năm" in rehearsed


@pytest.mark.parametrize(
    ("typed", "field", "why"),
    [
        ({"title": ""}, "title", "không được để trống"),
        ({"quote": "không có câu này"}, "quote", "không tìm thấy trong văn bản Kế hoạch"),
        ({"quote": ""}, "quote", "chưa có trích dẫn"),
        ({"yearly_before.day": "31/2"}, "when", "không có ngày “31/2”"),
        ({"yearly_before.first_year": "năm nay"}, "when", "phải là số nguyên"),
        ({"wording": "once_before", "once_before.day": "31/02/2015"}, "when", "không có ngày “31/02/2015”"),
        ({"wording": "x"}, "when", "chọn thời hạn"),
        ({"each": ["khong-co"]}, "bound", "không có cơ quan hay nhóm cơ quan “khong-co”"),
        ({"each": []}, "bound", "chọn ít nhất một cơ quan"),
        ({"id": "I5-CALENDAR"}, "id", "mã I5-CALENDAR đã dùng"),
        ({"id": "a: b"}, "id", "chữ in hoa không dấu"),
        ({"clause": "IX"}, "clause", "Kế hoạch không có mục “IX”"),
        ({"ladder": "x"}, "ladder", "không có thang nhắc việc “x”"),
        ({"duty": ""}, "duty", "nhiệm vụ có thang nhắc việc cần duty"),
        ({"hand_in": "{lead}"}, "hand_in", "trong ngoặc nhọn"),
        ({"short": "x" * 61}, "short", "dài quá 60 chữ"),
        ({"title": "$A17.day"}, "title", "không bắt đầu bằng"),
        (
            {"document_number": "1/QĐ", "quote": "câu khác", "document_day": "31/2/2014"},
            "document_day",
            "không có ngày",
        ),
    ],
    ids=range(18),
)
def test_what_is_wrong_is_said_beside_its_field(
    administrator: TestClient, context: PortalContext, typed: dict[str, Any], field: str, why: str
) -> None:
    answer = send(administrator, **{**NEW, **typed})
    assert answer.status_code == 422
    said = re.search(rf'id="w-{field}">([^<]*)<', answer.text)
    assert said, answer.text
    assert why in said[1]
    assert version(context) == 1


HOSTILE = "<script>alert(1)</script>'\": {{7*7}} - # !!python/object:x & *a | > %"


@pytest.mark.parametrize("name", ["title", "title_en", "short", "duty", "duty_en", "hand_in", "evidence"])
def test_what_is_typed_stays_text(administrator: TestClient, name: str) -> None:
    text = HOSTILE.replace("{{7*7}}", "")[:58]
    preview = send(administrator, **{**NEW, name: text})
    assert preview.status_code == 200, preview.text
    assert "1 thay đổi" in preview.text
    assert "<script>alert" not in preview.text


def test_a_title_of_two_hundred_letters_gets_a_short_one(administrator: TestClient) -> None:
    assert "1 thay đổi" in send(administrator, **{**NEW, "title": "Báo cáo " * 25}).text


def test_a_passage_is_looked_for_with_marks_or_without_and_taken(administrator: TestClient) -> None:
    page = send(administrator, go="tim", **{**NEW, "quote": "", "words": "huong dan don doc"}).text
    number = re.search(r'name="passage" value="(\d+)"', page)
    assert number, page
    page = send(administrator, go="lay", **{**NEW, "quote": "", "passage": number[1]}).text
    assert "Giao Cục Thống kê tỉnh chủ trì" in re.search(r'name="quote"[^>]*>([^<]*)<', page)[1]
    assert "1 thay đổi" in send(administrator, **{**NEW, "quote": "", "passage": number[1]}).text


def test_dates_are_shown_before_anything_else_is_right(administrator: TestClient) -> None:
    page = send(administrator, go="ngay", **{**NEW, "title": "", "quote": ""}).text
    assert "<b>14/10/2014</b>" in page
    assert "<b>14/10/2015</b>" in page
    assert "Chưa tính được" in send(administrator, go="ngay", **{**NEW, "yearly_before.day": "31/2"}).text


def test_a_duty_of_another_document_brings_its_words_along(own_context: PortalContext) -> None:
    client = a_browser(own_context, ADMINISTRATOR)
    words = {"document_number": "12/QĐ-UBND", "document_day": "02/01/2014", "quote": "Các sở gửi báo cáo thử."}
    confirm(client, send(client, **{**NEW, **words}), decision="12/QĐ-UBND")
    assert client.app.state.context.office.plan.obligation("II2-BAO-CAO-THU-HANG").quote == "Các sở gửi báo cáo thử."
    page = client.get(f"{PATH}/II2-BAO-CAO-THU-HANG").text
    assert "Theo 12/QĐ-UBND" in page


def as_it_stands(client: TestClient, code: str) -> dict[str, Any]:
    """What a browser sends of the form when nothing is touched."""
    page = client.get(f"{PATH}/{code}/sua").text
    typed: dict[str, Any] = dict(re.findall(r'<input id="f-\w+" name="(\w+)" value="([^"]*)"', page))
    typed |= dict(re.findall(r'<textarea id="f-\w+" name="(\w+)"[^>]*>([^<]*)<', page))
    typed |= dict(re.findall(r'<input name="([\w.]+)" value="([^"]*)"', page))
    typed["wording"] = re.search(r'name="wording" value="(\w+)" checked', page)[1]
    for role in ("lead", "each", "contributor"):
        typed[role] = re.findall(rf'name="{role}" value="([\w-]+)" checked', page)
    for name, options in re.findall(r'<select[^>]* name="([\w.]+)"[^>]*>(.*?)</select>', page):
        chosen = re.search(r'<option(?: value="([^"]*)")? selected>([^<]*)<', options)
        typed[name] = (chosen[1] or chosen[2]) if chosen else re.search(r'<option value="([^"]*)"', options)[1]
    named = {name: value for name, value in typed.items() if name not in ("base", "words")}
    return {name: unescape(value) if isinstance(value, str) else value for name, value in named.items()}


def test_the_form_of_every_duty_sent_untouched_changes_nothing(
    administrator: TestClient, context: PortalContext
) -> None:
    for duty in context.office.plan.obligations:
        if duty.when is not None:
            preview = send(administrator, f"{PATH}/{duty.id}/sua", **as_it_stands(administrator, duty.id))
            assert "Không có khác biệt." in preview.text, duty.id


def test_a_change_touches_its_own_field_and_shows_the_open_cases(own_context: PortalContext) -> None:
    client = a_browser(own_context, ADMINISTRATOR)
    typed = as_it_stands(client, "I5-CALENDAR") | {"wording": "yearly_month", "yearly_month.month": "11"}
    typed |= {"yearly_month.first_year": "2013", "yearly_month.for_offset": "1"}
    preview = send(client, f"{PATH}/I5-CALENDAR/sua", **typed)
    assert "1 thay đổi" in preview.text
    assert "Hồ sơ đang mở của các nhiệm vụ bị ảnh hưởng" in preview.text
    confirm(client, preview, decision="9/QĐ-UBND", day="2014-06-01")
    assert "01/06/2014" in client.get(PATH).text
    assert post(client, "/quan-tri/ke-hoach/nap/cho/bo").status_code == 303
    assert "01/06/2014" not in client.get(PATH).text


def test_a_stopped_duty_takes_its_steps_along_and_keeps_its_history(own_context: PortalContext) -> None:
    client = a_browser(own_context, ADMINISTRATOR)
    confirm(client, send(client, **NEW))
    path = f"{PATH}/II2-BAO-CAO-THU-HANG"
    preview = send(client, f"{path}/thoi", reason="Quyết định 20/QĐ-UBND")
    assert "bỏ</span>" in preview.text, preview.text
    confirm(client, preview)
    page = client.get(path)
    assert "không còn trong phiên bản đang áp dụng" in page.text
    assert page.text.count('<td class="day"><b>') == 2
    assert client.get(f"{path}/sua").status_code == 404


def test_what_others_rest_on_is_not_stopped_but_named(administrator: TestClient, context: PortalContext) -> None:
    answer = send(administrator, f"{PATH}/I6-DIRECTIVE/thoi", reason="thử")
    assert answer.status_code == 422
    assert "I6-REGULATION" in answer.text
    assert version(context) == 1


def test_of_two_administrators_the_second_is_shown_what_has_changed(own_context: PortalContext) -> None:
    first, second = a_browser(own_context, ADMINISTRATOR), a_browser(own_context, ADMINISTRATOR)
    opened = base(second)
    confirm(first, send(first, **NEW))
    answer = send(second, **{**NEW, "title": "Bản thứ hai", "base": opened})
    assert answer.status_code == 422
    assert "Kế hoạch đã có phiên bản khác" in answer.text
    assert "Bản thứ hai" in answer.text
    assert version(own_context) == 2


def test_who_only_reads_is_told_who_may_change(context: PortalContext) -> None:
    reader = a_browser(context, COORDINATOR)
    for path in (PATH, f"{PATH}/I5-CALENDAR"):
        page = reader.get(path).text
        assert "Người sửa được kế hoạch: Quản trị viên (ví dụ)" in page
        assert "/sua" not in page
    assert reader.get(f"{PATH}/moi").status_code == 403
