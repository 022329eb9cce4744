"""What services tell us unasked: stored raw at once, understood later, each event once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session

from models.database import insert_new, is_away
from models.queries.messages import inbound_events as event_queries
from models.queries.messages import receipts as receipt_queries
from models.tables.answers import InboundEvent
from notifications.kinds import MessageKind
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
from services.outbox.queue import Note, queue_for_coordinators
from services.zalo.links import person_linked, unlink
from services.zalo.talk import Conversation, IncomingText, OutgoingReply

OA, BOT = "zalo_oa", "zalo_bot"
MOST = 1_000  # receipts matched in one go
MOST_OTHERS = 200
USABLE = ("ENABLE", "PENDING_REVIEW", "1", "2")  # a template that is reviewed again stays in use meanwhile
BAD = ("LOW", "MEDIUM")  # of a template's quality
EARLY = timedelta(days=3)  # a receipt may come before we have written down what it is for; after that it never fits


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
    kept_headers = json.dumps(dict(headers), ensure_ascii=False, sort_keys=True)
    return insert_new(session, InboundEvent, [{**row, "headers": kept_headers, "result": ""}]) == 1


def match_events(session: Session, office: Office, now: datetime) -> EventsResult:
    """Receipts first, by the hundred; then what people did and wrote, one by one: they are few."""
    log.hold(session)
    done = EventsResult(delivered=match_receipts(session, office, now))
    events = event_queries.waiting_events(session, MOST_OTHERS)
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
    events = event_queries.waiting_receipts(session, MOST)
    if not events:
        return 0
    refs = {event.id: _refs(event) for event in events}
    attempts = receipt_queries.attempts_by_reference(session, {ref for own in refs.values() for ref in own})
    unplaced = {ref for own in refs.values() if not own & attempts.keys() for ref in own}
    attempts |= _never_recorded(session, office, unplaced, now)
    fits = {event.id for event in events if refs[event.id] & attempts.keys()}
    late = {event.id for event in events if event.id not in fits and now - event.received_at >= EARLY}
    count = _deliver(session, set(attempts.values()))
    for ids, result in ((fits, "delivered"), (late, "unmatched")):
        event_queries.set_result(session, ids, result, now)
    return count


def _refs(event: InboundEvent) -> set[str]:
    """What the receipt calls our message: Zalo's id, and our own, which was never an answer's to give."""
    try:
        content = event_in(event.raw)
    except Exception:
        faults.log.exception("event %s", event.id)
        return set()
    return {content.msg_id, content.tracking_id} - {""} if isinstance(content, DeliveredEvent) else set()


def _never_recorded(session: Session, office: Office, refs: Collection[str], now: datetime) -> dict[str, int]:
    """Attempts whose answer was never written down, for their sender died: found by the id we sent along."""
    names = [way.name for way in office.channels if way.by_template]
    if not refs or not names:
        return {}
    doubtful = receipt_queries.attempts_in_doubt(session, names, now - EARLY)
    sealed = {tracking_id(key, number, office.key): id for id, number, key in doubtful}
    return {ref: id for ref, id in sealed.items() if ref in refs}


def _deliver(session: Session, attempts: Collection[int]) -> int:
    """A message that was given up in doubt has arrived after all."""
    if not attempts:
        return 0
    receipt_queries.restore_doubtful_messages(session, attempts)
    return receipt_queries.mark_delivered(session, attempts)


# --- everything else ------------------------------------------------------------------------------------------------


class _Reader:
    """One reading of what waits: what became of each event, in a word."""

    def __init__(self, session: Session, office: Office, now: datetime) -> None:
        self.session, self.office, self.now = session, office, now
        self.talk = Conversation(session, office, now)

    def read(self, event: InboundEvent) -> str:
        if event.source == BOT:
            message = written(_object(event.raw))
            return self.of_bot(event, message) if message else "unknown"
        content = event_in(event.raw) if event.source == OA else None
        handler = HANDLERS.get(type(content)) if content else None
        return handler(self, event, content) if handler and content else "unknown"

    def of_bot(self, event: InboundEvent, message: BotMessage) -> str:
        if message.in_group:
            return "group"
        return self.talk.answer(IncomingText("bot", message.chat_id, message.text, event.received_at))

    def text(self, event: InboundEvent, content: Event) -> str:
        assert isinstance(content, UserText)
        if content.is_stale(event.received_at):
            return "stale"
        return self.talk.answer(IncomingText("oa", content.user_id, content.text, event.received_at))

    def gone(self, _: InboundEvent, content: Event) -> str:
        assert isinstance(content, UnfollowedEvent | WithdrawnEvent)
        person = person_linked(self.session, "oa", content.user_id)
        linked = unlink(self.session, "oa", content.user_id, self.now)
        if isinstance(content, UnfollowedEvent):
            return "unlinked" if linked else "noted"
        if person is not None:
            family = opt_out.family_of(self.office, "oa")
            opt_out.stop(self.session, person, family, self.now, "zalo", "zalo.withdraw")
        self.forget(content.user_id)
        log.append(self.session, self.now, "zalo", "zalo.withdraw", "zalo", {"linked": linked})
        return "withdrawn"

    def forget(self, user_id: str) -> None:
        """Who withdraws is owed that: what they did and wrote is blanked; that something came stays."""
        for event in event_queries.newest_events_but_receipts(self.session, OA, MOST):
            if user_id in event.raw.decode("utf-8", "replace"):
                event.raw = b""
                self.session.add(event)

    def quota(self, _: InboundEvent, content: Event) -> str:
        assert isinstance(content, QuotaChanged)
        way = next((way for way in self.office.channels if way.by_template and way.reaches_by == "phone"), None)
        if way is not None and content.after is not None:
            gate.allow(self.session, way.name, content.after, self.now)
        details = {"before": content.before, "after": content.after}
        log.append(self.session, self.now, "zalo", "zalo.quota", "zalo", details)
        return "quota"

    def template(self, _: InboundEvent, content: Event) -> str:
        """A template switched off stops its messages: people must hear of it before the next morning."""
        assert isinstance(content, TemplateChanged)
        reason = content.reason[:300]
        details = {"template": content.template_id, "status": content.status, "reason": reason}
        log.append(self.session, self.now, "zalo", "zalo.template", "zalo", details)
        if content.status.upper() not in USABLE:
            lines = [
                f"Trạng thái mới: {content.status}",
                *([f"Lý do: {reason}"] if reason else []),
                "Cần làm: sửa mẫu trên trang quản trị ZBS và gửi duyệt lại, hoặc đặt mã mẫu khác trong cài đặt",
            ]
            self.tell(content, f"mẫu tin Zalo {content.template_id} không dùng được", lines)
        return "template"

    def quality(self, _: InboundEvent, content: Event) -> str:
        """Told while the template may still be mended: next Zalo disables it."""
        assert isinstance(content, QualityChanged)
        details = {"template": content.template_id, "quality": content.quality}
        log.append(self.session, self.now, "zalo", "zalo.quality", "zalo", details)
        if content.quality.upper() in BAD:
            lines = [
                f"Chất lượng mới: {content.quality}; nếu không cải thiện, Zalo sẽ tạm ngưng mẫu tin này",
                "Cần làm: hỏi người nhận vì sao báo xấu, sửa mẫu trên trang quản trị ZBS",
            ]
            self.tell(content, f"mẫu tin Zalo {content.template_id} bị người nhận đánh giá thấp", lines)
        return "quality"

    def rights(self, _: InboundEvent, content: Event) -> str:
        assert isinstance(content, RightsChanged)
        log.append(
            self.session, self.now, "zalo", "zalo.rights", "zalo", {"event": content.name, "said": content.permissions}
        )
        lines = [
            f"Zalo báo sự kiện {content.name}" + (f": {content.permissions}" if content.permissions else ""),
            "Cần làm: xem quyền của ứng dụng ở trang quản trị OA, rồi chạy kyhan doctor",
            "Nếu mất quyền: chạy kyhan zalo consent",
        ]
        self.tell(content, "quyền gửi tin qua Zalo của OA đã thay đổi", lines)
        return "rights"

    def tell(self, content: Event, matter: str, lines: Sequence[str]) -> None:
        key = f"zalo_event:{content.key[:32]}"
        note = Note(matter, lines)
        queue_for_coordinators(self.session, self.office, MessageKind.CHANNEL_DOWN, key, note, self.now)

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
    return event_queries.blank_processed_events(session, before)
