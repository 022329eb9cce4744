"""The register of activities in the periodic report: counted by period, as known that day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from builders import at
from sqlalchemy import Engine

from models.database import reading, writing
from models.queries.plan.occurrences import organisations_by_key
from reports import facts as say
from reports import narrative
from reports.progress import report_values
from rules.activities import Entry
from rules.office import Office
from services.cases.activities import add, correct, take_back
from services.cases.opening import open_cases
from services.reports.facts import report_facts

URGE, USERS, GUIDE = "II2-GUIDE-CHECK-URGE", "I2B-GUIDE-USERS", "II1-GUIDE"
LETTER = Entry("guidance", date(2014, 1, 20), "Về việc hướng dẫn xây dựng Lịch phổ biến", "12/CTK-TH")
INSPECTION = Entry("inspection", date(2014, 2, 11), "Kiểm tra tại Sở Y tế")


def recorded(engine: Engine, office: Office, entry: Entry, duty: str = URGE, unit: str = "CTK") -> int:
    with writing(engine) as session:
        id = organisations_by_key(session)[unit].id
        return add(session, office, duty, id, entry, "Lan", at("2014-03-03")).id


def report(engine: Engine, office: Office, as_of: date = date(2014, 3, 14), period: str = "2014-Q1") -> say.ReportFacts:
    with writing(engine) as session:
        open_cases(session, office, at("2014-01-02"))
    with reading(engine) as session:
        return report_facts(session, office, period, as_of)


def first_section(facts: say.ReportFacts) -> list[tuple[str, list[str], str]]:
    return [(one.heading, list(one.paragraphs), one.slot) for one in report_values(facts)["guidance"]]


def test_without_a_register_a_person_is_asked_and_nothing_is_denied(engine: Engine, office: Office) -> None:
    letters, inspections, *_ = first_section(report(engine, office))
    assert (letters[1], inspections[1]) == ([], [])
    assert letters[2]
    assert inspections[2]


def test_guidance_inspections_and_meetings_of_the_lead_are_counted(engine: Engine, office: Office) -> None:
    recorded(engine, office, LETTER)
    recorded(engine, office, INSPECTION)
    recorded(engine, office, replace(INSPECTION, on_day=date(2014, 2, 12)))
    recorded(engine, office, Entry("meeting", date(2014, 2, 20), "Tập huấn", people=85))
    lead = "Cục Thống kê tỉnh Sóc Trăng"
    letters, inspections, _, meetings = first_section(report(engine, office))
    assert letters[1] == [
        f"Trong kỳ, {lead} đã ban hành 01 văn bản hướng dẫn thực hiện Kế hoạch: Văn bản số 12/CTK-TH ngày 20/01/2014 "
        "về việc hướng dẫn xây dựng Lịch phổ biến."
    ]
    assert inspections[1] == [f"Trong kỳ, {lead} đã tổ chức 02 cuộc kiểm tra việc thực hiện Kế hoạch."]
    assert meetings[1] == [f"Trong kỳ, {lead} đã tổ chức 01 hội nghị, tập huấn với 85 lượt người tham dự."]


def test_that_there_was_nothing_is_said_when_somebody_said_it(engine: Engine, office: Office) -> None:
    recorded(engine, office, Entry("nothing", date(2014, 3, 3)))
    letters, inspections, *_ = first_section(report(engine, office))
    assert (letters[1], inspections[1]) == ([narrative.NOTHING], [narrative.NOTHING])


def test_a_register_of_another_period_says_nothing_of_this_one(engine: Engine, office: Office) -> None:
    recorded(engine, office, replace(LETTER, on_day=date(2013, 11, 20)))
    assert report(engine, office).guidance.letters is None


def test_an_old_report_counts_what_was_known_that_day(engine: Engine, office: Office) -> None:
    wrong = recorded(engine, office, LETTER)
    dropped = recorded(engine, office, INSPECTION)
    before = report(engine, office)
    with writing(engine) as session:
        correct(session, office, wrong, replace(LETTER, number="13/CTK-TH"), "Lan", at("2014-03-20"))
        take_back(session, dropped, "Cuộc kiểm tra đã hoãn", "Lan", at("2014-03-20"))
    assert report(engine, office).guidance == before.guidance
    later = report(engine, office, date(2014, 3, 31)).guidance
    assert ([one.number for one in later.letters or ()], later.inspections) == (["13/CTK-TH"], 0)


def test_what_units_recorded_stands_in_the_section_of_its_clause(engine: Engine, office: Office) -> None:
    recorded(engine, office, Entry("meeting", date(2014, 2, 20), "Tập huấn", people=40), USERS, "SYT")
    recorded(engine, office, Entry("users", date(2014, 2, 21), people=15), USERS, "STC")
    recorded(engine, office, Entry("nothing", date(2014, 3, 3)), USERS, "SCT")
    recorded(engine, office, Entry("nothing", date(2014, 3, 3)), GUIDE, "SCT")
    recorded(engine, office, Entry("document", date(2014, 3, 3), "Góp ý", "1/SYT"), "I5-CALENDAR", "SYT")
    facts = report(engine, office)
    sentences = [sentence for clause in facts.clauses for sentence in narrative.clause_paragraphs(clause, facts)]
    assert [one for one in sentences if one.startswith("Về nhiệm vụ")] == [
        "Về nhiệm vụ tăng cường hướng dẫn tổ chức, cá nhân sử dụng chủ động thu thập thông tin thống kê: trong kỳ, 02 "
        "sở, ban, ngành đã ghi nhận 01 hội nghị, tập huấn và 55 lượt người tham dự, được hướng dẫn; 01 sở, ban, ngành "
        "xác nhận không phát sinh.",
        "Về nhiệm vụ hướng dẫn các cơ quan, đơn vị thuộc ngành, lĩnh vực quản lý triển khai phổ biến Chính sách: trong "
        "kỳ, 01 sở, ban, ngành xác nhận không phát sinh.",
    ]
    assert facts.guidance.letters is None


def test_the_author_is_asked_for_a_standing_duty_until_something_is_recorded_of_it(
    engine: Engine, office: Office
) -> None:
    title = office.plan.obligation(USERS).title.vi
    assert title in unrecorded(report(engine, office))
    recorded(engine, office, Entry("nothing", date(2014, 3, 3)), USERS, "SCT")
    assert title not in unrecorded(report(engine, office))


def unrecorded(facts: say.ReportFacts) -> list[str]:
    return [title for clause in facts.clauses for title in clause.unrecorded]
