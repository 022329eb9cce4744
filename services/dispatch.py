"""Delivers what waits: claim, look again whether it is still due, write the intent, send, record."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, bindparam, delete, insert, update

from models import queries_messages
from models.database import reading, table, writing
from models.messages import Attempt, Message
from notifications.channel import Attachment, Channel, Envelope, Outcome, OutcomeKind
from notifications.keys import message_id, thread_id
from rules.deadlines import local_day
from rules.office import Office
from services.letters import Letter, compose

BATCH = 100
LEASE = timedelta(minutes=5)
SHARE = 0.6  # of a lease may pass before the last mail of a batch begins: the rest is for one slow server's answer
BACK_OFF = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=8),
    timedelta(minutes=30),
    timedelta(hours=2),
)
MOST_TRIES = 40  # about three days of trying
MOST_DOUBTS = 3  # times an e-mail whose fate is unknown is sent again, with the same Message-ID
PAUSE = timedelta(minutes=30)  # of a channel that is out of order: who knocks on and on is locked out
GIVE_WAY = 3  # channel failures in a row after which the rest of the batch is left for later
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Outgoing:
    """Where mail leaves, and what holds it back outside production."""

    channels: Mapping[str, Channel]
    domain: str
    worker: str = "kyhan"
    examples: bool = True  # whether made-up contacts may be written to: only towards a loopback server
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


@dataclass(frozen=True)
class Fate:
    """What becomes of a message after an outcome."""

    state: str
    reason: str = ""
    not_before: datetime | None = None


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
    digests = office.calendar.is_working_day(local_day(now))
    left = limit if limit is not None else 1_000_000
    began = time.monotonic()
    while left > 0:
        until = now + timedelta(seconds=time.monotonic() - began) + LEASE
        with writing(engine) as session:
            batch = min(BATCH, left)
            claimed = queries_messages.claim(session, outgoing.worker, now, until, batch, digests=digests, kinds=kinds)
        if not claimed:
            break
        left -= len(claimed)
        with reading(engine) as session:
            letters = compose(session, office, claimed, now)
        if not _deliver(engine, outgoing, letters, now, done):
            break
    return done


def _deliver(engine: Engine, outgoing: Outgoing, letters: Sequence[Letter], now: datetime, done: Dispatched) -> bool:
    """False when the channel is out of order and the rest should wait."""
    held = {letter.message.id: fate for letter in letters if (fate := _held_back(outgoing, letter)) is not None}
    ready = [letter for letter in letters if letter.message.id not in held]
    with writing(engine) as session:
        if ready:
            session.execute(insert(table(Attempt)), [_intent(letter, now) for letter in ready])
        _settle(session, held, now)
    done.expired += sum(fate.state == "expired" for fate in held.values())
    done.suppressed += sum(fate.state == "suppressed" for fate in held.values())
    outcomes = _send(outgoing, ready, now)
    with writing(engine) as session:
        _record(session, ready, outcomes, now, done)
    return len(outcomes) == len(ready)


def _held_back(outgoing: Outgoing, letter: Letter) -> Fate | None:
    recipient = letter.recipient
    if recipient is None:
        return Fate("failed", "người nhận không còn giữ vị trí nào")
    if letter.rendered is None:
        return Fate("expired", "đã có câu trả lời trước khi gửi")
    if outgoing.dry_run:
        return Fate("suppressed", "chạy thử, không gửi")
    if recipient.example and not outgoing.examples:
        return Fate("suppressed", "địa chỉ ví dụ chỉ được gửi tới máy chủ thư cục bộ")
    if outgoing.allow_list and recipient.email.lower() not in outgoing.allow_list:
        return Fate("suppressed", "địa chỉ không nằm trong danh sách cho phép")
    if letter.message.channel not in outgoing.channels:
        return Fate("failed", f"chưa cấu hình kênh {letter.message.channel}")
    return None


def _intent(letter: Letter, now: datetime) -> dict[str, Any]:
    assert letter.recipient is not None
    assert letter.rendered is not None
    return {
        "message_id": letter.message.id,
        "number": letter.message.attempts,
        "address": letter.recipient.email,
        "subject": letter.rendered.subject,
        "state": "intent",
        "code": "",
        "detail": "",
        "provider_ref": "",
        "started_at": now,
    }


def _send(outgoing: Outgoing, letters: Sequence[Letter], now: datetime) -> list[Outcome]:
    """One open connection a channel; stops early when the channel itself fails, or before the lease runs out."""
    outcomes: list[Outcome] = []
    if not letters:
        return outcomes
    channel = outgoing.channels[letters[0].message.channel]
    failures, last_call = 0, time.monotonic() + SHARE * LEASE.total_seconds()
    with channel.open() as session:
        for letter in letters:
            outcome = session.send(_envelope(outgoing, letter, now))
            outcomes.append(outcome)
            failures = failures + 1 if outcome.kind is OutcomeKind.RETRY else 0
            if outcome.kind is OutcomeKind.STOP or failures >= GIVE_WAY or time.monotonic() > last_call:
                break
    return outcomes


def _envelope(outgoing: Outgoing, letter: Letter, now: datetime) -> Envelope:
    assert letter.recipient is not None
    assert letter.rendered is not None
    return Envelope(
        key=letter.message.key,
        message_id=message_id(letter.message.key, outgoing.domain),
        thread_id=thread_id(letter.thread, outgoing.domain) if letter.thread else None,
        to_address=letter.recipient.email,
        to_name=letter.recipient.name,
        subject=letter.rendered.subject,
        text=letter.rendered.text,
        html=letter.rendered.html,
        sent_at=now,
        attachments=_attachments(letter),
    )


def _attachments(letter: Letter) -> tuple[Attachment, ...]:
    if letter.attachment is None or not letter.attachment.exists():
        return ()
    return (Attachment(letter.attachment.name, WORD, letter.attachment.read_bytes()),)


# --- recording -----------------------------------------------------------------------------------------------------

ATTEMPT_STATES = {OutcomeKind.OK: "accepted", OutcomeKind.UNKNOWN: "unknown"}


def _record(
    session: Any, letters: Sequence[Letter], outcomes: Sequence[Outcome], now: datetime, done: Dispatched
) -> None:
    told = list(zip(letters, outcomes, strict=False))
    fates = {letter.message.id: _fate(letter, outcome, now) for letter, outcome in told}
    unsent = [letter.message.id for letter in letters[len(outcomes) :]]
    if told:
        _note_attempts(session, told, now)
    _settle(session, fates, now)
    if unsent:
        _release(session, unsent)
    for letter, outcome in told:
        if outcome.kind is OutcomeKind.STOP:
            _pause(session, letter.message.channel, outcome.detail, now + PAUSE)
    for _, outcome in told:
        _tally(done, outcome)


def _note_attempts(session: Any, told: Sequence[tuple[Letter, Outcome]], now: datetime) -> None:
    attempts = table(Attempt)
    statement = (
        update(attempts)
        .where(attempts.c.message_id == bindparam("m"), attempts.c.number == bindparam("n"))
        .values(
            state=bindparam("s"),
            code=bindparam("c"),
            detail=bindparam("d"),
            provider_ref=bindparam("p"),
            finished_at=now,
        )
    )
    rows = [
        {
            "m": letter.message.id,
            "n": letter.message.attempts,
            "s": ATTEMPT_STATES.get(outcome.kind, "rejected"),
            "c": outcome.code,
            "d": outcome.detail,
            "p": outcome.provider_ref or "",
        }
        for letter, outcome in told
    ]
    session.connection().execute(statement, rows)


def _fate(letter: Letter, outcome: Outcome, now: datetime) -> Fate:
    tries = letter.message.attempts
    if outcome.kind is OutcomeKind.OK:
        return Fate("sent")
    if outcome.kind is OutcomeKind.STOP:
        return Fate("pending", outcome.detail, now + PAUSE)
    if outcome.kind is OutcomeKind.RETRY and tries < MOST_TRIES:
        return Fate("pending", outcome.detail, now + BACK_OFF[min(tries - 1, len(BACK_OFF) - 1)])
    if outcome.kind is OutcomeKind.UNKNOWN and tries < MOST_DOUBTS:
        return Fate("pending", outcome.detail, now + BACK_OFF[2])
    exhausted = outcome.kind in (OutcomeKind.RETRY, OutcomeKind.UNKNOWN)
    return Fate("exhausted" if exhausted else "failed", outcome.detail)


def _settle(session: Any, fates: Mapping[int, Fate], now: datetime) -> None:
    if not fates:
        return
    messages = table(Message)
    final = [{"m": id, "s": f.state, "r": f.reason} for id, f in fates.items() if f.not_before is None]
    again = [{"m": id, "r": f.reason, "b": f.not_before} for id, f in fates.items() if f.not_before is not None]
    free = {"lease_owner": None, "lease_until": None}
    connection = session.connection()
    if final:
        statement = update(messages).where(messages.c.id == bindparam("m"))
        connection.execute(
            statement.values(state=bindparam("s"), reason=bindparam("r"), finished_at=now, **free), final
        )
    if again:
        statement = update(messages).where(messages.c.id == bindparam("m"))
        connection.execute(
            statement.values(state="pending", reason=bindparam("r"), not_before=bindparam("b"), **free), again
        )


def _release(session: Any, messages: Sequence[int]) -> None:
    """Surely not sent: as if they had never been claimed."""
    attempts, rows = table(Attempt), table(Message)
    unbegun = (attempts.c.message_id.in_(messages), attempts.c.state == "intent")
    session.execute(delete(attempts).where(*unbegun))
    session.execute(
        update(rows)
        .where(rows.c.id.in_(messages))
        .values(state="pending", attempts=rows.c.attempts - 1, lease_owner=None, lease_until=None)
    )


def _pause(session: Any, channel: str, reason: str, until: datetime) -> None:
    rows = table(Message)
    waiting = (rows.c.state == "pending", rows.c.channel == channel, rows.c.not_before < until)
    session.connection().execute(update(rows).where(*waiting).values(not_before=until, reason=reason))


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
        for message in stale:
            attempt = begun.get(message.id or 0)
            if attempt is not None:
                attempt.state, attempt.finished_at = "unknown", now
            channel = outgoing.channels.get(message.channel)
            again = attempt is None or (
                channel is not None and channel.resends_on_doubt and message.attempts < MOST_DOUBTS
            )
            message.state = "pending" if again else "exhausted"
            message.reason = "" if attempt is None else "dừng giữa chừng khi đang gửi"
            message.lease_owner, message.lease_until = None, None
