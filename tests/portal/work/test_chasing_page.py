"""Whom to urge: the list, its workbook, a word about a call."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import a_province
import pytest
from builders import counted
from case_steps import case_of
from fastapi.testclient import TestClient
from openpyxl import load_workbook
from sqlmodel import select
from visitors import COORDINATOR, FOCAL_POINT, STRANGER, a_browser, post

from models.database import reading, writing
from models.tables.log import LogEntry
from models.tables.people import Person
from portal.context import PortalContext
from reports.chasing_list import COLUMNS, ChasingRow, workbook
from reports.table_book import FIRST_ROW
from rules.deadlines import local_day

NOW = a_province.NOW


@pytest.fixture
def context(tmp_path: Path) -> PortalContext:
    return a_province.a_context(tmp_path)


def called(client: TestClient, case: int, **fields: str):
    told = {"way": "phone", "spoke_with": "chị Hoa", "told": "Đã gọi, đang trình ký", "promised_on": "2014-01-12"}
    return post(client, f"/ho-so/{case}/lien-he", **(told | fields))


def row_of(page: str, unit: str) -> str:
    return next(row for row in page.split("<tr>") if f">{unit}</a>" in row)


def test_the_list_tells_whom_to_call_and_how_and_what_was_tried(context: PortalContext):
    with writing(context.engine) as session:
        person = session.exec(select(Person).where(Person.email == STRANGER)).one()
        person.phone = "0912 345 678"
    page = a_browser(context, COORDINATOR).get("/don-doc").text
    row = row_of(page, "Sở Tài chính tỉnh Sóc Trăng")
    assert 'href="tel:0912345678">0912 345 678</a>' in row
    assert f'href="mailto:{STRANGER}"' in row.replace("%40", "@")
    assert "<b>08/01/2014</b> thư điện tử" in row
    assert "đang chờ gửi" in row
    assert "đã nhắc 2 lần" in row
    assert "chưa liên hệ" in row_of(page, "Thanh tra tỉnh Sóc Trăng")


def test_the_longest_overdue_stand_first_and_who_answered_is_not_there(context: PortalContext):
    page = a_browser(context, COORDINATOR).get("/don-doc").text
    late = [int(part.split()[0]) for part in page.split("quá ")[1:] if part.partition("ngày")[0].strip().isdigit()]
    assert late == sorted(late, reverse=True)
    assert len(late) == 12
    assert "Đề nghị bổ sung" in page.partition("quá 5 ngày")[2]
    assert f'/ho-so/{case_of(context, "H-KESACH", "II1-ASSESS", "2013")}"' not in page


def test_a_call_is_kept_with_the_case_and_shown_on_the_list(context: PortalContext):
    client, case = a_browser(context, COORDINATOR), case_of(context, "SYT", "I5-CALENDAR", "2014")
    assert called(client, case).status_code == 303
    assert "hẹn nộp 12/01/2014" in client.get("/don-doc?don_vi=SYT").text
    story = a_browser(context, FOCAL_POINT).get(f"/ho-so/{case}").text
    assert "Gọi điện, chị Hoa: Đã gọi, đang trình ký (hẹn nộp 12/01/2014)" in story
    with reading(context.engine) as session:
        entry = session.exec(select(LogEntry).where(LogEntry.action == "case.contact")).one()
    assert (entry.subject, local_day(entry.at)) == (f"case:{case}", local_day(NOW))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"told": " "}, "Cần ghi nội dung"),
        ({"promised_on": "2014-01-07"}, "Không chọn ngày đã qua"),
        ({"promised_on": "mai"}, "Cần chọn ngày"),
    ],
)
def test_a_call_that_says_nothing_is_asked_for_again(context: PortalContext, fields: dict[str, str], said: str):
    client, case = a_browser(context, COORDINATOR), case_of(context, "SYT", "I5-CALENDAR", "2014")
    answer = called(client, case, **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="chị Hoa"' in answer.text


def test_a_unit_sees_nothing_of_the_list(context: PortalContext):
    client, case = a_browser(context, FOCAL_POINT), case_of(context, "SYT", "I5-CALENDAR", "2014")
    assert [client.get(path).status_code for path in ("/don-doc", "/don-doc/xlsx")] == [403, 403]
    assert called(client, case).status_code == 403


def test_the_list_asks_as_often_for_two_hundred_lines_as_for_one(context: PortalContext):
    client = a_browser(context, COORDINATOR)
    client.get("/don-doc")
    with counted(context.engine) as few:
        client.get("/don-doc?don_vi=SYT")
    with counted(context.engine) as many:
        client.get("/don-doc?tinh_trang=chua-nop")
    assert len(few) == len(many) <= 18


def test_the_workbook_holds_the_filtered_list_with_real_dates(context: PortalContext):
    client = a_browser(context, COORDINATOR)
    answer = client.get("/don-doc/xlsx?don_vi=SYT")
    assert "don%20" not in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Disposition"].endswith("2014-01-08.xlsx")
    sheet = load_workbook(BytesIO(answer.content)).active
    head, line, *rest = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=FIRST_ROW)]
    assert tuple(head) == tuple(name for name, _ in COLUMNS)
    assert rest == []
    assert line[1] == "Sở Y tế tỉnh Sóc Trăng"
    assert line[4] == datetime(2013, 12, 31)  # noqa: DTZ001 - a workbook knows no zones
    assert line[5] == 5
    with reading(context.engine) as session:
        assert session.exec(select(LogEntry).where(LogEntry.action == "chasing.download")).one()


@pytest.mark.parametrize("evil", ["=1+1", "+84", "-2", "@SUM(A1)", "\t=1", '=HYPERLINK("http://e.vn")'])
def test_no_cell_of_a_workbook_can_be_a_formula(evil: str):
    told = ChasingRow(evil, evil, evil, date(2014, 1, 1), 1, evil, evil, evil, evil, 1, None, evil, None, evil)
    sheet = load_workbook(BytesIO(workbook(evil, evil, [told]))).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert sum(cell.value == evil for cell in cells) == 11


def test_the_workbook_prints_on_a4_across_with_its_head_on_every_page():
    sheet = load_workbook(BytesIO(workbook("a", "b", []))).active
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("C5", "$4:$4")
