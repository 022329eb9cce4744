"""The coordinator sees how far a province-wide table has come, settles, freezes, compares and downloads it."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from content_builders import Values, accepted, handed_in, judged
from openpyxl import load_workbook
from visitors import ADMINISTRATOR, AUDITOR, COORDINATOR, FOCAL_POINT, LEADER, a_browser, post

from portal.context import PortalContext

DUTY, YEAR = "I5-CALENDAR", "2014"
PAGE = f"/noi-dung/{DUTY}/{YEAR}"
RELEASE: Values = {
    "content": "Chỉ số giá tiêu dùng tháng 1",
    "product": "Báo cáo giá",
    "release": "2014-01-29",
    "channel": "trang tin",
    "unit": "Sở Y tế",
    "basis": "Điều 5",
    "link": None,
}


def sent(context: PortalContext, unit: str, *values: Values) -> None:
    case = handed_in(context.engine, context.office, unit, context.clock(), judged(*values, sheet="Lịch"), DUTY, YEAR)
    accepted(context.engine, case, context.clock())


@pytest.fixture
def context(own_context: PortalContext) -> PortalContext:
    """Two units say different things of one release, and a name is spelt in two ways."""
    sent(own_context, "SYT", RELEASE, {**RELEASE, "content": "<b>Số giường bệnh</b>", "product": "Báo cáo ngành y"})
    sent(own_context, "STC", {**RELEASE, "basis": "bổ sung"}, {**RELEASE, "content": "X", "product": "Báo cáo ngàng y"})
    return own_context


def test_the_page_says_who_sent_what_waits_and_shows_each_row_with_its_origin(context: PortalContext) -> None:
    page = a_browser(context, COORDINATOR).get(PAGE).text
    assert "/33 đã nộp" in page
    assert "STC lần 2, trang «Lịch», dòng 6" in page or "STC lần 1, trang «Lịch», dòng 6" in page
    assert "29/01/2014" in page
    assert "&lt;b&gt;Số giường bệnh&lt;/b&gt;" in page
    assert "<b>Số giường bệnh</b>" not in page
    assert "Căn cứ: <b>bổ sung</b>" in page
    assert "Báo cáo ngàng y" in page


def test_a_conflict_is_settled_by_name_and_with_a_reason(context: PortalContext) -> None:
    client = a_browser(context, COORDINATOR)
    page = client.get(PAGE).text
    stamp = re.search(r'name="viec" value="values"><input type="hidden" name="ve" value="(\w+)"', page)[1]
    take = re.search(r'name="lay" value="(\w+)"', page)[1]
    assert post(client, f"{PAGE}/xu-ly", viec="values", ve=stamp, lay=take).status_code == 422
    words = {"viec": "values", "ve": stamp, "lay": take, "reason": "Theo công văn 12"}
    assert post(client, f"{PAGE}/xu-ly", **words).status_code == 303
    assert 'name="viec" value="values"' not in client.get(PAGE).text
    book = load_workbook(BytesIO(client.get(f"{PAGE}/tep?kieu=xlsx").content))
    outcomes = [row[6] for row in book["Mâu thuẫn"].iter_rows(min_row=6, values_only=True)]
    assert sorted(outcome.split(" (")[0] for outcome in outcomes) == ["không lấy", "lấy giá trị này"]
    assert all("Theo công văn 12" in outcome for outcome in outcomes)


def test_two_spellings_are_taken_for_one_name(context: PortalContext) -> None:
    client = a_browser(context, COORDINATOR)
    page = client.get(PAGE).text
    stamp = re.search(r'name="viec" value="names"><input type="hidden" name="ve" value="(\w+)"', page)[1]
    words = {"viec": "names", "ve": stamp, "lay": "other", "reason": "Gõ nhầm"}
    assert post(client, f"{PAGE}/xu-ly", **words).status_code == 303
    assert "Báo cáo ngàng y" not in client.get(PAGE).text


def test_what_is_frozen_is_numbered_and_compared_with_what_came_after(context: PortalContext) -> None:
    client = a_browser(context, COORDINATOR)
    assert "cần ghi lý do" in post(client, f"{PAGE}/chot").text  # a conflict is open
    assert post(client, f"{PAGE}/chot", reason="Trình UBND").status_code == 303
    sent(context, "SCT", {**RELEASE, "content": "Chỉ số sản xuất công nghiệp"})
    compared = client.get(f"{PAGE}/so-sanh?tu=1").text
    assert "Chỉ số sản xuất công nghiệp" in compared
    assert "1 dòng" in compared
    frozen = load_workbook(BytesIO(client.get(f"{PAGE}/tep?kieu=xlsx&ban=1").content)).worksheets[0]
    assert "SHA-256" in frozen["A3"].value
    assert "công nghiệp" not in client.get(f"{PAGE}/tep?kieu=csv&ban=1").text


@pytest.mark.parametrize("kind", ["xlsx", "csv", "parquet"])
def test_every_kind_of_file_is_downloaded(context: PortalContext, kind: str) -> None:
    answer = a_browser(context, LEADER).get(f"{PAGE}/tep?kieu={kind}")
    assert (answer.status_code, len(answer.content) > 300) == (200, True)
    assert f"{DUTY}-{YEAR}.{kind}" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("email", "reads", "decides"),
    [
        (COORDINATOR, 200, 422),
        (LEADER, 200, 422),
        (ADMINISTRATOR, 200, 403),
        (AUDITOR, 200, 403),
        (FOCAL_POINT, 403, 403),
    ],
)
def test_the_office_reads_and_who_decides_settles(context: PortalContext, email: str, reads: int, decides: int) -> None:
    client = a_browser(context, email)
    assert [client.get(path).status_code for path in ("/noi-dung", PAGE)] == [reads, reads]
    assert post(client, f"{PAGE}/xu-ly", viec="values", ve="x", reason="y").status_code == decides


@pytest.mark.parametrize(
    "path", [f"/noi-dung/{DUTY}/2051", "/noi-dung/I6-DIRECTIVE/2014", f"{PAGE}/so-sanh?tu=7", f"{PAGE}/tep?kieu=exe"]
)
def test_what_there_is_not_is_not_found(context: PortalContext, path: str) -> None:
    assert a_browser(context, COORDINATOR).get(path).status_code == 404


def test_what_waits_of_it_is_a_list_of_the_inbox_with_a_link_to_each_place(context: PortalContext) -> None:
    client = a_browser(context, COORDINATOR)
    assert 'href="/viec/bang"' in client.get("/viec").text
    page = client.get("/viec/bang").text
    assert f'href="{PAGE}#can-xu-ly"' in page
    assert "1 nội dung chưa thống nhất" in page
    assert a_browser(context, AUDITOR).get("/viec/bang").status_code == 403
