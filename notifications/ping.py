"""Tells an outside monitor that all is well, so that our silence alarms somebody even when nothing here can."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

import httpx

from notifications.deadline import in_time

PATIENCE = httpx.Timeout(connect=4, read=10, write=10, pool=5)
WHOLE = 20.0  # seconds for asking and answer together
LONGEST = 10_000  # bytes of a body monitors keep


def ping(url: str, problems: list[str]) -> bool:
    """To the URL itself when all is well, to its /fail otherwise, as healthchecks understands it. False: not heard."""
    try:
        address = _fail(url) if problems else url
        body = "\n".join(problems).encode()[:LONGEST]
        return in_time(WHOLE, lambda: httpx.post(address, content=body, timeout=PATIENCE)).is_success
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError):
        return False


def _fail(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/fail"))
