"""What one channel surely could not deliver, the next one takes over; if none can, a person must see to it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import literal
from sqlmodel import Session, col, select

from models.database import insert_new
from models.queries.messages import claiming as messages_queries
from models.queries.messages import outbox as outbox_queries
from models.queries.people import reach as reach_queries
from models.tables.messages import LITE, Message
from models.tables.people import Person
from notifications.facts import MessageKind
from notifications.render.short_facts import NOT_ON_ZALO
from notifications.zalo.params import FILLED
from rules.channels import WITH_THE_PERSON, ChannelPolicy
from rules.deadlines import local_day
from rules.office import Office
from services.outbox import address_health

COPIED = ("person_id", "kind", "on_day", "case_id", "facts", "attachment", "carries")


def fall_back(session: Session, office: Office, failed: Collection[int], now: datetime) -> int:
    """Returns how many messages another channel takes over."""
    if len(office.ways) < 2 or not failed:
        return 0
    messages = session.exec(select(Message).where(col(Message.id).in_(failed))).all()
    return sum(_hand_over(session, office, message, now) for message in messages)


def _hand_over(session: Session, office: Office, message: Message, now: datetime) -> int:
    if _is_covered(session, message):
        return 0
    first_key, _, tried = message.key.partition(">")
    already = {message.channel, *tried.split(">"), first_key.rpartition(":")[2]}
    for way in office.ways:
        if way.name not in already and _can_carry(session, way, message, now):
            row = {**_copy(message, way.name, now), "key": f"{message.key}>{way.name}"}
            row["expires_at"] = None if way.guaranteed else message.expires_at
            return insert_new(session, Message, [row])
    return 0


def send_lite(session: Session, too_big: Collection[int], now: datetime) -> int:
    """Once more by the same channel without files: the letter says where they are to be found."""
    if not too_big:
        return 0
    messages = session.exec(select(Message).where(col(Message.id).in_(too_big))).all()
    rows = [
        {**_copy(message, message.channel, now), "key": f"{message.key}{LITE}", "expires_at": message.expires_at}
        for message in messages
    ]
    return insert_new(session, Message, rows)


def _copy(message: Message, channel: str, now: datetime) -> dict[str, Any]:
    row = {name: getattr(message, name) for name in COPIED}
    fresh = {"channel": channel, "created_at": now, "not_before": now, "state": "pending", "attempts": 0, "reason": ""}
    return {**row, **fresh}


def _is_covered(session: Session, message: Message) -> bool:
    """Whether each notice of a digest is carried by another message too."""
    if message.kind != "digest":
        return False
    others = {sibling.carries for sibling in outbox_queries.siblings(session, message)}
    notices = outbox_queries.channels_of_notices(session, message.id)
    return bool(notices) and all(others & set(families.split()) for families in notices)


def _can_carry(session: Session, way: ChannelPolicy, message: Message, now: datetime) -> bool:
    if way.shared or (way.reaches_by != "email" and not _fits(way, message.kind)):
        return False
    reached = reach_queries.reachable(way, literal(message.person_id), local_day(now))
    if not session.execute(select(literal(True)).where(*reached)).first():
        return False
    address = _address(session, way, message.person_id)
    return bool(address) and not address_health.is_dead(session, way.name, [address], now)


def _fits(way: ChannelPolicy, kind: str) -> bool:
    """A digest is put into words only when it leaves, and there is a short form of each of them."""
    if kind == "digest":
        return True
    wanted = MessageKind(kind)
    return wanted in FILLED if way.by_template else wanted not in NOT_ON_ZALO


def _address(session: Session, way: ChannelPolicy, person: int) -> str:
    if way.reaches_by not in WITH_THE_PERSON:
        return messages_queries.contact_addresses(session, [person]).get((person, way.reaches_by), "")
    found = session.get_one(Person, person)
    return found.phone if way.reaches_by == "phone" else found.email
