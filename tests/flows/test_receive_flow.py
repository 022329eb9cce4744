"""The incoming post as a flow on a real engine, from a real IMAP server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from builders import FIRST_REMINDER, minutes
from fakes.mailbox_letters import Sent, a_reply, a_sent_reminder, one, with_inbox
from fakes.mailbox_server import MailboxServer, an_imap_server, available
from prefect.client.schemas.objects import StateType
from sqlmodel import select

from bootstrap.home import Home
from flows import receive as incoming
from models.database import reading
from models.tables.submissions import Submission
from notifications.email.imap import ImapSource
from notifications.email.imap_url import ImapAddress
from services.operations.watch import watch

pytestmark = [pytest.mark.prefect, pytest.mark.imap]
SECRET = "a key of thirty-two letters or more"
WHERE = "Hộp thư 127.0.0.1"
LATER = FIRST_REMINDER + minutes(30)


@pytest.fixture
def dovecot() -> Iterator[MailboxServer]:
    if not available():
        pytest.skip("Dovecot is not installed")
    with an_imap_server() as server:
        yield server


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch, server: object, request: pytest.FixtureRequest) -> Sent:
    monkeypatch.setenv("KYHAN_SECRET_KEY", SECRET)
    house: Home = request.getfixturevalue("house")
    return a_sent_reminder(with_inbox(house.engine), house.office)


def visit(monkeypatch: pytest.MonkeyPatch, address: ImapAddress):
    monkeypatch.setattr(incoming, "source_of", lambda _: ImapSource(address, timeout=30))
    return incoming.receive(as_of=LATER, return_state=True)


def test_what_lies_in_the_mailbox_is_registered(sent: Sent, dovecot: MailboxServer, house: Home, monkeypatch) -> None:
    dovecot.deliver(a_reply(sent.reply_to, sent.address))
    assert visit(monkeypatch, dovecot.address()).name == "Đã nhận"
    with reading(house.engine) as session:
        assert one(session.exec(select(Submission)).all()).case_id == sent.case
    assert visit(monkeypatch, dovecot.address()).name == "Không có thư"


def test_a_mailbox_that_is_away_is_said_once_and_once_that_it_is_back(
    sent: Sent, dovecot: MailboxServer, house: Home, monkeypatch
) -> None:
    """It is read every two minutes; in between people hear of it by the daily mail of the watch."""
    wrong, right = dovecot.address(password="sai"), dovecot.address()
    first, second = visit(monkeypatch, wrong), visit(monkeypatch, wrong)
    assert (first.type, first.name) == (StateType.CRASHED, "Hộp thư không dùng được")
    assert (second.name, WHERE in second.message) == ("Không có thư", False)
    with reading(house.engine) as session:
        assert [text for text in watch(session, house.office, LATER) if WHERE in text]
    back, after = visit(monkeypatch, right), visit(monkeypatch, right)
    assert "dùng lại được" in back.message
    assert (after.name, "dùng lại được" in after.message) == ("Không có thư", False)
    with reading(house.engine) as session:
        assert [text for text in watch(session, house.office, LATER) if WHERE in text] == []


def test_without_a_mailbox_there_is_nothing_to_do(sent: Sent) -> None:
    assert incoming.receive(as_of=LATER, return_state=True).name == "Không có thư"
