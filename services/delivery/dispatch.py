"""Delivers what waits: claim, look again whether it is still due, write the intent, send, record."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from models.database import id_of, reading, writing
from models.queries.messages import claiming as messages_queries
from models.queries.messages import outbox as outbox_queries
from models.queries.messages.claiming import ClaimedMessage
from models.queries.people import examples as examples_queries
from notifications.channel import Channel, Outcome
from rules.channels import ChannelPolicy
from rules.deadlines import local_day, start_of
from rules.office import Office
from services.delivery import outcomes
from services.delivery.compose import ComposedMessage, compose
from services.delivery.outcomes import BACK_OFF as BACK_OFF
from services.delivery.outcomes import MOST_DOUBTS, Fate
from services.delivery.outcomes import MOST_TRIES as MOST_TRIES
from services.delivery.retry_policy import NONE, tries_before
from services.delivery.sending import Sender
from services.outbox import address_health, gate, holds, rest
from services.outbox import hours as outbox_hours
from services.outbox.gate import PAUSE as PAUSE
from services.outbox.sending_policy import listed
from services.outbox.successor_mail import OF_AN_EXAMPLE

BATCH = 200
LEASE = timedelta(minutes=5)  # of a message, anew when it is begun: longer than any one conversation
HELD_FOR = timedelta(hours=1)  # what the list of addresses keeps in is looked at again then
DRY_RUN = "chạy thử, không gửi"
NOT_LISTED = "địa chỉ không nằm trong danh sách cho phép"
ROUND = timedelta(minutes=20)  # after that the next round takes what is left


@dataclass(frozen=True)
class Outgoing:
    """Where mail leaves, and what holds it back outside production."""

    channels: Mapping[str, Channel]
    domain: str
    worker: str = "kyhan"
    examples: bool = True  # whether made-up contacts may be written to: in a demonstration
    outside: frozenset[str] = frozenset()  # channels that do not end there, wherever the mail goes
    inside: frozenset[str] = frozenset()  # channels that end in our own mail catcher: open in a copy at rest, too
    allow_list: frozenset[str] = frozenset()  # if not empty, only these addresses
    dry_run: bool = False


@dataclass
class DispatchResult:
    sent: int = 0
    retried: int = 0
    failed: int = 0
    expired: int = 0  # nothing left to say: answered in the meantime
    suppressed: int = 0  # not let out; what a dry run or the list of addresses keeps in waits all the same
    problems: list[str] = field(default_factory=list)

    def add(self, fate: Fate) -> None:
        """Of what was begun."""
        if fate.state == "sent":
            self.sent += 1
            return
        if fate.state == "pending":
            self.retried += 1
        else:
            self.failed += 1
        self._tell(fate.reason)

    def add_held(self, fate: Fate, fault: Outcome | None) -> None:
        self.expired += fate.state == "expired"
        self.suppressed += fate.state == "suppressed" or fate.reason == NOT_LISTED
        self.failed += fate.state == "failed"
        if fault is not None:
            self._tell(fault.detail)

    def _tell(self, problem: str) -> None:
        if problem and problem not in self.problems:
            self.problems.append(problem)


def dispatch(
    engine: Engine,
    office: Office,
    outgoing: Outgoing,
    now: datetime,
    limit: int | None = None,
    kinds: Collection[str] | None = None,
) -> DispatchResult:
    """Until nothing waits, `limit` is reached, or the channel fails. Reminders rest on days off; receipts do not.

    `kinds`: only these, for whoever waits at the door for a letter and not for the next round of the post.
    """
    done = DispatchResult()
    _reap(engine, outgoing, now)
    with writing(engine) as session:
        done.expired += outbox_queries.expire(session, now)
    if outgoing.dry_run:
        with writing(engine) as session:
            done.suppressed = outbox_queries.keep_waiting(session, DRY_RUN, now)
        return done
    with reading(engine) as session:
        channels = outbox_queries.waiting_channels(session, now)
        if rest.resting_since(session) is not None:
            channels = [name for name in channels if name in outgoing.inside]
            done.problems.append(rest.VI)
    left = limit if limit is not None else gate.EVERYTHING
    ends = time.monotonic() + ROUND.total_seconds()
    for name in channels:
        way = next((way for way in office.channels if way.name == name), ChannelPolicy(name, name, "email"))
        left -= _Round(engine, office, outgoing, way, now, kinds, done, ends).run(left)
    return done


@dataclass
class _Round:
    """One channel's turn: until nothing waits, `limit` is reached, time is up, or the channel fails."""

    engine: Engine
    office: Office
    outgoing: Outgoing
    way: ChannelPolicy
    now: datetime
    kinds: Collection[str] | None
    done: DispatchResult
    ends: float  # on the machine's own clock: no batch begins after that

    def run(self, limit: int) -> int:
        left, began, sender = limit, time.monotonic(), self.sender()
        while left > 0 and time.monotonic() < self.ends:
            claimed_at = time.monotonic()
            until = self.now + timedelta(seconds=claimed_at - began) + LEASE
            with writing(self.engine) as session:
                claimed = self.claim(session, until, left, sender)
            if not claimed:
                break
            left -= len(claimed)
            with reading(self.engine) as session:
                letters = compose(session, self.office, claimed, self.now)
                held = self.held_back(session, letters)
            ready = self.settle_held(letters, held)
            if ready and not (sender and sender.send(ready, claimed_at)):
                break
        if sender is not None:
            sender.finish()
        return limit - left

    def sender(self) -> Sender | None:
        channel = self.outgoing.channels.get(self.way.name)
        if channel is None:
            return None
        return Sender(self.engine, self.office, self.way, channel, self.outgoing.domain, self.now, LEASE, self.done.add)

    def claim(self, session: Session, until: datetime, left: int, sender: Sender | None) -> list[ClaimedMessage]:
        """Counted in the same transaction, so that no two workers spend the same part of a quota."""
        if holds.is_held(session, self.way.name):
            return []
        batch = min(BATCH, left, gate.room(session, self.way, self.now))
        if batch == 0:
            return []
        trial = gate.on_trial(session, self.way.name)
        if sender is not None:
            sender.trial = trial
        claimed = messages_queries.claim(
            session,
            self.outgoing.worker,
            self.now,
            until,
            batch,
            digests=outbox_hours.reminders_may_leave(self.office, self.now),
            kinds=outbox_hours.only_these(self.now, self.kinds),
            channel=self.way.name,
            first=outbox_hours.ALARMS if trial else (),  # people hear of a pause by the first mail that leaves again
        )
        gate.count(session, self.way.name, len(claimed), self.now)
        return claimed

    def held_back(self, session: Session, letters: Sequence[ComposedMessage]) -> dict[int, Fate]:
        """What must not leave, or not now."""
        name, people = self.way.name, {letter.message.person_id for letter in letters}
        dead = address_health.is_dead(session, name, {one.address for one in letters if one.address}, self.now)
        since = start_of(local_day(self.now))
        lately = outbox_queries.written_to(session, people, name, since, outbox_hours.UNCOUNTED)
        demonstration = examples_queries.examples_count(session, local_day(self.now))
        outgoing = replace(self.outgoing, examples=self.outgoing.examples and demonstration)
        held: dict[int, Fate] = {}
        for letter in letters:
            fate = _held_back(outgoing, letter, dead, self.now) or _too_soon(letter, lately, self.now)
            if fate is not None:
                held[letter.message.id] = fate
            elif letter.message.kind not in outbox_hours.UNCOUNTED:
                number, _ = lately.get(letter.message.person_id, (0, self.now))
                lately[letter.message.person_id] = (number + 1, self.now)
        return held

    def settle_held(self, letters: Sequence[ComposedMessage], held: Mapping[int, Fate]) -> list[ComposedMessage]:
        """Returns those that may leave."""
        if held:
            with writing(self.engine) as session:
                fates = [(one.message, held[one.message.id]) for one in letters if one.message.id in held]
                outcomes.settle(session, self.office, fates, self.now)
                gate.count(session, self.way.name, -len(held), self.now)
        for letter in letters:
            fate = held.get(letter.message.id)
            if fate is not None:
                self.done.add_held(fate, letter.fault)
        return [letter for letter in letters if letter.message.id not in held]


def _held_back(outgoing: Outgoing, letter: ComposedMessage, dead: Mapping[str, str], now: datetime) -> Fate | None:
    recipient = letter.recipient
    if letter.fault is not None:
        return Fate("failed", letter.fault.detail)
    if recipient is None:
        return Fate("failed", "người nhận không còn giữ vị trí nào")
    if letter.rendered is None:
        return Fate("expired", "đã có câu trả lời trước khi gửi")
    if letter.refused:
        return Fate("suppressed", "người nhận đã dừng nhận tin qua kênh này", elsewhere=True)
    if not letter.address:
        return Fate("failed", "không còn địa chỉ của người nhận ở kênh này", elsewhere=True)
    if recipient.example and (not outgoing.examples or letter.message.channel in outgoing.outside):
        return Fate("suppressed", OF_AN_EXAMPLE)
    if outgoing.allow_list and not (listed(letter.address, outgoing.allow_list) or _allowed_by_mail(letter, outgoing)):
        return Fate("pending", NOT_LISTED, now + HELD_FOR, counts=False)
    if letter.message.channel not in outgoing.channels:
        return Fate("failed", f"chưa cấu hình kênh {letter.message.channel}", elsewhere=True)
    if letter.address in dead:
        return Fate("failed", f"địa chỉ không dùng được: {dead[letter.address]}", elsewhere=True)
    return None


def _allowed_by_mail(letter: ComposedMessage, outgoing: Outgoing) -> bool:
    """Nobody can list the id of a chat beforehand: there the person's own address counts."""
    recipient = letter.recipient
    return bool(letter.contact) and recipient is not None and recipient.email.lower() in outgoing.allow_list


def _too_soon(letter: ComposedMessage, lately: outbox_hours.Lately, now: datetime) -> Fate | None:
    reason = outbox_hours.too_soon(letter.message.kind, letter.message.person_id, lately, now)
    return Fate("pending", reason[0], reason[1], counts=False) if reason else None


def _reap(engine: Engine, outgoing: Outgoing, now: datetime) -> None:
    """A lease that ran out: what was not begun waits again; what was perhaps sent follows the rule of its channel."""
    with writing(engine) as session:
        stale = messages_queries.expired_leases(session, now)
        if not stale:
            return
        begun = {
            attempt.message_id: attempt for attempt in messages_queries.intents(session, [id_of(m) for m in stale])
        }
        before = tries_before(session, begun)
        for message in stale:
            attempt = begun.get(id_of(message))
            message.lease_owner, message.lease_until = None, None
            if attempt is None:
                message.state, message.reason = "pending", ""
                continue
            attempt.state, attempt.finished_at = "unknown", now
            channel = outgoing.channels.get(message.channel)
            doubts = before.get(id_of(message), NONE).doubts + 1
            again = channel is not None and channel.resends_on_doubt and doubts < MOST_DOUBTS
            message.state, message.reason = "pending" if again else "exhausted", "dừng giữa chừng khi đang gửi"
            message.finished_at = None if again else now
            message.not_before = now  # behind all that were never begun: who dies of one letter dies of it last
        for name, number in Counter(m.channel for m in stale if m.id not in begun).items():
            gate.count(session, name, -number, now)
