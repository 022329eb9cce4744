"""Events of Zalo's webhook: verification of the signature and parsing.

The signature is a plain SHA-256 over the account's or app's id, the raw body, its time stamp and the webhook's own
secret. Official pages and practice disagree on the id and on where the time stamp stands, hence the variants.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

LARGEST = 256 * 1024
STALE = timedelta(hours=2)  # Zalo tries again for an hour and a half; judge by this only what was not seen before
SIGNATURE, STAMP = "x-zevent-signature", "x-zevent-timestamp"
_MAC = re.compile(r"\s*(?:mac=|sha256=)?([0-9a-f]{64})\s*\Z", re.ASCII | re.IGNORECASE)
_DIGITS = re.compile(r"\d{1,16}\Z", re.ASCII)

_REVOKED = re.compile(r"revoke.*permission|permission.*revoke", re.ASCII)  # written in more than one way

# name: (whose id, where the time stamp stands)
VARIANTS: Mapping[str, tuple[str, str]] = {
    "app_id": ("app_id", "body"),
    "oa_id": ("oa_id", "body"),
    "app_id-header": ("app_id", "header"),
    "oa_id-header": ("oa_id", "header"),
}


@dataclass(frozen=True)
class Signing:
    app_id: str
    oa_id: str
    secret: str = field(repr=False)  # of the webhook, not the app's
    variants: tuple[str, ...] = ("app_id", "oa_id")


def verified(raw: bytes, headers: Mapping[str, str], signing: Signing) -> str | None:
    """The name of the variant that fits; None: not genuine."""
    given = {name.lower(): value for name, value in headers.items()}
    mac = _MAC.match(given.get(SIGNATURE, ""))
    body = _object(raw)
    if mac is None or body is None or not signing.secret:
        return None
    stamps = {"body": str(body.get("timestamp", "")), "header": given.get(STAMP, "")}
    return next((name for name in signing.variants if _fits(name, raw, stamps, signing, mac[1].lower())), None)


def _fits(variant: str, raw: bytes, stamps: Mapping[str, str], signing: Signing, mac: str) -> bool:
    whose, where = VARIANTS[variant]
    identity = signing.app_id if whose == "app_id" else signing.oa_id
    if not identity or not _DIGITS.match(stamps[where]):
        return False
    ours = sha256(identity.encode() + raw + stamps[where].encode() + signing.secret.encode()).hexdigest()
    return hmac.compare_digest(ours, mac)


def _object(raw: bytes) -> dict[str, Any] | None:
    if len(raw) > LARGEST:
        return None
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


# --- what it says ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Event:
    """Every event; those we know are subclasses."""

    name: str
    at: datetime | None
    key: str  # the same when Zalo tells it again

    def is_stale(self, now: datetime) -> bool:
        return self.at is None or abs(now - self.at) > STALE


@dataclass(frozen=True)
class UnknownEvent(Event):
    """Kept raw; nothing follows from it."""


@dataclass(frozen=True)
class DeliveredEvent(Event):
    msg_id: str
    tracking_id: str  # empty: an ordinary message of the account, not a template
    to: str
    delivered_at: datetime | None


@dataclass(frozen=True)
class SeenEvent(Event):
    user_id: str
    msg_ids: tuple[str, ...]


@dataclass(frozen=True)
class FollowedEvent(Event):
    user_id: str


@dataclass(frozen=True)
class UnfollowedEvent(Event):
    user_id: str


@dataclass(frozen=True)
class UserText(Event):
    user_id: str
    text: str
    msg_id: str


@dataclass(frozen=True)
class WithdrawnEvent(Event):
    """Somebody asks that data about them be deleted."""

    user_id: str


@dataclass(frozen=True)
class QuotaChanged(Event):
    before: int | None
    after: int | None


@dataclass(frozen=True)
class TemplateChanged(Event):
    template_id: str
    status: str
    reason: str


@dataclass(frozen=True)
class QualityChanged(Event):
    """How those who get a template's messages judge it; LOW is followed by its being disabled."""

    template_id: str
    quality: str


@dataclass(frozen=True)
class RightsChanged(Event):
    """The account took a permission back, or Zalo changed which kinds of messages it may send."""

    permissions: str


def event_in(raw: bytes) -> Event | None:
    """None: no JSON object. Verify first."""
    event = _object(raw)
    if event is None:
        return None
    name = _text(event, "event_name")
    common = Event(name, _moment(event.get("timestamp")), _key(event))
    parser = _rights if _REVOKED.search(name) else PARSERS.get(name, _unknown)
    return parser(event, common)


def _unknown(_: Mapping[str, Any], common: Event) -> Event:
    return UnknownEvent(common.name, common.at, common.key)


def _delivered(event: Mapping[str, Any], common: Event) -> Event:
    message = _part(event, "message")
    return DeliveredEvent(
        *(common.name, common.at, common.key),
        msg_id=_text(message, "msg_id"),
        tracking_id=_text(message, "tracking_id"),
        to=_text(_part(event, "recipient"), "id"),
        delivered_at=_moment(message.get("delivery_time")),
    )


def _seen(event: Mapping[str, Any], common: Event) -> Event:
    message = _part(event, "message")
    listed = message.get("msg_ids")
    ids = tuple(str(one) for one in listed) if isinstance(listed, list) else (_text(message, "msg_id"),)
    return SeenEvent(common.name, common.at, common.key, _user(event), tuple(one for one in ids if one))


def _user_text(event: Mapping[str, Any], common: Event) -> Event:
    message = _part(event, "message")
    return UserText(common.name, common.at, common.key, _user(event), _text(message, "text"), _text(message, "msg_id"))


def _of_user(kind: Callable[[str, datetime | None, str, str], Event]) -> Callable[[Mapping[str, Any], Event], Event]:
    return lambda event, common: kind(common.name, common.at, common.key, _user(event))


def _quota(event: Mapping[str, Any], common: Event) -> Event:
    change = _part(event, "quota")
    before, after = _number(change.get("prev_value")), _number(change.get("new_value"))
    return QuotaChanged(common.name, common.at, common.key, before, after)


def _template(event: Mapping[str, Any], common: Event) -> Event:
    status = event.get("status")
    after = _text(status, "new_status") if isinstance(status, dict) else _text(event, "status")
    identity = (common.name, common.at, common.key)
    return TemplateChanged(*identity, _text(event, "template_id"), after, _text(event, "reason"))


def _quality(event: Mapping[str, Any], common: Event) -> Event:
    quality = event.get("quality")
    after = _text(quality, "new_quality") if isinstance(quality, dict) else _text(event, "quality")
    return QualityChanged(common.name, common.at, common.key, _text(event, "template_id"), after)


def _rights(event: Mapping[str, Any], common: Event) -> Event:
    permissions = json.dumps(
        _part(event, "tags") or event.get("tags") or event.get("permissions") or "", ensure_ascii=False
    )
    return RightsChanged(common.name, common.at, common.key, "" if permissions == '""' else permissions[:300])


PARSERS: Mapping[str, Callable[[Mapping[str, Any], Event], Event]] = {
    "user_received_message": _delivered,
    "user_seen_message": _seen,
    "follow": _of_user(FollowedEvent),
    "unfollow": _of_user(UnfollowedEvent),
    "user_send_text": _user_text,
    "user_withdraw": _of_user(WithdrawnEvent),
    "change_oa_daily_quota": _quota,
    "change_template_status": _template,
    "change_template_quality": _quality,
    "change_oa_template_tags": _rights,
}


def _key(event: Mapping[str, Any]) -> str:
    """Without the parts that a repeat might write differently, so not simply a hash of the body."""
    message = _part(event, "message")
    parts = [
        _text(event, "event_name"),
        _user(event),
        _text(_part(event, "recipient"), "id"),
        _text(event, "timestamp"),
    ]
    parts += [_text(message, "msg_id"), _text(message, "tracking_id"), _text(event, "template_id")]
    return sha256(json.dumps(parts).encode()).hexdigest()


def _user(event: Mapping[str, Any]) -> str:
    """Who it is about stands in different places for different events."""
    places = (_part(event, "follower"), _part(event, "sender"), _part(event, "user"))
    return next((value for place in places if (value := _text(place, "id"))), _text(event, "user_id"))


def _part(event: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = event.get(name)
    return value if isinstance(value, dict) else {}


def _text(event: Mapping[str, Any], name: str) -> str:
    value = event.get(name)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _number(value: object) -> int | None:
    return int(str(value)) if _DIGITS.match(str(value)) else None


def _moment(value: object) -> datetime | None:
    """Milliseconds since 1970, as text or number."""
    text = str(value)
    return datetime.fromtimestamp(int(text) / 1000, UTC) if _DIGITS.match(text) and len(text) <= 14 else None
