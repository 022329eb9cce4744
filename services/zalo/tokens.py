"""Keeps the tokens of a Zalo Official Account alive: one refresh at a time, stored before it is used.

A refresh token works once. Whoever loses its successor must ask an administrator to consent again in a browser.
"""

from __future__ import annotations

import logging
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Engine
from sqlmodel import Session

from models.database import reading, writing
from models.queries.people import zalo_links as link_queries
from models.tables.zalo import OaToken
from notifications.zalo.oauth import OAuth, TokenDeskSilent, TokenPair, TokenRefused
from notifications.zalo.official_account import NoToken
from services.errors import Refused
from services.log import append
from services.outbox import rest

REFRESH_AFTER = timedelta(hours=20)  # of the 25 an access token lives
AT_LEAST_EVERY = timedelta(days=7)  # an unused refresh token dies after three months
TRY_AGAIN_AFTER = timedelta(minutes=15)  # when the token desk did not answer
ONCE_A_DAY = timedelta(days=1)  # after a refusal: a corrected setting heals, a used-up token is not hammered on
LAST_MINUTES = timedelta(minutes=2)  # of an access token's life are not used: a request must arrive in time
IDLE_TOO_LONG = timedelta(days=30)  # nobody keeps the tokens alive
LIVES = timedelta(days=90)  # a refresh token
USED_UP = "-14014"  # what Zalo says of a refresh token that was used before
USED_ELSEWHERE = (
    "mã gia hạn dùng một lần này đã được dùng ở nơi khác, thường là bản sao của hệ thống (bản phục hồi, máy thử) có "
    "cùng cài đặt Zalo: bỏ cài đặt Zalo ở bản sao trước, rồi cấp quyền lại ở đây"
)
SHOWN = "zalo_token:{}"

log = logging.getLogger(__name__)


def cipher(secret_key: str) -> Fernet:
    """For tokens at rest; another purpose derives another key from the same secret."""
    derived = HKDF(SHA256(), 32, salt=None, info=b"kyhan: tokens of zalo").derive(secret_key.encode())
    return Fernet(urlsafe_b64encode(derived))


@dataclass(frozen=True)
class OaTokens:
    """What the channels ask for access tokens; its methods open their own transactions."""

    engine: Engine
    oauth: OAuth
    cipher: Fernet = field(repr=False)
    profile: str = "oa"

    def current(self, now: datetime) -> str:
        row = self._row()
        if now - row.obtained_at < REFRESH_AFTER or _may_not_try(row, now):
            return self._usable(row, now)
        return self._usable(self._refreshed(row.version, now), now)

    def renewed(self, refused: str, now: datetime) -> str:
        """After Zalo refused a token: the one another worker has fetched since, or a new one."""
        row = self._row()
        if self._open(row.access_token) != refused:
            return self._usable(row, now)
        after = row if _may_not_try(row, now) else self._refreshed(row.version, now)
        if self._open(after.access_token) == refused:
            raise _missing(after)
        return self._usable(after, now)

    def keep_alive(self, now: datetime) -> bool:
        """The weekly heartbeat, so that a quiet season does not end the consent. Whether it fetched a new pair."""
        row = self._row()
        if now - row.obtained_at < AT_LEAST_EVERY or _may_not_try(row, now):
            return False
        return self._refreshed(row.version, now).version != row.version

    def consent(self, code: str, verifier: str, now: datetime) -> None:
        """The first pair, for the code an administrator's consent brought. Raises TokenRefused, TokenDeskSilent."""
        if rest.at_rest(self.engine):
            raise Refused(f"{rest.VI} / {rest.EN}")
        pair = self.oauth.exchange(code, verifier)
        with writing(self.engine) as session:
            row = session.get(OaToken, self.profile)
            if row is None:
                row = OaToken(
                    profile=self.profile, access_token="", refresh_token="", obtained_at=now, expires_at=now, version=0
                )
            session.add(self._filled(row, pair, now))
            append(session, now, "system", "zalo.consented", SHOWN.format(self.profile))

    # --- the one refresh ----------------------------------------------------------------------------------------

    def _refreshed(self, version: int, now: datetime) -> OaToken:
        """The row after one refresh by whoever came first.

        The row stays locked while the token desk is asked (SQLite: the write lock). Twenty hours apart, that is the
        lesser evil: two who ask at once would use the token up twice, and the account would fall silent.
        """
        with writing(self.engine) as session:
            row = session.get(OaToken, self.profile, with_for_update=True, populate_existing=True)
            if row is None:
                raise NoToken("no-token")
            if row.version == version and not _may_not_try(row, now):
                self._fetch(session, row, now)
            session.add(row)
        return row  # committed: only now may the new token be used

    def _fetch(self, session: Session, row: OaToken, now: datetime) -> None:
        try:
            self._filled(row, self.oauth.refresh(self._open(row.refresh_token)), now)
        except TokenRefused as no:
            problem = f"cần cấp quyền OA lại, Zalo từ chối gia hạn ({no}){_cause(no)} / consent again ({no})"
            self._alarm(session, row, problem, now, consent_needed=True)
        except TokenDeskSilent as silence:
            self._alarm(session, row, f"chưa gia hạn được ({silence}) / not renewed yet ({silence})", now)

    def _filled(self, row: OaToken, pair: TokenPair, now: datetime) -> OaToken:
        row.access_token, row.refresh_token = self._sealed(pair.access_token), self._sealed(pair.refresh_token)
        row.obtained_at, row.expires_at = now, now + pair.lifetime
        row.version += 1
        row.problem, row.problem_at, row.consent_needed = "", None, False
        return row

    def _alarm(self, session: Session, row: OaToken, problem: str, now: datetime, consent_needed: bool = False) -> None:
        """Once for a row of failures, and once more when waiting will no longer help."""
        if not row.problem or (consent_needed and not row.consent_needed):
            append(session, now, "system", "zalo.token_failed", SHOWN.format(self.profile), {"problem": problem})
            log.error("Zalo %s: %s", self.profile, problem)
        row.problem, row.problem_at = problem, now
        row.consent_needed = row.consent_needed or consent_needed

    # --- reading ------------------------------------------------------------------------------------------------

    def _row(self) -> OaToken:
        with reading(self.engine) as session:
            if rest.resting_since(session) is not None:  # the consent is that of the office this is a copy of
                raise NoToken("no-token", rest.VI)
            row = session.get(OaToken, self.profile)
        if row is None:
            raise NoToken("no-token", "quản trị OA cần cấp quyền / the account's administrator must consent")
        return row

    def _usable(self, row: OaToken, now: datetime) -> str:
        if now > row.expires_at - LAST_MINUTES:
            raise _missing(row)
        return self._open(row.access_token)

    def _sealed(self, token: str) -> str:
        return self.cipher.encrypt(token.encode()).decode()

    def _open(self, sealed: str) -> str:
        try:
            return self.cipher.decrypt(sealed.encode()).decode()
        except InvalidToken:
            changed = "KYHAN_SECRET_KEY đã đổi: cần cấp quyền OA lại / the key has changed: consent again"
            raise NoToken("no-token", changed) from None


def _may_not_try(row: OaToken, now: datetime) -> bool:
    wait = ONCE_A_DAY if row.consent_needed else TRY_AGAIN_AFTER
    return row.problem_at is not None and now - row.problem_at < wait


def _cause(no: TokenRefused) -> str:
    """A refresh token works once: whoever else has a copy of it may have been first."""
    return f"; {USED_ELSEWHERE}" if USED_UP in str(no) else ""


def _missing(row: OaToken) -> NoToken:
    return NoToken("no-token" if row.consent_needed else "token-later", row.problem)


def problems(session: Session, now: datetime, wanted: bool = False) -> list[str]:
    """For the watch and the doctor: what keeps an account from sending, or soon will. `wanted`: a channel needs it."""
    rows = link_queries.account_tokens(session)
    if wanted and not rows:
        return ["Zalo OA: chưa cấp quyền, chưa gửi được tin theo mẫu; chạy kyhan zalo consent"]
    return [f"Zalo OA «{row.profile}»: {problem}" for row in rows if (problem := row.problem or _idle(row, now))]


def _idle(row: OaToken, now: datetime) -> str:
    days = (now - row.obtained_at).days
    if now - row.obtained_at < IDLE_TOO_LONG:
        return ""
    return (
        f"mã truy cập chưa gia hạn {days} ngày, quá {LIVES.days} ngày thì phải cấp quyền lại; chạy kyhan zalo receive"
    )


def standing(session: Session, profile: str = "oa") -> OaToken | None:
    """When the tokens were fetched and until when they last; the tokens themselves stay sealed."""
    return session.get(OaToken, profile)
