"""Reads the address of a mailbox: imaps://user:password@host[:port][/folder], or imap://…?starttls=1."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

PORTS = {"imap": 143, "imaps": 993}
FLAGS = {"1": True, "true": True, "0": False, "false": False}


@dataclass(frozen=True)
class ImapAddress:
    host: str
    user: str
    password: str = field(repr=False)
    port: int = 993
    folder: str = "INBOX"
    tls: bool = True
    starttls: bool = False


def imap_address(url: str) -> ImapAddress:
    """Raises ValueError, without the URL in it: it may hold a password."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname or not parts.username or not parts.password or parts.fragment:
        raise ValueError("not an IMAP address")
    options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    starttls, tls = options.pop("starttls", "0").lower(), parts.scheme == "imaps"
    if options or starttls not in FLAGS or (FLAGS[starttls] and tls):
        raise ValueError("only starttls=1 is understood, and only with imap://")
    return ImapAddress(
        host=parts.hostname,
        user=unquote(parts.username),
        password=unquote(parts.password),
        port=parts.port or PORTS[parts.scheme],
        folder=unquote(parts.path.strip("/")) or "INBOX",
        tls=tls,
        starttls=FLAGS[starttls],
    )
