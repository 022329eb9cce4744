"""Slows down whoever guesses, by where it comes from and the address aimed at; keeps no owner out by others' tries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from models.database import writing
from models.queries.people import access as queries
from models.queries.people import proofs as proof_queries
from models.tables.access import SignInAttempt
from rules.access import (
    FREE_TRIES_OF_A_NETWORK,
    FREE_TRIES_OF_A_SOURCE,
    FREE_TRIES_OF_STRANGERS,
    REMEMBERED,
    wait_after,
)
from services.errors import Refused


@dataclass(frozen=True)
class Caller:
    """What is kept of who calls: the beginning of the address, and what the browser says of itself."""

    network: str = ""
    agent: str = ""
    browser: str = ""  # what a browser that has signed in before brings: the digest of that session's token


class TooSoon(Refused):
    """Too many tries; carries how long to wait."""

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        self.minutes = max(1, -(-int(wait.total_seconds()) // 60))
        super().__init__(f"Thử quá nhiều lần; đợi {self.minutes} phút. / Too many tries; wait {self.minutes} minutes.")


def network_of(address: str) -> str:
    """203.0.113.77 → 203.0.113.0/24, an IPv6 address → its /48; enough to recognise, not enough to follow anybody."""
    try:
        kept = 24 if isinstance(ip_address(address), IPv4Address) else 48
        return str(ip_network(f"{address}/{kept}", strict=False))
    except ValueError:
        return ""


def count_try(engine: Engine, kind: str, subject: str, caller: Caller, now: datetime) -> int:
    """Count a try as failed before it is judged, so that a hundred at once are a hundred; returns its id."""
    aimed_at = _digest(subject)
    with writing(engine) as session:
        networks = queries.known_networks(session, subject.strip())
        browser = queries.known_browser(session, subject.strip(), caller.browser) if caller.browser else None
        source = caller.network if browser is None else f"browser:{browser}"
        waits = [_wait(session, kind, now, FREE_TRIES_OF_A_SOURCE, subject=aimed_at, network=source)]
        if browser is None:
            waits.append(_wait(session, kind, now, FREE_TRIES_OF_A_NETWORK, network=caller.network))
        if browser is None and caller.network not in networks:
            waits.append(_wait(session, kind, now, FREE_TRIES_OF_STRANGERS, subject=aimed_at, beside=networks))
        if max(waits) > timedelta(0):
            raise TooSoon(max(waits))
        counted = SignInAttempt(at=now, kind=kind, subject=aimed_at, network=source)
        session.add(counted)
        session.flush()
    assert counted.id is not None
    return counted.id


def succeeded(session: Session, counted: int) -> None:
    session.get_one(SignInAttempt, counted).succeeded = True


def no_guesses(session: Session, kind: str, subject: str) -> None:
    """Whoever follows a mailed link reads that mailbox: what was asked for it burdens neither it nor its network."""
    proof_queries.count_as_succeeded(session, kind, _digest(subject))


def _digest(subject: str) -> str:
    return sha256(subject.strip().lower().encode()).hexdigest()


def _wait(session: Session, kind: str, now: datetime, free: int, **about: Any) -> timedelta:
    count, last = queries.failures(session, kind, now - REMEMBERED, **about)
    pause = wait_after(count, free)
    return max(last + pause - now, timedelta(0)) if last and pause else timedelta(0)
