"""Records what became of messages: their attempts, their fate, what is known of addresses and channels since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlmodel import Session

from models.queries.messages import claiming as messages_queries
from models.queries.messages import outcomes as outcome_queries
from models.queries.messages.claiming import ClaimedMessage
from models.queries.messages.outcomes import AttemptEnd, MessageDelay, MessageEnd
from notifications.channel import Outcome, OutcomeKind
from notifications.email.smtp_answers import LATER, SIZE, concerns_content, is_relaying
from rules.channels import LINKED
from rules.office import Office
from services import log
from services.delivery import reputation
from services.delivery.compose import ComposedMessage
from services.delivery.fall_back import fall_back, send_lite
from services.delivery.faults import FAULT
from services.delivery.retry_policy import state_after
from services.outbox import address_health, gate
from services.outbox.gate import PAUSE
from services.zalo.links import unlink

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
MOST_RELAYING = 3  # times a relay may say that it does not carry a mail there
MOST_DOUBTS = 3  # times an e-mail whose fate is unknown is sent again, with the same Message-ID
TOO_BIG = "thư quá lớn đối với máy chủ, được gửi lại không kèm tệp"
IN_DOUBT = "không rõ đã gửi hay chưa; kênh này không gửi lại"
LEFT = (OutcomeKind.OK, OutcomeKind.UNKNOWN)
ADDRESS_IS_DEAD = (OutcomeKind.DEAD, OutcomeKind.OPTOUT)

Answers = Sequence[tuple[ComposedMessage, Outcome]]
Fates = Sequence[tuple[ClaimedMessage, "Fate"]]


@dataclass(frozen=True)
class Fate:
    """What becomes of a message after an outcome."""

    state: str
    reason: str = ""
    not_before: datetime | None = None
    counts: bool = True  # False: it was never begun, so the try is given back
    elsewhere: bool = False  # surely not delivered: another channel may take over
    lite: bool = False  # to be sent once more without its files


@dataclass(frozen=True)
class OutcomeEntry:
    """The answer to a letter, what becomes of it, or both; an answer may be known long before the rest."""

    letter: ComposedMessage
    outcome: Outcome | None = None
    fate: Fate | None = None


def record(
    session: Session, office: Office, channel: str, entries: Sequence[OutcomeEntry], now: datetime, *, mail: bool
) -> None:
    answers = [(entry.letter, entry.outcome) for entry in entries if entry.outcome is not None]
    outcomes = [outcome for _, outcome in answers]
    if any(outcome.kind is not OutcomeKind.OK for outcome in outcomes):
        log.hold(session)  # before the rows: whoever took it last would wait for those that hold it
    write(session.connection(), entries, now)
    _move_on(session, office, [(entry.letter.message, entry.fate) for entry in entries if entry.fate is not None], now)
    _note_addresses(session, channel, answers, now)
    gate.count(session, channel, -sum(outcome.kind not in LEFT for outcome in outcomes), now)
    gate.note(session, office, channel, outcomes, now)
    reputation.watch_parts(session, office, channel, outcomes, now)
    if mail:
        reputation.watch(session, office, channel, outcomes, now)


def write(connection: Connection, entries: Sequence[OutcomeEntry], now: datetime) -> None:
    """The answers, and the fates of messages that are still held by who claimed them so."""
    answers = [_answer(entry.letter, entry.outcome, now) for entry in entries if entry.outcome is not None]
    outcome_queries.end_attempts(connection, answers)
    _write_fates(connection, [(entry.letter.message, entry.fate) for entry in entries if entry.fate is not None], now)


def _answer(letter: ComposedMessage, outcome: Outcome, now: datetime) -> AttemptEnd:
    return AttemptEnd(
        of_message=letter.message.id,
        of_number=letter.message.attempts,
        to_state=state_after(outcome),
        to_code=outcome.code,
        to_detail=outcome.detail,
        to_provider_ref=outcome.provider_ref or "",
        at=now,
    )


def fate(letter: ComposedMessage, outcome: Outcome, now: datetime, resends_on_doubt: bool) -> Fate:
    later = outcome.not_before or now
    if outcome.kind is OutcomeKind.OK:
        return Fate("sent")
    if gate.closes_channel(outcome):
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
    if is_relaying(outcome) and letter.before.failures + 1 < MOST_RELAYING:
        return Fate("pending", outcome.detail, now + LATER_ON[2])
    if outcome.concerns == SIZE and letter.has_files:
        return Fate("failed", f"{TOO_BIG}: {outcome.detail}", lite=True)
    state = "exhausted" if outcome.kind is OutcomeKind.RETRY else "failed"
    return Fate(state, outcome.detail, elsewhere=outcome.code != FAULT)  # after a fault it may have left all the same


def _in_doubt(outcome: Outcome, before: int, now: datetime, resends_on_doubt: bool) -> Fate:
    if not resends_on_doubt:
        return Fate("exhausted", f"{IN_DOUBT}: {outcome.detail}")
    if before + 1 < MOST_DOUBTS:
        return Fate("pending", outcome.detail, now + BACK_OFF[2])
    return Fate("exhausted", outcome.detail)


def kept(outcome: Outcome, reason: str, now: datetime, trial: bool) -> Fate | None:
    """The round was stopped by refusals like this one: what speaks of us alone waits until we are heard again.

    What a first look found wrong with the mail itself a person must see.
    """
    if trial:
        return Fate("pending", reason, now + LATER_ON[2])  # the next trial is made with another one
    return Fate("pending", reason, now + PAUSE) if not concerns_content(outcome) else None


def settle(session: Session, office: Office, fates: Fates, now: datetime) -> None:
    """Of messages that are still held by who claimed them so; of others, somebody else has decided since."""
    _write_fates(session.connection(), fates, now)
    _move_on(session, office, fates, now)


def _write_fates(connection: Connection, fates: Fates, now: datetime) -> None:
    final = [
        MessageEnd(one.id, one.attempts, fate.state, fate.reason, now) for one, fate in fates if fate.not_before is None
    ]
    again = [
        MessageDelay(one.id, one.attempts, fate.reason, fate.not_before, 0 if fate.counts else 1)
        for one, fate in fates
        if fate.not_before is not None
    ]
    outcome_queries.end_messages(connection, final)
    outcome_queries.delay_messages(connection, again)


def _move_on(session: Session, office: Office, fates: Fates, now: datetime) -> None:
    """To a lighter letter or another channel, where this one has just ended here."""
    moving = {one.id: fate for one, fate in fates if fate.lite or fate.elsewhere}
    if not moving:
        return
    ended = messages_queries.ended_at(session, moving, now)
    send_lite(session, [id for id in ended if moving[id].lite], now)
    fall_back(session, office, [id for id in ended if moving[id].elsewhere], now)


def release(session: Session, messages: Sequence[ClaimedMessage]) -> None:
    """Surely not sent: as if they had never been claimed."""
    outcome_queries.unclaim_messages(session.connection(), [(one.id, one.attempts) for one in messages])


def _note_addresses(session: Session, channel: str, answers: Answers, now: datetime) -> None:
    for letter, outcome in answers:
        if letter.contact in LINKED and (outcome.kind is OutcomeKind.DEAD or outcome.concerns == "follows"):
            # nobody is there: whoever comes back links anew
            unlink(session, letter.contact, letter.address, now, "zalo")
            continue
        struck_out = outcome.kind is OutcomeKind.FALLBACK and outcome.strikes > 0
        if outcome.kind in ADDRESS_IS_DEAD or (struck_out and _struck_out(session, letter.address, outcome)):
            address_health.mark(
                session, channel, letter.address, address_health.DEAD, outcome.detail, now, outcome.until
            )


def _struck_out(session: Session, address: str, outcome: Outcome) -> bool:
    last = outcome_queries.last_codes_of_address(session, address, outcome.strikes)
    return last == [outcome.code] * outcome.strikes
