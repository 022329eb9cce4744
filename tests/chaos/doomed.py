"""A dispatcher that dies at a chosen point. Only tests know of it: nothing in the product can be told to die."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import smtplib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from builders import by_mail
from sqlalchemy import Engine, event

from notifications.channel import Envelope, Outcome, OutcomeKind
from rules.office import Office
from services.delivery import dispatch as post
from services.delivery import sending
from services.delivery.compose import ComposedMessage

POINTS = ("claimed", "intent", "sent", "answered", "recorded")
COMMITTED = {  # by the statement that makes the transaction this one
    "claimed": re.compile(r"UPDATE message SET .*lease_owner.* RETURNING", re.S),
    "intent": re.compile(r"INSERT INTO attempt"),
    "recorded": re.compile(r"UPDATE attempt SET .* WHERE attempt.message_id = ", re.S),
}
POISON = 7  # one message of so many has no envelope, and one no facts
END_OF_MAIL = b"\r\n.\r\n"
SHORT = 0.3  # seconds for a server that is known to drip
FEW = 3  # messages a batch, so that a life has several


@dataclass(frozen=True)
class Doom:
    point: str
    after: int  # how many times the point is passed alive


class Nudge:
    """Sends at most once over real HTTP, as Zalo does: no key the other side would honour, no repeat on doubt."""

    name = "zalo_zns"
    resends_on_doubt = False

    def __init__(self, port: int, when_written: Callable[[], None] = lambda: None) -> None:
        self._port, self._when_written = port, when_written

    @contextmanager
    def open(self) -> Iterator[Nudge]:
        yield self

    def send(self, envelope: Envelope) -> Outcome:
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        try:
            line.request("POST", "/", json.dumps({"key": envelope.key, "to": envelope.to_address}))
            self._when_written()
            return Outcome(OutcomeKind.OK if line.getresponse().status == 200 else OutcomeKind.RETRY, "0")
        except OSError as error:
            return Outcome(OutcomeKind.UNKNOWN, "lost", str(error), maybe_sent=True)
        finally:
            line.close()


@dataclass(frozen=True)
class Peers:
    mail: int
    nudge: int
    drips: bool = False  # the mail server never ends an answer


def live_and_die(engine: Engine, office: Office, peers: Peers, now: datetime, doom: Doom | None) -> None:
    death = _Death(doom)
    post.BATCH = FEW
    sending.envelope = _envelope_or_fault  # type: ignore[attr-defined]
    death.after_transactions(engine)
    death.after_the_last_dot()
    outgoing = by_mail(peers.mail, worker=f"kyhan-{os.getpid()}")
    mail: Any = outgoing.channels["email"]
    if peers.drips:
        mail.timeout = mail.patience = mail.longest = SHORT
    channels = {"email": mail, "zalo_zns": Nudge(peers.nudge, lambda: death.at("sent"))}
    mortal = {name: _Mortal(channel, death) for name, channel in channels.items()}
    post.dispatch(engine, office, replace(outgoing, channels=mortal), now)


_envelope = sending.envelope


def _envelope_or_fault(office: Office, letter: ComposedMessage, *rest: Any) -> Envelope:
    if letter.message.id % POISON == 0:
        raise KeyError("a fault of ours")
    return _envelope(office, letter, *rest)


class _Death:
    def __init__(self, doom: Doom | None) -> None:
        self._doom, self._left = doom, doom.after if doom else 0

    def at(self, point: str) -> None:
        if self._doom is None or point != self._doom.point:
            return
        if self._left == 0:
            time.sleep(0.005)  # what was written may be read or not: both must end well
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1

    def after_transactions(self, engine: Engine) -> None:
        """Whoever wrote them: what counts is what became lasting."""
        statements: list[str] = []
        event.listen(engine, "after_cursor_execute", lambda _, __, statement, *___: statements.append(statement))
        event.listen(engine, "rollback", lambda _: statements.clear())
        commit = engine.dialect.do_commit

        def do_commit(connection: Any) -> None:
            commit(connection)
            done = list(statements)
            statements.clear()
            for point, pattern in COMMITTED.items():
                if any(pattern.match(statement) for statement in done):
                    self.at(point)

        engine.dialect.do_commit = do_commit  # type: ignore[method-assign]

    def after_the_last_dot(self) -> None:
        real = smtplib.SMTP.send

        def send(connection: smtplib.SMTP, told: Any) -> None:
            real(connection, told)
            if isinstance(told, bytes) and told.endswith(END_OF_MAIL):
                self.at("sent")

        smtplib.SMTP.send = send  # type: ignore[method-assign]


class _Mortal:
    def __init__(self, channel: Any, death: _Death) -> None:
        self._channel, self._death = channel, death
        self.name, self.resends_on_doubt = channel.name, channel.resends_on_doubt

    @contextmanager
    def open(self) -> Iterator[Any]:
        with self._channel.open() as session:
            yield _MortalSession(session, self._death)


class _MortalSession:
    def __init__(self, session: Any, death: _Death) -> None:
        self._session, self._death = session, death

    def send(self, envelope: Envelope) -> Outcome:
        outcome: Outcome = self._session.send(envelope)
        self._death.at("answered")
        return outcome
