"""What a report counts: as of its day and nothing later, with numbers that add up; and each draft exactly once."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from builders import (
    CALENDAR,
    DUE_SOON,
    LAST_DAY,
    OVERDUE,
    URGING,
    a_case,
    an_answer,
    at,
    body,
    by_mail,
    header,
    headers,
    messages,
    rows,
    together,
)
from docx import Document
from mail_server import MailServer
from sqlalchemy import Engine, text
from sqlmodel import select

from models.database import reading, writing
from models.queries.cases import case_file
from models.tables.log import LogEntry
from models.tables.messages import Message
from reports import facts as say
from reports.annexes import result
from reports.duty_sentences import duty_paragraphs, duty_standing
from reports.narrative import introduction, outlook
from reports.phrases import unit_inside
from rules.deadlines import local_day
from rules.office import Office
from rules.punctuality import ReportOutcome
from rules.step_records import StepRecord
from services.cases.decide import close_without_submission, extend, reopen, return_for_completion
from services.cases.opening import open_cases
from services.cases.steps import Recorder, record_step
from services.delivery.dispatch import dispatch
from services.errors import Refused
from services.operations.tick import tick
from services.people.reorganise import merge
from services.plan.load import plan_ahead
from services.reports.drafts import draft_reports
from services.reports.facts import report_facts, write_report
from services.views.board import board
from services.views.case_counts import Period
from services.views.dashboard_projection import occurrence_views

REPORT = "II2-REPORT"
MONDAY = at("2013-12-16")  # the first working day after the cut-off of 14/12/2013


@pytest.fixture
def opened(engine: Engine, office: Office) -> Engine:
    with writing(engine) as session:
        open_cases(session, office, at("2014-01-02"))
    return engine


def counted(engine: Engine, office: Office, as_of: str, period: str = "2014-Q1") -> say.ReportFacts:
    with reading(engine) as session:
        return report_facts(session, office, period, date.fromisoformat(as_of))


def release_calendar(facts: say.ReportFacts) -> say.DutyResult:
    return next(row for row in facts.annex_i if row.clause == "I.5")


def numbers(facts: say.ReportFacts) -> tuple[int, int, int, int]:
    row = release_calendar(facts)
    return row.assigned, row.on_time, row.late, row.missing


def columns(facts: say.ReportFacts) -> dict[str, int]:
    return {outcome.value: count for outcome, count in release_calendar(facts).counts.items() if count}


def test_an_answer_after_the_day_of_the_report_does_not_count(opened: Engine, office: Office) -> None:
    an_answer(opened, office, LAST_DAY)
    assert columns(counted(opened, office, "2013-12-30", "2013-Q4")) == {"not_due": 33}
    assert columns(counted(opened, office, "2013-12-31", "2013-Q4")) == {"on_time": 1, "not_due": 32}


def test_on_time_late_and_missing_add_up(opened: Engine, office: Office) -> None:
    units = ["CTK", "SKHDT", "TTR", "H-KESACH"]
    for unit, received in zip(units, (LAST_DAY, DUE_SOON, OVERDUE, URGING), strict=True):
        an_answer(opened, office, received, unit)
    assert numbers(counted(opened, office, "2014-03-14")) == (33, 2, 2, 29)


def test_each_case_stands_in_one_column(opened: Engine, office: Office) -> None:
    with writing(opened) as session:
        close_without_submission(session, a_case(session, office, "TTR"), "waive", "Lan", LAST_DAY, "Sáp nhập")
        close_without_submission(session, a_case(session, office, "STC"), "not_applicable", "Lan", LAST_DAY, "Không có")
        close_without_submission(session, a_case(session, office, "SXD"), "nil_return", "Lan", LAST_DAY, "Không có")
        for unit in ("SYT", "SCT"):
            extend(session, office, a_case(session, office, unit), "Lan", LAST_DAY, "Lý do", date(2014, 4, 15))
    an_answer(opened, office, URGING, "SYT")
    an_answer(opened, office, OVERDUE)
    facts = counted(opened, office, "2014-03-14")
    assert columns(facts) == {
        **{"on_time": 1, "late": 1, "missing": 27, "extended": 1},
        **{"nil_return": 1, "waived": 1, "not_applicable": 1},
    }
    row = release_calendar(facts)
    assert (row.assigned, row.expected, str(row.on_time_rate), row.by_extension) == (33, 29, "3.4", 1)
    assert sum(one.assigned for one in facts.annex_i if not one.step) == len(facts.annex_ii)


def test_a_rate_is_counted_only_once_the_day_has_come(opened: Engine, office: Office) -> None:
    an_answer(opened, office, DUE_SOON)
    assert release_calendar(counted(opened, office, "2013-12-30", "2013-Q4")).on_time_rate is None
    assert str(release_calendar(counted(opened, office, "2014-01-02")).on_time_rate) == "3.0"


@pytest.mark.parametrize(("received", "then"), [(LAST_DAY, (33, 1, 0, 32)), (OVERDUE, (33, 0, 1, 32))])
def test_what_was_returned_counts_by_its_first_receipt(opened: Engine, office: Office, received, then) -> None:
    an_answer(opened, office, received)
    with writing(opened) as session:
        return_for_completion(session, a_case(session, office), "Lan", URGING, "Thiếu", date(2014, 1, 20))
    facts = counted(opened, office, "2014-03-14")
    assert numbers(facts) == then
    told = Counter(row.outcome for row in facts.annex_ii if row.received_on == local_day(received))
    assert told == {ReportOutcome.ON_TIME if received is LAST_DAY else ReportOutcome.LATE: 1}


def test_what_was_returned_is_handed_in_alike_on_the_dashboard_on_the_board_and_in_the_report(
    opened: Engine, office: Office
) -> None:
    an_answer(opened, office, DUE_SOON, "STC")
    an_answer(opened, office, OVERDUE)
    with writing(opened) as session:
        return_for_completion(session, a_case(session, office), "Lan", URGING, "Thiếu", date(2014, 1, 20))
        close_without_submission(session, a_case(session, office, "SXD"), "nil_return", "Lan", LAST_DAY, "Không có")
    now = at("2014-01-09")
    (ticked,) = tick(opened, office, now, CALENDAR)
    with reading(opened) as session:
        occurrence = a_case(session, office).occurrence.id
        (run,) = [view for view in occurrence_views(session, now) if view.occurrence == occurrence]
        page = board(session, office, now, Period(2013))
    told = release_calendar(counted(opened, office, "2014-01-09")).counts
    handed_in = (ReportOutcome.ON_TIME, ReportOutcome.LATE, ReportOutcome.NIL_RETURN)
    assert sum(told[outcome] for outcome in handed_in) == ticked.handed_in == 3
    assert [line.answered for line in page.overdue if line.duty.id == CALENDAR] == [3]
    assert "3/33 đã nộp" in run.text
    assert "1/33 phải bổ sung" in run.text


def test_who_was_given_more_time_is_late_only_after_it(opened: Engine, office: Office) -> None:
    with writing(opened) as session:
        extend(session, office, a_case(session, office), "Lan", DUE_SOON, "Lý do", date(2014, 1, 24))
    an_answer(opened, office, URGING)
    assert numbers(counted(opened, office, "2014-03-14")) == (33, 1, 0, 32)


def test_an_arrear_of_an_earlier_period_is_told_even_if_it_came_in_after_the_report(
    opened: Engine, office: Office
) -> None:
    an_answer(opened, office, at("2013-11-28"), "CTK", "I1-ASSESS", "2013")
    for unit in all_bound(opened, CALENDAR):
        an_answer(opened, office, at("2014-06-16"), unit)
    told = counted(opened, office, "2014-06-14", "2014-Q2")
    assert numbers(told) == (33, 0, 0, 33)
    assert "I.1" not in {row.clause for row in told.annex_i}


def test_the_annex_names_each_unit_with_its_day_and_number(opened: Engine, office: Office) -> None:
    an_answer(opened, office, OVERDUE, document_number="12/BC-SKHĐT")
    found = [row for row in counted(opened, office, "2014-03-14").annex_ii if row.document_number]
    assert [(row.unit, row.received_on, row.outcome, row.days_late) for row in found] == [
        ("Sở Kế hoạch và Đầu tư tỉnh Sóc Trăng", date(2014, 1, 2), ReportOutcome.LATE, 1)
    ]


def test_the_annex_of_reminders_shows_what_was_sent_by_then(engine: Engine, office: Office, mail: MailServer) -> None:
    tick(engine, office, at("2013-12-10"), CALENDAR)
    dispatch(engine, office, by_mail(mail.port), at("2013-12-10", "08:00"))
    assert len(counted(engine, office, "2013-12-14", "2013-Q4").annex_iii) == 32  # not to oneself
    assert len(counted(engine, office, "2013-12-09", "2013-Q4").annex_iii) == 0


def test_an_unknown_period_is_answered_with_those_of_the_plan(opened: Engine, office: Office) -> None:
    with pytest.raises(Refused, match="2014-Q1"):
        counted(opened, office, "2014-03-14", "2014-Q7")


def test_its_parts_and_who_owes_what_come_from_the_plan(opened: Engine, office: Office) -> None:
    facts = counted(opened, office, "2013-12-30", "2013-Q4")
    assert [(part.title[:40], {duty.clause for duty in part.duties}) for part in facts.clauses] == [
        ("Đánh giá thực trạng công tác phổ biến th", {"I.1"}),
        ("Xác định nhu cầu và lượng thông tin thốn", {"I.2.a"}),
        ("Xây dựng biểu mẫu báo cáo; cập nhật hệ t", {"I.3"}),
        ("Xây dựng hệ thống sản phẩm; danh mục sản", set()),
        ("Xây dựng và công bố Lịch phổ biến thông ", {"I.5"}),
        ("Xây dựng văn bản hướng dẫn, Quy chế phổ ", set()),
        ("Việc xây dựng kế hoạch và báo cáo đánh g", {"II.1"}),
        ("Chế độ báo cáo định kỳ (mục II.2 Kế hoạc", set()),
    ]
    assert facts.plan.subject == "thực hiện Chính sách phổ biến thông tin thống kê Nhà nước"


def test_a_plan_that_asks_for_no_report_says_so_and_drafts_none(engine: Engine, office: Office) -> None:
    items = tuple(replace(item, report=None) for item in office.plan.obligations)
    without = replace(office, plan=replace(office.plan, obligations=items))
    tick(engine, without, MONDAY)
    assert drafts(engine) == []
    with pytest.raises(Refused, match="không có nhiệm vụ báo cáo định kỳ"):
        counted(engine, without, "2013-12-30", "2013-Q4")


# --- drafts -----------------------------------------------------------------------------------------------------------


def drafts(engine: Engine) -> list[str]:
    return sorted(json.loads(row.facts)["period"] for row in messages(engine, Message.kind == "report_draft"))


def test_a_report_is_drafted_on_the_first_working_day_after_its_cut_off(engine: Engine, office: Office) -> None:
    for day in ("2013-12-13", "2013-12-14", "2013-12-15"):
        tick(engine, office, at(day), REPORT)
    assert drafts(engine) == []
    tick(engine, office, MONDAY, REPORT)
    assert drafts(engine) == ["2013-Y"]


def test_one_document_is_drafted_where_it_discharges_two_periods_and_says_so(engine: Engine, office: Office) -> None:
    tick(engine, office, MONDAY, REPORT)
    assert [path.name for path in (office.folder / "reports").iterdir()] == ["BC-70-KH-UBND-2013-Y.docx"]
    facts = counted(engine, office, "2013-12-14", "2013-Y")
    assert "thực hiện năm 2013 (đồng thời là báo cáo quý IV năm 2013) như sau" in introduction(facts)
    assert counted(engine, office, "2013-12-14", "2013-Q4").also_for == ()


def test_the_hand_in_of_the_longer_period_fulfils_both_and_both_say_so(engine: Engine, office: Office) -> None:
    with writing(engine) as session:
        open_cases(session, office, MONDAY)
    an_answer(engine, office, at("2013-12-19"), "CTK", REPORT, "2013-Y", document_number="410/BC-CTK")
    for period, note in (("2013-Q4", "Hoàn thành bằng báo cáo năm 2013"), ("2013-Y", "đồng thời là báo cáo quý IV")):
        with reading(engine) as session:
            case = a_case(session, office, "CTK", REPORT, period)
            assert [one.document_number for one in case_file.submissions(session, case.id)] == ["410/BC-CTK"]
            told = [row.details for row in case_file.story(session, case.id) if row.action == "case.note"]
            assert note in "".join(told)
    an_answer(engine, office, at("2014-03-18"), "CTK", REPORT, "2013-Q4", document_number="99/BC-CTK")
    with reading(engine) as session:  # and the shorter one's own later document is no document of the longer
        assert len(case_file.submissions(session, a_case(session, office, "CTK", REPORT, "2013-Y").id)) == 1


def test_a_draft_is_written_once_however_often_the_clock_rings(engine: Engine, office: Office) -> None:
    for day in (MONDAY, at("2013-12-16", "15:00"), at("2013-12-17")):
        tick(engine, office, day, REPORT)
    assert drafts(engine) == ["2013-Y"]
    assert len(rows(engine, Message, Message.kind == "report_draft")) == 1


def test_a_draft_is_written_once_even_at_the_same_moment(engine: Engine, office: Office) -> None:
    with writing(engine) as session:
        open_cases(session, office, MONDAY)
    with together(*[lambda: draft_reports(engine, office, MONDAY, [REPORT])] * 3):
        assert drafts(engine) == ["2013-Y"]
    with reading(engine) as session:
        assert len(session.exec(select(LogEntry).where(LogEntry.action == "report.draft")).all()) == 1


def test_the_draft_reaches_the_coordinator_as_a_document(engine: Engine, office: Office, mail: MailServer) -> None:
    tick(engine, office, MONDAY, REPORT)
    dispatch(engine, office, by_mail(mail.port), at("2013-12-16", "08:00"))
    to_coordinator = [one for one in mail.mails if b"dieu-phoi.ctk@" in one and b"wordprocessingml" in one]
    assert len(to_coordinator) == len(headers(to_coordinator, "Subject")) == 1
    written = Document(str(office.folder / "reports/BC-70-KH-UBND-2013-Y.docx"))
    assert any("BÁO CÁO" in paragraph.text for paragraph in written.paragraphs)


def test_a_draft_that_could_not_be_written_is_written_at_the_next_tick(engine: Engine, office: Office) -> None:
    in_the_way = Path(office.folder) / "reports"
    in_the_way.write_text("a file where the folder belongs")
    with pytest.raises(OSError, match="reports"):
        tick(engine, office, MONDAY, REPORT)
    assert drafts(engine) == []
    in_the_way.unlink()
    tick(engine, office, at("2013-12-16", "09:00"), REPORT)
    assert drafts(engine) == ["2013-Y"]


def all_bound(engine: Engine, duty: str) -> list[str]:
    query = text(
        "SELECT o.key FROM organisation o JOIN binding b ON b.organisation_id = o.id"
        " JOIN obligation d ON d.id = b.obligation_id WHERE d.code = :duty"
    )
    with reading(engine) as session:
        return list(session.connection().execute(query, {"duty": duty}).scalars())


def test_the_mail_of_a_draft_tells_the_sums_of_annex_i(engine: Engine, office: Office, mail: MailServer) -> None:
    tick(engine, office, MONDAY)
    dispatch(engine, office, by_mail(mail.port), at("2013-12-16", "08:00"))
    told = [json.loads(row.facts) for row in messages(engine, Message.kind == "report_draft")]
    assert told
    assert all(one["required"] == one["on_time"] + one["late"] + one["missing"] > 0 for one in told)
    drafted = [body(one) for one in mail.mails if "dự thảo" in header(one, "Subject").lower()]
    assert drafted
    assert all("/bao-cao/" in one for one in drafted)


# --- as known on its day ----------------------------------------------------------------------------------------------


def test_later_acts_do_not_change_an_old_report(opened: Engine, office: Office, tmp_path: Path) -> None:
    an_answer(opened, office, DUE_SOON, "STC")
    an_answer(opened, office, DUE_SOON, "SXD")
    with writing(opened) as session:
        close_without_submission(session, a_case(session, office, "SNV"), "nil_return", "Lan", OVERDUE, "Không có")
        extend(session, office, a_case(session, office, "SCT"), "Lan", OVERDUE, "Lý do", date(2014, 1, 10))
    before = written(opened, office, tmp_path / "before")
    later = at("2014-04-01")
    with writing(opened) as session:
        extend(session, office, a_case(session, office, "SCT"), "Lan", later, "Lý do", date(2014, 5, 2))
        extend(session, office, a_case(session, office, "SYT"), "Lan", later, "Lý do", date(2014, 5, 2))
        return_for_completion(session, a_case(session, office, "STC"), "Lan", later, "Thiếu", date(2014, 4, 20))
        reopen(session, a_case(session, office, "SNV"), "Lan", later, "Nhầm")
        close_without_submission(session, a_case(session, office, "TTR"), "waive", "Lan", later, "Sáp nhập")
        approval = StepRecord("I5-APPROVE", date(2014, 1, 3), "7/QĐ-SXD")
        record_step(session, office, a_case(session, office, "SXD"), approval, Recorder("Lan"), later)
    an_answer(opened, office, LAST_DAY, "SGTVT", now=later)  # received in time, registered in April
    an_answer(opened, office, later, "SXD", document_number="99/BC")
    assert written(opened, office, tmp_path / "after") == before
    assert columns(counted(opened, office, "2014-04-02", "2014-Q2")) == {
        **{"on_time": 3, "missing": 27},
        **{"extended": 2, "waived": 1},
    }


def written(engine: Engine, office: Office, folder: Path) -> bytes:
    with reading(engine) as session:
        written, _ = write_report(session, office, "2014-Q1", date(2014, 3, 14), folder)
    return written.path.read_bytes()


def test_an_office_that_entered_its_past_afterwards_has_it_by_its_own_days(opened: Engine, office: Office) -> None:
    an_answer(opened, office, DUE_SOON, now=at("2026-11-30"))
    assert numbers(counted(opened, office, "2014-03-14")) == (33, 1, 0, 32)


# --- whose it is ------------------------------------------------------------------------------------------------------


def test_who_owes_a_duty_is_credited_with_it(opened: Engine, office: Office) -> None:
    with writing(opened) as session:
        open_cases(session, office, at("2014-06-02"))
    an_answer(opened, office, at("2014-07-01"), "UBND", "I6-DIRECTIVE", "2014", document_number="15/CV")
    facts = counted(opened, office, "2014-09-14", "2014-Q3")
    (directive,) = [row for row in facts.annex_i if row.clause == "I.6"]
    assert (directive.lead, directive.on_time) == ("Ủy ban nhân dân tỉnh Sóc Trăng", 1)
    next_year = counted(opened, office, "2014-01-10")
    assert {row.unit for row in next_year.annex_v} == {"Cục Thống kê tỉnh Sóc Trăng"}


def test_a_merged_ministry_is_written_to_by_the_name_of_its_successor(opened: Engine, office: Office) -> None:
    assert counted(opened, office, "2014-03-14").recipients[1] == "Bộ Kế hoạch và Đầu tư"
    with writing(opened) as session:
        merge(session, office, ["BKHDT"], "BTC", date(2014, 2, 1), "Nghị quyết", "Lan", at("2014-02-03"))
    assert counted(opened, office, "2014-03-14").recipients[1] == "Bộ Tài chính"
    assert counted(opened, office, "2014-01-20").recipients[1] == "Bộ Kế hoạch và Đầu tư"


def test_a_target_of_last_year_that_nobody_met_is_missing_and_not_under_way(opened: Engine, office: Office) -> None:
    facts = counted(opened, office, "2014-03-14")
    plans = next(row for row in facts.annex_i if row.title.startswith("Kế hoạch thực hiện của sở"))
    assert (plans.soft, plans.missing, plans.still_open) == (True, 29, False)
    (sentence,) = duty_paragraphs(plans, facts)
    assert "29 cơ quan chưa gửi" in sentence
    assert "đang được thực hiện" not in sentence
    of_plans = [result(row) for row in facts.annex_ii if row.duty.startswith("Kế hoạch thực hiện của sở")]
    assert set(of_plans) == {"Chưa gửi, đã qua mốc phấn đấu"}


def test_a_duty_of_no_section_has_its_sentence_all_the_same(opened: Engine, office: Office) -> None:
    report = office.plan.periodic_report
    assert report is not None
    assert report.report is not None
    fewer = replace(report, report=replace(report.report, sections=report.report.sections[:2]))
    items = tuple(fewer if item.id == report.id else item for item in office.plan.obligations)
    facts = counted(opened, replace(office, plan=replace(office.plan, obligations=items)), "2014-03-14")
    told = {duty.title for part in facts.clauses for duty in part.duties}
    assert told == {row.title for row in facts.annex_i}
    assert facts.clauses[-1].title == "Các nhiệm vụ khác của Kế hoạch"


def test_an_earlier_report_that_is_missing_is_told_by_the_next(engine: Engine, office: Office) -> None:
    with writing(engine) as session:
        open_cases(session, office, at("2013-12-16"))
        open_cases(session, office, at("2014-03-17"))
    own = [row for row in counted(engine, office, "2014-03-14").annex_i if row.clause == "II.2"]
    assert {(row.title.removeprefix("Báo cáo định kỳ tình hình "), row.missing) for row in own} == {
        ("thực hiện Kế hoạch quý IV năm 2013", 1),
        ("thực hiện Kế hoạch năm 2013", 1),
    }


def test_nobody_is_said_to_be_named_in_a_report_that_does_not_name_them(engine: Engine, office: Office) -> None:
    for day in ("2013-12-10", "2013-12-31", "2014-01-02", "2014-01-08", "2014-01-15", "2014-01-22"):
        tick(engine, office, at(day))
    facts = counted(engine, office, "2014-03-14")
    named = [row for row in facts.annex_iii if row.level == "Nêu trong báo cáo"]
    assert named
    missing = {row.unit for row in facts.annex_ii if row.outcome is ReportOutcome.MISSING}
    assert {row.unit for row in named} <= missing


@pytest.mark.parametrize(
    ("duty", "called"),
    [
        ("I3-IMPLEMENT", "Các sở, ban, ngành"),
        ("I5-CALENDAR", "Các cơ quan, đơn vị, địa phương"),
        ("II2-REPORT", "Cục Thống kê tỉnh Sóc Trăng"),
    ],
)
def test_who_owes_what_falls_due_next_is_called_what_the_plan_binds(
    opened: Engine, office: Office, duty: str, called: str
) -> None:
    """In annex V and in the sentences of the last part: no other body is said to owe it."""
    with writing(opened) as session:
        plan_ahead(session, office, at("2014-12-31"))
    begin = office.obligations[duty].title.vi.removesuffix(" năm kế tiếp").partition(" (")[0]
    rows = [row for row in counted(opened, office, "2014-09-14", "2014-Q3").annex_v if row.duty.startswith(begin)]
    assert {row.unit for row in rows} == {called}
    assert f": {unit_inside(called)}; " in outlook(rows, "kỳ sau")[1]


def test_the_units_a_sentence_counts_are_called_what_they_are(opened: Engine, office: Office) -> None:
    with writing(opened) as session:
        open_cases(session, office, at("2014-11-10"))
    begin = office.obligations["I3-IMPLEMENT"].title.vi
    duty = next(row for row in counted(opened, office, "2014-12-14", "2014-Y").annex_i if row.title.startswith(begin))
    assert (duty.lead, duty.units) == ("Các sở, ban, ngành", "sở, ban, ngành")
    assert "18 sở, ban, ngành phải gửi" in duty_standing(duty, date(2014, 12, 14))
