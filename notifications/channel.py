"""What every channel promises: it takes an envelope and says what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class OutcomeKind(StrEnum):
    OK = "ok"  # accepted by the next hop; not yet proof of delivery
    RETRY = "retry"  # surely not sent; later may be better
    STOP = "stop"  # the channel itself is out of order: pause it and call the operator
    DEAD = "dead"  # this address will never work here
    FALLBACK = "fallback"  # refused for good, though the address may be right: use the next channel
    UNKNOWN = "unknown"  # perhaps sent
    BUG = "bug"  # our own mistake; sending it again changes nothing
    RESCHEDULE = "reschedule"  # surely not sent, and not before `not_before`; does not count as a try
    OPTOUT = "optout"  # the person refuses messages here: respect it, and use the next channel


@dataclass(frozen=True)
class Outcome:
    kind: OutcomeKind
    code: str  # "250", "550 5.1.1", "refused", "timeout" …
    detail: str = ""  # for the ledger and the operator; never holds a secret
    provider_ref: str | None = None
    maybe_sent: bool = False
    not_before: datetime | None = None  # RETRY, RESCHEDULE, STOP: nothing to gain from an earlier try
    until: datetime | None = None  # DEAD, OPTOUT, strikes: how long the address counts as such; None: for good
    strikes: int = 0  # FALLBACK: after so many answers like this in a row, the address is dead until `until`
    spent: bool = False  # STOP: what may be sent in a day has been sent
    concerns: str = ""  # what the answer closes when that is neither channel nor address: template, group, follows
    which: str = ""  # of these: the template's own number
    quota: tuple[int, int] | None = None  # messages left today, of how many


@dataclass(frozen=True)
class Attachment:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Envelope:
    key: str  # the message's idempotency key, the same on every attempt
    message_id: str
    to_address: str
    subject: str
    text: str
    html: str
    sent_at: datetime  # aware; becomes the Date of a mail
    thread_id: str | None = None
    to_name: str = ""
    attachments: tuple[Attachment, ...] = ()
    reply_to: str | None = None
    return_path: str | None = None  # where bounces go; None: the sender
    envelope_id: str = ""  # repeated in a report of failure (RFC 3461), where the relay offers that
    attempt: int = 1
    failures: int = 0  # attempts before this one that counted as tries
    template: str = ""  # for services that send approved templates only: the kind of message
    parameters: Mapping[str, str] = field(default_factory=dict)  # what fills that template


class Session(Protocol):
    """An open channel: many envelopes, one connection."""

    def send(self, envelope: Envelope) -> Outcome: ...


class Channel(Protocol):
    name: str
    resends_on_doubt: bool  # whether an UNKNOWN may be sent again (e-mail: yes, with the same Message-ID)

    def open(self) -> AbstractContextManager[Session]: ...

    def send(self, envelope: Envelope) -> Outcome: ...
