"""What a server says to a mail, and what becomes of the message, its address, the channel: row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from builders import CALENDAR, DOMAIN, FIRST_REMINDER, at, body, by_mail, header, holder, messages, rows, tried
from fakes.faulty_smtp import FaultySmtp, a_faulty_smtp
from fakes.mailbox_letters import one
from sqlalchemy import Engine, update
from sqlmodel import col, select

from models.database import reading, writing
from models.tables.channels import ChannelHealth
from models.tables.inbound import AddressHealth
from models.tables.messages import Attempt, Message
from models.tables.people import Person
from rules.channels import EMAIL, ChannelPolicy
from rules.office import Office
from services.delivery.dispatch import dispatch
from services.delivery.outcomes import LATER_ON, MOST_REFUSALS
from services.delivery.undelivered import undelivered
from services.operations.tick import tick

MORNING = at("2013-12-10", "08:00")
LETTER_ALONE = 13_000  # bytes: without its file it is smaller, with it larger
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultySmtp]:
    with a_faulty_smtp(tmp_path_factory.mktemp("smtp")) as server:
        yield server


@pytest.fixture
def relay(running: FaultySmtp) -> FaultySmtp:
    running.change(password="", login_fails=False, most=0, at_mail="", largest=0)
    running.ask("forget")
    return running


@dataclass(frozen=True)
class Waiting:
    """One reminder that waits, and whom it is for."""

    engine: Engine
    message: int
    person: int

    def lives_at(self, local_part: str) -> str:
        with writing(self.engine) as session:
            person = session.get_one(Person, self.person)
            person.email = f"{local_part}@{DOMAIN}"
            session.add(person)
            return person.email

    def now(self) -> Message:
        return one(rows(self.engine, Message, Message.id == self.message))

    def heirs(self) -> Sequence[Message]:
        """The message, and those that took over from it."""
        return messages(self.engine, col(Message.key).startswith(self.now().key))

    def paused(self) -> bool:
        with reading(self.engine) as session:
            return any(row.paused_until is not None for row in session.exec(select(ChannelHealth)))


@pytest.fixture
def waiting(sqlite_engine: Engine, office: Office) -> Waiting:
    tick(sqlite_engine, office, FIRST_REMINDER, CALENDAR)
    with writing(sqlite_engine) as session:
        person = holder(session).id or 0
        others = col(Message.person_id) != person
        session.execute(update(Message).where(others).values(state="sent", finished_at=FIRST_REMINDER))
    return Waiting(sqlite_engine, one(messages(sqlite_engine, Message.person_id == person)).id, person)


def post(engine: Engine, office: Office, relay: FaultySmtp, now: Any = MORNING, **login: str) -> None:
    dispatch(engine, office, by_mail(relay.port, **login), now)


@pytest.mark.parametrize(
    ("address", "state", "wait", "health"),
    [
        ("rcpt-550-5.1.1", "failed", None, "dead"),
        ("rcpt-550-5.1.2", "failed", None, "dead"),
        ("rcpt-550-5.1.10", "failed", None, "dead"),
        ("rcpt-553", "failed", None, "dead"),
        ("rcpt-550", "failed", None, ""),
        ("rcpt-551", "failed", None, ""),
        ("rcpt-550-5.7.1", "failed", None, ""),
        ("rcpt-554-5.7.1", "failed", None, ""),
        ("end-554-5.7.1", "failed", None, ""),
        ("end-550-5.7.26", "failed", None, ""),
        ("rcpt-450-4.2.1", "pending", LATER_ON[0], ""),
        ("rcpt-451-4.7.1", "pending", LATER_ON[0], ""),
        ("rcpt-452-4.2.2", "pending", LATER_ON[0], ""),
        ("end-451-4.3.0", "pending", LATER_ON[0], ""),
        ("end-452-4.3.1", "pending", LATER_ON[0], ""),
        ("rcpt-421-4.3.2", "pending", timedelta(seconds=30), ""),
        ("drop", "pending", timedelta(minutes=8), ""),
        ("dau-moi", "sent", None, ""),
    ],
)
def test_each_answer_has_its_consequence(
    waiting: Waiting, office: Office, relay: FaultySmtp, address: str, state: str, wait: timedelta | None, health: str
) -> None:
    written_to = waiting.lives_at(address)
    post(waiting.engine, office, relay)
    row, known = waiting.now(), rows(waiting.engine, AddressHealth)
    assert row.state == state
    assert wait is None or row.not_before == MORNING + wait
    assert {item.address: item.state for item in known} == ({written_to: health} if health else {})
    assert waiting.paused() is False


@pytest.mark.parametrize(
    ("manners", "login"),
    [
        ({"at_mail": "550 5.7.1 sender not allowed"}, {}),
        ({"at_mail": "530 5.7.0 Authentication required"}, {}),
        ({"password": "right", "login_fails": True}, {"user": "kyhan", "password": "wrong"}),
    ],
)
def test_what_concerns_the_whole_channel_pauses_it(
    waiting: Waiting, office: Office, relay: FaultySmtp, manners: dict[str, Any], login: dict[str, str]
) -> None:
    relay.change(**manners)
    post(waiting.engine, office, relay, **login)
    assert (waiting.now().state, waiting.paused()) == ("pending", True)


def test_an_accepted_mail_keeps_the_servers_own_number(waiting: Waiting, office: Office, relay: FaultySmtp) -> None:
    post(waiting.engine, office, relay)
    assert [row.provider_ref for row in rows(waiting.engine, Attempt)] == ["F1"]


def test_a_server_that_says_not_now_is_asked_after_5_15_60_and_240_minutes(
    waiting: Waiting, office: Office, relay: FaultySmtp
) -> None:
    waiting.lives_at("rcpt-452-4.2.2")
    now, waits = MORNING, []
    for _ in range(4):
        post(waiting.engine, office, relay, now)
        waits.append(waiting.now().not_before - now)
        now += waits[-1]
    assert [wait / MINUTE for wait in waits] == [5, 15, 60, 240]


def test_a_mailbox_that_stays_full_is_given_up_after_three_days(
    waiting: Waiting, office: Office, relay: FaultySmtp
) -> None:
    waiting.lives_at("rcpt-452-4.2.2")
    tried(waiting.engine, "452 4.2.2", MOST_REFUSALS - 2)
    post(waiting.engine, office, relay)
    assert waiting.now().state == "pending"
    post(waiting.engine, office, relay, MORNING + LATER_ON[-1])
    assert waiting.now().state == "exhausted"


def test_a_mailbox_that_is_greylisted_holds_nobody_else_up(
    sqlite_engine: Engine, office: Office, relay: FaultySmtp
) -> None:
    tick(sqlite_engine, office, FIRST_REMINDER, CALENDAR)
    with writing(sqlite_engine) as session:
        grey = update(Person).where(col(Person.id) % 2 == 0).values(email="grey." + col(Person.email))
        session.execute(grey)
    post(sqlite_engine, office, relay)
    taken = len(relay.mails())
    post(sqlite_engine, office, relay, MORNING + LATER_ON[0])
    assert 10 < taken < 33
    assert len(relay.mails()) == 33


# --- too big ----------------------------------------------------------------------------------------------------------


def test_a_mail_too_big_for_the_server_goes_once_more_without_its_files(
    waiting: Waiting, office: Office, relay: FaultySmtp
) -> None:
    relay.change(largest=LETTER_ALONE)
    post(waiting.engine, office, relay)
    post(waiting.engine, office, relay, MORNING + timedelta(hours=1))
    heavy, light = waiting.heirs()
    assert (heavy.state, light.key, light.state) == ("failed", f"{heavy.key}-lite", "sent")
    [mail] = relay.mails()
    assert "text/calendar" not in mail["raw"].decode()
    assert "quá lớn đối với máy chủ thư" in body(mail["raw"])
    with reading(waiting.engine) as session:
        assert undelivered(session) == []


def test_a_letter_that_is_too_big_by_itself_is_given_up(waiting: Waiting, office: Office, relay: FaultySmtp) -> None:
    relay.change(largest=100)
    for turn in range(3):
        post(waiting.engine, office, relay, MORNING + turn * timedelta(hours=1))
    assert [row.state for row in waiting.heirs()] == ["failed", "failed"]
    with reading(waiting.engine) as session:
        assert len(undelivered(session)) == 1


# --- reputation -------------------------------------------------------------------------------------------------------


def the_first_live_at(engine: Engine, local_part: str, count: int) -> None:
    query = select(Person).join(Message, col(Message.person_id) == Person.id).order_by(col(Message.id))
    with writing(engine) as session:
        for number, person in enumerate(session.exec(query.where(Message.state == "pending").limit(count)).all()):
            person.email = f"{local_part}-{number}@{DOMAIN}"


@pytest.mark.parametrize(
    ("kind", "refused", "called", "words"),
    [
        ("policy", 2, 0, ""),
        ("policy", 3, 1, "Message rejected by policy"),
        ("policy", 7, 1, "Message rejected by policy"),
        ("rcpt-550", 3, 1, "because the test says so"),
        ("rcpt-550-5.1.1", 3, 0, ""),
    ],
)
def test_three_refusals_in_a_row_for_what_we_are_call_a_person(
    sqlite_engine: Engine, office: Office, relay: FaultySmtp, kind: str, refused: int, called: int, words: str
) -> None:
    tick(sqlite_engine, office, FIRST_REMINDER, CALENDAR)
    the_first_live_at(sqlite_engine, kind, refused)
    post(sqlite_engine, office, relay)
    post(sqlite_engine, office, relay, MORNING + timedelta(hours=1))
    said = [body(mail["raw"]) for mail in relay.mails() if "Theo dõi hệ thống" in header(mail["raw"], "Subject")]
    assert [words in alarm and "SPF" in alarm for alarm in said] == [True] * called


def test_a_refused_mail_is_carried_by_the_next_channel(waiting: Waiting, office: Office, relay: FaultySmtp) -> None:
    waiting.lives_at("policy")
    bot = ChannelPolicy("zalo_bot", "zalo", "phone")
    with writing(waiting.engine) as session:
        session.execute(update(Person).values(phone="84901234567"))
    post(waiting.engine, replace(office, channels=(EMAIL, bot)), relay)
    [taken_over] = messages(waiting.engine, col(Message.channel) == "zalo_bot")
    assert (taken_over.key, taken_over.on_day) == (f"{waiting.now().key}>zalo_bot", date(2013, 12, 10))
