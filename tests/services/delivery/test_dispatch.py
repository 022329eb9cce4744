"""Delivery over a real SMTP peer: everything once, nothing that is no longer true, nothing lost."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Event
from time import sleep
from typing import Any

import pytest
from builders import (
    CALENDAR,
    DUE_SOON,
    FIRST_REMINDER,
    IN_NOVEMBER,
    LAST_DAY,
    OVERDUE,
    UNIT,
    a_case,
    an_answer,
    at,
    body,
    by_mail,
    hand_over,
    header,
    headers,
    messages,
    minutes,
    real_people,
    rows,
    together,
    tried,
)
from mail_server import MailServer, running
from sqlalchemy import Engine, update
from sqlmodel import Session, col, select

from models.database import writing
from models.queries.messages import claiming as messages_queries
from models.tables.cases import Case
from models.tables.messages import Attempt, Message
from models.tables.plan import Occurrence
from rules.case_history import ends_at
from rules.office import Office
from services.cases.conversation import NewMessage, say
from services.cases.decide import close_without_submission, extend, return_for_completion
from services.cases.opening import open_cases
from services.delivery.dispatch import BACK_OFF, LEASE, MOST_DOUBTS, MOST_TRIES, PAUSE, DispatchResult, dispatch
from services.delivery.outcomes import LATER_ON, MOST_REFUSALS
from services.operations.tick import tick
from services.reminders.remind import remind

MORNING = at("2013-12-10", "08:00")


@pytest.fixture
def due(engine: Engine, office: Office) -> Engine:
    """33 reminders wait for the morning of 10/12/2013."""
    tick(engine, office, FIRST_REMINDER, CALENDAR)
    return engine


def post(
    engine: Engine, office: Office, server: MailServer | int, now: datetime = MORNING, **told: Any
) -> DispatchResult:
    limit = told.pop("limit", None)
    port = server if isinstance(server, int) else server.port
    return dispatch(engine, office, by_mail(port, **told), now, limit)


def states(engine: Engine) -> Counter[str]:
    return Counter(row.state for row in messages(engine))


def to_unit(mail: MailServer, role: str = "dau-moi", unit: str = UNIT) -> list[bytes]:
    return [one for one in mail.mails if f"<{role}.{unit.lower()}@" in header(one, "To")]


def a_dead_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# --- once -------------------------------------------------------------------------------------------------------------


def test_everything_that_waits_is_sent_and_its_attempt_recorded(due: Engine, office: Office, mail: MailServer) -> None:
    assert post(due, office, mail) == DispatchResult(sent=33)
    assert states(due) == {"sent": 33}
    attempts = rows(due, Attempt)
    assert {(row.number, row.state, row.code, row.finished_at) for row in attempts} == {
        (1, "accepted", "250 2.0.0", MORNING)
    }
    assert {row.address for row in attempts} == {header(one, "To").rpartition("<")[2].strip(">") for one in mail.mails}


def test_a_second_round_sends_nothing(due: Engine, office: Office, mail: MailServer) -> None:
    post(due, office, mail)
    assert post(due, office, mail, MORNING + minutes(1)) == DispatchResult()
    assert len(mail.mails) == 33


def test_every_message_has_an_id_of_its_own(due: Engine, office: Office, mail: MailServer) -> None:
    post(due, office, mail)
    assert len(set(headers(mail, "Message-ID"))) == 33


def test_two_workers_at_the_same_moment_send_nothing_twice(due: Engine, office: Office, mail: MailServer) -> None:
    workers = [lambda name=name: post(due, office, mail, worker=name, limit=20) for name in ("một", "hai", "ba")]
    with together(*workers) as done:
        assert sum(one.sent for one in done) == 33
    assert len(set(headers(mail, "Message-ID"))) == len(mail.mails) == 33


def test_more_than_a_batch_goes_in_one_round(engine: Engine, office: Office, mail: MailServer) -> None:
    tick(engine, office, FIRST_REMINDER)
    tick(engine, office, DUE_SOON)
    waiting = states(engine)["pending"]
    assert post(engine, office, mail, at("2013-12-26", "08:00"), limit=None).sent == waiting
    assert mail.connections == -(-waiting // 100)


def test_a_limit_is_kept(due: Engine, office: Office, mail: MailServer) -> None:
    assert post(due, office, mail, limit=5).sent == len(mail.mails) == 5
    assert states(due) == {"sent": 5, "pending": 28}


def test_nothing_leaves_before_the_office_opens(due: Engine, office: Office, mail: MailServer) -> None:
    assert post(due, office, mail, at("2013-12-10", "07:29")) == DispatchResult()


def test_reminders_rest_on_a_day_off_and_receipts_do_not(due: Engine, office: Office, mail: MailServer) -> None:
    saturday = at("2013-12-14", "09:00")
    an_answer(due, office, saturday)
    assert post(due, office, mail, saturday).sent == 1
    assert [header(one, "To").partition("@")[0].rpartition("<")[2] for one in mail.mails] == ["dau-moi.skhdt"]


@pytest.mark.parametrize(
    ("leaves", "said"),
    [
        ("2014-09-16", "còn 3 ngày làm việc"),
        ("2014-09-19", "nên gửi trong hôm nay"),
        ("2014-09-22", "đến hạn hôm nay"),
    ],
)
def test_a_letter_names_the_last_day_and_what_it_ends_with_where_that_is_a_saturday(
    engine: Engine, office: Office, mail: MailServer, leaves: str, said: str
) -> None:
    tick(engine, office, at("2014-09-16"), "II2-REPORT")
    post(engine, office, mail, at(leaves, "08:00"), limit=None)
    told = [subject for subject in headers(mail, "Subject") if "[Sắp đến hạn]" in subject]
    assert told
    ending = f" – hạn 20/09/2014 (tính đến hết 22/09/2014), {said}"
    assert [subject for subject in told if not subject.endswith(ending)] == []


def test_a_day_the_plan_does_not_name_is_said_to_be_the_coordinating_bodys_own(
    engine: Engine, office: Office, mail: MailServer
) -> None:
    tick(engine, office, at("2014-09-16"), "II2-REPORT")
    with writing(engine) as session:  # one report alone is owed
        earlier = select(Occurrence.id).where(col(Occurrence.period) != "2014-Q3")
        session.execute(update(Case).where(col(Case.occurrence_id).in_(earlier)).values(received_at=at("2014-09-16")))
    tick(engine, office, at("2014-09-23"), "II2-REPORT")
    post(engine, office, mail, at("2014-09-23", "08:00"), limit=None)
    late = [text for text in map(body, mail.mails) if "Thời hạn gửi" in text]
    assert late
    for text in late:
        assert "(mục II.2 Kế hoạch số 70/KH-UBND" in text
        assert "mốc do Cục Thống kê tỉnh Sóc Trăng xác định; Kế hoạch không nêu ngày cụ thể" in text
        assert "sẽ tổng hợp vào báo cáo" not in text  # the report is the lead's own


def test_a_superior_gets_a_request_and_no_urging(engine: Engine, office: Office, mail: MailServer) -> None:
    for moment in ("2014-06-02", "2015-01-05"):
        tick(engine, office, at(moment), "I6-DIRECTIVE")
    post(engine, office, mail, at("2015-01-05", "08:00"), limit=None)
    asked = [one for one in mail.mails if "ubnd@" in header(one, "To")]
    assert asked
    for one in asked:
        assert header(one, "Subject").startswith("[Kính đề nghị] ")
        assert "sẽ tổng hợp vào báo cáo" not in body(one)
        assert "quá hạn" not in body(one).casefold()


# --- still true -------------------------------------------------------------------------------------------------------


def test_who_answers_before_the_mail_leaves_is_not_reminded(due: Engine, office: Office, mail: MailServer) -> None:
    an_answer(due, office, at("2013-12-10", "07:10"))
    done = post(due, office, mail)
    assert (done.sent, done.expired) == (33, 1)  # 32 reminders and a receipt
    assert ["[Đã nhận]" in subject for subject in headers(to_unit(mail), "Subject")] == [True]
    assert rows(due, Message, Message.state == "expired")[0].kind == "digest"


def test_a_digest_leaves_out_what_was_answered_and_keeps_the_rest(
    engine: Engine, office: Office, mail: MailServer
) -> None:
    tick(engine, office, DUE_SOON)
    an_answer(engine, office, DUE_SOON, "CTK", "I3-FORMS", "2013")
    post(engine, office, mail, at("2013-12-26", "08:00"))
    digest = next(one for one in to_unit(mail, unit="CTK") if "Lịch phổ biến" in body(one))
    assert "biểu mẫu" not in body(digest)


def test_a_reminder_that_leaves_late_speaks_of_the_day_it_leaves(due: Engine, office: Office, mail: MailServer) -> None:
    post(due, office, mail, at("2014-01-02", "08:00"))
    [one] = to_unit(mail)
    assert "[Quá hạn 1 ngày làm việc]" in header(one, "Subject")
    assert "Còn" not in body(one)


def test_a_target_nobody_is_held_to_is_not_mentioned_once_it_has_passed(
    engine: Engine, office: Office, mail: MailServer
) -> None:
    tick(engine, office, IN_NOVEMBER, "II1-ASSESS")
    done = post(engine, office, mail, at("2013-11-18", "08:00"))
    assert (done.sent, done.expired) == (0, 29)


def test_a_closed_case_is_not_reminded(due: Engine, office: Office, mail: MailServer) -> None:
    with writing(due) as session:
        close_without_submission(
            session, a_case(session, office), "nil_return", "Lan", FIRST_REMINDER, "Không phát sinh"
        )
    assert post(due, office, mail).expired == 1
    assert to_unit(mail) == []


def test_who_left_the_post_before_the_mail_leaves_gets_none(due: Engine, office: Office, mail: MailServer) -> None:
    with writing(due) as session:
        hand_over(session, date(2013, 12, 10))
    post(due, office, mail)
    assert to_unit(mail) == []
    [failed] = rows(due, Message, Message.state == "failed")
    assert "không còn giữ vị trí" in failed.reason


def test_a_return_for_completion_names_what_is_missing(engine: Engine, office: Office, mail: MailServer) -> None:
    an_answer(engine, office, IN_NOVEMBER)
    with writing(engine) as session:
        return_for_completion(
            session, a_case(session, office), "Lan", LAST_DAY, "Thiếu cột thời điểm", date(2014, 1, 10)
        )
    post(engine, office, mail, ends_at(LAST_DAY))
    assert any("Thiếu cột thời điểm" in body(one) and "10/01/2014" in body(one) for one in to_unit(mail))


def _return(session: Session, office: Office) -> None:
    return_for_completion(session, a_case(session, office), "Lan", LAST_DAY, "Thiếu cột", date(2014, 1, 10))


def _say(session: Session, office: Office) -> None:
    say(session, office, a_case(session, office), NewMessage("Đã có dự thảo chưa?", "Lan", from_unit=False), LAST_DAY)


def _extend(session: Session, office: Office) -> None:
    extend(session, office, a_case(session, office), "Lan", LAST_DAY, "Đang trình ký", date(2014, 1, 10))


@pytest.mark.parametrize(("handed_in", "act"), [(True, _return), (False, _say), (False, _extend)])
def test_a_letter_about_a_case_that_is_owed_is_answered_without_signing_in(
    engine: Engine, office: Office, mail: MailServer, handed_in: bool, act: Callable[[Session, Office], None]
) -> None:
    if handed_in:
        an_answer(engine, office, IN_NOVEMBER)
    with writing(engine) as session:
        a_case(session, office)
        act(session, office)
    post(engine, replace(office, key=b"only for tests, and long enough to seal"), mail, ends_at(LAST_DAY))
    assert any("không cần đăng nhập: " in body(one) and "/tra-loi/" in body(one) for one in to_unit(mail))


def test_a_letter_about_what_nobody_owes_any_more_has_no_such_link(
    engine: Engine, office: Office, mail: MailServer
) -> None:
    an_answer(engine, office, IN_NOVEMBER)
    with writing(engine) as session:
        _say(session, office)
    post(engine, replace(office, key=b"only for tests, and long enough to seal"), mail, LAST_DAY)
    assert any("Đã có dự thảo chưa?" in body(one) for one in to_unit(mail))
    assert not any("/tra-loi/" in body(one) for one in to_unit(mail))


# --- when the server does not want -----------------------------------------------------------------------------------


def test_mail_waits_while_the_server_is_away_and_goes_when_it_is_back(
    due: Engine, office: Office, mail: MailServer
) -> None:
    away = post(due, office, a_dead_port())
    assert (away.sent, states(due)) == (0, {"pending": 33})
    assert "không nhận kết nối" in away.problems[0]
    assert post(due, office, mail, MORNING + BACK_OFF[0]).sent == 33


def test_a_second_try_carries_the_same_id(due: Engine, office: Office) -> None:
    grey = {"DATA": ["451 4.7.1 greylisted, come back"]}
    with running(MailServer(answers=grey)) as mail:
        assert post(due, office, mail, limit=1).retried == 1
        post(due, office, mail, MORNING + LATER_ON[0])
    ids = headers(mail, "Message-ID")
    tried = rows(due, Attempt, Attempt.number == 2)
    assert len(ids) == len(set(ids)) == 33
    assert len(tried) == 1


def test_a_connection_that_breaks_after_the_dot_is_tried_again_with_the_same_id(due: Engine, office: Office) -> None:
    with running(MailServer(hang_up_after_dot=True)) as mail:
        post(due, office, mail, limit=1)
        mail.hang_up_after_dot = False
        post(due, office, mail, MORNING + BACK_OFF[2], limit=1)
        post(due, office, mail, MORNING + BACK_OFF[2], limit=40)
    counted = Counter(headers(mail, "Message-ID"))
    assert sorted(counted.values(), reverse=True)[:2] == [2, 1]
    assert states(due) == {"sent": 33}


def test_doubt_ends_after_three_tries(due: Engine, office: Office) -> None:
    with running(MailServer(hang_up_after_dot=True)) as mail:
        for turn in range(6):
            post(due, office, mail, MORNING + turn * BACK_OFF[2], limit=33)
    assert states(due) == {"exhausted": 33}
    assert set(Counter(headers(mail, "Message-ID")).values()) == {MOST_DOUBTS}


def only_one(engine: Engine) -> None:
    with writing(engine) as session:
        first = min(message.id or 0 for message in session.exec(select(Message)))
        session.execute(update(Message).where(col(Message.id) != first).values(state="sent"))


def waits(engine: Engine) -> bool:
    [state] = {row.state for row in messages(engine, Message.attempts > 0)}
    return state == "pending"


def test_who_was_refused_twice_is_still_written_to_after_a_doubt(due: Engine, office: Office) -> None:
    only_one(due)
    with running(MailServer(answers={"DATA": ["451 4.7.1 greylisted"] * 2}, hang_up_after_dot=True)) as mail:
        moments = [MORNING, MORNING + minutes(5), MORNING + minutes(20)]
        for moment in moments:
            post(due, office, mail, moment)
        assert waits(due)
        mail.hang_up_after_dot = False
        assert post(due, office, mail, moments[-1] + BACK_OFF[2]).sent == 1
    assert len(set(headers(mail, "Message-ID"))) == 1


def test_a_night_of_a_wrong_password_costs_no_try(due: Engine, office: Office) -> None:
    only_one(due)
    days = [at("2013-12-10", "08:00"), at("2013-12-11", "08:00")]
    moments = [day + half_hour * PAUSE for day in days for half_hour in range(MOST_REFUSALS // 2 + 1)]
    with running(MailServer(answers={"DATA": ["451 4.7.1 greylisted"]}), password="right") as mail:
        for moment in moments[:-1]:
            post(due, office, mail, moment, user="kyhan", password="wrong")
        assert post(due, office, mail, moments[-1], user="kyhan", password="right").retried == 1
        assert len(rows(due, Attempt, Attempt.state == "put off")) == len(moments) - 1
        [message] = messages(due, Message.attempts > 0)
        assert (message.state, message.not_before) == ("pending", moments[-1] + LATER_ON[0])


def test_an_address_that_does_not_exist_fails_alone(due: Engine, office: Office) -> None:
    with running(MailServer(answers={"RCPT": ["550 5.1.1 no such user"]})) as mail:
        done = post(due, office, mail)
    assert (done.sent, done.failed) == (32, 1)
    [attempt] = rows(due, Attempt, Attempt.state == "rejected")
    assert attempt.code == "550 5.1.1"


def test_a_wrong_password_stops_the_round_with_advice_and_nothing_is_lost(due: Engine, office: Office) -> None:
    with running(MailServer(), password="right") as mail:
        done = post(due, office, mail, user="kyhan", password="wrong")
        assert (done.sent, mail.connections) == (0, 1)
        assert "mật khẩu" in done.problems[0]
        assert states(due) == {"pending": 33}
        later = MORNING + PAUSE
        assert post(due, office, mail, later, user="kyhan", password="right").sent == 33


def test_a_wrong_password_is_not_tried_every_minute(due: Engine, office: Office) -> None:
    """A mail server locks the account of who knocks too often."""
    with running(MailServer(), password="right") as mail:
        for minute in range(10):
            post(due, office, mail, MORNING + minutes(minute), user="kyhan", password="wrong")
    assert mail.connections == 1


def test_who_is_never_reached_is_given_up_where_a_person_sees_it(due: Engine, office: Office) -> None:
    port = a_dead_port()
    tried(due, "refused", MOST_TRIES - 1)
    post(due, office, port, limit=2)
    assert states(due) == {"pending": 31, "exhausted": 2}


def test_tries_come_later_and_later(due: Engine, office: Office) -> None:
    port, now, waits = a_dead_port(), MORNING, []
    for _ in range(4):
        post(due, office, port, now, limit=1)
        waits.append(rows(due, Message, Message.attempts > 0)[0].not_before - now)
        now += waits[-1]
        with writing(due) as session:  # only this one
            session.execute(update(Message).where(col(Message.attempts) == 0).values(state="sent"))
    assert waits == list(BACK_OFF[:4])


# --- killed in the middle ---------------------------------------------------------------------------------------------


def claimed(engine: Engine, now: datetime = MORNING) -> list[Any]:
    with writing(engine) as session:
        return messages_queries.claim(session, "đã chết", now, now + LEASE, 100, digests=True)


def begun(engine: Engine, now: datetime = MORNING) -> None:
    """The worker died after it wrote what it was about to send."""
    with writing(engine) as session:
        for message in claimed_in(session, now):
            session.add(
                Attempt(
                    message_id=message.id,
                    number=message.attempts,
                    address="a@example.vn",
                    subject="",
                    state="intent",
                    started_at=now,
                )
            )


def claimed_in(session: Any, now: datetime) -> list[Any]:
    return messages_queries.claim(session, "đã chết", now, now + LEASE, 100, digests=True)


def test_what_a_living_worker_holds_is_left_to_it(due: Engine, office: Office, mail: MailServer) -> None:
    claimed(due)
    assert post(due, office, mail, MORNING + LEASE - minutes(1)) == DispatchResult()


def test_what_a_dead_worker_only_claimed_is_sent_after_its_lease(due: Engine, office: Office, mail: MailServer) -> None:
    claimed(due)
    assert post(due, office, mail, MORNING + LEASE + minutes(1)).sent == 33


def test_what_a_dead_worker_had_begun_is_in_doubt_and_sent_again_with_the_same_id(
    due: Engine, office: Office, mail: MailServer
) -> None:
    begun(due)
    assert post(due, office, mail, MORNING + LEASE + minutes(1)).sent == 33
    assert Counter((row.number, row.state) for row in rows(due, Attempt)) == {(1, "unknown"): 33, (2, "accepted"): 33}
    assert len(set(headers(mail, "Message-ID"))) == 33


def test_who_dies_on_a_third_try_leaves_the_first_doubt(due: Engine, office: Office, mail: MailServer) -> None:
    tried(due, "451 4.7.1", 2)
    begun(due)
    assert post(due, office, mail, MORNING + LEASE + minutes(1)).sent == 33


def test_who_dies_on_it_again_and_again_leaves_it_to_a_person(due: Engine, office: Office, mail: MailServer) -> None:
    for life in range(MOST_DOUBTS):
        begun(due, MORNING + life * (LEASE + minutes(1)))
        post(due, office, mail, MORNING + (life + 1) * (LEASE + minutes(1)), limit=0)
    assert states(due) == {"exhausted": 33}
    assert mail.mails == []


def test_a_channel_that_cannot_repeat_leaves_the_doubtful_to_a_person(
    due: Engine, office: Office, mail: MailServer
) -> None:
    begun(due)
    outgoing = by_mail(mail.port)
    outgoing.channels["email"].resends_on_doubt = False
    assert dispatch(due, office, outgoing, MORNING + LEASE + minutes(1)).sent == 0
    assert states(due) == {"exhausted": 33}


class SlowServer(MailServer):
    """Half a minute passes with each mail."""

    passed = 0.0

    def monotonic(self) -> float:
        return self.passed

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.passed += 30
        return await super().handle_DATA(server, session, envelope)


def test_a_worker_stops_before_its_lease_runs_out(due: Engine, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else another would take the rest for lost and send it a second time."""
    with running(SlowServer()) as mail:
        with monkeypatch.context() as patch:
            patch.setattr("services.delivery.dispatch.time", mail)
            patch.setattr("services.delivery.sending.time", mail)
            first = post(due, office, mail)
        assert 0 < first.sent * 30 < LEASE.total_seconds()
        assert states(due) == {"sent": first.sent, "pending": 33 - first.sent}
        assert post(due, office, mail).sent == 33 - first.sent
    assert len(set(headers(mail, "Message-ID"))) == len(mail.mails)


# --- held back --------------------------------------------------------------------------------------------------------


def test_examples_are_never_written_to_over_a_real_server(due: Engine, office: Office, mail: MailServer) -> None:
    assert post(due, office, mail, examples=False).suppressed == 33
    assert (mail.mails, states(due)) == ([], {"suppressed": 33})


def test_real_people_are_written_to_over_a_real_server(due: Engine, office: Office, mail: MailServer) -> None:
    real_people(due)
    assert post(due, office, mail, examples=False).sent == 33


def test_only_addresses_on_the_list_are_written_to(due: Engine, office: Office, mail: MailServer) -> None:
    done = post(due, office, mail, allow_list=frozenset({f"dau-moi.{UNIT.lower()}@example.vn"}))
    assert (done.sent, done.suppressed) == (1, 32)
    assert len(to_unit(mail)) == 1


def test_a_rehearsal_sends_nothing_and_says_so(due: Engine, office: Office, mail: MailServer) -> None:
    assert post(due, office, mail, dry_run=True).suppressed == 33
    assert mail.mails == []
    assert {row.reason for row in messages(due)} == {"chạy thử, không gửi"}
    assert states(due) == {"pending": 33}


def test_what_a_dry_run_kept_in_leaves_when_it_ends_if_it_is_still_due(
    due: Engine, office: Office, mail: MailServer
) -> None:
    post(due, office, mail, dry_run=True)
    an_answer(due, office, MORNING)
    done = post(due, office, mail, MORNING + minutes(5))
    assert (done.sent, done.expired) == (33, 1)  # 32 reminders and a receipt; who has answered is not reminded
    assert {row.reason for row in messages(due, Message.state == "sent")} == {""}


def test_whom_the_list_kept_out_is_written_to_when_it_is_lifted(due: Engine, office: Office, mail: MailServer) -> None:
    first = post(due, office, mail, allow_list=frozenset({f"dau-moi.{UNIT.lower()}@example.vn"}))
    tries = {row.attempts for row in messages(due, Message.state == "pending")}
    assert (first.sent, states(due), tries) == (1, {"sent": 1, "pending": 32}, {0})
    assert post(due, office, mail, MORNING + timedelta(hours=1)).sent == 32


def test_after_a_long_dry_run_nobody_is_told_of_a_case_twice(engine: Engine, office: Office, mail: MailServer) -> None:
    for day in (FIRST_REMINDER, DUE_SOON, OVERDUE):
        tick(engine, office, day, CALENDAR)
        post(engine, office, mail, day.replace(hour=8), dry_run=True)
    for turn in range(4):
        post(engine, office, mail, OVERDUE.replace(hour=9) + timedelta(hours=turn))
    assert set(Counter(headers(mail, "To")).values()) == {1}


# --- notices that come while mail leaves ------------------------------------------------------------------------------


def test_a_digest_does_not_leave_without_a_notice_that_is_just_being_written(
    engine: Engine, office: Office, mail: MailServer
) -> None:
    tick(engine, office, DUE_SOON, CALENDAR)
    written = Event()

    def remind_slowly() -> None:
        with writing(engine) as session:
            open_cases(session, office, DUE_SOON, ["I3-FORMS"])
            remind(session, office, DUE_SOON + minutes(1), ["I3-FORMS"])
            written.set()
            sleep(0.3)

    def post_meanwhile() -> None:
        written.wait()
        post(engine, office, mail, at("2013-12-26", "08:00"))

    with together(remind_slowly, post_meanwhile):
        post(engine, office, mail, at("2013-12-26", "08:01"))
    [digest] = to_unit(mail, unit="CTK")
    assert all(words in body(digest) for words in ("Lịch phổ biến thông tin", "biểu mẫu"))
