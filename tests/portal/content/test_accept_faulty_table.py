"""A table that is not good as a whole is accepted with a reason alone, and returned with what is wrong in it."""

from __future__ import annotations

import io
import re

import pytest
from builders import rows
from content_builders import entries
from openpyxl import load_workbook
from sqlmodel import col, select
from systems import System
from visitors import COORDINATOR, FOCAL_POINT, a_browser, form_key, post

from models.database import reading
from models.queries.cases.selection import find_case
from models.tables.cases import Case
from models.tables.submissions import Decision
from portal.context import PortalContext
from portal.forms import FIELD
from reports.sheets.sheet_form import HEAD_ROW, empty_form


@pytest.fixture
def case(own_context: PortalContext) -> int:
    """Of a unit that handed in a calendar with a day that is none."""
    form = own_context.office.forms["I5-CALENDAR"]
    book = load_workbook(io.BytesIO(empty_form(form, "Sở Y tế", "70/KH-UBND", "năm 2014")))
    for number, day in enumerate(("29/01/2014", "31/02/2014"), HEAD_ROW + 1):
        for place, value in enumerate(["CPI", f"Báo cáo {day}", day, "Trang tin", "Sở Y tế"], 1):
            book.worksheets[0].cell(number, place, value)
    whole = io.BytesIO()
    book.save(whole)
    client = a_browser(own_context, FOCAL_POINT)
    with reading(own_context.engine) as session:
        file = find_case(session, "SYT", "I5-CALENDAR", "2014")
        assert file
    files = {"files": ("lich.xlsx", whole.getvalue())}
    assert client.post(f"/ho-so/{file.id}/nop", data={FIELD: form_key(client)}, files=files).status_code == 303
    return file.id


def seen(page: str) -> str:
    return re.search(r'name="seen" value="(\d+)"', page)[1]


def test_accepting_it_needs_a_reason_which_the_record_keeps_with_the_verdict(
    own_context: PortalContext, case: int
) -> None:
    client = a_browser(own_context, COORDINATOR)
    page = client.get(f"/ho-so/{case}").text
    assert "Lý do chấp nhận dù bảng còn chỗ chưa đạt" in page
    refused = post(client, f"/ho-so/{case}/quyet-dinh", viec="accept", seen=seen(page))
    assert (refused.status_code, "Cần ghi lý do." in refused.text) == (422, True)
    words = {"viec": "accept", "seen": seen(page), "reason": "Đơn vị đã giải trình qua điện thoại"}
    assert post(client, f"/ho-so/{case}/quyet-dinh", **words).status_code == 303
    [decision] = rows(own_context.engine, Decision, col(Decision.case_id) == case)
    assert (decision.kind, decision.reason) == ("accept", "Đơn vị đã giải trình qua điện thoại")
    logged = [one for one in entries(own_context.engine, "case.accept") if one.subject == f"case:{case}"]
    assert '"verdict":"partly"' in logged[-1].details


def test_returning_it_begins_with_what_is_wrong(own_context: PortalContext, case: int) -> None:
    page = a_browser(own_context, COORDINATOR).get(f"/ho-so/{case}").text
    proposed = re.search(r'<textarea id="f-reason-return"[^>]*>([^<]+)<', page)[1]
    assert "31/02/2014" in proposed
    assert f"dòng {HEAD_ROW + 2}" in proposed


def test_neither_many_at_once_nor_another_system_accept_it_without_a_reason(
    own_context: PortalContext, case: int
) -> None:
    client = a_browser(own_context, COORDINATOR)
    preview = post(client, "/quyet-dinh/xem", ho_so=str(case), viec="accept").text
    assert "giữ nguyên" in preview
    answer = System(own_context).post(
        f"/cases/{case}/decisions", json={"kind": "accept", "by": "Mai", "seen": newest(own_context, case)}
    )
    assert answer.status_code == 422
    with reading(own_context.engine) as session:
        assert session.exec(select(Case.accepted_at).where(Case.id == case)).one() is None


def newest(context: PortalContext, case: int) -> int:
    return int(seen(a_browser(context, COORDINATOR).get(f"/ho-so/{case}").text))
