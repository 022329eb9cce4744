"""A Zalo bot: free, for people who once wrote to it. It gives no receipts, so on doubt nothing is sent again."""

from __future__ import annotations

import hmac
import re
import secrets
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from notifications.channel import Envelope, Outcome, OutcomeKind
from notifications.zalo.answers import BOT, Action, ZaloAnswer, outcome, rule_for
from notifications.zalo.http import NoAnswer, Pace, Reply, ZaloHttp
from notifications.zalo.official_account import code_of, spoken

LONGEST_TEXT = 2000  # code points
MONTH_CAP = 3000  # messages a free bot may send
PER_SECOND = 1.0
_TOKEN = re.compile(r"\d{1,20}:[\w.-]{8,200}\Z", re.ASCII)
_CHAT = re.compile(r"[\w.-]{1,64}\Z", re.ASCII)
_CODE = re.compile(r"(?:kyhan\s+)?(\d{3})[ .-]?(\d{3})", re.ASCII | re.IGNORECASE)
_FINE = ("0", "408")  # 408: nobody wrote anything while we waited
LONGEST_PAUSE = 60.0
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


class BotApi:
    """One method of the bot's interface, and what became of it."""

    def __init__(self, http: ZaloHttp, base: str, token: str) -> None:
        if not _TOKEN.match(token):
            raise ValueError("KYHAN_ZALO_BOT_TOKEN: cần dạng số:chuỗi bí mật / expected digits:secret")
        self._http, self._token = http, token
        self._root = f"{base.rstrip('/')}/bot{token}"

    def __repr__(self) -> str:
        return "BotApi(…)"  # the address holds the token

    def call(self, method: str, body: Mapping[str, Any]) -> tuple[ZaloAnswer, Any]:
        return self._call(lambda: self._http.post(f"{self._root}/{method}", body))

    def wait(self, method: str, body: Mapping[str, Any], seconds: float) -> tuple[ZaloAnswer, Any]:
        return self._call(lambda: self._http.wait_for(f"{self._root}/{method}", body, seconds))

    def _call(self, ask: Callable[[], Reply]) -> tuple[ZaloAnswer, Any]:
        try:
            reply = ask()
        except NoAnswer as silence:
            return ZaloAnswer(silence.word), None
        body = reply.body
        if body is None or reply.status >= 500:  # a server that fails may have accepted all the same
            return ZaloAnswer(reply.word, "", reply.retry_after), None
        if not isinstance(body.get("ok"), bool):
            return ZaloAnswer("odd-json" if reply.status < 300 else reply.word, "", reply.retry_after), None
        if body["ok"]:
            return ZaloAnswer("0"), body.get("result")
        text = spoken(body.get("description"), self._token)
        return ZaloAnswer(_refusal(code_of(body.get("error_code")), text), text, reply.retry_after), None


def _refusal(code: str | None, text: str) -> str:
    return "400-chat" if code == "400" and "chat" in text.lower() else code or "odd-json"


class BotChannel:
    name = "zalo_bot"
    resends_on_doubt = False

    def __init__(
        self,
        http: ZaloHttp,
        base: str,
        token: str,
        sent_this_month: Callable[[datetime], int] = lambda _: 0,
        month_cap: int = MONTH_CAP,
        per_second: float = PER_SECOND,
    ) -> None:
        self.api = BotApi(http, base, token)
        self._sent_this_month, self._cap = sent_this_month, month_cap
        self._pace = Pace(per_second)

    @contextmanager
    def open(self) -> Iterator[BotChannel]:
        yield self

    def send(self, envelope: Envelope) -> Outcome:
        text = unicodedata.normalize("NFC", _CONTROL.sub("", envelope.text)).strip()
        fault = _fault(envelope.to_address, text)
        if fault:
            return self._outcome(ZaloAnswer(fault), envelope)
        self._pace.wait()
        answer, result = self.api.call("sendMessage", {"chat_id": envelope.to_address, "text": text})
        outcome = self._outcome(self._explained(answer, envelope.sent_at), envelope)
        if outcome.kind is not OutcomeKind.OK:
            return outcome
        reference = result.get("message_id") if isinstance(result, dict) else None
        return replace(outcome, provider_ref=str(reference) if reference else None)

    def _explained(self, answer: ZaloAnswer, now: datetime) -> ZaloAnswer:
        """The month's end of free messages and a moment's haste have the same number."""
        if answer.code != "429" or self._sent_this_month(now) < self._cap:
            return answer
        return replace(answer, code="429-month")

    def _outcome(self, answer: ZaloAnswer, envelope: Envelope) -> Outcome:
        return outcome(BOT, answer, envelope.sent_at, envelope.key, envelope.failures + 1)


def _fault(chat: str, text: str) -> str:
    if not _CHAT.match(chat):
        return "bad-chat"
    if not text:
        return "empty"
    return "too-long" if len(text) > LONGEST_TEXT else ""


# --- what people write to the bot -----------------------------------------------------------------------------------


class PollingStopped(Exception):
    """Waiting longer is in vain: the token is refused, or a webhook takes the messages."""


class Poller:
    """Fetches what people write, for an office behind a firewall. Never beside a webhook.

    An update is handed over once and then gone from Zalo: `hand_over` must store it before anything else.
    """

    def __init__(
        self,
        http: ZaloHttp,
        base: str,
        token: str,
        hand_over: Callable[[dict[str, Any]], None],
        wait: int = 30,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self.api = BotApi(http, base, token)
        self._hand_over, self._wait, self._pause = hand_over, wait, pause

    def once(self) -> ZaloAnswer:
        answer, update = self.api.wait("getUpdates", {"timeout": self._wait}, self._wait)
        if isinstance(update, dict):
            self._hand_over(update)
        return answer

    def run(self, stopped: Callable[[], bool]) -> None:
        failures = 0
        while not stopped():
            answer = self.once()
            if answer.code in _FINE:
                failures = 0
                continue
            if rule_for(BOT, answer.code).action in (Action.STOP, Action.BUG, Action.DEAD):
                raise PollingStopped(f"{answer.code} {answer.text}".strip())
            failures += 1
            self._pause(min(2.0**failures, LONGEST_PAUSE))


@dataclass(frozen=True)
class BotMessage:
    """What a person wrote to the bot."""

    chat_id: str
    text: str
    message_id: str
    in_group: bool = False


def written(update: object) -> BotMessage | None:
    """From an update or a webhook's body; None: nothing a person wrote."""
    result = update.get("result", update) if isinstance(update, dict) else None
    message = result.get("message") if isinstance(result, dict) else None
    if not isinstance(message, dict) or not isinstance(message.get("chat"), dict):
        return None
    chat, text = message["chat"], message.get("text")
    if not isinstance(text, str) or not _CHAT.match(str(chat.get("id", ""))):
        return None
    group = str(chat.get("chat_type", "")).upper() == "GROUP"
    return BotMessage(
        str(chat["id"]), unicodedata.normalize("NFC", text).strip(), str(message.get("message_id", "")), group
    )


def is_from_zalo(header: str | None, secret: str) -> bool:
    """Whether a webhook carries the secret that was set with it (X-Bot-Api-Secret-Token)."""
    return bool(secret) and header is not None and hmac.compare_digest(header.encode(), secret.encode())


# --- linking a chat to a person -------------------------------------------------------------------------------------

CODE_LIFE = timedelta(minutes=15)


def new_code() -> str:
    """To show a signed-in person, who sends it to the bot."""
    return f"{secrets.randbelow(10**6):06d}"


def code_in(text: str) -> str | None:
    match = _CODE.fullmatch(text.strip())
    return match[1] + match[2] if match else None


def hashed(code: str, secret: bytes) -> str:
    """Keyed: a million codes are soon tried by who only has the database."""
    return hmac.new(secret, f"zalo link {code}".encode(), sha256).hexdigest()
