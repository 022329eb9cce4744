"""The report desk: words, checks, approval, number and issue of a periodic report, and who may do which."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import a_province
import pytest
from a_province import AFTER_CUTOFF
from docx import Document
from docx.shared import Cm
from sqlmodel import select
from visitors import AUDITOR, COORDINATOR, LEADER, a_browser, post

from models.database import reading, writing
from models.tables.log import LogEntry
from models.tables.messages import ReportDraft
from portal.context import PortalContext
from rules.deadlines import local_day
from services.cases.decide import extend
from services.cases.hand_in import hold
from services.operations.tick import tick

TODAY = local_day(AFTER_CUTOFF)
STEPS = ("content_checked", "form_checked", "submitted")


@pytest.fixture
def context(tmp_path: Path) -> PortalContext:
    """The first quarterly report was drafted."""
    context = a_province.a_context(tmp_path)
    context = replace(context, office=replace(context.office, folder=tmp_path), clock=lambda: AFTER_CUTOFF)
    tick(context.engine, context.office, AFTER_CUTOFF)
    return context


@pytest.fixture
def coordinator(context: PortalContext):
    return a_browser(context, COORDINATOR)


@pytest.fixture
def desk(coordinator) -> str:
    return re.search(r'href="(/bao-cao/\d+)"', coordinator.get("/bao-cao").text)[1]


def draft_of(context: PortalContext) -> ReportDraft:
    with reading(context.engine) as session:
        return session.exec(select(ReportDraft).order_by(ReportDraft.id.desc())).first()


def paragraphs(context: PortalContext) -> list[str]:
    written = Document(str(context.office.folder / draft_of(context).file))
    return [line.text for line in written.paragraphs]


def slots_on(page: str) -> list[str]:
    return [html.unescape(key) for key in re.findall(r'name="slot" value="([^"]*)"', page)]


def writes(client, desk: str, **more: object):
    """Every slot of the page."""
    page = client.get(desk).text
    slots = slots_on(page)
    seen = re.search(r'name="seen" value="(\d+)"', page)[1]
    return post(
        client, f"{desk}/loi", slot=slots, words=[f"Lời về {slot}." for slot in slots], **{"seen": seen, **more}
    )


def goes_on(client, desk: str, *states: str) -> list[int]:
    return [post(client, f"{desk}/buoc", state=state).status_code for state in states]


def test_a_report_goes_from_its_draft_to_the_issued_document(context: PortalContext, coordinator, desk: str):
    leader = a_browser(context, LEADER)
    assert desk not in leader.get("/cho-quyet-dinh").text  # nobody has submitted it yet
    assert writes(coordinator, desk).status_code == 303
    assert not any("Đơn vị soạn thảo bổ sung" in line for line in paragraphs(context))
    assert goes_on(coordinator, desk, *STEPS) == [303, 303, 303]
    assert desk in leader.get("/cho-quyet-dinh").text
    assert post(leader, f"{desk}/duyet").status_code == 303
    assert desk not in leader.get("/cho-quyet-dinh").text
    assert goes_on(coordinator, desk, "signed") == [303]
    assert post(coordinator, f"{desk}/so", number="45/BC-CTK", issued_on=TODAY).status_code == 303
    issued = draft_of(context)
    assert (issued.state, issued.document_number, issued.issued_on) == ("issued", "45/BC-CTK", TODAY)
    assert sha256(coordinator.get(f"{desk}/tep").content).hexdigest() == issued.sha256
    head = Document(str(context.office.folder / issued.file)).tables[0].cell(1, 0).text
    assert head.startswith("Số: 45/BC-CTK")
    assert "45/BC-CTK" in coordinator.get("/bao-cao").text
    with reading(context.engine) as session:
        entries = session.exec(select(LogEntry).where(LogEntry.subject == f"report:{issued.id}")).all()
    assert [one.action for one in entries] == [
        *("report.words", "report.content_checked", "report.form_checked", "report.submitted"),
        *("report.approve", "report.signed", "report.issued"),
    ]
    assert all(one.actor not in ("", "kyhan") for one in entries)


def test_empty_slots_are_named_and_approved_only_where_the_leader_says_so(context: PortalContext, coordinator, desk):
    leader = a_browser(context, LEADER)
    goes_on(coordinator, desk, *STEPS)
    answer = post(leader, f"{desk}/duyet")
    assert answer.status_code == 409
    for place in ("III.1. Kết quả đạt được", "III.2. Hạn chế, bất cập"):
        assert place in answer.text
    assert "Duyệt dù còn" in answer.text
    assert post(leader, f"{desk}/duyet", despite="1").status_code == 303
    with reading(context.engine) as session:
        entry = session.exec(select(LogEntry).where(LogEntry.action == "report.approve")).one()
    assert "III.1. Kết quả đạt được" in entry.details


def test_departures_from_the_form_are_named_and_passed_only_where_the_checker_says_so(context, coordinator, desk: str):
    goes_on(coordinator, desk, "content_checked")
    file = context.office.folder / draft_of(context).file
    written = Document(str(file))
    written.sections[0].left_margin = Cm(1)
    written.save(str(file))
    answer = post(coordinator, f"{desk}/buoc", state="form_checked")
    assert answer.status_code == 409
    assert "chỗ sai thể thức" in answer.text
    assert draft_of(context).state == "content_checked"
    assert post(coordinator, f"{desk}/buoc", state="form_checked", despite="1").status_code == 303
    with reading(context.engine) as session:
        entry = session.exec(select(LogEntry).where(LogEntry.action == "report.form_checked")).one()
    assert json.loads(entry.details)["departures"]


def test_the_form_of_a_report_whose_file_is_gone_is_not_checked(context: PortalContext, coordinator, desk: str):
    goes_on(coordinator, desk, "content_checked")
    (context.office.folder / draft_of(context).file).unlink()
    assert post(coordinator, f"{desk}/buoc", state="form_checked", despite="1").status_code == 409


def test_words_are_kept_when_the_numbers_are_drafted_anew(context: PortalContext, coordinator, desk: str):
    writes(coordinator, desk)
    assert post(coordinator, f"{desk}/so-lieu", as_of=TODAY).status_code == 303
    assert draft_of(context).as_of == TODAY
    assert "Lời về causes." in paragraphs(context)
    assert "Lời về causes." in coordinator.get(desk).text


def test_of_two_writers_the_second_sees_that_the_first_was_quicker(context: PortalContext, coordinator, desk: str):
    writes(coordinator, desk)
    answer = post(coordinator, f"{desk}/loi", slot=["causes"], words=["Lời khác."], seen=0)
    assert answer.status_code == 409
    assert "Lời khác." in answer.text  # what was typed is not lost
    assert "Lời về causes." in paragraphs(context)


def test_words_and_numbers_are_fixed_once_the_content_was_checked(context: PortalContext, coordinator, desk: str):
    page = coordinator.get(desk).text
    goes_on(coordinator, desk, "content_checked")
    for path, form in (("loi", {"slot": ["causes"], "words": ["Muộn."]}), ("so-lieu", {"as_of": TODAY})):
        assert post(coordinator, f"{desk}/{path}", **form).status_code == 409, path
    assert slots_on(page)
    assert not slots_on(coordinator.get(desk).text)
    assert post(coordinator, f"{desk}/tra-lai", reason="Bổ sung nguyên nhân").status_code == 303
    assert writes(coordinator, desk).status_code == 303


def test_the_list_of_drafts_leads_to_the_desk(context: PortalContext, coordinator, desk: str):
    for page in ("/viec", "/viec/ho-so/bao-cao"):
        text = coordinator.get(page).text
        assert f'href="{desk}"' in text, page
        assert "?viec=bao-cao" not in text, page


def test_no_step_is_skipped_or_taken_twice(context: PortalContext, coordinator, desk: str):
    assert goes_on(coordinator, desk, "submitted", "content_checked", "content_checked") == [409, 303, 409]
    assert post(coordinator, f"{desk}/so", number="1/BC-CTK", issued_on=TODAY).status_code == 409
    assert draft_of(context).document_number == ""


def test_an_issued_report_is_replaced_by_a_new_one_that_names_it(context: PortalContext, coordinator, desk: str):
    through(context, coordinator, desk, "45/BC-CTK")
    before = coordinator.get(f"{desk}/tep").content
    assert post(coordinator, f"{desk}/thay-the").status_code == 303
    assert draft_of(context).version == 2
    assert any("thay thế Báo cáo số 45/BC-CTK" in line for line in paragraphs(context))
    assert coordinator.get(f"{desk}/tep?ban=1").content == before
    assert through(context, coordinator, desk, "45/BC-CTK").status_code == 409  # its number is taken
    assert draft_of(context).state == "signed"


def through(context: PortalContext, coordinator, desk: str, number: str):
    goes_on(coordinator, desk, *STEPS)
    post(a_browser(context, LEADER), f"{desk}/duyet", despite="1")
    goes_on(coordinator, desk, "signed")
    return post(coordinator, f"{desk}/so", number=number, issued_on=TODAY)


def test_an_auditor_reads_and_the_leader_alone_approves(context: PortalContext, coordinator, desk: str):
    auditor = a_browser(context, AUDITOR)
    assert not slots_on(auditor.get(desk).text)
    assert post(auditor, f"{desk}/buoc", state="content_checked").status_code == 403
    goes_on(coordinator, desk, *STEPS)
    assert post(coordinator, f"{desk}/duyet", despite="1").status_code == 403


def test_suggestions_are_what_was_recorded_and_one_click_takes_them_over(context: PortalContext, coordinator, desk):
    with writing(context.engine) as session:
        case = hold(session, context.office, "SYT", "I5-CALENDAR", "2014", a_province.NOW)
        extend(session, context.office, case, "Lan", a_province.NOW, "Chờ số liệu của huyện.", date(2014, 2, 3))
    sentence = "Sở Y tế tỉnh Sóc Trăng được gia hạn"
    assert sentence in coordinator.get(desk).text
    assert not any(sentence in line for line in paragraphs(context))  # only a person puts it there
    page = coordinator.get(desk).text
    slots = slots_on(page)
    blank = {"slot": slots, "words": ["" for _ in slots], "seen": 0}
    assert post(coordinator, f"{desk}/loi", **blank, take="difficulties").status_code == 303
    [line] = [line for line in paragraphs(context) if sentence in line]
    assert line.endswith("đến ngày 03/02/2014; lý do: Chờ số liệu của huyện.")
