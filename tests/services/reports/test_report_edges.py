"""Reports at the edges: any letters in a name, no unit, all late, a unit renamed or merged in the quarter, no plan."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from builders import an_answer, at
from docx import Document
from openpyxl import load_workbook
from sqlalchemy import Engine
from sqlmodel import col, select

from models.database import reading, writing
from models.tables.cases import Case
from models.tables.organisations import Organisation
from models.tables.plan import ObligationRow, Occurrence
from reports import facts as say
from reports.annexes import result
from reports.as_page import blocks_of
from reports.case_lists import lists_of
from reports.document_check.checking import check_form
from reports.duty_sentences import duty_paragraphs
from rules.office import Office
from rules.punctuality import ReportOutcome
from services.cases.opening import open_cases
from services.errors import Refused
from services.people.reorganise import Name, merge, rename
from services.reports.facts import report_facts, write_report, write_workbook

OLD, NEW = "Sở Y tế tỉnh Sóc Trăng", "Sở Y tế và Dân số tỉnh Sóc Trăng"


@pytest.fixture
def opened(engine: Engine, office: Office) -> Engine:
    with writing(engine) as session:
        open_cases(session, office, at("2014-01-02"))
    return engine


def counted(engine: Engine, office: Office, as_of: str) -> say.ReportFacts:
    with reading(engine) as session:
        return report_facts(session, office, "2014-Q1", date.fromisoformat(as_of))


def calendar(facts: say.ReportFacts) -> say.DutyResult:
    return next(row for row in facts.annex_i if row.clause == "I.5" and not row.step)


def called(engine: Engine, office: Office, name: str, since: str) -> None:
    with writing(engine) as session:
        rename(session, "SYT", Name(name, "SYT", "Giám đốc"), date.fromisoformat(since), "Nghị quyết", "Lan", at(since))


def test_a_unit_renamed_in_the_quarter_bears_the_name_of_the_day(opened: Engine, office: Office) -> None:
    called(opened, office, NEW, "2014-02-10")
    before, after = counted(opened, office, "2014-02-09"), counted(opened, office, "2014-03-14")
    assert {OLD, NEW} & {case.unit for case in calendar(before).results} == {OLD}
    assert {OLD, NEW} & {case.unit for case in calendar(after).results} == {NEW}
    assert calendar(before).assigned == calendar(after).assigned == 33


def test_a_unit_merged_in_the_quarter_is_replaced_and_nobody_is_counted_twice(opened: Engine, office: Office) -> None:
    with writing(opened) as session:
        merge(session, office, ["SYT"], "STC", date(2014, 2, 10), "Nghị quyết", "Lan", at("2014-02-10"))
    before, after = counted(opened, office, "2014-02-09"), counted(opened, office, "2014-03-14")
    assert calendar(before).missing == 33
    row = calendar(after)
    (gone,) = (case for case in row.results if case.unit == OLD)
    assert (gone.outcome, result(gone)) == (ReportOutcome.NOT_APPLICABLE, "Đã được thay thế")
    assert row.missing + row.of(ReportOutcome.NOT_APPLICABLE) == row.assigned == len(row.results)


@pytest.mark.parametrize(
    "name",
    ["Sở «Y tế» & \"Dân số\" <b>'tỉnh'</b>", "Sở " + "Y tế, dân số và gia đình " * 8],
    ids=["quotes and ampersands", "200 letters"],
)
def test_any_name_stands_as_it_is_in_each_document(opened: Engine, office: Office, name: str, tmp_path: Path) -> None:
    name = name.strip()
    called(opened, office, name, "2014-02-10")
    with reading(opened) as session:
        written, facts = write_report(session, office, "2014-Q1", date(2014, 3, 14), tmp_path)
        path = written.path
    cells = {cell.text for row in Document(str(path)).tables[3].rows for cell in row.cells}
    assert name in cells
    assert any(name in row for block in blocks_of(path) for row in block.rows)
    sheet = load_workbook(write_workbook(facts, path))["Phụ lục II"]
    assert name in {str(cell.value).lstrip("'") for (cell,) in sheet.iter_rows(max_col=1)}
    assert not check_form(path.read_bytes(), facts.as_of, facts.as_of).departures


def test_where_all_are_late_it_is_said_and_the_share_is_nought(opened: Engine, office: Office) -> None:
    for key in owing(opened):
        an_answer(opened, office, at("2014-02-03"), key, "I5-CALENDAR", "2014", document_number="1/BC")
    facts = counted(opened, office, "2014-03-14")
    row = calendar(facts)
    assert (row.on_time, row.late, row.missing, str(row.on_time_rate)) == (0, 33, 0, "0.0")
    (text,) = duty_paragraphs(row, facts)
    assert "trong số 33 cơ quan, đơn vị, địa phương phải gửi" in text
    assert "chưa có cơ quan nào gửi đúng thời hạn" in text
    assert "33 cơ quan gửi sau thời hạn" in text
    assert "0/33" not in text


def owing(engine: Engine) -> list[str]:
    with reading(engine) as session:
        query = (
            select(Organisation.key)
            .join(Case, col(Case.organisation_id) == col(Organisation.id))
            .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
            .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
            .where(col(ObligationRow.code) == "I5-CALENDAR", col(Occurrence.period) == "2014")
        )
        return list(session.exec(query.order_by(col(Organisation.position))))


def test_without_any_case_the_report_says_that_nothing_was_owed(engine: Engine, office: Office, tmp_path: Path) -> None:
    with reading(engine) as session:
        written, facts = write_report(session, office, "2014-Q1", date(2014, 3, 14), tmp_path)
        path = written.path
    assert (facts.annex_i, facts.annex_ii, facts.annex_iii) == ((), (), ())
    assert not any(one.number for one in lists_of(facts).values())
    text = "\n".join(block.text for block in blocks_of(path))
    assert "Trong kỳ không phát sinh trường hợp đến hạn." in text
    assert "0 cơ quan" not in text


@pytest.mark.parametrize("period", ["2013-Q2", "2013-Q3", "2012-Y"])
def test_a_period_before_the_plan_is_refused_with_those_there_are(engine: Engine, office: Office, period: str) -> None:
    with reading(engine) as session, pytest.raises(Refused) as refusal:
        report_facts(session, office, period, date(2014, 3, 14))
    assert f"Không có kỳ báo cáo «{period}»" in str(refusal.value)
    assert "2014-Q1" in str(refusal.value)
