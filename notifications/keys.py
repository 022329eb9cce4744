"""Ids that come out the same on every attempt, so that a mailbox can tell a repeat from a new mail."""

from __future__ import annotations

import hmac
from base64 import b32encode
from hashlib import sha256


def message_id(idem_key: str, secret: bytes, domain: str) -> str:
    """Sealed: who answers to it has seen the mail, as what it is made of is easily guessed."""
    return f"<{_seal(idem_key, secret)}.k@{domain}>"


def thread_id(subject_matter: str, secret: bytes, domain: str) -> str:
    """The root that all mails about one matter (say "case:42") answer to, so that mailboxes show them together."""
    return f"<{_seal(f'{subject_matter}:root', secret)}.t@{domain}>"


def reminder_code(idem_key: str) -> str:
    """«K7F3»: the same in the mail and in the nudge of one person and day, to name a reminder by on the telephone."""
    whose = ":".join(idem_key.split(":")[:3])  # without the channel
    return b32encode(sha256(whose.encode()).digest())[:4].decode()


def _seal(told: str, secret: bytes) -> str:
    return hmac.digest(secret, f"mail\0{told}".encode(), "sha256").hex()[:32]
