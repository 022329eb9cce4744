"""What the platform remembers, and its clock."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from config import clock
from notifications.kinds import MessageKind
from notifications.zalo.params import wanted

LOCAL = timezone(timedelta(hours=7))
APP_ID, APP_SECRET = "2074463791234567890", "bi-mat-ung-dung-7c1f"
OA_ID, OA_SECRET = "4318657068771012646", "bi-mat-oa-webhook-93ab"
FIRST_REFRESH = "lam-moi-0"
BOT_TOKEN = "123456789:bi-mat-bot-5e7d"
BOT_SECRET = "bi-mat-webhook-bot"
TOKEN_LIFE = timedelta(seconds=90_000)


def parameter(name: str, kind: str, longest: int, shortest: int = 1, required: bool = True) -> dict[str, Any]:
    return {
        "name": name,
        "type": kind,
        "maxLength": longest,
        "minLength": shortest,
        "require": required,
        "acceptNull": False,
    }


# as an office would have them: kind of message → id
REGISTERED = {"due_soon": "20001", "overdue": "20002", "digest": "20003", "receipt": "20004", "returned": "20005"}


def the_templates() -> dict[str, dict[str, Any]]:
    fields = [
        parameter("tieu_de", "STRING", 65, 9),
        parameter("don_vi", "STRING", 90, 3),
        parameter("so_vb", "STRING", 30),
        parameter("han", "DATE", 20),
        parameter("con_lai", "STRING", 90, 3, required=False),
    ]
    ours = {id: approved(id, MessageKind(kind)) for kind, id in REGISTERED.items()}
    named = {"12345": "ENABLE", "12346": "PENDING_REVIEW", "12347": "DISABLE", "12348": "REJECT"}
    return ours | {
        id: {"templateId": id, "templateName": "Nhắc hạn báo cáo", "status": status, "listParams": fields}
        for id, status in named.items()
    }


def approved(id: str, kind: MessageKind) -> dict[str, Any]:
    """Registered with the parameters the guide names."""
    kinds = {"TIME": "DATE"}
    fields = [
        parameter(one.name, kinds.get(one.kind, "STRING"), one.bounds[1], one.bounds[0], one.required)
        for one in wanted(kind)
    ]
    return {"templateId": id, "templateName": f"Kyhan {kind}", "status": "ENABLE", "listParams": fields}


@dataclass
class User:
    follows: bool = True
    last_interaction: datetime | None = None


@dataclass
class Bot:
    token: str = BOT_TOKEN
    chats: set[str] = field(default_factory=lambda: {"chat-lan"})
    users_cap: int = 50
    month_cap: int = 3000
    sent: int = 0
    webhook: str = ""
    secret: str = ""
    updates: deque[dict[str, Any]] = field(default_factory=deque)


@dataclass
class State:
    started: datetime = field(default_factory=clock.now)
    fixed: datetime | None = None  # the clock stands still there until told to go on
    access: dict[str, datetime] = field(default_factory=dict)  # token → expires
    refresh: dict[str, bool] = field(default_factory=lambda: {FIRST_REFRESH: False})  # token → used
    refreshed: int = 0
    codes: dict[str, datetime] = field(default_factory=dict)
    challenges: dict[str, str] = field(default_factory=dict)
    templates: dict[str, dict[str, Any]] = field(default_factory=the_templates)
    users: dict[str, User] = field(default_factory=dict)
    bot: Bot = field(default_factory=Bot)
    quality: str = "HIGH"
    verified: bool = True
    quota: int = 500
    day_quota: int = 500
    proof: bool = False
    per_minute: int = 100
    calls: int = 0  # within `minute`
    minute: datetime | None = None
    sent: list[dict[str, Any]] = field(default_factory=list)
    tracked: Counter[str] = field(default_factory=Counter)
    seen_once: set[str] = field(default_factory=set)
    script: dict[str, deque[dict[str, Any]]] = field(default_factory=lambda: defaultdict(deque))
    log: list[dict[str, Any]] = field(default_factory=list)
    hook: str = ""
    hook_mode: dict[str, Any] = field(default_factory=dict)
    retries: list[dict[str, Any]] = field(default_factory=list)
    waking: set[asyncio.Task[Any]] = field(default_factory=set)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def now(self) -> datetime:
        return self.fixed or clock.now()

    def stamp(self, moment: datetime | None = None) -> str:
        return str(int((moment or self.now()).timestamp() * 1000))

    def is_night(self) -> bool:
        return not 6 <= self.now().astimezone(LOCAL).hour < 22


class Platform:
    """Holds the one state, so that a reset can replace it."""

    def __init__(self) -> None:
        self.state = State()

    def reset(self) -> None:
        for waiting in self.state.waking:
            waiting.cancel()
        self.state = State()


platform = Platform()
