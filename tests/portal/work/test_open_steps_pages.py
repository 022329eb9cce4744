"""What is said of steps after a hand-in: to the coordinator, to the unit, to other systems."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import a_province
import pytest
from a_province import NOW
from case_steps import case_of
from systems import System
from visitors import COORDINATOR, FOCAL_POINT, a_browser

from models.database import writing
from portal.context import PortalContext
from services.cases.decide import accept
from services.cases.hand_in import HandIn, find, hand_in, hold

OVERDUE = "quá hạn 31/12/2013"
WAITING = "còn 4 bước sau khi nộp"
FIRST = "Thủ trưởng cơ quan phê duyệt Lịch phổ biến"


@pytest.fixture
def context(tmp_path: Path) -> PortalContext:
    """Sở Y tế has handed in its calendar and it is accepted; none of the four steps is done, on 08/01/2014."""
    context = a_province.a_context(tmp_path)
    with writing(context.engine) as session:
        hand_in(session, hold(session, context.office, "SYT", "I5-CALENDAR", "2014", NOW), HandIn(NOW), NOW)
        accept(session, find(session, context.office, "SYT", "I5-CALENDAR", "2014", NOW), "Lan", NOW, "")
    return context


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/ho-so/{case}", ("s-overdue", "Đã nộp, có bước quá hạn", "Đã chấp nhận, sau hạn", OVERDUE)),
        ("/?nam=2013", ("Bước sau khi nộp", FIRST, "31/12/2013")),
        ("/don-vi/SYT?nam=2013", ("Đã nộp, có bước quá hạn", WAITING, FIRST, OVERDUE)),
        ("/nhiem-vu/I5-CALENDAR?nam=2013", ("Đã nộp, có bước quá hạn", WAITING)),
        ("/danh-sach?loc=qua-han&nam=2013&don_vi=SYT", ("Đã nộp, có bước quá hạn", WAITING)),
        ("/danh-sach?nam=2013&tinh_trang=con-buoc", ("Sở Y tế", WAITING)),
        ("/don-doc?don_vi=SYT", ("Đã nộp, có bước quá hạn", WAITING, OVERDUE)),
        ("/viec", ("Bước quá mốc",)),
        ("/viec/buoc", ("Sở Y tế", FIRST, "1 đơn vị", "31/12/2013")),
        ("/viec/buoc?lang=en", ("overdue", "Step, and the units without it")),
    ],
)
def test_a_coordinator_sees_the_overdue_step(context: PortalContext, path: str, said: tuple[str, ...]):
    page = a_browser(context, COORDINATOR).get(path.format(case=case_of(context, "SYT", "I5-CALENDAR", "2014"))).text
    assert [words for words in said if words not in page] == []


def test_a_unit_sees_what_it_still_owes_after_its_hand_in(context: PortalContext):
    page = a_browser(context, FOCAL_POINT).get("/phai-nop").text
    for words in ("Đã nộp, có bước quá hạn", WAITING, FIRST, "Công bố Lịch phổ biến thông tin thống kê", OVERDUE):
        assert words in page, words


def test_the_list_of_late_steps_leaves_out_what_is_not_due_and_leads_to_all_that_wait(context: PortalContext):
    early = replace(context, clock=lambda: NOW.replace(year=2013, month=11, day=15))
    late, before = (a_browser(at, COORDINATOR).get("/viec/buoc").text for at in (context, early))
    assert (FIRST in late, FIRST in before) == (True, False)
    assert 'href="/buoc"' in late
    assert "Không có bước nào quá hạn hoặc quá mốc phấn đấu." in before


def test_steps_of_others_are_no_business_of_a_unit(context: PortalContext):
    assert a_browser(context, FOCAL_POINT).get("/viec/buoc").status_code in (403, 404)


def test_another_system_reads_the_hand_in_and_its_steps_apart(context: PortalContext):
    system, case = System(context), case_of(context, "SYT", "I5-CALENDAR", "2014")
    whole = system.get(f"/cases/{case}").json()
    assert (whole["status"], whole["standing"], whole["steps"]) == ("accepted_late", "steps_overdue", "overdue")
    assert {stage["code"]: stage["state"] for stage in whole["stages"]} == dict.fromkeys(
        ("I5-APPROVE", "I5-REPORT-UBND", "I5-REPORT-MINISTRY", "I5-PUBLISH"), "overdue"
    )
    [line] = system.get("/cases?unit=SYT&obligation=I5-CALENDAR&standing=steps_overdue").json()["items"]
    assert (line["id"], line["status"], line["steps"]) == (case, "accepted_late", "overdue")
    [by_status] = system.get("/cases?unit=SYT&obligation=I5-CALENDAR&status=accepted_late").json()["items"]
    assert by_status["id"] == case
    assert system.get("/cases?unit=SYT&obligation=I5-CALENDAR&standing=accepted_late").json()["items"] == []
    assert system.get("/status?unit=SYT").json()["by_status"]["steps_overdue"] == 1
