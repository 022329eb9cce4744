"""What arrives is registered in versions, counted from its first receipt, and acknowledged."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from builders import (
    CALENDAR,
    IN_NOVEMBER,
    LAST_DAY,
    OVERDUE,
    UNIT,
    YEAR,
    a_case,
    an_answer,
    at,
    body,
    by_mail,
    holder,
    messages,
    rows,
    together,
)
from mail_server import MailServer
from sqlalchemy import Engine
from sqlmodel import select

from models.database import reading, writing
from models.tables.cases import Case
from models.tables.messages import Message
from models.tables.people import Tenure
from models.tables.submissions import Submission, SubmissionFile
from rules.intake import Verdict
from rules.office import Office
from rules.status import Status
from services import log
from services.cases.decide import accept, return_for_completion
from services.cases.hand_in import HandIn
from services.cases.unit_hand_in import hand_in_files
from services.delivery.dispatch import dispatch
from services.errors import Refused
from services.files.hand_in_files import KeptFile
from services.files.store import StoredFile

MIDNIGHT = at("2014-01-01", "00:00")  # 24:00 of the last day: the first late moment
INSTANT = timedelta(microseconds=1)


def test_an_answer_is_version_one_and_the_next_is_version_two(engine: Engine, office: Office) -> None:
    versions = [an_answer(engine, office, moment).version for moment in (IN_NOVEMBER, LAST_DAY)]
    assert versions == [1, 2]
    assert len({row.case_id for row in rows(engine, Submission)}) == 1


def test_an_answer_before_the_last_midnight_is_on_time_and_one_at_midnight_is_late(
    engine: Engine, office: Office
) -> None:
    assert an_answer(engine, office, MIDNIGHT - INSTANT, "SKHDT").status is Status.RECEIVED
    assert an_answer(engine, office, MIDNIGHT, "TTR").status is Status.RECEIVED_LATE


def test_the_first_receipt_counts_whatever_comes_later(engine: Engine, office: Office) -> None:
    an_answer(engine, office, LAST_DAY)
    assert an_answer(engine, office, OVERDUE).status is Status.RECEIVED


def test_an_earlier_receipt_found_later_counts(engine: Engine, office: Office) -> None:
    assert an_answer(engine, office, OVERDUE).status is Status.RECEIVED_LATE
    assert an_answer(engine, office, LAST_DAY, now=OVERDUE).status is Status.RECEIVED


def test_paper_registered_late_counts_from_the_day_it_was_received(engine: Engine, office: Office) -> None:
    assert an_answer(engine, office, LAST_DAY, now=at("2014-01-10")).status is Status.RECEIVED


def test_a_receipt_in_the_future_is_refused(engine: Engine, office: Office) -> None:
    with pytest.raises(Refused, match="tương lai"):
        an_answer(engine, office, LAST_DAY + INSTANT, now=LAST_DAY)
    assert rows(engine, Submission) == []


@pytest.mark.parametrize("received", [at("2012-12-31"), at("0213-12-31"), at("0001-01-01", "00:00")])
def test_a_slip_in_the_year_of_receipt_is_refused(engine: Engine, office: Office, received: datetime) -> None:
    with pytest.raises(Refused, match="kiểm tra lại năm"):
        an_answer(engine, office, received, now=LAST_DAY)
    assert rows(engine, Submission) == []


def test_what_comes_shortly_before_its_period_opens_counts_as_received_then(engine: Engine, office: Office) -> None:
    early = at("2013-10-01")  # the plan was signed on the 23rd
    assert an_answer(engine, office, early, now=LAST_DAY).status is Status.RECEIVED


def test_a_receipt_is_queued_for_the_focal_point_at_once(engine: Engine, office: Office) -> None:
    receipt = an_answer(engine, office, at("2013-11-09", "20:00"))  # a Saturday evening
    with reading(engine) as session:
        person = holder(session).id
    [message] = messages(engine)
    assert (message.kind, message.person_id, message.case_id) == ("receipt", person, receipt.case_id)
    assert (message.state, message.not_before) == ("pending", at("2013-11-09", "20:00"))


def test_an_answer_is_kept_even_if_nobody_holds_the_post(engine: Engine, office: Office) -> None:
    with writing(engine) as session:
        session.exec(select(Tenure).where(Tenure.person_id == holder(session).id)).one().to_day = IN_NOVEMBER.date()
    assert an_answer(engine, office, IN_NOVEMBER).version == 1
    assert messages(engine) == []


def test_files_are_registered_with_what_they_contain(engine: Engine, office: Office) -> None:
    files = [StoredFile("Lịch phổ biến 2014.xlsx", "a" * 64, 10), StoredFile("Công văn.pdf", "b" * 64, 20)]
    receipt = an_answer(engine, office, IN_NOVEMBER, files=files, document_number="12/CV-SKHĐT")
    found = rows(engine, SubmissionFile, SubmissionFile.submission_id == receipt.submission_id)
    assert [StoredFile(row.name, row.sha256, row.size) for row in found] == files


def test_every_answer_stands_in_the_log(engine: Engine, office: Office) -> None:
    receipt = an_answer(engine, office, IN_NOVEMBER, registered_by="Hùng")
    with reading(engine) as session:
        verified = log.verify(session)
        entry = session.get_one(log.LogEntry, verified.entries)
    assert verified.broken_at is None
    assert (entry.actor, entry.action, entry.subject) == ("Hùng", "case.hand_in", f"case:{receipt.case_id}")


@pytest.mark.parametrize(
    ("given", "near"),
    [
        ({"unit": "SKHD"}, "SKHDT"),
        ({"duty": "I5-CALENDER"}, "I5-CALENDAR"),
        ({"period": "2041"}, "2014"),
        ({"duty": "II2-REPORT", "unit": "CTK", "period": "2014-Q5"}, "2014-Q"),
    ],
)
def test_a_wrong_code_is_answered_with_the_nearest(
    engine: Engine, office: Office, given: dict[str, str], near: str
) -> None:
    wrong = next(value for value in given.values() if value not in ("CTK", "II2-REPORT"))
    with pytest.raises(Refused, match=f"«{wrong}».*{near}"):
        an_answer(engine, office, IN_NOVEMBER, **given)


def test_a_unit_that_does_not_owe_a_duty_is_told_so(engine: Engine, office: Office) -> None:
    with pytest.raises(Refused, match="không phải thực hiện"):
        an_answer(engine, office, IN_NOVEMBER, UNIT, "I3-FORMS", "2013")


def test_codes_may_be_written_in_small_letters(engine: Engine, office: Office) -> None:
    assert an_answer(engine, office, IN_NOVEMBER, UNIT.lower(), CALENDAR.lower(), YEAR).version == 1


def test_answers_at_the_same_moment_get_a_version_each_and_the_earliest_counts(engine: Engine, office: Office) -> None:
    with writing(engine) as session:
        a_case(session, office, now=IN_NOVEMBER)
    moments = [IN_NOVEMBER + timedelta(hours=hour) for hour in (3, 1, 2, 4)]
    with together(
        *[lambda moment=moment: an_answer(engine, office, moment, now=LAST_DAY) for moment in moments]
    ) as done:
        assert sorted(receipt.version for receipt in done) == [1, 2, 3, 4]
    assert rows(engine, Case, Case.id == done[0].case_id)[0].received_at == min(moments)


# --- a return for completion ------------------------------------------------------------------------------------------


def returned(engine: Engine, office: Office, now: Any = OVERDUE) -> None:
    with writing(engine) as session:
        return_for_completion(session, a_case(session, office), "Lan", now, "Thiếu cột thời điểm", date(2014, 1, 10))


def test_a_return_for_completion_leaves_punctuality_alone(engine: Engine, office: Office) -> None:
    an_answer(engine, office, LAST_DAY)
    returned(engine, office)
    assert an_answer(engine, office, at("2014-01-09")).status is Status.RECEIVED


def test_the_receipt_of_a_supplement_tells_of_no_lateness(engine: Engine, office: Office, mail: MailServer) -> None:
    an_answer(engine, office, LAST_DAY)
    returned(engine, office)
    an_answer(engine, office, OVERDUE + timedelta(hours=1))
    dispatch(engine, office, by_mail(mail.port), OVERDUE + timedelta(hours=2), kinds=["receipt"])
    assert ["sau hạn" in body(one) for one in mail.mails] == [False, False]


def test_the_same_files_answer_a_return(engine: Engine, office: Office) -> None:
    """Only a form sent twice is taken once."""
    stored = StoredFile("a.pdf", "0" * 64, 1)
    files = [KeptFile(stored, Verdict("a.pdf", "pdf"))]
    an_answer(engine, office, LAST_DAY, files=[stored])
    returned(engine, office)
    told = []
    for moment in (OVERDUE + timedelta(hours=1), OVERDUE + timedelta(hours=2)):
        with writing(engine) as session:
            case = a_case(session, office).case.id
            done = hand_in_files(session, case, HandIn(moment, "portal", files=files), moment)
            told.append((done.version, done.already))
    assert told == [(2, False), (2, True)]
    with reading(engine) as session:
        assert a_case(session, office).case.returned_at is None


def test_a_late_answer_stays_late_after_a_return(engine: Engine, office: Office) -> None:
    an_answer(engine, office, MIDNIGHT)
    returned(engine, office)
    assert an_answer(engine, office, at("2014-01-09")).status is Status.RECEIVED_LATE


def test_the_focal_point_is_told_what_is_missing(engine: Engine, office: Office) -> None:
    an_answer(engine, office, LAST_DAY)
    returned(engine, office)
    [message] = messages(engine, Message.kind == "returned")
    assert "Thiếu cột thời điểm" in (message.facts or "")


def test_what_was_returned_can_be_accepted_once_it_is_complete(engine: Engine, office: Office) -> None:
    an_answer(engine, office, LAST_DAY)
    returned(engine, office)
    an_answer(engine, office, at("2014-01-09"))
    with writing(engine) as session:
        accept(session, a_case(session, office), "Lan", at("2014-01-10"))
    [case] = rows(engine, Case, Case.received_at.is_not(None))  # type: ignore[union-attr]
    assert (case.received_at, case.returned_at, case.accepted_at) == (LAST_DAY, None, at("2014-01-10"))
