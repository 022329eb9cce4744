"""Tokens and what is kept of them: the database alone lets nobody in."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256
from secrets import token_urlsafe

from cryptography.fernet import Fernet, InvalidToken

SHORTEST_KEY = 32


class NoKey(RuntimeError):
    """Whoever built this office gave it no key to seal with."""


def fresh() -> str:
    return token_urlsafe(32)


def kept(token: str) -> str:
    """What the database keeps of a token."""
    return sha256(token.encode()).hexdigest()


def derived(key: bytes, purpose: str, salt: str) -> str:
    """The same token every time it is written into a mail, without being kept anywhere."""
    return urlsafe_b64encode(derived_bytes(key, purpose, salt)).rstrip(b"=").decode()


def derived_bytes(key: bytes, purpose: str, salt: str) -> bytes:
    return _sealed(key, f"{purpose}:{salt}")


def same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())


def encrypt(key: bytes, secret: str) -> str:
    return _box(key).encrypt(secret.encode()).decode()


def decrypt(key: bytes, sealed: str, within: int | None = None) -> str | None:
    """None when it was made up, sealed with another key, or is older than `within` seconds."""
    try:
        return _box(key).decrypt(sealed.encode(), ttl=within).decode()
    except InvalidToken:
        return None


def _box(key: bytes) -> Fernet:
    return Fernet(urlsafe_b64encode(_sealed(key, "box")))


def _sealed(key: bytes, text: str) -> bytes:
    if len(key) < SHORTEST_KEY:
        raise NoKey(f"the office's key has {len(key)} bytes, {SHORTEST_KEY} are needed")
    return hmac.digest(key, text.encode(), "sha256")
