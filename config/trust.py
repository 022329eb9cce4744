"""Trusted certificate authorities: the system's, and the office's own where KYHAN_CA_FILE names it.

OpenSSL and httpx both read SSL_CERT_FILE, so mail, mailbox, sign-in, webhooks and the monitor all follow it.
"""

from __future__ import annotations

import os
from pathlib import Path

from config.settings import Settings

VARIABLE = "SSL_CERT_FILE"
BUNDLE = "trusted.pem"
SYSTEM = (Path("/etc/ssl/certs/ca-certificates.crt"), Path("/etc/pki/tls/certs/ca-bundle.crt"))


def trust_authorities(settings: Settings) -> None:
    """For this process and those it starts. Raises OSError."""
    system = next((path for path in SYSTEM if path.is_file()), None)
    if settings.ca_file is None:
        if system is not None:
            os.environ.setdefault(VARIABLE, str(system))
        return
    bundle = settings.home / BUNDLE
    content = (system.read_bytes().rstrip() + b"\n" if system else b"") + settings.ca_file.read_bytes()
    if not bundle.exists() or bundle.read_bytes() != content:
        draft = bundle.with_name(f".{bundle.name}.{os.getpid()}")
        draft.write_bytes(content)
        draft.replace(bundle)
    os.environ[VARIABLE] = str(bundle)
