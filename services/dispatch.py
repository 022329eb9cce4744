"""Delivers what waits: claim, look again whether it is still due, write the intent, send, record."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert
from sqlmodel import Session

from models import queries_messages, queries_outbox
from models.database import reading, table, writing
from models.messages import Attempt
from models.queries_messages import Claimed
from notifications.channel import Channel, Outcome, OutcomeKind
from rules.channels import Way
from rules.deadlines import local_day, start_of
from rules.office import Office
from services import address_health, channel_gate, outbox_hours, settle
from services.channel_gate import PAUSE as PAUSE
from services.envelopes import envelope
from services.letters import Letter, compose
from services.restraint import listed
from services.settle import BACK_OFF as BACK_OFF
from services.settle import MOST_DOUBTS, Fate
from services.settle import MOST_TRIES as MOST_TRIES
from services.tries import NONE, tries_before

BATCH = 200
SMALL_BATCH = 10  # where a doubt is not sent again: what a death leaves in doubt is lost to that channel
LEASE = timedelta(minutes=5)
SHARE = 0.6  # of a lease may pass before the last mail of a batch begins: the rest is for one slow server's answer
GIVE_WAY = 3  # channel failures in a row after which the rest of the batch is left for later


@dataclass(frozen=True)
class Outgoing:
    """Where mail leaves, and what holds it back outside production."""

    channels: Mapping[str, Channel]
    domain: str
    worker: str = "kyhan"
    examples: bool = True  # whether made-up contacts may be written to: only towards a loopback server
    outside: frozenset[str] = frozenset()  # channels that do not end there, wherever the mail goes
    allow_list: frozenset[str] = frozenset()  # if not empty, only these addresses
    dry_run: bool = False


@dataclass
class Dispatched:
    sent: int = 0
    retried: int = 0
    failed: int = 0
    expired: int = 0  # nothing left to say: answered in the meantime
    suppressed: int = 0
    problems: list[str] = field(default_factory=list)


def dispatch(
    engine: Engine,
    office: Office,
    outgoing: Outgoing,
    now: datetime,
    limit: int | None = None,
    kinds: Collection[str] | None = None,
) -> Dispatched:
    """Until nothing waits, `limit` is reached, or the channel fails. Reminders rest on days off; receipts do not.

    `kinds`: only these, for whoever waits at the door for a letter and not for the next round of the post.
    """
    done = Dispatched()
    _reap(engine, outgoing, now)
    with writing(engine) as session:
        done.expired += queries_outbox.expire(session, now)
    with reading(engine) as session:
        channels = queries_outbox.waiting_channels(session, now)
    left = limit if limit is not None else channel_gate.EVERYTHING
    for name in channels:
        way = next((way for way in office.ways if way.name == name), Way(name, name, "email"))
        left -= _Round(engine, office, outgoing, way, now, kinds, done).run(left)
    return done


@dataclass
class _Round:
    """One channel's turn: until nothing waits, `limit` is reached, or the channel fails."""

    engine: Engine
    office: Office
    outgoing: Outgoing
    way: Way
    now: datetime
    kinds: Collection[str] | None
    done: Dispatched

    def run(self, limit: int) -> int:
        left, began = limit, time.monotonic()
        while left > 0:
            until = self.now + timedelta(seconds=time.monotonic() - began) + LEASE
            with writing(self.engine) as session:
                claimed = self.claim(session, until, left)
            if not claimed:
                break
            left -= len(claimed)
            with reading(self.engine) as session:
                letters = compose(session, self.office, claimed, self.now)
                held = self.held_back(session, letters)
            if not self.deliver(letters, held):
                break
        return limit - left

    def claim(self, session: Session, until: datetime, left: int) -> list[Claimed]:
        """Counted in the same transaction, so that no two workers spend the same part of a quota."""
        channel = self.outgoing.channels.get(self.way.name)
        largest = BATCH if channel is None or channel.resends_on_doubt else SMALL_BATCH
        batch = min(largest, left, channel_gate.room(session, self.way, self.now))
        if batch == 0:
            return []
        claimed = queries_messages.claim(
            session,
            self.outgoing.worker,
            self.now,
            until,
            batch,
            digests=outbox_hours.reminders_may_leave(self.office, self.now),
            kinds=outbox_hours.only_these(self.now, self.kinds),
            channel=self.way.name,
        )
        channel_gate.count(session, self.way.name, len(claimed), self.now)
        return claimed

    def held_back(self, session: Session, letters: Sequence[Letter]) -> dict[int, Fate]:
        """What must not leave, or not now."""
        name, people = self.way.name, {letter.message.person_id for letter in letters}
        dead = address_health.is_dead(session, name, {one.address for one in letters if one.address}, self.now)
        since = start_of(local_day(self.now))
        lately = queries_outbox.written_to(session, people, name, since, outbox_hours.UNCOUNTED)
        held: dict[int, Fate] = {}
        for letter in letters:
            fate = _held_back(self.outgoing, letter, dead) or _too_soon(letter, lately, self.now)
            if fate is not None:
                held[letter.message.id] = fate
            elif letter.message.kind not in outbox_hours.UNCOUNTED:
                number, _ = lately.get(letter.message.person_id, (0, self.now))
                lately[letter.message.person_id] = (number + 1, self.now)
        return held

    def deliver(self, letters: Sequence[Letter], held: Mapping[int, Fate]) -> bool:
        """False when the channel is out of order and the rest should wait."""
        ready = [letter for letter in letters if letter.message.id not in held]
        with writing(self.engine) as session:
            ours = queries_messages.still_held(session, [letter.message for letter in letters])
            ready = [letter for letter in ready if letter.message.id in ours]
            held = {id: fate for id, fate in held.items() if id in ours}
            if ready:
                session.execute(insert(table(Attempt)), [_intent(letter, self.now) for letter in ready])
            settle.settle(session, self.office, held, self.now)
            channel_gate.count(session, self.way.name, len(ready) - len(letters), self.now)
        self.done.expired += sum(fate.state == "expired" for fate in held.values())
        self.done.suppressed += sum(fate.state == "suppressed" for fate in held.values())
        self.done.failed += sum(fate.state == "failed" for fate in held.values())
        outcomes = self.send(ready) if ready else []
        if ready:
            with writing(self.engine) as session:
                self.record(session, ready, outcomes)
        return len(outcomes) == len(ready)

    def send(self, letters: Sequence[Letter]) -> list[Outcome]:
        """One open connection; stops early when the channel itself fails, or before the lease runs out."""
        outcomes: list[Outcome] = []
        failures, last_call = 0, time.monotonic() + SHARE * LEASE.total_seconds()
        with self.outgoing.channels[self.way.name].open() as session:
            for letter in letters:
                begun = time.monotonic()
                outcome = session.send(envelope(self.office, letter, self.outgoing.domain, self.now))
                outcomes.append(outcome)
                failures = failures + 1 if channel_gate.is_transport_failure(outcome) else 0
                closed = channel_gate.closes_channel(outcome) or failures >= GIVE_WAY
                if closed or time.monotonic() > last_call:
                    break
                if self.way.per_second:
                    time.sleep(max(0.0, begun + 1 / self.way.per_second - time.monotonic()))
        return outcomes

    def record(self, session: Session, letters: Sequence[Letter], outcomes: Sequence[Outcome]) -> None:
        told = list(zip(letters, outcomes, strict=False))
        resends = self.outgoing.channels[self.way.name].resends_on_doubt
        if told:
            settle.record(session, self.office, self.way.name, told, self.now, resends_on_doubt=resends)
        unsent = [letter.message.id for letter in letters[len(outcomes) :]]
        if unsent:
            settle.release(session, unsent)
        left = sum(outcome.kind in LEFT for outcome in outcomes)
        channel_gate.count(session, self.way.name, left - len(letters), self.now)
        for outcome in outcomes:
            _tally(self.done, outcome)


LEFT = (OutcomeKind.OK, OutcomeKind.UNKNOWN)


def _held_back(outgoing: Outgoing, letter: Letter, dead: Mapping[str, str]) -> Fate | None:
    recipient = letter.recipient
    if recipient is None:
        return Fate("failed", "người nhận không còn giữ vị trí nào")
    if letter.rendered is None:
        return Fate("expired", "đã có câu trả lời trước khi gửi")
    if letter.refused:
        return Fate("suppressed", "người nhận đã dừng nhận tin qua kênh này", elsewhere=True)
    if not letter.address:
        return Fate("failed", "không còn địa chỉ của người nhận ở kênh này", elsewhere=True)
    if outgoing.dry_run:
        return Fate("suppressed", "chạy thử, không gửi")
    if recipient.example and (not outgoing.examples or letter.message.channel in outgoing.outside):
        return Fate("suppressed", "địa chỉ ví dụ chỉ được gửi tới máy chủ thư cục bộ")
    if outgoing.allow_list and not (listed(letter.address, outgoing.allow_list) or _linked(letter, outgoing)):
        return Fate("suppressed", "địa chỉ không nằm trong danh sách cho phép")
    if letter.message.channel not in outgoing.channels:
        return Fate("failed", f"chưa cấu hình kênh {letter.message.channel}", elsewhere=True)
    if letter.address in dead:
        return Fate("failed", f"địa chỉ không dùng được: {dead[letter.address]}", elsewhere=True)
    return None


def _linked(letter: Letter, outgoing: Outgoing) -> bool:
    """Nobody can list the id of a chat beforehand: there the person's own address counts."""
    return bool(letter.link) and letter.recipient is not None and letter.recipient.email.lower() in outgoing.allow_list


def _too_soon(letter: Letter, lately: outbox_hours.Lately, now: datetime) -> Fate | None:
    told = outbox_hours.too_soon(letter.message.kind, letter.message.person_id, lately, now)
    return Fate("pending", told[0], told[1], counts=False) if told else None


def _intent(letter: Letter, now: datetime) -> dict[str, Any]:
    assert letter.recipient is not None
    assert letter.rendered is not None
    return {
        "message_id": letter.message.id,
        "number": letter.message.attempts,
        "address": letter.address,
        "subject": letter.rendered.subject,
        "state": "intent",
        "code": "",
        "detail": "",
        "provider_ref": "",
        "started_at": now,
    }


def _tally(done: Dispatched, outcome: Outcome) -> None:
    if outcome.kind is OutcomeKind.OK:
        done.sent += 1
        return
    if outcome.kind in (OutcomeKind.RETRY, OutcomeKind.UNKNOWN, OutcomeKind.STOP):
        done.retried += 1
    else:
        done.failed += 1
    if outcome.detail and outcome.detail not in done.problems:
        done.problems.append(outcome.detail)


def _reap(engine: Engine, outgoing: Outgoing, now: datetime) -> None:
    """A lease that ran out: surely unsent ones wait again; those perhaps sent follow the rule of their channel."""
    with writing(engine) as session:
        stale = queries_messages.expired_leases(session, now)
        if not stale:
            return
        begun = {
            attempt.message_id: attempt for attempt in queries_messages.intents(session, [m.id or 0 for m in stale])
        }
        before = tries_before(session, begun)
        for message in stale:
            attempt = begun.get(message.id or 0)
            if attempt is not None:
                attempt.state, attempt.finished_at = "unknown", now
            channel = outgoing.channels.get(message.channel)
            doubts = before.get(message.id or 0, NONE).doubts + 1
            again = attempt is None or (channel is not None and channel.resends_on_doubt and doubts < MOST_DOUBTS)
            message.state = "pending" if again else "exhausted"
            message.finished_at = None if again else now
            message.reason = "" if attempt is None else "dừng giữa chừng khi đang gửi"
            message.lease_owner, message.lease_until = None, None
