"""What services tell us unasked: stored raw at once, understood later, each event once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import literal, select, update
from sqlmodel import Session, col

from models.columns import UtcMoment
from models.database import insert_new, is_away
from models.tables.answers import InboundEvent
from models.tables.messages import Attempt, Message
from notifications.zalo.bot import BotMessage, written
from notifications.zalo.webhook import (
    DeliveredEvent,
    Event,
    FollowedEvent,
    QualityChanged,
    QuotaChanged,
    RightsChanged,
    SeenEvent,
    TemplateChanged,
    UnfollowedEvent,
    UserText,
    WithdrawnEvent,
    event_in,
)
from notifications.zalo.zns import tracking_id
from rules.office import Office
from services import log
from services.delivery import faults
from services.outbox import gate, opt_out
from services.outbox.gate import queue_for_coordinators
from services.zalo.links import person_linked, unlink
from services.zalo.talk import Conversation, IncomingText, OutgoingReply

OA, BOT = "zalo_oa", "zalo_bot"
DELIVERED = "user_received_message"
MOST = 1_000  # receipts matched in one go
MOST_OTHERS = 200
USABLE = ("ENABLE", "PENDING_REVIEW", "1", "2")  # a template that is reviewed again stays in use meanwhile
BAD = ("LOW", "MEDIUM")  # of a template's quality
EARLY = timedelta(days=3)  # a receipt may come before we have written down what it is for; after that it never fits
IN_DOUBT = ("intent", "unknown")
UNTOLD = ("accepted", *IN_DOUBT)  # the ends of an attempt that a receipt may still complete


@dataclass
class EventsResult:
    delivered: int = 0
    others: dict[str, int] = field(default_factory=dict)  # result → how many
    replies: list[OutgoingReply] = field(default_factory=list)  # to be sent once this is committed


def store_event(
    session: Session, source: str, kind: str, key: str, raw: bytes, headers: Mapping[str, str], now: datetime
) -> bool:
    """False when it was told before."""
    row = {"dedupe_key": f"{source}:{key}", "source": source, "kind": kind, "raw": raw, "received_at": now}
    told = json.dumps(dict(headers), ensure_ascii=False, sort_keys=True)
    return insert_new(session, InboundEvent, [{**row, "headers": told, "result": ""}]) == 1


def match_events(session: Session, office: Office, now: datetime) -> EventsResult:
    """Receipts first, by the hundred; then what people did and wrote, one by one: they are few."""
    log.hold(session)
    done = EventsResult(delivered=match_receipts(session, office, now))
    waiting = select(InboundEvent).where(col(InboundEvent.processed_at).is_(None), col(InboundEvent.kind) != DELIVERED)
    events = session.execute(waiting.order_by(col(InboundEvent.id)).limit(MOST_OTHERS)).scalars().all()
    reader = _Reader(session, office, now)
    for event in events:
        event.result, event.processed_at = _read(reader, event), now
        session.add(event)
    done.others, done.replies = dict(Counter(event.result for event in events)), reader.talk.replies
    return done


def _read(reader: _Reader, event: InboundEvent) -> str:
    """A fault in one event is undone and stops no other; its raw form stays, to be looked at."""
    try:
        with reader.session.begin_nested():
            return reader.read(event)
    except Exception as fault:
        if is_away(fault):
            raise
        faults.log.exception("event %s", event.id)
        return "fault"


# --- receipts -------------------------------------------------------------------------------------------------------


def match_receipts(session: Session, office: Office, now: datetime) -> int:
    """Write down which messages were delivered; returns how many."""
    query = select(InboundEvent).where(col(InboundEvent.processed_at).is_(None), col(InboundEvent.kind) == DELIVERED)
    events = session.execute(query.order_by(col(InboundEvent.id)).limit(MOST)).scalars().all()
    if not events:
        return 0
    refs = {event.id: _refs(event) for event in events}
    known = _known_attempts(session, {ref for told in refs.values() for ref in told})
    unplaced = {ref for told in refs.values() if not told & known.keys() for ref in told}
    known |= _never_recorded(session, office, unplaced, now)
    fits = {event.id for event in events if refs[event.id] & known.keys()}
    late = {event.id for event in events if event.id not in fits and now - event.received_at >= EARLY}
    count = _deliver(session, set(known.values()))
    for ids, result in ((fits, "delivered"), (late, "unmatched")):
        done = update(InboundEvent).where(col(InboundEvent.id).in_(ids)).values(processed_at=now, result=result)
        session.connection().execute(done)
    return count


def _refs(event: InboundEvent) -> set[str]:
    """What the receipt calls our message: Zalo's id, and our own, which was never an answer's to give."""
    try:
        said = event_in(event.raw)
    except Exception:
        faults.log.exception("event %s", event.id)
        return set()
    return {said.msg_id, said.tracking_id} - {""} if isinstance(said, DeliveredEvent) else set()


def _known_attempts(session: Session, refs: Collection[str]) -> dict[str, int]:
    query = select(col(Attempt.provider_ref), col(Attempt.id)).where(col(Attempt.provider_ref).in_(refs))
    return dict(session.execute(query).tuples().all()) if refs else {}


def _never_recorded(session: Session, office: Office, refs: Collection[str], now: datetime) -> dict[str, int]:
    """Attempts whose answer was never written down, for their sender died: found by the id we sent along."""
    names = [way.name for way in office.ways if way.by_template]
    if not refs or not names:
        return {}
    query = (
        select(col(Attempt.id), col(Attempt.number), col(Message.key))
        .join(Message, col(Message.id) == col(Attempt.message_id))
        .where(col(Message.channel).in_(names), col(Attempt.state).in_(IN_DOUBT), col(Attempt.provider_ref) == "")
        .where(col(Attempt.started_at) >= literal(now - EARLY, UtcMoment()))
    )
    sealed = {tracking_id(key, number, office.key): id for id, number, key in session.execute(query)}
    return {ref: id for ref, id in sealed.items() if ref in refs}


def _deliver(session: Session, attempts: Collection[int]) -> int:
    """A message that was given up in doubt has arrived after all."""
    if not attempts:
        return 0
    doubtful = select(col(Attempt.message_id)).where(col(Attempt.id).in_(attempts), col(Attempt.state).in_(IN_DOUBT))
    cleared = update(Message).where(col(Message.id).in_(doubtful), col(Message.state) == "exhausted")
    session.connection().execute(cleared.values(state="sent", reason=""))
    arrived = (col(Attempt.id).in_(attempts), col(Attempt.state).in_(UNTOLD))
    return int(session.connection().execute(update(Attempt).where(*arrived).values(state="delivered")).rowcount)


# --- everything else ------------------------------------------------------------------------------------------------


class _Reader:
    """One reading of what waits: what became of each event, in a word."""

    def __init__(self, session: Session, office: Office, now: datetime) -> None:
        self.session, self.office, self.now = session, office, now
        self.talk = Conversation(session, office, now)

    def read(self, event: InboundEvent) -> str:
        if event.source == BOT:
            said = written(_object(event.raw))
            return self.of_bot(event, said) if said else "unknown"
        told = event_in(event.raw) if event.source == OA else None
        handler = HANDLERS.get(type(told)) if told else None
        return handler(self, event, told) if handler and told else "unknown"

    def of_bot(self, event: InboundEvent, said: BotMessage) -> str:
        if said.in_group:
            return "group"
        return self.talk.answer(IncomingText("bot", said.chat_id, said.text, event.received_at))

    def text(self, event: InboundEvent, told: Event) -> str:
        assert isinstance(told, UserText)
        if told.is_stale(event.received_at):
            return "stale"
        return self.talk.answer(IncomingText("oa", told.user_id, told.text, event.received_at))

    def gone(self, _: InboundEvent, told: Event) -> str:
        assert isinstance(told, UnfollowedEvent | WithdrawnEvent)
        person = person_linked(self.session, "oa", told.user_id)
        linked = unlink(self.session, "oa", told.user_id, self.now)
        if isinstance(told, UnfollowedEvent):
            return "unlinked" if linked else "noted"
        if person is not None:
            family = opt_out.family_of(self.office, "oa")
            opt_out.stop(self.session, person, family, self.now, "zalo", "zalo.withdraw")
        self.forget(told.user_id)
        log.append(self.session, self.now, "zalo", "zalo.withdraw", "zalo", {"linked": linked})
        return "withdrawn"

    def forget(self, user_id: str) -> None:
        """Who withdraws is owed that: what they did and wrote is blanked; that something came stays."""
        theirs = (col(InboundEvent.source) == OA, col(InboundEvent.kind) != DELIVERED)
        query = select(InboundEvent).where(*theirs).order_by(col(InboundEvent.id).desc()).limit(MOST)
        for event in self.session.execute(query).scalars().all():
            if user_id in event.raw.decode("utf-8", "replace"):
                event.raw = b""
                self.session.add(event)

    def quota(self, _: InboundEvent, told: Event) -> str:
        assert isinstance(told, QuotaChanged)
        way = next((way for way in self.office.ways if way.by_template and way.reaches_by == "phone"), None)
        if way is not None and told.after is not None:
            gate.allow(self.session, way.name, told.after, self.now)
        details = {"before": told.before, "after": told.after}
        log.append(self.session, self.now, "zalo", "zalo.quota", "zalo", details)
        return "quota"

    def template(self, _: InboundEvent, told: Event) -> str:
        """A template switched off stops its messages: people must hear of it before the next morning."""
        assert isinstance(told, TemplateChanged)
        reason = told.reason[:300]
        details = {"template": told.template_id, "status": told.status, "reason": reason}
        log.append(self.session, self.now, "zalo", "zalo.template", "zalo", details)
        if told.status.upper() not in USABLE:
            lines = [
                f"Trạng thái mới: {told.status}",
                *([f"Lý do: {reason}"] if reason else []),
                "Cần làm: sửa mẫu trên trang quản trị ZBS và gửi duyệt lại, hoặc đặt mã mẫu khác trong cài đặt",
            ]
            self.tell(told, f"mẫu tin Zalo {told.template_id} không dùng được", lines)
        return "template"

    def quality(self, _: InboundEvent, told: Event) -> str:
        """Told while the template may still be mended: next Zalo disables it."""
        assert isinstance(told, QualityChanged)
        details = {"template": told.template_id, "quality": told.quality}
        log.append(self.session, self.now, "zalo", "zalo.quality", "zalo", details)
        if told.quality.upper() in BAD:
            lines = [
                f"Chất lượng mới: {told.quality}; nếu không cải thiện, Zalo sẽ tạm ngưng mẫu tin này",
                "Cần làm: hỏi người nhận vì sao báo xấu, sửa mẫu trên trang quản trị ZBS",
            ]
            self.tell(told, f"mẫu tin Zalo {told.template_id} bị người nhận đánh giá thấp", lines)
        return "quality"

    def rights(self, _: InboundEvent, told: Event) -> str:
        assert isinstance(told, RightsChanged)
        log.append(self.session, self.now, "zalo", "zalo.rights", "zalo", {"event": told.name, "said": told.said})
        lines = [
            f"Zalo báo sự kiện {told.name}" + (f": {told.said}" if told.said else ""),
            "Cần làm: xem quyền của ứng dụng ở trang quản trị OA, rồi chạy kyhan doctor",
            "Nếu mất quyền: chạy kyhan zalo consent",
        ]
        self.tell(told, "quyền gửi tin qua Zalo của OA đã thay đổi", lines)
        return "rights"

    def tell(self, told: Event, matter: str, lines: Sequence[str]) -> None:
        key = f"zalo_event:{told.key[:32]}"
        queue_for_coordinators(self.session, self.office, "channel_down", key, self.now, matter, lines)

    def noted(self, *_: object) -> str:
        return "noted"


Handler = Callable[[_Reader, InboundEvent, Event], str]
HANDLERS: Mapping[type[Event], Handler] = {
    UserText: _Reader.text,
    UnfollowedEvent: _Reader.gone,
    WithdrawnEvent: _Reader.gone,
    QuotaChanged: _Reader.quota,
    TemplateChanged: _Reader.template,
    QualityChanged: _Reader.quality,
    RightsChanged: _Reader.rights,
    FollowedEvent: _Reader.noted,
    SeenEvent: _Reader.noted,
}


def _object(raw: bytes) -> object:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def forget_old(session: Session, before: datetime) -> int:
    """What was told long ago: that it came stays, its words go."""
    old = (col(InboundEvent.received_at) < literal(before, UtcMoment()), col(InboundEvent.processed_at).is_not(None))
    blank = update(InboundEvent).where(*old, col(InboundEvent.raw) != b"").values(raw=b"", headers="{}")
    return int(session.connection().execute(blank).rowcount)
