"""One round of what Zalo has for us: fetch, understand, reply, ask after receipts, keep the tokens alive."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Engine
from sqlmodel import Session

from models.database import reading, writing
from models.queries.messages import claiming as messages_queries
from models.queries.messages import receipts as receipt_queries
from models.queries.operations import watch as watch_queries
from models.tables.projection import Heartbeat
from notifications.zalo.answers import BOT, OA, ZNS, ZaloAnswer, outcome, rule_for
from notifications.zalo.bot import BotApi, written
from notifications.zalo.official_account import NoToken, OaClient
from rules.office import Office
from services.inbound.events import match_events, store_event
from services.outbox import gate, holds, rest
from services.outbox.sending_policy import FREE, Restraint
from services.zalo.talk import OutgoingReply
from services.zalo.tokens import OaTokens

MOST_UPDATES = 100  # a round
PATIENCE = 1  # seconds to wait for somebody to write
NOBODY_WROTE = "408"
WITHOUT_RECEIPT = timedelta(minutes=10)  # then we ask ourselves
ASK_EVERY = timedelta(minutes=10)
ASKED = "zalo:status"
ASKED_FOR = timedelta(days=2)  # what has not arrived by then is not asked after any more
MOST_ASKED = 50
ARRIVED = "1"


@dataclass(frozen=True)
class Zalo:
    """How this office reaches Zalo; None: it has no such account."""

    bot: BotApi | None = None
    fetches: bool = False  # what people write to the bot; never beside a webhook
    account: OaClient | None = None
    tokens: OaTokens | None = None
    openapi: str = ""
    business: str = ""


@dataclass
class Round:
    fetched: int = 0
    delivered: int = 0
    understood: Mapping[str, int] = field(default_factory=dict)
    replied: int = 0
    renewed: bool = False
    problems: list[str] = field(default_factory=list)

    @property
    def quiet(self) -> bool:
        return not (self.fetched or self.delivered or self.understood or self.renewed or self.problems)


def take_round(engine: Engine, office: Office, zalo: Zalo, now: datetime, restraint: Restraint = FREE) -> Round:
    done = Round()
    if rest.at_rest(engine):
        return done
    if zalo.bot is not None and zalo.fetches:
        _fetch(engine, office, zalo.bot, now, done)
    with writing(engine) as session:
        understood = match_events(session, office, now)
    done.delivered, done.understood = understood.delivered, understood.others
    for reply in _let_out(engine, understood.replies, restraint):
        _reply(engine, office, zalo, reply, now, done)
    if zalo.account is not None:
        done.delivered += _ask_after(engine, office, zalo.account, zalo.business, now, done)
    if zalo.tokens is not None:
        _keep_alive(zalo.tokens, now, done)
    return done


def _fetch(engine: Engine, office: Office, bot: BotApi, now: datetime, done: Round) -> None:
    """An update is handed over once: each is stored before the next is asked for."""
    for _ in range(MOST_UPDATES):
        answer, update = bot.wait("getUpdates", {"timeout": PATIENCE}, PATIENCE)
        if answer.code != "0":
            _note_line(engine, office, answer, now, done)
            return
        if isinstance(update, dict):
            raw = json.dumps(update, ensure_ascii=False).encode()
            message = written(update)
            key = (
                f"{message.chat_id}:{message.message_id}" if message and message.message_id else sha256(raw).hexdigest()
            )
            with writing(engine) as session:
                done.fetched += store_event(session, "zalo_bot", "message" if message else "", key, raw, {}, now)


def _note_line(engine: Engine, office: Office, answer: ZaloAnswer, now: datetime, done: Round) -> None:
    fine = answer.code == NOBODY_WROTE
    if not fine:
        done.problems.append(f"bot: {answer.code} {answer.text or rule_for(BOT, answer.code).meaning}")
    result = outcome(BOT, ZaloAnswer("0") if fine else answer, now, "getUpdates")
    with writing(engine) as session:
        gate.tried(session, office, _name(office, "bot"), result, now)


def _name(office: Office, reaches_by: str) -> str:
    return next((way.name for way in office.channels if way.reaches_by == reaches_by), f"zalo_{reaches_by}")


def _let_out(engine: Engine, replies: Sequence[OutgoingReply], restraint: Restraint) -> list[OutgoingReply]:
    """Nobody can list the id of a chat beforehand: there the address of the person it is linked to counts."""
    if not replies:
        return []
    with reading(engine) as session:
        if holds.is_held(session, holds.ALL):
            return []
        if restraint == FREE:
            return list(replies)
        addresses = messages_queries.linked_to(session, {reply.address for reply in replies})
    return [one for one in replies if restraint.lets_out_to(addresses.get((one.kind, one.address), ""))]


def _reply(engine: Engine, office: Office, zalo: Zalo, reply: OutgoingReply, now: datetime, done: Round) -> None:
    """Once: who gets no answer writes again."""
    if reply.kind == "bot" and zalo.bot is not None:
        answer, _ = zalo.bot.call("sendMessage", {"chat_id": reply.address, "text": reply.text})
        with writing(engine) as session:
            gate.count(session, _name(office, "bot"), 1, now)
    elif reply.kind == "oa" and zalo.account is not None:
        body = {"recipient": {"user_id": reply.address}, "message": {"text": reply.text}}
        answer = zalo.account.post(f"{zalo.openapi}/v3.0/oa/message/cs", body, OA, now).answer
    else:
        return
    if answer.code == "0":
        done.replied += 1
    else:
        done.problems.append(f"{reply.kind}: {answer.code} {answer.text}".strip())


# --- receipts that did not come -------------------------------------------------------------------------------------


def _ask_after(engine: Engine, office: Office, account: OaClient, base: str, now: datetime, done: Round) -> int:
    """For an office no webhook reaches: Zalo is asked what became of what it accepted."""
    with reading(engine) as session:
        last = watch_queries.last_beats(session, [ASKED]).get(ASKED)
        waiting = [] if last and now - last < ASK_EVERY else _without_receipt(session, office, now)
    arrived = []
    for attempt, reference in waiting:
        report = account.get(f"{base}/message/status", {"message_id": reference}, ZNS, now)
        if report.answer.code != "0":
            done.problems.append(f"message/status: {report.answer.code} {report.answer.text}".strip())
            break  # the next one would fare no better
        if str(report.data.get("status")) == ARRIVED:
            arrived.append(attempt)
    if not waiting:
        return 0
    with writing(engine) as session:
        session.merge(Heartbeat(name=ASKED, at=now))
        return receipt_queries.mark_delivered(session, arrived, ["accepted"])


def _without_receipt(session: Session, office: Office, now: datetime) -> list[tuple[int, str]]:
    names = [way.name for way in office.channels if way.by_template and way.reaches_by == "phone"]
    since, until = now - ASKED_FOR, now - WITHOUT_RECEIPT
    return receipt_queries.attempts_without_receipt(session, names, since, until, MOST_ASKED)


def _keep_alive(tokens: OaTokens, now: datetime, done: Round) -> None:
    """Before anybody needs them: a morning must not begin with a refused token."""
    with suppress(NoToken):  # the watch tells of it, as long as it lasts
        done.renewed = tokens.keep_alive(now)
