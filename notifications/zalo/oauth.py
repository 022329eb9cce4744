"""OAuth v4 of Zalo: exchanges a code or a refresh token for a new pair. Each refresh token works once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from notifications.zalo.http import NoAnswer, Reply, ZaloHttp

LIFETIME = timedelta(seconds=90_000)  # what Zalo says today, if an answer leaves it out


@dataclass(frozen=True)
class TokenPair:
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    lifetime: timedelta = LIFETIME


class TokenRefused(Exception):
    """Zalo refused the token: another try cannot help, an administrator must consent again."""


class OAuthUnavailable(Exception):
    """No answer to rely on. The old refresh token may have been used up all the same."""


@dataclass(frozen=True)
class OAuth:
    http: ZaloHttp = field(repr=False)
    base: str  # https://oauth.zaloapp.com
    app_id: str
    app_secret: str = field(repr=False)

    def exchange(self, code: str, verifier: str) -> TokenPair:
        return self._ask({"code": code, "grant_type": "authorization_code", "code_verifier": verifier})

    def refresh(self, refresh_token: str) -> TokenPair:
        return self._ask({"refresh_token": refresh_token, "grant_type": "refresh_token"})

    def _ask(self, form: Mapping[str, str]) -> TokenPair:
        try:
            reply = self.http.post_form(
                f"{self.base}/v4/oa/access_token", {**form, "app_id": self.app_id}, {"secret_key": self.app_secret}
            )
        except NoAnswer as silence:
            raise OAuthUnavailable(silence.word) from None
        return _pair(reply)


def _pair(reply: Reply) -> TokenPair:
    body = reply.body
    if body is None or reply.status >= 500 or reply.status == 429:
        raise OAuthUnavailable(reply.word)
    access, refresh = body.get("access_token"), body.get("refresh_token")
    if isinstance(access, str) and isinstance(refresh, str) and access and refresh:
        return TokenPair(access, refresh, _lifetime(body.get("expires_in")))
    raise TokenRefused(f"{body.get('error', reply.status)} {body.get('error_name', '')}".strip()[:80])


def _lifetime(given: object) -> timedelta:
    text = str(given)
    return timedelta(seconds=int(text)) if text.isascii() and text.isdigit() and len(text) < 9 else LIFETIME
