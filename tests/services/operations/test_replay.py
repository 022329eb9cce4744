"""From the day the plan is signed to the end of April 2014, day by day, with half of the answers arriving."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from builders import a_home, an_answer, an_office, at, body, by_mail, header, headers, messages, notices, rows
from mail_server import MailServer, running
from sqlalchemy import Engine
from sqlmodel import col, select

from models.database import reading
from models.tables.cases import Case
from models.tables.messages import Message, Notice
from models.tables.organisations import Organisation
from models.tables.plan import ObligationRow, Occurrence
from rules.deadlines import local_day
from rules.office import Office
from rules.plan import OPEN_STEP
from services import log
from services.delivery.dispatch import dispatch
from services.operations.tick import tick
from services.reminders.urging_letters import FIRST_UNSIGNED

FIRST, LAST = date(2013, 10, 23), date(2014, 4, 30)
Replay = tuple[Engine, Office, MailServer, dict[bytes, date]]


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("replay")
    engine, office, chance = a_home(folder), an_office(folder), random.Random(70)
    sent: dict[bytes, date] = {}
    with running(MailServer()) as mail:
        for number in range((LAST - FIRST).days + 1):
            day = (FIRST + timedelta(days=number)).isoformat()
            assert [result.problems for result in tick(engine, office, at(day)) if result.problems] == []
            for unit, duty, period in some_of(engine, chance):
                an_answer(engine, office, at(day, "07:20"), unit, duty, period)
            dispatch(engine, office, by_mail(mail.port), at(day, "08:00"))
            sent |= {one: date.fromisoformat(day) for one in mail.mails[len(sent) :]}
        yield engine, office, mail, sent
    engine.dispose()


def some_of(engine: Engine, chance: random.Random) -> list[Any]:
    """About one open case in a hundred answers on any day."""
    query = (
        select(Organisation.key, ObligationRow.code, Occurrence.period)
        .join(Case, col(Case.organisation_id) == Organisation.id)
        .join(Occurrence, col(Occurrence.id) == Case.occurrence_id)
        .join(ObligationRow, col(ObligationRow.id) == Occurrence.obligation_id)
        .where(col(Case.received_at).is_(None))
        .order_by(col(Case.id))
    )
    with reading(engine) as session:
        return [case for case in session.exec(query).all() if chance.random() < 0.01]


def test_some_answered_and_some_did_not(replay: Replay) -> None:
    answered = Counter(case.received_at is not None for case in rows(replay[0], Case))
    assert min(answered[True], answered[False]) > 10


def test_no_notice_is_written_twice(replay: Replay) -> None:
    written = Counter((row.case_id, row.step, row.person_id) for row in notices(replay[0]))
    assert len(written) > 200
    assert max(written.values()) == 1


def test_no_mail_arrives_twice(replay: Replay) -> None:
    ids = Counter(headers(replay[2], "Message-ID"))
    assert max(ids.values()) == 1
    assert sum(ids.values()) == len(messages(replay[0], Message.state == "sent"))


def test_no_reminder_leaves_on_a_day_off(replay: Replay) -> None:
    _, office, _, sent = replay
    off = [header(one, "Subject") for one, day in sent.items() if not office.calendar.is_working_day(day)]
    assert [subject for subject in off if "[Đã nhận]" not in subject] == []
    assert all(office.calendar.is_working_day(row.on_day) for row in notices(replay[0]))


def test_no_case_is_reminded_after_it_was_answered(replay: Replay) -> None:
    received = {case.id: local_day(case.received_at) for case in rows(replay[0], Case) if case.received_at}
    after = [row for row in notices(replay[0]) if row.case_id in received and row.on_day > received[row.case_id]]
    assert {row.message for row in after} <= {OPEN_STEP}  # of the steps that follow


def test_who_answered_in_the_morning_is_not_mentioned_that_day(replay: Replay) -> None:
    engine = replay[0]
    received = {case.id: case.received_at for case in rows(engine, Case) if case.received_at}
    same_day = [
        row for row in notices(engine) if row.case_id in received and row.on_day == local_day(received[row.case_id])
    ]
    assert same_day  # else this proves nothing
    for row in same_day:
        alone = len(notices(engine, Notice.person_id == row.person_id, Notice.on_day == row.on_day)) == 1
        [digest] = messages(
            engine, Message.person_id == row.person_id, Message.on_day == row.on_day, Message.kind == "digest"
        )
        assert digest.state == ("expired" if alone else digest.state)


def test_one_person_gets_at_most_one_digest_a_day(replay: Replay) -> None:
    sent = replay[3]
    quiet = ("[Đã nhận]", "[Dự thảo]", "[Kính báo cáo]", "[Việc cần xử lý]")
    digests = Counter(
        (header(one, "To"), day) for one, day in sent.items() if not header(one, "Subject").startswith(quiet)
    )
    assert max(digests.values()) == 1


def test_no_mail_says_days_are_left_after_the_last_day(replay: Replay) -> None:
    _, _, _, sent = replay
    new_year = [one for one, day in sent.items() if day > date(2014, 1, 1) and "năm 2014)" in header(one, "Subject")]
    assert [body(one) for one in new_year if "Còn " in body(one) and "I5-CALENDAR" in body(one)] == []


def test_nothing_was_passed_over_and_nothing_waits(replay: Replay) -> None:
    engine = replay[0]
    held_up = rows(engine, Notice, col(Notice.skipped).is_not(None))
    assert {(row.message, row.skipped) for row in held_up} == {("urging_letter", FIRST_UNSIGNED)}
    assert {row.state for row in messages(engine)} == {"sent", "expired"}


def test_the_log_is_whole(replay: Replay) -> None:
    with reading(replay[0]) as session:
        assert log.verify(session).broken_at is None
