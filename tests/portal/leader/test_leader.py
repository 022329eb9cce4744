"""What waits for a leader, decided in two taps; the reports, for everybody who follows every unit."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import a_province
import pytest
from a_province import AFTER_CUTOFF
from case_steps import seen
from sqlmodel import select
from visitors import AUDITOR, COORDINATOR, FOCAL_POINT, LEADER, a_browser, post

from models.database import reading, writing
from models.tables.cases import Stage
from models.tables.log import LogEntry
from models.tables.people import Person
from portal.context import PortalContext
from reports.figures.read_back import figures_in
from rules.status import OVERDUE
from rules.text.wording import number_vi
from services.cases.hand_in import HandIn, hand_in, hold
from services.operations.tick import tick
from services.reports.drafts import draft_reports
from services.views.case_counts import Period, StatusCounts
from services.views.leader import LeaderPage, Quarter, leaders_page
from services.views.waiting_steps import WaitingSteps

NOW = a_province.NOW


@pytest.fixture
def context(tmp_path: Path) -> PortalContext:
    """The lead office's own calendar and that of another are in and wait for their steps."""
    context = a_province.a_context(tmp_path)
    context = replace(context, office=replace(context.office, folder=tmp_path))
    with writing(context.engine) as session:
        for unit in ("CTK", "SYT"):
            hand_in(session, hold(session, context.office, unit, "I5-CALENDAR", "2014", NOW), HandIn(NOW), NOW)
    return context


@pytest.fixture
def later(context: PortalContext) -> PortalContext:
    """The first quarterly report was drafted."""
    tick(context.engine, context.office, AFTER_CUTOFF)
    draft_reports(context.engine, context.office, AFTER_CUTOFF, ["II2-REPORT"])
    return replace(context, clock=lambda: AFTER_CUTOFF)


def test_a_leader_begins_with_what_waits_and_records_it_in_two_taps(context: PortalContext):
    client = a_browser(context, LEADER)
    page = client.get("/cho-quyet-dinh").text
    for words in ("Phê duyệt, ký, công bố", "Theo quý", "quá hạn"):
        assert words in page, words
    where = re.search(r'href="(/ho-so/\d+/buoc/I5-APPROVE)"', page)[1]
    assert (
        post(client, where, seen=seen(client.get(where).text), done_on="2014-01-08", number="70/QĐ-CTK").status_code
        == 303
    )
    with reading(context.engine) as session:
        done = session.exec(select(Stage).where(Stage.document_number == "70/QĐ-CTK")).one()
    assert (bool(done.recorded_by), done.on_behalf) == (True, False)  # of the leader's own office
    assert where not in client.get("/cho-quyet-dinh").text


def test_a_leader_sees_the_steps_of_other_units_and_that_they_are_recorded_in_its_place(context: PortalContext):
    client = a_browser(context, LEADER)
    own, _, others = client.get("/cho-quyet-dinh").text.partition("Bước của cơ quan khác đang chờ")
    assert "Cục Thống kê" in own
    assert others.count("Sở Y tế") == 1
    where = re.search(r'href="(/ho-so/\d+/buoc/I5-APPROVE)"', others)[1]
    assert "ghi ở đây là ghi thay" in client.get(where).text


def test_a_leader_who_signs_in_begins_there(context: PortalContext):
    demo = replace(context, demo=True)
    with reading(context.engine) as session:
        ids = {one.email: one.id for one in session.exec(select(Person))}
    client = a_browser(demo)
    assert post(client, "/dang-nhap/vi-du", person=ids[LEADER]).headers["Location"] == "/cho-quyet-dinh"
    assert post(a_browser(demo), "/dang-nhap/vi-du", person=ids[COORDINATOR]).headers["Location"] == "/"


def test_a_submitted_report_is_read_as_a_page_and_approved_once(later: PortalContext):
    client = a_browser(later, LEADER)
    where = submitted(later)
    assert where in client.get("/cho-quyet-dinh").text
    page = client.get(where).text
    assert "BÁO CÁO" in page.upper()
    word = client.get(f"{where}/tep")
    assert word.content[:2] == b"PK"
    assert word.headers["Content-Disposition"].startswith("attachment")
    assert [post(client, f"{where}/duyet", despite="1").status_code for _ in range(2)] == [303, 409]
    with reading(later.engine) as session:
        assert len(session.exec(select(LogEntry).where(LogEntry.action == "report.approve")).all()) == 1
    assert "đã duyệt, chờ ký" in client.get("/bao-cao").text


def submitted(context: PortalContext) -> str:
    client = a_browser(context, COORDINATOR)
    where = re.search(r'href="(/bao-cao/\d+)"', client.get("/bao-cao").text)[1]
    for state in ("content_checked", "form_checked", "submitted"):
        assert post(client, f"{where}/buoc", state=state).status_code == 303
    return where


def test_a_leader_sees_shares_compared_and_whom_to_call(later: PortalContext):
    page = a_browser(later, LEADER).get("/cho-quyet-dinh").text
    with reading(later.engine) as session:
        leader = leaders_page(session, later.office, SimpleNamespace(holdings=()), AFTER_CUTOFF)
    rates = [quarter.rate for quarter in leader.trend if quarter.rate is not None]
    assert rates
    for rate in rates:
        assert f"<td>{number_vi(rate)}%</td>" in page
    assert "điểm phần trăm so với" in page or "không có số liệu để so sánh" in page
    units = [line.case.unit.id for line in leader.latest]
    assert len(units) == len(set(units)) == 3
    for line in leader.latest:
        assert line.case.status in OVERDUE
        assert line.case.unit.name in page
        assert line.person is None or line.person.phone in page
    waits = [line.case.day for line in leader.latest]
    assert waits == sorted(waits)


QUARTERS = {(2012, 4): (6, 2), (2013, 3): (9, 1), (2013, 4): (8, 2), (2014, 1): (0, 0)}


def test_the_newest_share_is_compared_with_the_quarter_before_and_that_of_last_year():
    trend = tuple(Quarter(Period(*when), on_time, late, 0, 3) for when, (on_time, late) in QUARTERS.items())
    compared = LeaderPage(WaitingSteps((), ()), (), StatusCounts(), trend, ()).comparison
    assert compared.quarter.period == Period(2013, 4)  # the last one is not over
    assert [compared.change(one) for one in (compared.before, compared.year_before)] == [-10, 5]
    assert LeaderPage(WaitingSteps((), ()), (), StatusCounts(), trend[-2:-1], ()).comparison is None


def test_the_figures_on_the_page_are_those_of_the_document(later: PortalContext):
    client = a_browser(later, LEADER)
    where = re.search(r'href="(/bao-cao/\d+)"', client.get("/bao-cao").text)[1]
    assert f'href="{where}/bieu-do"' in client.get(where).text
    page = client.get(f"{where}/bieu-do").text
    (document,) = (later.office.folder / "reports").glob("*2014-Q1.docx")
    figures = figures_in(document)
    assert figures[0].key == "quarters"
    for figure in figures:
        assert figure.title in page
        for name, values in figure.series:
            for value in values:
                assert f'aria-label="{name}: {value}"' in page


@pytest.mark.office
def test_a_report_is_fetched_as_pdf_and_converted_once(later: PortalContext):
    client = a_browser(later, LEADER)
    where = re.search(r'href="(/bao-cao/\d+)"', client.get("/bao-cao").text)[1]
    assert f'href="{where}/pdf"' in client.get(where).text
    for _ in range(2):
        fetched = client.get(f"{where}/pdf")
        assert fetched.content.startswith(b"%PDF")
        assert fetched.headers["Content-Disposition"].endswith("BC-70-KH-UBND-2014-Q1.pdf")
    assert len(list((later.office.folder / "pdf").iterdir())) == 1


def test_without_libreoffice_the_page_says_so(later: PortalContext, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(later.office.folder))
    client = a_browser(later, LEADER)
    where = re.search(r'href="(/bao-cao/\d+)"', client.get("/bao-cao").text)[1]
    page = client.get(where).text
    assert "máy chủ chưa cài LibreOffice" in page
    assert f"{where}/tep" in page
    assert f"{where}/pdf" not in page
    refused = client.get(f"{where}/pdf")
    assert refused.status_code == 503
    assert "chưa cài LibreOffice" in refused.text


def test_an_auditor_reads_the_reports_and_changes_nothing(later: PortalContext):
    client = a_browser(later, AUDITOR)
    where = submitted(later)
    assert "Duyệt để ký" not in client.get(where).text
    assert post(client, f"{where}/duyet", despite="1").status_code == 403
    assert a_browser(later, FOCAL_POINT).get(where).status_code == 403


def test_a_draft_whose_report_is_handed_in_waits_for_nobody(later: PortalContext):
    client = a_browser(later, LEADER)
    where = submitted(later)
    with writing(later.engine) as session:
        case = hold(session, later.office, "CTK", "II2-REPORT", "2014-Q1", AFTER_CUTOFF)
        hand_in(session, case, HandIn(AFTER_CUTOFF), AFTER_CUTOFF)
    assert where not in client.get("/cho-quyet-dinh").text
    assert "Duyệt để ký" not in client.get(where).text
    assert "đã nộp" in client.get("/bao-cao").text
    assert post(client, f"{where}/duyet", despite="1").status_code == 409
    with reading(later.engine) as session:
        assert session.exec(select(LogEntry).where(LogEntry.action == "report.approve")).all() == []
