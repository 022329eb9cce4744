"""The ledger as proof: every notice with what became of it, issued letters, and what was not sent and why."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest
from builders import (
    CALENDAR,
    DISTRICT,
    DUE_SOON,
    FIRST_REMINDER,
    IN_NOVEMBER,
    OVERDUE,
    UNIT,
    URGING,
    a_case,
    an_answer,
    at,
    by_mail,
    minutes,
    rows,
)
from mail_server import MailServer
from sqlalchemy import Engine, update
from sqlmodel import col

from models.database import reading, writing
from models.queries.messages import ledger as ledger_queries
from models.queries.messages.outbox import PAST_ITS_DAY
from models.tables.messages import Attempt, LetterDraft, Message
from rules.office import Office
from services.delivery.dispatch import dispatch
from services.delivery.ledger import LedgerFilter, ledger, result, told
from services.delivery.outcomes import IN_DOUBT
from services.operations.tick import tick
from services.reminders.urging_letters import issue
from services.reports.facts import report_facts


def lines(engine: Engine, **wanted: object):
    with reading(engine) as session:
        return ledger(session, LedgerFilter(**wanted))  # type: ignore[arg-type]


@pytest.fixture
def reminded(engine: Engine, office: Office, mail: MailServer) -> Engine:
    for moment in (IN_NOVEMBER, FIRST_REMINDER):
        tick(engine, office, moment, CALENDAR)
    dispatch(engine, office, by_mail(mail.port), FIRST_REMINDER + minutes(60))
    return engine


def test_a_line_tells_who_when_by_what_and_what_became_of_it(reminded: Engine) -> None:
    [line] = lines(reminded, unit=UNIT)
    assert (line.step, line.channel, line.fate, line.attempts) == ("L1", "email", "sent", 1)
    assert line.address == f"dau-moi.{UNIT.lower()}@example.vn"
    assert line.sent_at == FIRST_REMINDER + minutes(60)
    assert line.to_unit


def test_the_fate_of_a_letter_is_told_in_one_word(reminded: Engine) -> None:
    with writing(reminded) as session:
        session.execute(update(Attempt).values(state="delivered"))
    assert {line.fate for line in lines(reminded)} == {"delivered"}
    with writing(reminded) as session:
        session.execute(update(Message).values(state="bounced", reason="550 không có hộp thư"))
    [line] = lines(reminded, unit=UNIT)
    assert (line.fate, result(line)) == ("bounced", "bị trả về: 550 không có hộp thư")


def test_a_doubt_and_a_day_that_passed_are_told_as_what_they_are(reminded: Engine) -> None:
    with writing(reminded) as session:
        session.execute(update(Message).values(state="exhausted", reason=f"{IN_DOUBT}: 502"))
    [line] = lines(reminded, unit=UNIT)
    assert result(line) == f"{IN_DOUBT}: 502"
    with writing(reminded) as session:
        session.execute(update(Message).values(state="expired", reason=PAST_ITS_DAY))
    [line] = lines(reminded, unit=UNIT)
    assert result(line) == PAST_ITS_DAY


def test_a_letter_that_left_after_the_answer_did_not_speak_of_the_case(
    engine: Engine, office: Office, mail: MailServer
) -> None:
    for moment in (IN_NOVEMBER, FIRST_REMINDER):
        tick(engine, office, moment)
    an_answer(engine, office, FIRST_REMINDER + minutes(5))
    dispatch(engine, office, by_mail(mail.port), FIRST_REMINDER + minutes(60))
    fates = {(line.unit, line.fate) for line in lines(engine, obligation=CALENDAR) if line.kind == "notice"}
    assert (UNIT, "expired") in fates
    assert (DISTRICT, "sent") in fates


def test_a_step_nobody_was_told_of_stands_there_with_the_reason(engine: Engine, office: Office) -> None:
    tick(engine, office, IN_NOVEMBER, CALENDAR)
    tick(engine, office, OVERDUE, CALENDAR)
    skipped = [line for line in lines(engine, unit=UNIT) if line.fate == "skipped"]
    assert {line.step for line in skipped} == {"L1", "L2"}
    assert {result(line) for line in skipped} == {"không gửi: đã qua mốc nhắc khi hệ thống không chạy"}


def test_an_issued_letter_is_a_line_with_its_number(engine: Engine, office: Office) -> None:
    for moment in (IN_NOVEMBER, FIRST_REMINDER, DUE_SOON, OVERDUE, URGING):
        tick(engine, office, moment, CALENDAR)
    with writing(engine) as session:
        issue(session, rows(engine, LetterDraft)[0].id, "512/CTK-TH", date(2014, 1, 8), "Lan", URGING)
    [letter] = lines(engine, unit=UNIT, channel=ledger_queries.LETTER)
    assert (letter.on_day, letter.number, letter.fate) == (date(2014, 1, 8), "512/CTK-TH", "issued")
    assert result(letter) == "đã ban hành, số 512/CTK-TH"
    with reading(engine) as session:
        case = a_case(session, office).case.id
    assert letter in lines(engine, case_id=case)


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        ({"unit": UNIT.lower()}, 1),
        ({"obligation": "i5-calendar"}, 33),
        ({"person": f"DAU-MOI.{UNIT}"}, 1),
        ({"person": "%"}, 0),
        ({"channel": "zalo_bot"}, 0),
        ({"fate": "sent"}, 33),
        ({"fate": "failed"}, 0),
        ({"first": date(2013, 12, 11)}, 0),
        ({"last": date(2013, 12, 10)}, 33),
        ({"until": at("2013-12-09")}, 0),
    ],
)
def test_the_ledger_is_asked_by_unit_duty_person_channel_outcome_and_day(
    reminded: Engine, wanted: dict[str, object], number: int
) -> None:
    with reading(reminded) as session:
        assert ledger_queries.count(session, LedgerFilter(**wanted)) == number  # type: ignore[arg-type]
    assert len(lines(reminded, **wanted)) == number


def test_page_by_page_every_line_comes_once(reminded: Engine) -> None:
    with reading(reminded) as session:
        pages = [ledger(session, LedgerFilter(), 10, offset) for offset in (0, 10, 20, 30)]
    assert [len(page) for page in pages] == [10, 10, 10, 3]
    assert len({line.id for page in pages for line in page}) == 33


def test_a_message_tells_every_try_and_every_case(reminded: Engine) -> None:
    message = rows(reminded, Message, col(Message.kind) == "digest")[0]
    with reading(reminded) as session:
        found = told(session, message.id, FIRST_REMINDER)
    assert found is not None
    assert [attempt.state for attempt in found.attempts] == ["accepted"]
    assert len(found.lines) == 1


# --- annex III of the report ------------------------------------------------------------------------------------------


def annex(engine: Engine, office: Office, as_of: date):
    with reading(engine) as session:
        return report_facts(session, office, "2013-Q4", as_of)


def test_the_annex_tells_each_reminder_with_its_form_level_and_outcome(reminded: Engine, office: Office) -> None:
    facts = annex(reminded, office, date(2013, 12, 14))
    row = next(row for row in facts.annex_iii if "Kế hoạch và Đầu tư" in row.unit)
    assert (row.channel, row.level, row.result) == ("thư điện tử", "Nhắc việc", "Đã gửi")
    assert [(item.channel, item.count) for item in facts.guidance.reminders] == [("thư điện tử", 32)]  # not to oneself


def test_a_letter_that_came_back_is_told_and_not_counted_as_sent(reminded: Engine, office: Office) -> None:
    with writing(reminded) as session:
        fate = {"state": "bounced", "reason": "550 không có hộp thư", "finished_at": FIRST_REMINDER + minutes(90)}
        session.execute(update(Message).values(**fate))
    facts = annex(reminded, office, date(2013, 12, 14))
    assert {row.result for row in facts.annex_iii} == {"Bị trả về: 550 không có hộp thư"}
    assert facts.guidance.reminders == ()


def test_the_annex_names_skipped_steps_with_their_reason_and_issued_letters_with_their_number(
    engine: Engine, office: Office
) -> None:
    for moment in (IN_NOVEMBER, OVERDUE, URGING):
        tick(engine, office, moment, CALENDAR)
    with writing(engine) as session:
        issue(session, rows(engine, LetterDraft)[0].id, "512/CTK-TH", date(2014, 1, 8), "Lan", URGING)
    mine = [row for row in annex(engine, office, date(2014, 1, 14)).annex_iii if "Kế hoạch và Đầu tư" in row.unit]
    told = {(row.level, row.channel, row.result) for row in mine}
    assert ("Công văn đôn đốc", "công văn", "Đã ban hành, số 512/CTK-TH") in told
    skipped = "Không gửi: đã qua mốc nhắc khi hệ thống không chạy"
    assert ("Nhắc việc", "thư điện tử", skipped) in told
    assert all(row.duty.endswith("(năm 2014)") for row in mine)
    assert "Đề nghị công văn" not in {row.level for row in mine}  # the coordinator was asked, not the unit


def test_every_part_of_the_union_names_the_same_columns_in_the_same_order() -> None:
    names = [field.name for field in fields(ledger_queries.LedgerLine)]
    arms = (ledger_queries._notices, ledger_queries._letters, ledger_queries._others)
    assert [arm(LedgerFilter()).selected_columns.keys() for arm in arms] == [names] * 3
    with pytest.raises(TypeError, match="numbr"):
        ledger_queries._arm(numbr=None)
