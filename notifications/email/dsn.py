"""Parses bounces (RFC 3464 and older formats) and recognises automatic answers."""

from __future__ import annotations

import logging
import re
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from email.utils import parseaddr

from flufl.bounce import all_failures

from notifications.addresses import one_line

logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)  # it reports each mail it does not understand

LONGEST_DIAGNOSTIC = 300
STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
SMTP_LINE = re.compile(r"^.*?\b([45]\d\d)[ -](?:#?[45]\.\d+\.\d+)?.*$", re.MULTILINE)
MESSAGE_ID = re.compile(r"^[ \t>]*Message-ID:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)
XTEXT = re.compile(r"\+(2B|3D)")
REPORTS = {"message/delivery-status", "message/global-delivery-status"}
ENCLOSED = {"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"}
POSTMEN = {"mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon", "microsoftexchange"}
NOT_FOR_GOOD = {"5.4.4"}  # "no route": a name server that is away looks the same to some relays


@dataclass(frozen=True)
class Bounce:
    recipient: str
    permanent: bool  # the address is at fault, not the moment
    status: str = ""  # "5.1.1"; empty when the report does not say
    diagnostic: str = ""
    original_message_id: str = ""
    envelope_id: str = ""
    given_up: bool = True  # False: only late, the relay goes on trying


def read_bounces(mail: Message, expected: bool = False) -> tuple[Bounce, ...]:
    """Empty for a mail that reports no failure. `expected`: it came to an address only reports are sent to."""
    original = _original_message_id(mail)
    bounces = tuple(_from_report(mail, original))
    if bounces or not (expected or _is_from_a_postman(mail)):
        return bounces
    return tuple(_from_odd_formats(mail, original))


def is_automatic(mail: Message) -> bool:
    """No person wrote it: absence notes, read receipts, reports of success, circulars (RFC 3834)."""
    return answers_by_itself(mail) or _submitted(mail).startswith("auto-") or is_bulk(mail)


def may_be_a_persons(mail: Message) -> bool:
    """Marked as a circular and as nothing else: some servers say that of everything they send."""
    return not answers_by_itself(mail) and not _submitted(mail).startswith("auto-")


def is_bulk(mail: Message) -> bool:
    return _header(mail, "Precedence") in BULK


def answers_by_itself(mail: Message) -> bool:
    return says_it_answers(mail) or has_no_return_path(mail)


def says_it_answers(mail: Message) -> bool:
    """Absence notes and reports, by what they say of themselves."""
    verdicts = (
        _submitted(mail).startswith("auto-replied"),
        any(_header(mail, name) not in SAYS_NO for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder")),
        _header(mail, "Precedence") == "auto_reply",
        _header(mail, "X-Precedence") == "auto_reply",
        mail.get_content_type() == "multipart/report",
    )
    return any(verdicts)


BULK = {"bulk", "junk", "list"}
SAYS_NO = {"", "no", "false", "0", "none"}


def _submitted(mail: Message) -> str:
    return _header(mail, "Auto-Submitted")


def _header(mail: Message, name: str) -> str:
    return str(mail.get(name, "")).strip().lower()


def has_no_return_path(mail: Message) -> bool:
    return "".join(_header(mail, "Return-Path").split()) == "<>"


def _is_from_a_postman(mail: Message) -> bool:
    local_part = parseaddr(str(mail.get("From", "")))[1].partition("@")[0].lower()
    return has_no_return_path(mail) or re.sub(r"[0-9a-f]{20,}$", "", local_part) in POSTMEN


# --- RFC 3464 -------------------------------------------------------------------------------------------------------


def _from_report(mail: Message, original: str) -> Iterator[Bounce]:
    """Only a report that is the mail itself: one that somebody forwards to us as a question is not ours to act on."""
    for part in _own_parts(mail):
        if part.get_content_type() not in REPORTS:
            continue
        groups = list(_field_groups(part))
        envelope = next((str(group["Original-Envelope-Id"]) for group in groups if "Original-Envelope-Id" in group), "")
        for group in groups:
            if (bounce := _of_recipient(group, original, _plain(envelope))) is not None:
                yield bounce


def _own_parts(mail: Message) -> Iterator[Message]:
    """Without descending into the mails it encloses."""
    if not mail.is_multipart() or mail.get_content_maintype() == "message":
        yield mail
        return
    for part in mail.get_payload():
        if isinstance(part, Message):
            yield from _own_parts(part)


def _field_groups(part: Message) -> Iterator[Message]:
    for text in re.split(r"\n[ \t]*\n", _text(part).replace("\r\n", "\n")):
        if text.strip():
            yield HeaderParser().parsestr(text.strip("\n") + "\n\n")


def _of_recipient(group: Message, original: str, envelope: str) -> Bounce | None:
    action = _header(group, "Action").split(" ")[0]
    recipient = _address(group, "Original-Recipient") or _address(group, "Final-Recipient")
    status = _status(_header(group, "Status"))
    if not recipient or action not in ("failed", "delayed", ""):
        return None
    given_up = action == "failed" or (not action and status.startswith("5"))
    diagnostic = one_line(str(group.get("Diagnostic-Code", "")))
    status = status if status not in ("", "5.0.0") else _status(diagnostic) or status
    permanent = given_up and not status.startswith("4") and status not in NOT_FOR_GOOD
    return Bounce(recipient, permanent, status, diagnostic[:LONGEST_DIAGNOSTIC], original, envelope, given_up)


def _address(group: Message, name: str) -> str:
    """«rfc822; <ten@may>», with or without its parts."""
    kind, separator, value = str(group.get(name, "")).partition(";")
    address = one_line(parseaddr(_plain(value if separator else kind))[1].lower())
    return address if "@" in address else ""


def _status(text: str) -> str:
    match = STATUS.search(text)
    return match[1] if match else ""


def _plain(text: str) -> str:
    """RFC 3461 writes + and = as +2B and +3D; whoever repeats an address without that leaves its own + alone."""
    return XTEXT.sub(lambda match: chr(int(match[1], 16)), text.strip())


# --- what old and private servers write -----------------------------------------------------------------------------


def _from_odd_formats(mail: Message, original: str) -> Iterator[Bounce]:
    with suppress(Exception):  # a detector that trips over a mail has merely not recognised it
        passing, lasting = all_failures(mail)
        text = "\n".join(_text(part) for part in _own_parts(mail) if part.get_content_maintype() == "text")
        status, smtp_line = _status(text), SMTP_LINE.search(text)
        diagnostic = one_line(smtp_line[0])[:LONGEST_DIAGNOSTIC] if smtp_line else ""
        for recipients, permanent in ((lasting, True), (passing - lasting, False)):
            for recipient in sorted(recipients):
                yield Bounce(
                    recipient.decode("utf-8", "replace").lower(),
                    permanent and not status.startswith("4") and status not in NOT_FOR_GOOD,
                    status,
                    diagnostic,
                    original,
                    given_up=permanent,
                )


def _original_message_id(mail: Message) -> str:
    """Of the mail that is enclosed, whole or in part; else of the one the report says it answers."""
    for part in _own_parts(mail):
        if part.get_content_type() in ENCLOSED and (match := MESSAGE_ID.search(_text(part))):
            return match[1]
    for part in _own_parts(mail):
        if part.get_content_type() == "text/plain" and (match := MESSAGE_ID.search(_text(part))):
            return match[1]
    answered = re.search(r"<[^<>\s]+>", f"{mail.get('In-Reply-To', '')} {mail.get('References', '')}")
    return answered[0] if answered else ""


def _text(part: Message) -> str:
    """Whatever it is, as text that can be stored."""
    if part.is_multipart():
        inner = b"\n\n".join(item.as_bytes() for item in part.get_payload() if isinstance(item, Message))
        return unpacked(part, inner).decode("utf-8", "replace")
    content = part.get_payload(decode=True)
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""


def unpacked(part: Message, content: bytes) -> bytes:
    """No report may be encoded as a whole (RFC 2046, 5.2); some are."""
    if _header(part, "Content-Transfer-Encoding") != "base64":
        return content
    with suppress(ValueError):
        return b64decode(b"".join(content.split()), validate=True)
    return content
