"""Calls in the name of an Official Account: the access token goes along, and is renewed once when refused."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol

from notifications.zalo.answers import Action, Rules, ZaloAnswer, rule_for
from notifications.zalo.http import NoAnswer, Reply, ZaloHttp, without

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


class NoToken(Exception):
    """No access token to be had: `code` is "no-token" (somebody must consent) or "token-later"."""

    def __init__(self, code: str, why: str = "") -> None:
        super().__init__(why or code)
        self.code, self.why = code, why


class AccessTokens(Protocol):
    def current(self, now: datetime) -> str: ...

    def renewed(self, refused: str, now: datetime) -> str:
        """Another token than the one that was refused."""
        ...


@dataclass(frozen=True)
class ApiResponse:
    answer: ZaloAnswer
    data: Mapping[str, Any] = field(default_factory=dict)
    per_minute: int = 0


@dataclass(frozen=True)
class OaClient:
    http: ZaloHttp = field(repr=False)
    tokens: AccessTokens = field(repr=False)
    app_secret: str = field(default="", repr=False)  # for appsecret_proof; empty: the account does not ask for it

    def post(self, url: str, body: Mapping[str, Any], rules: Rules, now: datetime) -> ApiResponse:
        return self._call(lambda headers: self.http.post(url, body, headers), rules, now)

    def get(self, url: str, query: Mapping[str, str], rules: Rules, now: datetime) -> ApiResponse:
        return self._call(lambda headers: self.http.get(url, query, headers), rules, now)

    def _call(self, ask: Callable[[Mapping[str, str]], Reply], rules: Rules, now: datetime) -> ApiResponse:
        try:
            token = self.tokens.current(now)
            response = self._once(ask, token)
            if rule_for(rules, response.answer.code).action is Action.REFRESH:
                response = self._once(ask, self.tokens.renewed(token, now))
        except NoToken as missing:
            return ApiResponse(ZaloAnswer(missing.code, missing.why))
        return response

    def _once(self, ask: Callable[[Mapping[str, str]], Reply], token: str) -> ApiResponse:
        try:
            reply = ask(self._headers(token))
        except NoAnswer as silence:
            return ApiResponse(ZaloAnswer(silence.word))
        return replace(_response(reply, token, self.app_secret), per_minute=reply.per_minute)

    def _headers(self, token: str) -> dict[str, str]:
        if not self.app_secret:
            return {"access_token": token}
        proof = hmac.new(self.app_secret.encode(), token.encode(), sha256).hexdigest()
        return {"access_token": token, "appsecret_proof": proof}


def _response(reply: Reply, *secrets: str) -> ApiResponse:
    body, fine = reply.body, 200 <= reply.status < 300
    if body is None or reply.status >= 500:  # a server that fails may have accepted all the same, whatever it writes
        return ApiResponse(ZaloAnswer(reply.word, retry_after=reply.retry_after))
    code = code_of(body.get("error"))
    if code is None or (code == "0" and not fine):
        return ApiResponse(ZaloAnswer("odd-json" if fine else reply.word, retry_after=reply.retry_after))
    data = body.get("data")
    text = spoken(body.get("message"), *secrets)
    return ApiResponse(ZaloAnswer(code, text, reply.retry_after), data if isinstance(data, dict) else {})


def code_of(error: object) -> str | None:
    """Zalo writes numbers as strings now and then."""
    text = str(error).strip()
    return str(int(text)) if re.fullmatch(r"-?\d{1,9}", text, re.ASCII) else None


def spoken(message: object, *secrets: str) -> str:
    return without(_CONTROL.sub(" ", message).strip()[:300], *secrets) if isinstance(message, str) else ""
