"""Kyhan's own channels as Apprise schemas, so that an operator can write any of them as a URL.

kyhanmail://office/lan@stc.example.vn
kyhanmail://user:password@smtp.example.vn:587/lan@stc.example.vn?from=nhacviec@example.vn&mode=starttls
zalozns://oa/84987654321?template=due_soon&:don_vi=Sở Tài chính&:han=31/12/2014
zalobot://bot/chat-id

The name in the host's place is a profile handed in, so that no token stands in a URL. Apprise itself only says yes or
no: `collecting` recovers the whole outcome.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from hashlib import sha256
from html import escape
from typing import Any, cast

from notifications.addresses import is_address
from notifications.channel import Channel, Envelope, Outcome, OutcomeKind
from notifications.email.smtp import SmtpAddress, SmtpChannel
from notifications.keys import message_id

MAIL, ZNS, BOT = "kyhanmail", "zalozns", "zalobot"
TITLES = {MAIL: "Kyhan e-mail", ZNS: "Zalo template message (ZNS)", BOT: "Zalo bot"}
LONGEST = {MAIL: 200_000, ZNS: 2_000, BOT: 2_000}
SUBMISSION_PORT = 587
NAMES_IN_URL = (
    "kyhanmail://{profile}/{address}",
    "zalozns://{profile}/{phone}",
    "zalobot://{profile}/{chat}",
)
_sink: ContextVar[list[Outcome] | None] = ContextVar("kyhan_outcomes", default=None)
_whole: ContextVar[Envelope | None] = ContextVar("kyhan_envelope", default=None)


@dataclass(frozen=True)
class _Desk:
    """What a URL is answered from: replaced as a whole when channels are registered again."""

    profiles: Mapping[str, Channel]
    clock: Callable[[], datetime]


_desks: list[_Desk] = []  # at most one


def register(profiles: Mapping[str, Channel], clock: Callable[[], datetime]) -> None:
    """`profiles`: "zalozns://oa" → its channel. May be called again; the last call counts."""
    from apprise.manager_plugins import NotificationManager

    _desks[:] = [_Desk(dict(profiles), clock)]
    known = cast(Any, NotificationManager)()  # Apprise tells only some of its types
    for schema, plugin in _plugins().items():
        if schema not in known:
            known.add(plugin)


@contextmanager
def collecting(envelope: Envelope | None = None) -> Iterator[list[Outcome]]:
    """The outcomes of what Apprise sends through our channels meanwhile.

    `envelope`: what they are given whole, where Apprise itself would hand on no more than a title and a body.
    """
    outcomes: list[Outcome] = []
    before, whole = _sink.set(outcomes), _whole.set(envelope)
    try:
        yield outcomes
    finally:
        _sink.reset(before)
        _whole.reset(whole)


def _deliver(schema: str, about: _About, title: str, body: str) -> bool:
    desk = _desks[0]
    channel = about.server or desk.profiles.get(f"{schema}://{about.profile}")
    if channel is None:
        detail = f"chưa khai báo {schema}://{about.profile} / no such profile"
        outcome = Outcome(OutcomeKind.STOP, "no-profile", detail)
    else:
        domain = getattr(channel, "domain", "kyhan.invalid")
        outcome = channel.send(_envelope(about, title, body, desk.clock(), domain))
    collected = _sink.get()
    if collected is not None:
        collected.append(outcome)
    if outcome.kind is not OutcomeKind.OK:
        logging.getLogger("apprise").warning("%s: %s %s", schema, outcome.code, outcome.detail)
    return outcome.kind is OutcomeKind.OK


@dataclass(frozen=True)
class _About:
    """The parts of a URL."""

    profile: str
    address: str
    template: str
    key: str
    parameters: Mapping[str, str]
    server: Channel | None = None


def _envelope(about: _About, title: str, body: str, now: datetime, domain: str) -> Envelope:
    whole = _whole.get()
    if whole is not None:
        template, parameters = about.template or whole.template, {**whole.parameters, **about.parameters}
        return replace(whole, to_address=about.address, template=template, parameters=parameters)
    made = f"{about.profile}\n{about.address}\n{title}\n{body}\n{now.isoformat()}"
    key = about.key or f"apprise:{sha256(made.encode()).hexdigest()[:32]}"
    return Envelope(
        key=key,
        message_id=message_id(key, b"", domain),  # no answer to it is ever looked up
        to_address=about.address,
        subject=title or body[:80],
        text=body,
        html=f"<p>{escape(body)}</p>".replace("\n", "<br>"),
        sent_at=now,
        template=about.template,
        parameters=about.parameters,
    )


# --- reading URLs ---------------------------------------------------------------------------------------------------


def _about(schema: str, parsed: Mapping[str, Any], path: list[str]) -> _About:
    query = parsed["qsd"]
    return _About(
        profile=parsed["host"] or "",
        address=path[0] if path else "",
        template=query.get("template", ""),
        key=query.get("key", ""),
        parameters=parsed.get("qsd:", {}),
        server=_server(parsed) if schema == MAIL and query.get("from") else None,
    )


def _server(parsed: Mapping[str, Any]) -> SmtpChannel | None:
    sender, mode = parsed["qsd"]["from"], parsed["qsd"].get("mode", "starttls")
    if not is_address(sender) or mode not in ("starttls", "tls", "plain"):
        return None
    user, password = parsed.get("user") or "", parsed.get("password") or ""
    address = SmtpAddress(
        parsed["host"], parsed.get("port") or SUBMISSION_PORT, user, password, mode == "starttls", mode == "tls"
    )
    return SmtpChannel(address, ("", sender), sender.rpartition("@")[2])


@cache
def _plugins() -> dict[str, Any]:
    return {schema: _plugin(schema) for schema in (MAIL, ZNS, BOT)}


def _plugin(schema: str) -> Any:
    import apprise  # slow to import, and needed only where URLs are used

    base: Any = apprise.NotifyBase
    shape = next(one for one in NAMES_IN_URL if one.startswith(schema))
    tokens = {name: {"name": name, "type": "string", "required": True} for name in re.findall(r"{(\w+)}", shape)}

    class Own(base):  # type: ignore[misc]
        service_name = TITLES[schema]
        secure_protocol = schema
        templates = (shape,)
        template_tokens = tokens
        notify_format = apprise.NotifyFormat.TEXT
        title_maxlen = 250 if schema == MAIL else 0
        body_maxlen = LONGEST[schema]
        request_rate_per_sec = 0

        def __init__(self, about: _About, **named: Any) -> None:
            super().__init__(**named)
            if not about.address:
                raise TypeError("no recipient in the URL")
            self.about = about
            self.retry = 0  # whether a message may be sent again is for its outcome to say
            own: Any = self
            own.asset = copy(own.asset)
            own.asset.async_mode = False  # in the caller's thread: in another one nobody collects the outcome

        def send(self, body: str, title: str = "", **_: Any) -> bool:
            return _deliver(schema, self.about, title, body)

        def url(self, privacy: bool = False, *_: Any, **__: Any) -> str:
            return f"{schema}://{self.about.profile}/{self.pprint(self.about.address, privacy, safe='@')}"

        @property
        def url_identifier(self) -> tuple[str, str]:
            return schema, self.about.profile

        @staticmethod
        def parse_url(url: str, *_: Any, **__: Any) -> dict[str, Any] | None:
            parsed = base.parse_url(url, verify_host=False)
            return {**parsed, "about": _about(schema, parsed, base.split_path(parsed["fullpath"]))} if parsed else None

    return Own
