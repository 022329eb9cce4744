"""What one channel surely could not deliver, the next one takes over; if none can, a person must see to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, replace
from datetime import datetime

from sqlmodel import Session

from models.queries.messages import changes as change_queries
from models.queries.messages import claiming as messages_queries
from models.queries.messages import outbox as outbox_queries
from models.queries.people import reach as reach_queries
from models.tables.messages import LITE, Message
from models.tables.people import Person
from notifications.kinds import MessageKind
from notifications.zalo.params import FILLED
from rules.channels import WITH_THE_PERSON, ChannelPolicy
from rules.deadlines import local_day
from rules.office import Office
from services.outbox import address_health
from services.outbox.queue import QueuedMessage, queue

COPIED = {field.name for field in fields(QueuedMessage)}


def fall_back(session: Session, office: Office, failed: Collection[int], now: datetime) -> int:
    """Returns how many messages another channel takes over."""
    if len(office.channels) < 2 or not failed:
        return 0
    messages = change_queries.messages_with_ids(session, failed)
    return sum(_hand_over(session, office, message, now) for message in messages)


def _hand_over(session: Session, office: Office, message: Message, now: datetime) -> int:
    if _is_covered(session, message):
        return 0
    first_key, _, tried = message.key.partition(">")
    already = {message.channel, *tried.split(">"), first_key.rpartition(":")[2]}
    for way in office.channels:
        if way.name not in already and _can_carry(session, way, message, now):
            again = _copy(message, f"{message.key}>{way.name}", way.name)
            return queue(session, [replace(again, expires_at=None) if way.guaranteed else again], now)
    return 0


def send_lite(session: Session, too_big: Collection[int], now: datetime) -> int:
    """Once more by the same channel without files: the letter says where they are to be found."""
    if not too_big:
        return 0
    messages = change_queries.messages_with_ids(session, too_big)
    again = (_copy(message, f"{message.key}{LITE}", message.channel) for message in messages)
    return queue(session, again, now)


def _copy(message: Message, key: str, channel: str) -> QueuedMessage:
    return QueuedMessage(**{**message.model_dump(include=COPIED), "key": key, "channel": channel})


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
    if not reach_queries.is_reachable(session, way, message.person_id, local_day(now)):
        return False
    address = _address(session, way, message.person_id)
    return bool(address) and not address_health.is_dead(session, way.name, [address], now)


def _fits(way: ChannelPolicy, kind: str) -> bool:
    """A digest is put into words only when it leaves, and there is a short form of each of them."""
    if kind == "digest":
        return True
    declared = MessageKind(kind)
    return declared in FILLED if way.by_template else not declared.details.mail_only


def _address(session: Session, way: ChannelPolicy, person: int) -> str:
    if way.reaches_by not in WITH_THE_PERSON:
        return messages_queries.contact_addresses(session, [person]).get((person, way.reaches_by), "")
    holder = session.get_one(Person, person)
    return holder.phone if way.reaches_by == "phone" else holder.email
