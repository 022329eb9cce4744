"""Records what became of messages: their attempts, their fate, what is known of addresses and channels since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlmodel import Session

from models.database import table
from models.messages import Attempt, Message
from notifications.channel import Outcome, OutcomeKind
from notifications.smtp_answers import LATER, SIZE
from rules.office import Office
from services import address_health, channel_gate, log, reputation
from services.channel_gate import PAUSE
from services.fall_back import fall_back, send_lite
from services.letters import Letter
from services.tries import state_after
from services.zalo_links import unlink

BACK_OFF = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=8),
    timedelta(minutes=30),
    timedelta(hours=2),
)
LATER_ON = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))
MOST_TRIES = 40  # about three days of trying
MOST_REFUSALS = 20  # the same, where the server itself says «not now»
MOST_DOUBTS = 3  # times an e-mail whose fate is unknown is sent again, with the same Message-ID
TOO_BIG = "thư quá lớn đối với máy chủ, được gửi lại không kèm tệp"
IN_DOUBT = "không rõ đã gửi hay chưa; kênh này không gửi lại"
ADDRESS_IS_DEAD = (OutcomeKind.DEAD, OutcomeKind.OPTOUT)

Told = Sequence[tuple[Letter, Outcome]]


@dataclass(frozen=True)
class Fate:
    """What becomes of a message after an outcome."""

    state: str
    reason: str = ""
    not_before: datetime | None = None
    counts: bool = True  # False: it was never begun, so the try is given back
    elsewhere: bool = False  # surely not delivered: another channel may take over
    lite: bool = False  # to be sent once more without its files


def record(
    session: Session, office: Office, channel: str, told: Told, now: datetime, *, resends_on_doubt: bool
) -> None:
    if any(outcome.kind is not OutcomeKind.OK for _, outcome in told):
        log.hold(session)  # before the rows: whoever took it last would wait for those that hold it
    note_attempts(session, told, now)
    settle(session, office, {one.message.id: fate(one, said, now, resends_on_doubt) for one, said in told}, now)
    _note_addresses(session, channel, told, now)
    channel_gate.note(session, office, channel, [outcome for _, outcome in told], now)
    reputation.watch_parts(session, office, channel, [outcome for _, outcome in told], now)
    if resends_on_doubt:
        reputation.watch(session, office, channel, [outcome for _, outcome in told], now)


def note_attempts(session: Session, told: Told, now: datetime) -> None:
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
            "s": state_after(outcome),
            "c": outcome.code,
            "d": outcome.detail,
            "p": outcome.provider_ref or "",
        }
        for letter, outcome in told
    ]
    session.connection().execute(statement, rows)


def fate(letter: Letter, outcome: Outcome, now: datetime, resends_on_doubt: bool) -> Fate:
    later = outcome.not_before or now
    if outcome.kind is OutcomeKind.OK:
        return Fate("sent")
    if channel_gate.closes_channel(outcome):
        return Fate("pending", outcome.detail, max(later, now + PAUSE))
    if outcome.kind is OutcomeKind.RESCHEDULE:
        return Fate("pending", outcome.detail, max(later, now + BACK_OFF[0]))
    if outcome.kind is OutcomeKind.RETRY:
        refused = resends_on_doubt and LATER.match(outcome.code)
        before = letter.before.refusals if refused else letter.before.failures
        most, waits = (MOST_REFUSALS, LATER_ON) if refused else (MOST_TRIES, BACK_OFF)
        if before + 1 < most:
            return Fate("pending", outcome.detail, max(later, now + waits[min(before, len(waits) - 1)]))
    if outcome.kind is OutcomeKind.UNKNOWN:
        return _in_doubt(outcome, letter.before.doubts, now, resends_on_doubt)
    if outcome.concerns == SIZE and letter.has_files:
        return Fate("failed", f"{TOO_BIG}: {outcome.detail}", lite=True)
    state = "exhausted" if outcome.kind is OutcomeKind.RETRY else "failed"
    return Fate(state, outcome.detail, elsewhere=True)


def _in_doubt(outcome: Outcome, before: int, now: datetime, resends_on_doubt: bool) -> Fate:
    if not resends_on_doubt:
        return Fate("exhausted", f"{IN_DOUBT}: {outcome.detail}")
    if before + 1 < MOST_DOUBTS:
        return Fate("pending", outcome.detail, now + BACK_OFF[2])
    return Fate("exhausted", outcome.detail)


def settle(session: Session, office: Office, fates: Mapping[int, Fate], now: datetime) -> None:
    if not fates:
        return
    messages = table(Message)
    final = [{"m": id, "s": f.state, "r": f.reason} for id, f in fates.items() if f.not_before is None]
    again = [
        {"m": id, "r": f.reason, "b": f.not_before, "back": 0 if f.counts else 1}
        for id, f in fates.items()
        if f.not_before is not None
    ]
    free = {"lease_owner": None, "lease_until": None}
    statement = update(messages).where(messages.c.id == bindparam("m"))
    connection = session.connection()
    if final:
        done = {"state": bindparam("s"), "reason": bindparam("r"), "finished_at": now}
        connection.execute(statement.values(**done, **free), final)
    if again:
        waits = {"state": "pending", "reason": bindparam("r"), "not_before": bindparam("b")}
        tries = {"attempts": messages.c.attempts - bindparam("back")}
        connection.execute(statement.values(**waits, **tries, **free), again)
    send_lite(session, [id for id, fate in fates.items() if fate.lite], now)
    fall_back(session, office, [id for id, fate in fates.items() if fate.elsewhere], now)


def release(session: Session, messages: Sequence[int]) -> None:
    """Surely not sent: as if they had never been claimed."""
    attempts, rows = table(Attempt), table(Message)
    unbegun = (attempts.c.message_id.in_(messages), attempts.c.state == "intent")
    session.execute(delete(attempts).where(*unbegun))
    session.execute(
        update(rows)
        .where(rows.c.id.in_(messages))
        .values(state="pending", attempts=rows.c.attempts - 1, lease_owner=None, lease_until=None)
    )


def _note_addresses(session: Session, channel: str, told: Told, now: datetime) -> None:
    for letter, outcome in told:
        if letter.link and (outcome.kind is OutcomeKind.DEAD or outcome.concerns == "follows"):
            unlink(session, letter.link, letter.address, now, "zalo")  # nobody is there: whoever comes back links anew
            continue
        struck_out = outcome.kind is OutcomeKind.FALLBACK and outcome.strikes > 0
        if outcome.kind in ADDRESS_IS_DEAD or (struck_out and _struck_out(session, letter.address, outcome)):
            address_health.mark(
                session, channel, letter.address, address_health.DEAD, outcome.detail, now, outcome.until
            )


def _struck_out(session: Session, address: str, outcome: Outcome) -> bool:
    attempts = table(Attempt)
    query = select(attempts.c.code).where(attempts.c.address == address).order_by(attempts.c.id.desc())
    last: Iterable[Any] = session.execute(query.limit(outcome.strikes)).scalars().all()
    return list(last) == [outcome.code] * outcome.strikes
