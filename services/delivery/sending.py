"""Sends claimed letters one after another: intent, send, outcome. A process that dies leaves one of them in doubt."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import Any

from sqlalchemy import Connection, Engine
from sqlmodel import Session

from models.database import UNSYNCED, WRITES, is_away, reading, writing
from models.queries.messages import claiming as messages_queries
from notifications.channel import Channel, Outcome, OutcomeKind
from notifications.channel import Session as Line
from notifications.email.smtp_answers import stop_advice
from rules.channels import ChannelPolicy
from rules.office import Office
from services.delivery import faults, outcomes
from services.delivery.compose import ComposedMessage
from services.delivery.envelopes import envelope
from services.delivery.outcomes import Fate, OutcomeEntry
from services.delivery.refusals import Refusals
from services.outbox import gate, holds

SHARE = 0.6  # of a lease may pass before the last mail of a batch begins: the rest of it is left for later
FRESH = 0.2  # of a lease may pass before it is renewed for each mail
GIVE_WAY = 3  # channel failures in a row after which the rest of the batch is left for later


@dataclass
class Sender:
    """One channel's turn, over several batches. `tally` hears what becomes of each letter."""

    engine: Engine
    office: Office
    way: ChannelPolicy
    channel: Channel
    domain: str
    now: datetime
    lease: timedelta
    tally: Callable[[Fate], None]
    trial: bool = False  # the channel was paused, and one message is to show whether it works again
    closed: bool = False
    _well: bool = False  # the channel's row says so already
    _failures: int = 0
    _unwritten: list[OutcomeEntry] = field(default_factory=list)
    _refusals: Refusals = field(default_factory=Refusals)
    _pause: str = ""  # why the channel is to be paused for what it refused
    _renews_from: float = 0.0  # on the machine's own clock
    _started: float = field(default_factory=time.monotonic)

    def send(self, letters: Sequence[ComposedMessage], claimed_at: float) -> bool:
        """Over one open connection. False when the channel is out of order, or time is up, and the rest waits."""
        rest = list(letters)
        last_call = claimed_at + SHARE * self.lease.total_seconds()
        self._renews_from = claimed_at + FRESH * self.lease.total_seconds()
        with self.channel.open() as line, self._writes.connect() as connection:
            while rest and not self.closed and time.monotonic() <= last_call:
                letter, began = rest.pop(0), time.monotonic()
                if not self._begin(connection, letter):
                    self._brake(letter, rest)
                else:
                    self._note(letter, self._attempt(line, letter))
                    if self.way.per_second:
                        time.sleep(max(0.0, began + 1 / self.way.per_second - time.monotonic()))
        self._write()
        self._leave(rest)
        return not rest and not self.closed

    def _brake(self, letter: ComposedMessage, rest: list[ComposedMessage]) -> None:
        """Whether it could not begin because a person holds the channel."""
        with reading(self.engine) as session:
            if holds.is_held(session, self.way.name):
                self.closed = True
                rest.insert(0, letter)

    def finish(self) -> None:
        """The round is over: what was refused once or twice was refused for itself."""
        for letter, outcome in self._refusals.clear():
            self._decide(letter, outcome)
        self._write()

    @cached_property
    def _writes(self) -> Engine:
        """Of a mail the last intents may be lost with the power: it would leave again under the same Message-ID."""
        return self.engine.execution_options(**(UNSYNCED if self.channel.resends_on_doubt else WRITES))

    # --- one letter ---------------------------------------------------------------------------------------------------

    def _begin(self, connection: Connection, letter: ComposedMessage) -> bool:
        """The answers before it and its intent, in one transaction. False: it is not to be sent."""
        try:
            ours = self._at_once(connection, letter)
        except Exception as fault:
            if is_away(fault):
                raise
            self._write()  # something here cannot be written down: each by itself shows what
            return bool(self._by_itself(letter, lambda session: self._intend(session.connection(), letter)))
        self._unwritten = []
        return ours

    def _at_once(self, connection: Connection, letter: ComposedMessage) -> bool:
        if self._well and all(_is_plain(entry) for entry in self._unwritten):
            with connection.begin():  # nine of ten mails come this way: no more than it needs
                outcomes.write(connection, self._unwritten, self.now)
                return self._intend(connection, letter)
        with writing(self.engine) as session:
            self._record(session, self._unwritten)
            return self._intend(session.connection(), letter)

    def _intend(self, connection: Connection, letter: ComposedMessage) -> bool:
        """A lease that is no longer fresh begins anew: one mail takes no longer than what is left of it.

        False: somebody else has claimed it since, or a person holds the channel.
        """
        if time.monotonic() > self._renews_from:
            until = self.now + timedelta(seconds=time.monotonic() - self._started) + self.lease
            messages_queries.renew_lease(connection, letter.message, until)
        return messages_queries.begin_attempt(connection, letter.message, _intent(letter, self.now))

    def _attempt(self, line: Line, letter: ComposedMessage) -> Outcome:
        try:
            packed = envelope(self.office, letter, self.domain, self.now)
        except Exception as fault:
            return faults.outcome(fault, letter.message.id, "soạn phong bì")
        try:
            return line.send(packed)
        except Exception as fault:
            return faults.outcome(fault, letter.message.id, "gửi", secretive=True)

    def _note(self, letter: ComposedMessage, outcome: Outcome) -> None:
        self._unwritten.append(OutcomeEntry(letter, outcome))
        self._failures = self._failures + 1 if gate.is_transport_failure(outcome) else 0
        self.closed = gate.closes_channel(outcome) or self._failures >= GIVE_WAY
        for answer in self._refusals.add(letter, outcome):
            self._decide(*answer)
        if self._refusals.concern_us(self.trial):
            self._stop(outcome)

    def _decide(self, letter: ComposedMessage, outcome: Outcome) -> None:
        self._will_be(letter, outcomes.fate(letter, outcome, self.now, self.channel.resends_on_doubt))

    def _stop(self, outcome: Outcome) -> None:
        """The other side refuses us, not these letters: the rest waits."""
        self.closed, self._pause = True, stop_advice(outcome)
        for letter, outcome in self._refusals.clear():
            kept = outcomes.kept(outcome, self._pause, self.now, self.trial)
            self._will_be(letter, kept or outcomes.fate(letter, outcome, self.now, self.channel.resends_on_doubt))

    def _will_be(self, letter: ComposedMessage, fate: Fate) -> None:
        self.tally(fate)
        self._unwritten.append(OutcomeEntry(letter, fate=fate))

    # --- what became of it --------------------------------------------------------------------------------------------

    def _write(self) -> None:
        """Each letter by itself, but all of it at once: an answer without its fate would look like one never begun."""
        entries, self._unwritten = self._unwritten, []
        by_message: dict[int, list[OutcomeEntry]] = {}
        for entry in entries:
            by_message.setdefault(entry.letter.message.id, []).append(entry)
        for own in by_message.values():
            self._by_itself(own[0].letter, partial(self._record, entries=own))

    def _by_itself(self, letter: ComposedMessage, write: Callable[[Session], Any]) -> Any:
        """What cannot be written down ends this letter, and no other."""
        try:
            with writing(self.engine) as session:
                return write(session)
        except Exception as fault:
            if is_away(fault):
                raise
            ended = faults.outcome(fault, letter.message.id, "ghi sổ")
            self._will_be_ended(letter, ended)
        return None

    def _will_be_ended(self, letter: ComposedMessage, outcome: Outcome) -> None:
        fate = Fate("failed", outcome.detail)
        self.tally(fate)
        with writing(self.engine) as session:
            outcomes.write(session.connection(), [OutcomeEntry(letter, outcome)], self.now)
            outcomes.settle(session, self.office, [(letter.message, fate)], self.now)

    def _record(self, session: Session, entries: Sequence[OutcomeEntry]) -> None:
        if not entries:
            return
        self._well = all(entry.outcome is None or entry.outcome.kind is OutcomeKind.OK for entry in entries)
        outcomes.record(session, self.office, self.way.name, entries, self.now, mail=self.channel.resends_on_doubt)

    def _leave(self, rest: Sequence[ComposedMessage]) -> None:
        """For later, as if they had never been claimed."""
        if not rest and not self._pause:
            return
        with writing(self.engine) as session:
            if self._pause:
                gate.pause(session, self.office, self.way.name, self._pause, self.now)
            outcomes.release(session, [letter.message for letter in rest])
            gate.count(session, self.way.name, -len(rest), self.now)
        self._pause = ""


def _is_plain(entry: OutcomeEntry) -> bool:
    """Taken, and nothing else to be learnt from it."""
    taken = entry.outcome is None or (entry.outcome.kind is OutcomeKind.OK and entry.outcome.quota is None)
    return taken and (entry.fate is None or entry.fate.state == "sent")


def _intent(letter: ComposedMessage, now: datetime) -> dict[str, Any]:
    assert letter.recipient is not None
    assert letter.rendered is not None
    return {
        "address": letter.address,
        "subject": letter.rendered.subject,
        "state": "intent",
        "code": "",
        "detail": "",
        "provider_ref": "",
        "started_at": now,
    }
