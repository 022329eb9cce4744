"""Reads the address of a mail server: smtp://[user:password@]host:port[?starttls=1], or smtps://… for TLS at once."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from notifications.email.smtp import SmtpAddress

PORTS = {"smtp": 25, "smtps": 465}
SUBMISSION = 587  # where STARTTLS is usually offered
FLAGS = {"1": True, "true": True, "0": False, "false": False}


def smtp_address(url: str) -> SmtpAddress:
    """Raises ValueError, without the URL in it: it may hold a password."""
    from notifications.email.smtp import SmtpAddress

    parts = urlsplit(url)
    authority = url.partition("?")[0]
    if parts.scheme not in PORTS or not parts.hostname or parts.path not in ("", "/") or parts.fragment:
        raise ValueError("not an SMTP address")
    if authority.count("@") > 1:  # a password that was not encoded
        raise ValueError("not an SMTP address")
    starttls, tls = _starttls(parts.query), parts.scheme == "smtps"
    if starttls and tls:
        raise ValueError("smtps and starttls exclude each other")
    port = SUBMISSION if starttls else PORTS[parts.scheme]
    return SmtpAddress(
        host=parts.hostname,
        port=parts.port or port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=starttls,
        tls=tls,
    )


def _starttls(query: str) -> bool:
    options = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
    value = options.pop("starttls", "0").lower()
    if options or value not in FLAGS:
        raise ValueError("only starttls=1 is understood")
    return FLAGS[value]
