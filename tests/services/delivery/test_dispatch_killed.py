"""A worker killed in the middle of a batch: everything arrives in the end, and a repeat can be told from a new mail."""

from __future__ import annotations

import os
import signal
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import pytest
from builders import CALENDAR, FIRST_REMINDER, Child, a_child, at, by_mail, headers, messages, minutes, rows
from mail_server import MailServer, running
from sqlalchemy import Engine, select, update

from models.database import connect, reading, writing
from models.tables.channels import ChannelHealth
from models.tables.messages import Attempt, Message
from notifications.channel import Envelope, Outcome, OutcomeKind
from notifications.email.smtp import SmtpChannel
from rules.office import Office
from services.delivery.dispatch import LEASE, MOST_DOUBTS, dispatch
from services.operations.tick import tick

MORNING = at("2013-12-10", "08:00")


@dataclass
class DeadlyServer(MailServer):
    """Kills its client on the mail of this number, before or after it has kept it."""

    victim: Child | None = None
    on_mail: int = 0
    keeps_it: bool = True

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.victim is None or len(self.mails) + 1 != self.on_mail:
            return await super().handle_DATA(server, session, envelope)
        if self.keeps_it:
            self.mails.append(envelope.content)
        pid, self.victim = self.victim.process.pid, None
        os.kill(pid, signal.SIGKILL)
        with suppress(ChildProcessError):  # the test itself asks how it ended, and may have been quicker
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        return "250 2.0.0 Ok: nobody hears this"


@pytest.mark.parametrize("keeps_it", [True, False], ids=["accepted", "not accepted"])
def test_everything_arrives_after_a_worker_was_killed_in_mid_batch(
    engine: Engine, office: Office, keeps_it: bool
) -> None:
    tick(engine, office, FIRST_REMINDER, CALENDAR)
    with running(DeadlyServer(on_mail=12, keeps_it=keeps_it)) as mail:
        mail.victim = worker = a_child(engine, lambda own, _: dispatch(own, office, by_mail(mail.port), MORNING))
        assert worker.ends() == -signal.SIGKILL
        assert dispatch(engine, office, by_mail(mail.port), MORNING + minutes(1)).sent == 0
        dispatch(engine, office, by_mail(mail.port), MORNING + LEASE + minutes(1))
    sent = Counter(headers(mail, "Message-ID"))
    assert len(sent) == 33
    assert max(sent.values()) <= 2
    assert {row.state for row in messages(engine)} == {"sent"}
    first = Counter(row.state for row in rows(engine, Attempt, Attempt.number == 1))
    assert first == {"accepted": 11, "unknown": 1}  # a try counts only for the mail that was begun


def test_a_morning_of_deaths_keeps_every_mail_that_was_never_begun(sqlite_engine: Engine, office: Office) -> None:
    """Twelve starts six minutes apart, each killed after one to four mails; then one that lives."""
    tick(sqlite_engine, office, FIRST_REMINDER, CALENDAR)
    with running(DeadlyServer()) as mail:
        now = MORNING
        for start in range(12):
            mail.on_mail = len(mail.mails) + 1 + start % 4
            mail.victim = worker = a_child(
                sqlite_engine, lambda own, _, n=now: dispatch(own, office, by_mail(mail.port), n)
            )
            worker.ends()
            now += LEASE + minutes(1)
        dispatch(sqlite_engine, office, by_mail(mail.port), now)
    sent = Counter(headers(mail, "Message-ID"))
    waits = [row for row in messages(sqlite_engine) if row.state != "sent"]
    assert (len(sent), waits) == (33, [])
    assert sent.total() - len(sent) <= 12  # at most the one that was on its way at each death
    assert max(sent.values()) <= MOST_DOUBTS


def test_what_was_claimed_and_never_begun_costs_nothing_of_a_quota(sqlite_engine: Engine, office: Office) -> None:
    tick(sqlite_engine, office, FIRST_REMINDER, CALENDAR)
    with running(DeadlyServer(on_mail=2)) as mail:
        mail.victim = worker = a_child(sqlite_engine, lambda own, _: dispatch(own, office, by_mail(mail.port), MORNING))
        worker.ends()
        dispatch(sqlite_engine, office, by_mail(mail.port), MORNING + LEASE + minutes(1), limit=0)
    with reading(sqlite_engine) as session:
        assert session.get_one(ChannelHealth, "email").day_count == 2


def test_an_answer_that_comes_after_the_lease_was_lost_changes_nothing(
    sqlite_engine: Engine, office: Office, mail: MailServer
) -> None:
    """The machine slept while a mail was on its way; another worker has taken the message meanwhile."""
    tick(sqlite_engine, office, FIRST_REMINDER, CALENDAR)

    class Asleep(SmtpChannel):
        def send(self, envelope: Envelope) -> Outcome:
            with writing(sqlite_engine) as session:
                session.execute(update(Message).values(state="leased", attempts=Message.attempts + 1))
            return Outcome(OutcomeKind.FALLBACK, "550", "no")

        @contextmanager
        def open(self):
            yield self

    outgoing = by_mail(mail.port)
    outgoing.channels["email"].__class__ = Asleep
    dispatch(sqlite_engine, office, outgoing, MORNING, 1)
    assert {row.state for row in messages(sqlite_engine, Message.attempts > 1)} == {"leased"}


def test_no_answer_is_kept_without_what_became_of_its_message(
    engine: Engine, office: Office, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a worker killed between the two would have an accepted message sent once more."""
    tick(engine, office, FIRST_REMINDER, CALENDAR)
    own, commit, halves = connect(engine.url.render_as_string(hide_password=False)), engine.dialect.do_commit, []
    half = select(Attempt.id).join(Message, Message.id == Attempt.message_id)
    half = half.where(Attempt.state == "accepted", Message.state == "leased")

    def do_commit(connection: Any) -> None:
        commit(connection)
        with reading(own) as session:
            halves.extend(session.execute(half).scalars())

    monkeypatch.setattr(engine.dialect, "do_commit", do_commit)
    assert dispatch(engine, office, by_mail(mail.port), MORNING).sent == 33
    assert halves == []
