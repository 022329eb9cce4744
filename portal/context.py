"""Context of all pages: database, office, clock, mail thread, addresses of the dashboard and the caught mails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from portal.sign_in_mails import MailThread
from rules.office import Office
from rules.systems.outside import Outside
from services.views.waiting_tables import TableCounter

if TYPE_CHECKING:
    from services.checkup.data import CheckFinding
    from services.delivery.dispatch import Outgoing


PATIENCE = 5.0  # seconds for one's turn


@dataclass(frozen=True)
class Provider:
    """An identity provider (OpenID Connect), as the settings name it."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True)
class PortalContext:
    engine: Engine
    office: Office
    clock: Callable[[], datetime]
    screen_url: str = "http://127.0.0.1:4200"
    mail_folder: Path | None = None  # None: mails really leave, there is nothing to look at
    outgoing: Callable[[], Outgoing] | None = None  # None: links wait for the next round of the post
    provider: Provider | None = None  # of OpenID Connect
    checks: Callable[[datetime], Sequence[CheckFinding]] | None = None  # all that `kyhan doctor` looks at
    api_per_minute: int = 300  # calls of one system
    renews_every: float | None = None  # seconds after which the plan and the calendar are read again
    outside: Outside = field(default_factory=Outside)  # where webhooks may lead
    bot_name: str = ""  # what people look for in Zalo
    hears_account: bool = False  # what people write to the Official Account reaches us
    zalo_verification: str = ""  # proves to Zalo that this address is ours
    mail_domain: str = "example.vn"  # of the sender, as it stands in the calendars of mails
    sign_in_mails: MailThread = field(default_factory=MailThread, repr=False, compare=False)
    hosts: frozenset[str] = frozenset()  # the names it answers under; empty: any
    tables: TableCounter = field(default_factory=TableCounter, repr=False, compare=False)
    turn: Lock = field(default_factory=Lock, repr=False, compare=False)
    demo: bool = False  # a demonstration: while only made-up people are known, they may be tried on

    @contextmanager
    def in_turn(self) -> Iterator[None]:
        """Runs long computations one after another, which is faster than two at once. The wait has a limit."""
        held = self.turn.acquire(timeout=PATIENCE)
        try:
            yield
        finally:
            if held:
                self.turn.release()

    @property
    def secure(self) -> bool:
        """Reached by https, so that cookies can be restricted to it."""
        return self.office.base_url.startswith("https://")
