"""Urging letters: drafted when the ladder asks for them, signed and numbered by people."""

from __future__ import annotations

from datetime import date

import pytest
from builders import (
    CALENDAR,
    DUE_SOON,
    FIRST_REMINDER,
    IN_NOVEMBER,
    OVERDUE,
    UNIT,
    URGING,
    URGING_AGAIN,
    a_case,
    an_answer,
    at,
    body,
    by_mail,
    header,
    holder,
    notices,
    passed_over,
    rows,
)
from docx import Document
from mail_server import MailServer
from sqlalchemy import Engine, delete, update
from sqlmodel import col, select

from models.database import id_of, reading, writing
from models.tables.cases import Case
from models.tables.log import LogEntry
from models.tables.messages import LetterCase, LetterDraft, Message, Notice
from models.tables.organisations import Organisation
from models.tables.people import Person, Post, Tenure
from rules.office import Office
from services.cases.decide import extend
from services.delivery.dispatch import dispatch
from services.errors import ConcurrentAction, Refused
from services.operations.tick import tick
from services.reminders.urging_letters import (
    FIRST_UNSIGNED,
    UrgedUnit,
    cases_of,
    drafts_waiting,
    drop,
    issue,
    reopen,
    sign,
)
from services.reports.facts import report_facts

BY = "Lan"


def ticks(engine: Engine, office: Office, *moments: object) -> None:
    for moment in moments:
        tick(engine, office, moment, CALENDAR)  # type: ignore[arg-type]
        with writing(engine) as session:
            session.execute(update(Message).values(state="sent"))


def text_of(office: Office, draft: LetterDraft) -> str:
    document = Document(str(office.folder / draft.file))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.fixture
def urged(engine: Engine, office: Office) -> Engine:
    ticks(engine, office, IN_NOVEMBER, FIRST_REMINDER, DUE_SOON, OVERDUE, URGING)
    return engine


OWN = "Cục Thống kê tỉnh Sóc Trăng"


def units_of(engine: Engine, office: Office) -> list[UrgedUnit]:
    with reading(engine) as session:
        return [unit for waiting in drafts_waiting(session, office) for unit in waiting.named]


def heads_of(engine: Engine, unit: str) -> list[Person]:
    with reading(engine) as session:
        query = select(Person).join(Tenure, Tenure.person_id == Person.id).join(Post, Post.id == Tenure.post_id)  # type: ignore[arg-type]
        query = query.join(Organisation, Organisation.id == Post.organisation_id)  # type: ignore[arg-type]
        return list(session.exec(query.where(Organisation.key == unit, col(Post.role).in_(["head", "leader"]))).all())


def all_answer_but_one(engine: Engine, office: Office) -> None:
    with reading(engine) as session:
        keys = session.exec(select(Organisation.key).join(Case, Case.organisation_id == Organisation.id)).all()  # type: ignore[arg-type]
    for key in sorted(set(keys) - {UNIT}):
        an_answer(engine, office, DUE_SOON, key)


def test_many_late_units_are_urged_by_one_letter_with_the_list_as_its_annex(urged: Engine, office: Office) -> None:
    [draft] = rows(urged, LetterDraft)
    assert (draft.step, draft.units, draft.state, draft.document_number) == ("CV1", 32, "waiting", "")
    said = text_of(office, draft)
    assert "danh sách kèm theo" in said
    assert "Sở Kế hoạch và Đầu tư" in said
    assert "10/12/2013" in said  # the days on which they were reminded


def test_one_late_unit_gets_a_letter_of_its_own(engine: Engine, office: Office) -> None:
    ticks(engine, office, IN_NOVEMBER, FIRST_REMINDER, DUE_SOON)
    all_answer_but_one(engine, office)
    ticks(engine, office, OVERDUE, URGING)
    [draft] = rows(engine, LetterDraft)
    assert draft.units == 1
    assert "danh sách kèm theo" not in text_of(office, draft)


def test_nobody_is_urged_by_a_letter_to_themselves(urged: Engine, office: Office) -> None:
    """The body that runs the plan owes a calendar too: its head is told, once, and log and ledger say so."""
    [draft] = rows(urged, LetterDraft)
    assert "Cục Thống kê tỉnh Sóc Trăng" not in {unit.name for unit in units_of(urged, office)}
    assert f"Kính gửi: {OWN}" not in text_of(office, draft)
    with reading(urged) as session:
        own = a_case(session, office, "CTK")
        [entry] = session.exec(select(LogEntry).where(LogEntry.action == "letter.internal")).all()
    heads = {id_of(post) for post in heads_of(urged, "CTK")}
    told = notices(urged, Notice.message == "own_overdue")
    assert {(row.person_id, row.case_id, row.step) for row in told} == {(head, own.id, "CV1") for head in heads}
    assert entry.subject == f"case:{own.id}"
    count = len(rows(urged, Message))
    ticks(urged, office, URGING)
    assert len(rows(urged, Message)) == count


def test_the_head_reads_of_all_that_the_lead_owes_itself_in_one_mail_a_day(
    engine: Engine, office: Office, mail: MailServer
) -> None:
    for moment in (IN_NOVEMBER, OVERDUE):
        tick(engine, office, moment)
        with writing(engine) as session:
            session.execute(update(Message).values(state="sent"))
    tick(engine, office, URGING)
    dispatch(engine, office, by_mail(mail.port), at("2014-01-08", "09:00"))
    with reading(engine) as session:
        address = holder(session, "CTK", "head").email
    [letter] = [one for one in mail.mails if address in header(one, "To")]
    cases = {row.case_id for row in notices(engine, Notice.message == "own_overdue")}
    assert len(cases) > 1
    assert header(letter, "Subject") == f"[Kính báo cáo] {len(cases)} nhiệm vụ của {OWN} đã quá hạn"
    assert "trong Quý IV/2013 (chậm nhất ngày 31/12/2013); quá hạn 5 ngày làm việc" in body(letter)
    assert "Không lập công văn đôn đốc" in body(letter)


def test_the_second_letter_names_the_first_by_its_number_and_day(urged: Engine, office: Office) -> None:
    with writing(urged) as session:
        issue(session, drafts_waiting(session, office)[0].id, "512/CTK-TH", date(2014, 1, 8), BY, URGING)
    ticks(urged, office, URGING_AGAIN)
    said = text_of(office, rows(urged, LetterDraft)[1])
    assert "đã có Công văn số 512/CTK-TH ngày 08/01/2014 và có thông báo nhắc việc vào các ngày 10/12/2013" in said
    assert "nêu tên cơ quan chưa thực hiện trong báo cáo gửi Ủy ban nhân dân tỉnh" in said


def test_a_letter_that_was_never_issued_is_not_named(urged: Engine, office: Office) -> None:
    with writing(urged) as session:
        drop(session, drafts_waiting(session, office)[0].id, BY, "Chờ thêm", URGING)
    ticks(urged, office, URGING_AGAIN)
    assert "đã có Công văn" not in text_of(office, rows(urged, LetterDraft)[1])


def test_an_extension_is_named_with_its_day_and_when_it_was_agreed_to(urged: Engine, office: Office) -> None:
    agreed = date(2014, 2, 14)
    with writing(urged) as session:
        extend(session, office, a_case(session, office), BY, URGING_AGAIN, "Chờ số liệu", agreed)
    ticks(urged, office, at("2014-02-17"), at("2014-02-21"))
    [draft] = [row for row in rows(urged, LetterDraft) if "@" in row.step]
    assert (
        "thời hạn thực hiện: trong Quý IV/2013 (chậm nhất ngày 31/12/2013), được gia hạn đến ngày 14/02/2014 "
        f"({OWN} đồng ý ngày 15/01/2014)." in text_of(office, draft)
    )


def test_a_superior_is_asked_and_not_urged(engine: Engine, office: Office) -> None:
    for moment in ("2014-06-02", "2014-12-10", "2014-12-26", "2015-01-05", "2015-01-09", "2015-01-12"):
        tick(engine, office, at(moment), "I6-DIRECTIVE")
    [draft, *_] = rows(engine, LetterDraft)
    said = text_of(office, draft)
    assert "Kính gửi: Ủy ban nhân dân tỉnh Sóc Trăng." in said
    assert "Cục Thống kê tỉnh Sóc Trăng kính đề nghị Ủy ban nhân dân tỉnh Sóc Trăng:" in said
    assert said.count("kính trình Ủy ban nhân dân tỉnh Sóc Trăng xem xét, chỉ đạo./.") == 1
    for urging in ("đôn đốc", "Quý cơ quan", "Khẩn trương", "có trách nhiệm", "để báo cáo"):
        assert urging not in said


def test_a_second_pass_drafts_nothing_and_the_next_step_drafts_again(urged: Engine, office: Office) -> None:
    ticks(urged, office, URGING)
    [first] = rows(urged, LetterDraft)
    with writing(urged) as session:
        issue(session, first.id or 0, "512/CTK-TH", date(2014, 1, 8), BY, URGING)
    ticks(urged, office, URGING_AGAIN)
    assert [row.step for row in rows(urged, LetterDraft)] == ["CV1", "CV2"]
    assert len(list((office.folder / "letters").iterdir())) == 2


def test_a_duty_drafts_its_own_letters_alone(urged: Engine, office: Office) -> None:
    with writing(urged) as session:
        session.execute(delete(LetterCase))
        session.execute(delete(LetterDraft))
    tick(urged, office, URGING, "I4B-CATALOGUE")
    assert rows(urged, LetterDraft) == []
    tick(urged, office, URGING, CALENDAR)
    assert len(rows(urged, LetterDraft)) == 1


def test_who_has_answered_is_not_urged(engine: Engine, office: Office) -> None:
    ticks(engine, office, IN_NOVEMBER, FIRST_REMINDER, DUE_SOON, OVERDUE)
    an_answer(engine, office, OVERDUE)
    ticks(engine, office, URGING)
    [draft] = rows(engine, LetterDraft)
    with reading(engine) as session:
        assert a_case(session, office).case.id not in cases_of(session, draft.id)
        assert len(cases_of(session, draft.id)) == len(session.exec(select(LetterCase)).all()) == 31


def test_a_draft_waits_until_it_is_issued_under_the_number_of_the_records_office(urged: Engine, office: Office) -> None:
    with writing(urged) as session:
        [waiting] = drafts_waiting(session, office)
        assert waiting.file.exists()
        sign(session, waiting.id, BY, URGING)
        issue(session, waiting.id, "512/CTK-TH", date(2014, 1, 8), BY, URGING)
        assert drafts_waiting(session, office) == []
    [draft] = rows(urged, LetterDraft)
    assert (draft.state, draft.document_number, draft.changed_by) == ("issued", "512/CTK-TH", BY)


def test_nobody_issues_without_a_number_or_twice_or_tomorrow(urged: Engine, office: Office) -> None:
    with writing(urged) as session:
        [waiting] = drafts_waiting(session, office)
        with pytest.raises(Refused, match="Văn thư"):
            issue(session, waiting.id, " ", date(2014, 1, 8), BY, URGING)
        with pytest.raises(Refused, match="tương lai"):
            issue(session, waiting.id, "512/CTK-TH", date(2014, 1, 9), BY, URGING)
        drop(session, waiting.id, BY, "Đơn vị đã gửi", URGING)
        with pytest.raises(ConcurrentAction) as raised:
            sign(session, waiting.id, "Mai", URGING)
        assert (raised.value.action, raised.value.by) == ("letter.dropped", BY)
        reopen(session, waiting.id, BY, URGING)
        sign(session, waiting.id, BY, URGING)


def test_a_number_is_given_to_one_letter_a_year_and_not_before_the_draft(urged: Engine, office: Office) -> None:
    with writing(urged) as session:
        [first] = drafts_waiting(session, office)
        with pytest.raises(Refused, match="trước ngày dự thảo"):
            issue(session, first.id, "512/CTK-TH", date(2014, 1, 7), BY, URGING)
        issue(session, first.id, "512/CTK-TH", date(2014, 1, 8), BY, URGING)
    ticks(urged, office, URGING_AGAIN)
    with writing(urged) as session:
        [second] = drafts_waiting(session, office)
        with pytest.raises(Refused, match="512"):
            issue(session, second.id, "512/CTK-TH", date(2014, 1, 15), BY, URGING_AGAIN)


def test_the_list_of_drafts_names_the_units_and_who_has_answered_since(urged: Engine, office: Office) -> None:
    an_answer(urged, office, URGING)
    with reading(urged) as session:
        [waiting] = drafts_waiting(session, office)
    assert len(waiting.named) == 32
    assert [unit.name for unit in waiting.named if unit.answered] == ["Sở Kế hoạch và Đầu tư tỉnh Sóc Trăng"]


def test_issued_letters_are_counted_in_the_report_and_long_silence_is_named_there(
    urged: Engine, office: Office
) -> None:
    with writing(urged) as session:
        issue(session, drafts_waiting(session, office)[0].id, "512/CTK-TH", date(2014, 1, 8), BY, URGING)
    ticks(urged, office, URGING_AGAIN, URGING_AGAIN.replace(day=22))
    with reading(urged) as session:
        facts = report_facts(session, office, "2014-Q1", date(2014, 3, 15))
    assert facts.guidance.urging_letters == 1
    named = [row for row in facts.annex_iii if row.level == "Nêu trong báo cáo"]
    assert len(named) == 33
    assert {row.channel for row in named} == {"báo cáo"}


# --- no second letter before the first --------------------------------------------------------------------------------


def test_no_second_letter_is_drafted_while_the_first_waits_to_be_signed(urged: Engine, office: Office) -> None:
    ticks(urged, office, URGING_AGAIN)
    [draft] = rows(urged, LetterDraft)
    late = passed_over(urged, Notice.message == "urging_letter")
    assert {(row.step, row.skipped) for row in late} == {("CV2", FIRST_UNSIGNED)}
    with reading(urged) as session:
        [entry] = session.exec(select(LogEntry).where(LogEntry.action == "letter.skip")).all()
        [waiting] = drafts_waiting(session, office)
    assert '"units": 32' in entry.details or '"units":32' in entry.details
    assert waiting.instead_of == ("CV2",)
    with writing(urged) as session:
        issue(session, draft.id or 0, "512/CTK-TH", date(2014, 1, 16), BY, at("2014-01-16"))
    ticks(urged, office, at("2014-01-16"))
    assert len(rows(urged, LetterDraft)) == 1  # the second never follows the first at once


def test_whose_first_letter_is_issued_gets_the_second_though_others_wait(urged: Engine, office: Office) -> None:
    with writing(urged) as session:
        row = session.exec(select(LetterCase).order_by(col(LetterCase.case_id))).all()[0]
        issued = LetterDraft(
            occurrence_id=1, step="CV1", drafted_at=URGING, units=1, file="x", sha256="", state="issued"
        )
        session.add(issued)
        session.flush()
        row.draft_id = id_of(issued)
        alone = row.case_id
    ticks(urged, office, URGING_AGAIN)
    second = rows(urged, LetterDraft, LetterDraft.step == "CV2")
    with reading(urged) as session:
        assert [cases_of(session, one.id or 0) for one in second] == [[alone]]
