"""A unit fills in the table of its duty on a page: the draft, what is wrong at the cell, and the hand-in."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import a_province
import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook
from sqlmodel import select
from systems import System
from test_answer_links import a_link
from visitors import COORDINATOR, DEPUTY, FOCAL_POINT, STRANGER, a_browser, form_key, post

from models.database import reading
from models.tables.forms import FormDraft
from models.tables.submissions import Submission, SubmissionFile
from portal.context import PortalContext
from portal.forms import FIELD
from portal.uploads import LARGEST_PLAIN
from rules.forms import Column, ColumnKind, FixedRow, Shape, SheetForm
from services.cases.hand_in import find
from services.files.store import place_of

NOW = a_province.NOW
ROW = ("CPI", "Báo cáo giá", "29/01/2014", "Trang tin", "Sở Y tế", "Điều 5", "")


@pytest.fixture
def context(tmp_path: Path) -> PortalContext:
    context = a_province.a_context(tmp_path)
    return replace(context, office=replace(context.office, folder=tmp_path))


@pytest.fixture
def case(context: PortalContext) -> int:
    with reading(context.engine) as session:
        return find(session, context.office, "SYT", "I5-CALENDAR", "2014", NOW).case.id or 0


def table(*rows: tuple[str, ...], sources: tuple[str, ...] = ()) -> dict[str, object]:
    """The fields of the page, in the order of its rows."""
    fields: dict[str, object] = {"dong": [f"0.{number}" for number in range(len(rows))]}
    for number, row in enumerate(rows):
        fields |= {f"o.0.{number}.{place}": text for place, text in enumerate(row)}
    return fields | {f"nguon.0.{number}": source for number, source in enumerate(sources) if source}


def sends(client: TestClient, case: int, order: str, *rows: tuple[str, ...], so: int = 0, **fields: object):
    return post(client, f"/ho-so/{case}/bang", viec=order, so=so, **{**table(*rows), **fields})


def drafts(context: PortalContext) -> list[FormDraft]:
    with reading(context.engine) as session:
        return list(session.exec(select(FormDraft)))


def handed_in(context: PortalContext) -> list[list[object]]:
    """The rows of the newest file, as they stand under the head."""
    with reading(context.engine) as session:
        file = session.exec(select(SubmissionFile).order_by(SubmissionFile.id.desc())).first()
    assert file is not None
    sheet = load_workbook(BytesIO(place_of(context.office.folder / "files", file.sha256).read_bytes())).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=6, max_col=7)]
    return [row for row in rows if any(row)]


def test_what_was_filled_in_is_handed_in_as_the_workbook_of_the_form(context: PortalContext, case: int):
    client = a_browser(context, FOCAL_POINT)
    answer = sends(client, case, "gui", ROW, (*ROW[:2], "02/2014", *ROW[3:]), number="7/SYT", day="2014-01-06")
    assert answer.headers["Location"] == f"/ho-so/{case}/bien-nhan/1"
    assert handed_in(context) == [[*ROW[:6], None], [*ROW[:2], "02/2014", *ROW[3:6], None]]
    receipt = client.get(answer.headers["Location"]).text
    assert "I5-CALENDAR SYT 2014.xlsx" in receipt
    assert "7/SYT" in receipt


def test_the_same_sent_twice_is_handed_in_once(context: PortalContext, case: int):
    client = a_browser(context, FOCAL_POINT)
    first, second = sends(client, case, "gui", ROW), sends(client, case, "gui", ROW)
    assert second.headers["Location"] == first.headers["Location"] + "?nop=roi"
    with reading(context.engine) as session:
        assert len(session.exec(select(Submission).where(Submission.case_id == case)).all()) == 1


def test_a_draft_is_gone_on_with_by_another_of_the_unit(context: PortalContext, case: int):
    answer = sends(a_browser(context, FOCAL_POINT), case, "luu", ROW)
    assert answer.headers["Location"] == f"/ho-so/{case}/bang"
    page = a_browser(context, DEPUTY).get(f"/ho-so/{case}/bang").text
    assert "Báo cáo giá" in page
    assert 'name="so" value="1"' in page
    [draft] = drafts(context)
    assert draft.number == 1


def test_rows_are_added_moved_and_taken_out_without_scripts(context: PortalContext, case: int):
    client = a_browser(context, FOCAL_POINT)
    sends(client, case, "them.0", ("a",), ("b",))
    assert client.get(f"/ho-so/{case}/bang").text.count('name="dong"') == 3
    assert sends(client, case, "len.1", ("a",), ("b",), so=1).headers["Location"].endswith("#dong-0")
    assert re.findall(r"<textarea name=\"o\.0\.\d\.0\"[^>]*>(\w)<", client.get(f"/ho-so/{case}/bang").text) == [
        "b",
        "a",
    ]
    sends(client, case, "bo.0", ("b",), ("a",), so=2)
    assert re.findall(r"<textarea name=\"o\.0\.\d\.0\"[^>]*>(\w)<", client.get(f"/ho-so/{case}/bang").text) == ["a"]


def test_what_is_wrong_stands_at_the_cell_and_may_be_sent_all_the_same(context: PortalContext, case: int):
    client = a_browser(context, FOCAL_POINT)
    wrong = (*ROW[:2], "30/2/2014", *ROW[3:])
    answer = sends(client, case, "gui", wrong)
    assert answer.status_code == 422
    assert "Chưa gửi." in answer.text
    assert re.search(r'id="w-0-2"[^>]*>[^<]*30/2/2014', answer.text)
    assert sends(client, case, "van-gui", wrong, so=1).headers["Location"] == f"/ho-so/{case}/bien-nhan/1"


def test_a_proposal_is_sent_only_once_it_is_confirmed(context: PortalContext, case: int):
    client = a_browser(context, FOCAL_POINT)
    two = table(ROW, ("GRDP", *ROW[1:]), sources=("", "2013"))
    told = sends(client, case, "gui", **two)
    assert "1 dòng gợi ý chưa xác nhận sẽ không được gửi" in told.text
    sends(client, case, "van-gui", so=1, **two)
    assert [row[0] for row in handed_in(context)] == ["CPI"]
    sends(client, case, "gui", so=2, number="2", **two | {"giu.0.1": "1"})
    assert [row[0] for row in handed_in(context)] == ["CPI", "GRDP"]


def test_all_proposals_are_confirmed_at_once(context: PortalContext, case: int):
    client = a_browser(context, FOCAL_POINT)
    sends(client, case, "giu-het", **table(ROW, ROW, sources=("2013", "2013")))
    assert "chưa xác nhận" not in client.get(f"/ho-so/{case}/bang").text


def test_of_two_who_fill_in_at_once_the_second_is_told_and_nothing_is_lost(context: PortalContext, case: int):
    sends(a_browser(context, DEPUTY), case, "luu", ("Của phó", *ROW[1:]))
    client = a_browser(context, FOCAL_POINT)
    answer = sends(client, case, "luu", ("Của tôi", *ROW[1:]))
    assert answer.status_code == 409
    assert "đã lưu bảng này trong lúc bạn đang điền" in answer.text
    assert all(words in answer.text for words in ("Của tôi", "Của phó", 'name="so" value="1"'))
    assert "Của tôi" not in drafts(context)[0].rows


def test_a_script_is_told_what_is_wrong_and_where(context: PortalContext, case: int):
    client = a_browser(context, FOCAL_POINT)
    wrong = {**table((*ROW[:2], "mai", *ROW[3:])), "viec": "luu", "so": 0, FIELD: form_key(client)}
    answer = client.post(f"/ho-so/{case}/bang", data=wrong, headers={"Accept": "application/json"}).json()
    assert (answer["number"], answer["whole"]) == (1, [])
    assert [(row, column) for row, column, _ in answer["cells"]] == [(0, 2)]
    again = client.post(f"/ho-so/{case}/bang", data=wrong | {"o.0.0.0": "b"}, headers={"Accept": "application/json"})
    assert again.status_code == 409


def test_nothing_is_sent_while_nothing_is_filled_in(context: PortalContext, case: int):
    answer = sends(a_browser(context, FOCAL_POINT), case, "gui", ("", "", "", "", "Sở Y tế"))
    assert (answer.status_code, "Chưa điền dòng nào" in answer.text) == (422, True)


def test_a_cell_too_long_is_not_saved_and_not_lost(context: PortalContext, case: int):
    answer = sends(a_browser(context, FOCAL_POINT), case, "luu", ("x" * 1001, *ROW[1:]))
    assert (answer.status_code, "Chưa lưu" in answer.text, "x" * 1001 in answer.text) == (422, True, True)
    assert drafts(context) == []


@pytest.mark.parametrize("key", ["", "x", "9.1", "0", "99999999999.1", "²"])
def test_rows_of_no_sheet_are_passed_over(context: PortalContext, case: int, key: str):
    assert sends(a_browser(context, FOCAL_POINT), case, "len.x", dong=[key]).status_code == 303
    assert drafts(context)[0].rows in ("[]", '[[0,"",{}]]')


def test_a_form_of_many_megabytes_is_not_read_to_its_end(context: PortalContext, case: int):
    answer = sends(a_browser(context, FOCAL_POINT), case, "luu", ("x" * LARGEST_PLAIN,))
    assert answer.status_code == 413


def test_a_table_of_many_rows_is_taken(context: PortalContext, case: int):
    client = a_browser(context, FOCAL_POINT)
    assert sends(client, case, "gui", *[(f"Nội dung {number}", *ROW[1:]) for number in range(300)]).status_code == 303
    assert len(handed_in(context)) == 300


@pytest.mark.parametrize("email", [COORDINATOR, STRANGER])
def test_only_the_unit_fills_in(context: PortalContext, case: int, email: str):
    client = a_browser(context, email)
    assert client.get(f"/ho-so/{case}/bang").status_code in (403, 404)
    assert sends(client, case, "luu", ROW).status_code in (403, 404)


def test_a_duty_without_a_form_has_no_such_page(context: PortalContext):
    with reading(context.engine) as session:
        other = find(session, context.office, "SYT", "II1-PLAN", "2013", NOW).case.id
    assert a_browser(context, FOCAL_POINT).get(f"/ho-so/{other}/bang").status_code == 404


# --- by the link of a letter ----------------------------------------------------------------------------------------


def by_link(context: PortalContext, path: str, order: str, *rows: tuple[str, ...], so: int = 0):
    client = a_browser(context)
    mark = re.search(rf'name="{FIELD}" value="(\w+)"', client.get(f"{path}/bang").text)
    assert mark is not None
    return client.post(f"{path}/bang", data={FIELD: mark[1], "viec": order, "so": so, **table(*rows)})


def test_by_the_link_of_a_letter_the_same_draft_is_gone_on_with_and_handed_in(context: PortalContext, case: int):
    path = a_link(context, case=case)
    assert "/bang" in a_browser(context).get(f"{path}/nop").text
    assert by_link(context, path, "luu", ROW).headers["Location"] == f"{path}/bang"
    assert "Báo cáo giá" in a_browser(context, FOCAL_POINT).get(f"/ho-so/{case}/bang").text
    assert by_link(context, path, "gui", ROW, so=1).headers["Location"] == path
    assert handed_in(context) == [[*ROW[:6], None]]
    assert a_browser(context).get(f"{path}/bang").headers["Location"] == f"{path}/nop"


def test_a_link_that_opens_nothing_shows_no_draft(context: PortalContext, case: int):
    sends(a_browser(context, FOCAL_POINT), case, "luu", ROW)
    client = a_browser(context)
    for answer in (client.get("/tra-loi/made-up/bang"), client.post("/tra-loi/made-up/bang", data={})):
        assert (answer.status_code, "Báo cáo giá" in answer.text) in [(410, False), (419, False)]


# --- the table that comes back marked -------------------------------------------------------------------------------


@pytest.fixture
def wrong_file(context: PortalContext, case: int) -> int:
    sends(a_browser(context, FOCAL_POINT), case, "van-gui", (*ROW[:2], "30/2/2014", *ROW[3:]))
    with reading(context.engine) as session:
        return session.exec(select(SubmissionFile.id).order_by(SubmissionFile.id.desc())).first() or 0


def comments(content: bytes) -> list[str]:
    return [
        cell.comment.text
        for row in load_workbook(BytesIO(content)).worksheets[1]["A6:G9"]
        for cell in row
        if cell.comment
    ]


def test_the_unit_and_the_coordinator_get_the_table_marked(context: PortalContext, case: int, wrong_file: int):
    address = f"/tep/{wrong_file}/nhan-xet"
    assert address in a_browser(context, FOCAL_POINT).get(f"/ho-so/{case}/bien-nhan/1").text
    for email in (FOCAL_POINT, COORDINATOR):
        client = a_browser(context, email)
        assert address in client.get(f"/ho-so/{case}").text
        answer = client.get(address)
        assert "I5-CALENDAR%20SYT%202014%20-%20nh%E1%BA%ADn%20x%C3%A9t.xlsx" in answer.headers["Content-Disposition"]
        assert any("30/2/2014" in text for text in comments(answer.content))
    assert a_browser(context, STRANGER).get(address).status_code == 404


def test_another_system_gets_the_table_marked(context: PortalContext, wrong_file: int):
    answer = System(context).get(f"/files/{wrong_file}/marked")
    assert any("30/2/2014" in text for text in comments(answer.content))


def test_there_is_no_marked_copy_of_what_is_no_table(context: PortalContext, case: int):
    client = a_browser(context, FOCAL_POINT)
    parts = [("files", ("a.pdf", b"%PDF-1.4 a", "application/pdf"))]
    client.post(f"/ho-so/{case}/nop", data={FIELD: form_key(client)}, files=parts)
    page = client.get(f"/ho-so/{case}/bien-nhan/1").text
    file = re.search(r"/tep/(\d+)", page)
    assert file is not None
    assert "nhan-xet" not in page
    assert client.get(f"{file[0]}/nhan-xet").status_code == 404


# --- a form that prints its rows ------------------------------------------------------------------------------------

PRINTED = SheetForm(
    "I5-CALENDAR",
    "Số liệu",
    "Số liệu y tế",
    "",
    (
        Column("label", "Chỉ tiêu", ColumnKind.LABEL),
        Column("beds", "Số giường", ColumnKind.NUMBER, required=True),
        Column("share", "Tỷ lệ", ColumnKind.NUMBER),
    ),
    shape=Shape.FIXED_ROWS,
    rows=(
        FixedRow({"label": "Bệnh viện"}, group=True),
        FixedRow({"label": "Tuyến tỉnh"}),
        FixedRow({"label": "Tuyến huyện"}, not_asked=("share",)),
    ),
)


def test_a_form_that_prints_its_rows_asks_for_their_figures_alone(context: PortalContext, case: int):
    context = replace(context, office=replace(context.office, forms={"I5-CALENDAR": PRINTED}))
    client = a_browser(context, FOCAL_POINT)
    page = client.get(f"/ho-so/{case}/bang").text
    assert all(words in page for words in ("Bệnh viện", "Tuyến tỉnh", "Tuyến huyện"))
    assert re.findall(r'name="(o\.[\d.]+)"', page) == ["o.0.1.0", "o.0.1.1", "o.0.2.0"]
    assert "Thêm dòng" not in page
    figures = {"dong": ["0.0", "0.1", "0.2"], "o.0.1.0": "120", "o.0.1.1": "0,5", "o.0.2.0": "nhiều"}
    told = sends(client, case, "gui", **figures)
    assert re.search(r'id="w-2-0"[^>]*>[^<]*nhiều', told.text)
    assert sends(client, case, "gui", so=1, **figures | {"o.0.2.0": "80"}).status_code == 303
    assert [row[:3] for row in handed_in(context)] == [
        ["Bệnh viện", None, None],
        ["Tuyến tỉnh", 120, 0.5],
        ["Tuyến huyện", 80, "x"],
    ]
