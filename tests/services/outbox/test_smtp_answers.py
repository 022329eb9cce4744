"""What a relay answers to twelve reminders, what waits that morning, and that all leave the next one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from builders import CALENDAR, DOMAIN, FIRST_REMINDER, at, by_mail, messages
from fakes.faulty_smtp import FaultySmtp, a_faulty_smtp
from sqlalchemy import Engine, update
from sqlmodel import col, select

from models.database import reading, writing
from models.tables.channels import ChannelHealth
from models.tables.messages import Message
from models.tables.people import Person
from rules.office import Office
from services.delivery.dispatch import dispatch
from services.delivery.undelivered import undelivered
from services.operations.tick import tick
from services.operations.watch import watch

MORNING, NEXT_MORNING = at("2013-12-10", "08:00"), at("2013-12-11", "08:00")
TWELVE = 12


@dataclass(frozen=True)
class Row:
    answer: str
    phase: str  # MAIL, RCPT or END: the answer to the final dot
    advice: str = ""  # in the reason of the pause; empty: not paused
    failed: int = 0  # for a person to see


ROWS = (
    Row("550 5.4.5 Daily user sending limit exceeded", "END", "hạn mức"),
    Row("550 5.4.5 Daily user sending limit exceeded", "MAIL", "hạn mức"),
    Row("550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients", "RCPT",
        "hạn mức"),
    Row("554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException", "END", "hạn mức"),
    Row("550 Message limit exceeded for this account", "RCPT", "hạn mức"),
    Row("554 5.2.252 SendAsDenied; kyhan not allowed to send as bounce", "END", "KYHAN_MAIL_FROM"),
    Row("550 5.7.1 Relaying denied", "RCPT", "chuyển tiếp"),
    Row("554 5.7.1 <x@y.vn>: Relay access denied", "RCPT", "chuyển tiếp"),
    Row("550 5.7.1 Unauthenticated email is not accepted due to DMARC policy", "END", "DMARC", failed=3),
    Row("554 5.7.1 Message rejected due to content", "END", "DMARC", failed=3),
    Row("501 5.1.7 Bad sender address syntax", "MAIL", "KYHAN_MAIL_FROM"),
    Row("501 Bad sender address syntax", "MAIL", "KYHAN_MAIL_FROM"),
    Row("550 5.7.60 SMTP; Client does not have permissions to send as this sender", "MAIL", "KYHAN_MAIL_FROM"),
    Row("555 5.5.4 Unsupported option", "MAIL", "không hiểu lệnh"),
    Row("530 5.7.57 Client not authenticated to send mail", "MAIL", "mật khẩu"),
    Row("450 4.2.1 try again", "RCPT"),
    Row("452 4.3.1 Insufficient system storage", "END"),
    Row("421 4.3.2 going down", "RCPT"),
)  # fmt: skip


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultySmtp]:
    with a_faulty_smtp(tmp_path_factory.mktemp("smtp")) as server:
        yield server


@pytest.fixture
def relay(running: FaultySmtp) -> FaultySmtp:
    running.change(at_mail="", at_rcpt="", at_end="", own_sender="", says_so_late=False, most=0)
    running.ask("forget")
    return running


@pytest.fixture
def twelve(sqlite_engine: Engine, office: Office) -> Engine:
    tick(sqlite_engine, office, FIRST_REMINDER, CALENDAR)
    with writing(sqlite_engine) as session:
        others = select(Message.id).order_by(col(Message.id)).offset(TWELVE)
        session.execute(update(Message).where(col(Message.id).in_(others)).values(state="expired"))
    return sqlite_engine


@pytest.fixture
def bureau(office: Office) -> Office:
    """With addresses of its own that mails are returned to."""
    return replace(office, key=b"k" * 32, mailbox_read=True, return_domain=DOMAIN)


def states(engine: Engine) -> Counter[str]:
    return Counter(row.state for row in messages(engine, Message.state != "expired", Message.kind == "digest"))


def paused(engine: Engine) -> ChannelHealth | None:
    with reading(engine) as session:
        return session.exec(select(ChannelHealth).where(col(ChannelHealth.paused_until).is_not(None))).first()


def a_morning(engine: Engine, office: Office, relay: FaultySmtp, now: datetime) -> None:
    for turn in range(6):
        dispatch(engine, office, by_mail(relay.port), now + turn * timedelta(minutes=31))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.answer[:24]} {row.phase}")
def test_whatever_a_relay_answers_no_letter_is_lost(
    twelve: Engine, bureau: Office, relay: FaultySmtp, row: Row
) -> None:
    relay.change(**{f"at_{row.phase.lower()}": row.answer})
    dispatch(twelve, bureau, by_mail(relay.port), MORNING)
    assert states(twelve) == Counter(pending=TWELVE - row.failed, failed=row.failed) + Counter()
    stop = paused(twelve)
    assert row.advice in (stop.reason if stop else "")
    assert (stop is not None) == bool(row.advice)
    with reading(twelve) as session:
        assert len(undelivered(session)) == row.failed
        assert any(row.advice in said for said in watch(session, bureau, MORNING)) or not row.advice
    a_morning(twelve, bureau, relay, MORNING + timedelta(hours=1))  # the rest of that day nothing is burnt
    assert states(twelve) == Counter(pending=TWELVE - row.failed, failed=row.failed) + Counter()
    relay.change(at_mail="", at_rcpt="", at_end="")
    tick(twelve, bureau, NEXT_MORNING)
    a_morning(twelve, bureau, relay, NEXT_MORNING)
    assert states(twelve)["pending"] == 0
    of_that_day = messages(twelve, Message.on_day == MORNING.date(), Message.state == "sent")
    assert Counter(one.kind for one in of_that_day)["digest"] == TWELVE - row.failed
    assert {one.state for one in messages(twelve, Message.kind == "watch")} <= {"sent"}  # the alarm is not burnt either


@pytest.mark.parametrize("late", [False, True], ids=["MAIL", "RCPT"])
def test_where_only_the_plain_sender_is_taken_all_leave_by_it(
    twelve: Engine, bureau: Office, relay: FaultySmtp, late: bool
) -> None:
    relay.change(own_sender=f"nhacviec@{DOMAIN}", says_so_late=late)
    dispatch(twelve, bureau, by_mail(relay.port), MORNING)
    assert states(twelve) == {"sent": TWELVE}


def test_send_as_denied_at_the_end_of_a_mail_is_answered_with_the_plain_sender(
    twelve: Engine, bureau: Office, relay: FaultySmtp
) -> None:
    relay.change(own_sender=f"nhacviec@{DOMAIN}", refuses_at_end="554 5.2.252 SendAsDenied")
    dispatch(twelve, bureau, by_mail(relay.port), MORNING)
    assert states(twelve) == {"sent": TWELVE}
    assert paused(twelve) is None


def test_a_spent_day_is_fresh_the_next_morning_and_looked_for_hourly_then(
    twelve: Engine, bureau: Office, relay: FaultySmtp
) -> None:
    relay.change(at_end="550 5.4.5 Daily user sending limit exceeded")
    dispatch(twelve, bureau, by_mail(relay.port), MORNING)
    stop = paused(twelve)
    assert stop is not None
    assert stop.paused_until == at("2013-12-11", "07:30")
    dispatch(twelve, bureau, by_mail(relay.port), NEXT_MORNING)
    stop = paused(twelve)
    assert stop is not None
    assert stop.paused_until == NEXT_MORNING + timedelta(hours=1)


def test_one_relaying_refusal_is_no_stop_and_ends_after_three_tries(
    twelve: Engine, bureau: Office, relay: FaultySmtp
) -> None:
    with writing(twelve) as session:
        first = session.exec(select(Message).where(Message.state == "pending").order_by(col(Message.id))).first()
        assert first is not None
        person = session.get_one(Person, first.person_id)
        person.email = f"relayless@{DOMAIN}"
    for turn in range(4):
        dispatch(twelve, bureau, by_mail(relay.port), MORNING + turn * timedelta(hours=2))
    assert states(twelve) == {"sent": TWELVE - 1, "failed": 1}
    assert paused(twelve) is None
