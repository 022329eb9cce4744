"""How tests start the platform, tell it things, and reach it through the channels."""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest

from notifications.channel import Envelope
from notifications.zalo.bot import BotChannel
from notifications.zalo.http import ZaloHttp
from notifications.zalo.oauth import OAuth
from notifications.zalo.official_account import NoToken, OaClient
from notifications.zalo.zns import ZbsUidChannel, ZnsChannel
from tests.fakes.zalo_platform.beside import settings_for

ROOT = Path(__file__).parents[3]
MORNING = datetime.fromisoformat("2014-10-03T07:30:00+07:00")
LAN = "0987654321"
TEMPLATES = {"due_soon": "12345", "reminder": "12346", "overdue": "12347", "urging_letter": "99999"}
DATA = {"tieu_de": "Nhắc hạn báo cáo", "don_vi": "Sở Tài chính", "so_vb": "70/KH-UBND", "han": "31/12/2014"}
SEAL = b"bi-mat-theo-doi"


@dataclass
class Zalo:
    """The running platform."""

    url: str
    known: dict[str, str]
    _http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=60))

    def tell(self, control: str, **told: Any) -> Any:
        answer = self._http.post(f"{self.url}/_ctl/{control}", json=told)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ask(self, question: str) -> Any:
        return self._http.get(f"{self.url}/_ctl/{question}").json()

    def fault(self, endpoint: str, *faults: dict[str, Any]) -> None:
        self.tell("script", endpoint=endpoint, faults=list(faults))

    @property
    def sent(self) -> list[dict[str, Any]]:
        return self.ask("sent")["messages"]

    def requests(self, endpoint: str) -> list[dict[str, Any]]:
        return [one for one in self.ask("log") if one["endpoint"] == endpoint]

    def access_token(self) -> str:
        return str(self.tell("tokens", issue=True)["access_token"])

    def oauth(self, http: ZaloHttp | None = None) -> OAuth:
        return OAuth(http or ZaloHttp(), self.url, self.known["APP_ID"], self.known["APP_SECRET"])


def settings_towards(zalo: Zalo) -> dict[str, str]:
    """The settings of an office whose Zalo is this platform."""
    return settings_for(zalo.url, zalo.known)


class Purse:
    """Access tokens without a database: those it was given, one after the other."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)

    def current(self, now: datetime) -> str:
        if not self.tokens:
            raise NoToken("no-token")
        return self.tokens[0]

    def renewed(self, refused: str, now: datetime) -> str:
        self.tokens = [token for token in self.tokens if token != refused]
        return self.current(now)


def quick(**seconds: float) -> ZaloHttp:
    given = {"connect": 1, "read": 0.5, "write": 1, "pool": 1, **seconds}
    return ZaloHttp(httpx.Timeout(**given))


def zns(
    zalo: Zalo,
    *,
    url: str = "",
    tokens: Purse | None = None,
    http: ZaloHttp | None = None,
    app_secret: str = "",
    **named: Any,
) -> ZnsChannel:
    client = OaClient(http or quick(), tokens or Purse(zalo.access_token()), app_secret)
    return ZnsChannel(client, url or zalo.url, TEMPLATES, SEAL, **{"per_second": 0, **named})


def uid(zalo: Zalo, tokens: Purse | None = None) -> ZbsUidChannel:
    client = OaClient(quick(), tokens or Purse(zalo.access_token()))
    return ZbsUidChannel(client, zalo.url, zalo.url, TEMPLATES, SEAL, per_second=0)


def bot(zalo: Zalo, **named: Any) -> BotChannel:
    given = {"token": zalo.known["BOT_TOKEN"], "http": quick(), "base": zalo.url, "per_second": 0, **named}
    return BotChannel(**given)


def letter(to: str = LAN, **changed: Any) -> Envelope:
    shipped: dict[str, Any] = {
        "key": "digest:7:2014-10-03:zalo_zns",
        "message_id": "<k7f3@example.vn>",
        "to_address": to,
        "subject": "Nhắc hạn",
        "text": "Nhắc hạn: lịch phổ biến của Sở Tài chính còn 3 ngày làm việc.",
        "html": "",
        "sent_at": MORNING,
        "template": "due_soon",
        "parameters": DATA,
    }
    return Envelope(**{**shipped, **changed})


@cache
def _started() -> Zalo:
    command = [sys.executable, "-m", "tests.fakes.zalo_platform"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    atexit.register(process.terminate)
    assert process.stdout is not None
    told = json.loads(process.stdout.readline())
    return Zalo(told.pop("url"), told)


@pytest.fixture
def zalo() -> Zalo:
    """The platform on the morning of the letter, with nothing sent yet."""
    platform = _started()
    platform.tell("reset")
    platform.tell("clock", now=MORNING.isoformat())
    return platform
