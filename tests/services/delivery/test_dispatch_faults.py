"""A fault in one message ends that message, where a person sees it; the others of its batch leave in the same round."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from builders import CALENDAR, FIRST_REMINDER, a_case, at, by_mail, header, messages, rows
from mail_server import MailServer
from sqlalchemy import Engine, update
from sqlmodel import col, select

from models.database import reading, writing
from models.tables.messages import Attempt, Message
from models.tables.people import Person
from notifications.channel import Envelope, Outcome
from rules.office import Office
from services.delivery.dispatch import DispatchResult, dispatch
from services.delivery.undelivered import undelivered
from services.operations.tick import tick

MORNING = at("2013-12-10", "08:00")
POISON = {
    "a kind nobody knows": {"kind": "office_closed"},
    "facts that are no JSON": {"kind": "moved", "facts": "{"},
    "a fact that is missing": {"kind": "returned", "facts": "{}"},
    "a submission that is gone": {"kind": "receipt", "facts": '{"submission": 987654}'},
    "facts of another shape": {"kind": "extended", "facts": '{"cases": [["x"]], "matter": "", "lines": []}'},
}


@pytest.fixture
def due(engine: Engine, office: Office) -> Engine:
    tick(engine, office, FIRST_REMINDER, CALENDAR)
    return engine


def spoil(engine: Engine, office: Office, **values: Any) -> int:
    """The oldest message that waits, so that it is in every batch."""
    with writing(engine) as session:
        oldest = session.exec(select(Message).order_by(col(Message.id)).limit(1)).one()
        case = a_case(session, office, now=MORNING)
        session.execute(update(Message).where(col(Message.id) == oldest.id).values(case_id=case.case.id, **values))
        return oldest.id or 0


def listed(engine: Engine) -> dict[int, str]:
    with reading(engine) as session:
        return {one.id: one.reason for one in undelivered(session)}


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON)
def test_a_message_that_cannot_be_composed_stops_no_other(
    due: Engine, office: Office, mail: MailServer, poison: dict[str, str]
) -> None:
    bad = spoil(due, office, **poison)
    done = dispatch(due, office, by_mail(mail.port), MORNING)
    assert (done.sent, done.failed, len(mail.mails)) == (32, 1, 32)
    assert list(listed(due)) == [bad]
    assert "soạn thư" in listed(due)[bad]
    assert rows(due, Attempt, Attempt.message_id == bad) == []


class Breaks:
    """A channel that raises for one recipient, after or before it has spoken to the server."""

    resends_on_doubt = True
    name = "email"

    def __init__(self, channel: Any, address: str) -> None:
        self._channel, self._address = channel, address

    @contextmanager
    def open(self) -> Iterator[Any]:
        with self._channel.open() as line:
            self._line = line
            yield self

    def send(self, envelope: Envelope) -> Outcome:
        if envelope.to_address == self._address:
            raise ValueError("smtp://user:secret@host")
        outcome: Outcome = self._line.send(envelope)
        return outcome


def address_of(engine: Engine, message: int) -> str:
    with reading(engine) as session:
        return session.get_one(Person, session.get_one(Message, message).person_id).email


def test_a_channel_that_raises_for_one_ends_that_one_and_repeats_no_secret(
    due: Engine, office: Office, mail: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    bad = messages(due)[5].id
    outgoing = by_mail(mail.port)
    outgoing.channels["email"] = Breaks(outgoing.channels["email"], address_of(due, bad))
    done = dispatch(due, office, outgoing, MORNING)
    assert (done.sent, done.failed, len(mail.mails)) == (32, 1, 32)
    assert "ValueError" in listed(due)[bad]
    assert "secret" not in listed(due)[bad] + caplog.text
    assert dispatch(due, office, outgoing, MORNING) == DispatchResult()


def test_an_envelope_that_cannot_be_made_ends_its_message(
    due: Engine, office: Office, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.delivery import sending

    real, bad = sending.envelope, messages(due)[3].id

    def envelope(office: Office, letter: Any, *rest: Any) -> Envelope:
        if letter.message.id == bad:
            raise KeyError("attachment")
        return real(office, letter, *rest)

    monkeypatch.setattr(sending, "envelope", envelope)
    assert dispatch(due, office, by_mail(mail.port), MORNING).sent == 32
    assert "soạn phong bì" in listed(due)[bad]


def test_what_the_server_says_is_written_down_whatever_it_is(
    due: Engine, office: Office, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL takes no NUL; here the answer to one mail cannot be written down at all."""
    from services.delivery import outcomes

    real, bad = outcomes._answer, messages(due)[7].id

    def answer(letter: Any, outcome: Outcome, now: Any) -> Any:
        if letter.message.id == bad and outcome.code != "fault":
            raise ValueError("cannot be stored")
        return real(letter, outcome, now)

    monkeypatch.setattr(outcomes, "_answer", answer)
    done = dispatch(due, office, by_mail(mail.port), MORNING)
    assert len({header(one, "Message-ID") for one in mail.mails}) == len(mail.mails) == 33
    assert list(listed(due)) == [bad]
    assert (done.failed, rows(due, Attempt, Attempt.state == "intent")) == (1, [])
