"""What is recorded after the day of a report changes nothing in it, and is told by the next one, with the reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from builders import a_home, an_office, at
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from models.database import reading, writing
from models.queries.cases.case_file import hold_case
from models.tables.cases import Case
from models.tables.messages import ReportDraft
from models.tables.organisations import Organisation
from models.tables.plan import ObligationRow, Occurrence
from reports.narrative import revisions
from rules.office import Office
from rules.punctuality import ReportOutcome
from services.cases.decide import close_without_submission, reopen
from services.cases.hand_in import HandIn, hand_in
from services.cases.opening import open_cases
from services.reports.facts import report_facts

FIRST, NEXT = ("2014-Q1", date(2014, 3, 14)), ("2014-H1", date(2014, 6, 14))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


@pytest.fixture
def home(tmp_path: Path, office: Office) -> Engine:
    """The report of the first quarter was drafted; two calendars had come, one had been closed."""
    engine = a_home(tmp_path)
    with writing(engine) as session:
        open_cases(session, office, at("2014-03-01"))
        for unit in ("SYT", "STC"):
            received = at("2013-12-20")
            hand_in(session, a_case(session, unit), HandIn(received, document_number=f"1/{unit}"), received)
        close_without_submission(session, a_case(session, "SXD"), "nil_return", "Lan", at("2014-01-05"), "Không có")
        occurrence = session.exec(
            select(Occurrence.id)
            .join(ObligationRow)
            .where(col(ObligationRow.code) == "II2-REPORT", col(Occurrence.period) == FIRST[0])
        ).one()
        session.add(ReportDraft(occurrence_id=occurrence, as_of=FIRST[1], drafted_at=at("2014-03-17"), file=""))
    return engine


def a_case(session: Session, unit: str):
    id = session.exec(
        select(Case.id)
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(
            col(Organisation.key) == unit, col(ObligationRow.code) == "I5-CALENDAR", col(Occurrence.period) == "2014"
        )
    ).one()
    return hold_case(session, id)


def told(engine: Engine, office: Office, report: tuple[str, date]):
    with reading(engine) as session:
        return report_facts(session, office, *report)


def test_a_document_registered_afterwards_is_told_with_its_days_and_number(home: Engine, office: Office) -> None:
    before = told(home, office, FIRST)
    with writing(home) as session:
        late = HandIn(at("2013-12-24"), document_number="9/SNV")
        hand_in(session, a_case(session, "SNV"), late, at("2014-04-02"))
    assert told(home, office, FIRST) == before
    facts = told(home, office, NEXT)
    (one,) = facts.revisions
    assert one.moves == ((ReportOutcome.ON_TIME, 2, 3), (ReportOutcome.MISSING, 30, 29))
    opened, line = revisions(facts)
    assert opened == ("Số liệu kỳ trước (báo cáo quý I năm 2014, tính đến ngày 14/3/2014) đã thay đổi sau ngày chốt:")
    assert "đúng hạn từ 02 thành 03, chưa thực hiện từ 30 thành 29" in line
    assert "Sở Nội vụ tỉnh Sóc Trăng: văn bản số 9/SNV nhận ngày 24/12/2013, đăng ký ngày 02/4/2014" in line


def test_a_closing_that_is_taken_back_is_told_with_its_reason(home: Engine, office: Office) -> None:
    with writing(home) as session:
        reopen(session, a_case(session, "SXD"), "Lan", at("2014-04-10"), "Nhập nhầm đơn vị.")
    facts = told(home, office, NEXT)
    one, *_steps = facts.revisions
    assert one.moves == ((ReportOutcome.MISSING, 30, 31), (ReportOutcome.NIL_RETURN, 1, 0))
    assert "mở lại ngày 10/4/2014, lý do: Nhập nhầm đơn vị)" in revisions(facts)[1]


def test_what_happens_afterwards_is_no_revision(home: Engine, office: Office) -> None:
    with writing(home) as session:
        hand_in(session, a_case(session, "SNV"), HandIn(at("2014-04-01"), document_number="9/SNV"), at("2014-04-02"))
    facts = told(home, office, NEXT)
    assert facts.revisions == ()
    assert revisions(facts) == []


def test_a_revision_after_the_day_of_the_next_report_is_not_known_there(home: Engine, office: Office) -> None:
    with writing(home) as session:
        hand_in(session, a_case(session, "SNV"), HandIn(at("2013-12-24"), document_number="9"), at("2014-06-20"))
    assert told(home, office, NEXT).revisions == ()
