"""Signed addresses: of bounces (VERP), and of answers that are submissions by mail."""

from __future__ import annotations

import hmac
import re
from base64 import b32encode
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
EPOCH = date(2000, 1, 1)
REPLIES_WITHIN = timedelta(days=800)  # an annual duty is answered late, or amended, well after its year has ended

# Some relays write local parts in capitals or keep only the part before the @, so neither may matter.
_BOUNCE = re.compile(r"bounce\+([0-9a-z]{1,13})\.([0-9a-z]{1,6})\.([a-z2-7]{8})\Z")
_REPLY = re.compile(r"nop\+([cu])([0-9a-z]{1,13})\.([0-9a-z]{1,4})\.([a-z2-7]{10})\Z")
_CLAIMS = {"bounce": re.compile(r"bounce\+", re.IGNORECASE), "reply": re.compile(r"nop\+", re.IGNORECASE)}


@dataclass(frozen=True)
class Try:
    """One attempt at one message."""

    message: int
    attempt: int


class About(StrEnum):
    CASE = "c"
    UNIT = "u"  # a digest of several cases: the answer must say which


@dataclass(frozen=True)
class ReplyToken:
    about: About
    id: int
    issued_on: date

    def expired(self, today: date) -> bool:
        return not self.issued_on <= today <= self.issued_on + REPLIES_WITHIN


def bounce_address(message: int, attempt: int, key: bytes, domain: str) -> str:
    """The envelope sender. Its local part is also the ENVID that a relay repeats in its report."""
    content = f"{_base36(message)}.{_base36(attempt)}"
    return f"bounce+{content}.{_seal('bounce', content, key, 8)}@{domain}"


def read_bounce_address(address: str, key: bytes) -> Try | None:
    """None for an address that is not ours or was made up."""
    match = _BOUNCE.match(_local_part(address))
    if not match:
        return None
    content = f"{match[1]}.{match[2]}"
    if not _fits(match[3], _seal("bounce", content, key, 8)):
        return None
    return Try(int(match[1], 36), int(match[2], 36))


def reply_address(about: About, id: int, issued_on: date, key: bytes, domain: str) -> str:
    content = f"{about}{_base36(id)}.{_base36((issued_on - EPOCH).days)}"
    return f"nop+{content}.{_seal('reply', content, key, 10)}@{domain}"


def read_reply_address(address: str, key: bytes) -> ReplyToken | None:
    """None for an address that is not ours or was made up; whether it has expired is for the reader to ask."""
    match = _REPLY.match(_local_part(address))
    if not match:
        return None
    about, number, day, seal = match.groups()
    if not _fits(seal, _seal("reply", f"{about}{number}.{day}", key, 10)):
        return None
    return ReplyToken(About(about), int(number, 36), EPOCH + timedelta(days=int(day, 36)))


def claims_to_be(kind: str, address: str) -> bool:
    """Whether it looks like one of ours ("bounce", "reply"), true or forged."""
    return _CLAIMS[kind].match(address) is not None


def _seal(purpose: str, content: str, key: bytes, length: int) -> str:
    digest = hmac.digest(key, f"{purpose}\0{content}".encode(), "sha256")
    return b32encode(digest).decode("ascii").lower()[:length]


def _fits(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())


def _local_part(address: str) -> str:
    return address.strip().strip("<>").partition("@")[0].lower()


def _base36(number: int) -> str:
    if number < 0:
        raise ValueError("only whole numbers from 0")
    digits = ""
    while number or not digits:
        number, digit = divmod(number, 36)
        digits = DIGITS[digit] + digits
    return digits
