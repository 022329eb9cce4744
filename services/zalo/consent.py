"""The administrator of an Official Account lets Kyhan send in its name: the link to follow, the code it brings back."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from urllib.parse import parse_qs, urlencode, urlsplit

from notifications.zalo.oauth import OAuthUnavailable, TokenRefused
from services.errors import Refused
from services.seals import derived
from services.zalo.tokens import OaTokens

LONGEST_CODE = 2000


@dataclass(frozen=True)
class Consent:
    url: str
    challenge: str  # Zalo's console keeps it beside the address to return to


def asked(base: str, app_id: str, redirect: str, key: bytes) -> Consent:
    """The verifier is derived, not kept: the challenge stays the one that was written into Zalo's console."""
    digest = sha256(_verifier(key, app_id).encode()).digest()
    challenge = urlsafe_b64encode(digest).rstrip(b"=").decode()
    query = urlencode(
        {"app_id": app_id, "redirect_uri": redirect, "code_challenge": challenge, "state": _state(key, app_id)}
    )
    return Consent(f"{base}/v4/oa/permission?{query}", challenge)


def given(tokens: OaTokens, text: str, key: bytes, now: datetime, oa_id: str | None = None) -> None:
    """`text`: the code, or the whole address Zalo led back to. Raises Refused."""
    code, account, state = _code(text.strip())
    if not code or len(code) > LONGEST_CODE:
        raise Refused("Không thấy mã trong địa chỉ này. / There is no code in this address.")
    if state and not hmac.compare_digest(state.encode(), _state(key, tokens.oauth.app_id).encode()):
        raise Refused(
            "Địa chỉ này không do liên kết của hệ thống này dẫn về: chạy kyhan zalo consent và mở liên kết mới. / "
            "This address does not come from this system's link: run kyhan zalo consent and open the new link."
        )
    if oa_id and account and account != oa_id:
        raise Refused(
            f"Quyền vừa cấp là của OA {account}, không phải KYHAN_ZALO_OA_ID ({oa_id}). / "
            f"The consent is that of account {account}, not of KYHAN_ZALO_OA_ID."
        )
    try:
        tokens.consent(code, _verifier(key, tokens.oauth.app_id), now)
    except TokenRefused as no:
        raise Refused(
            f"Zalo từ chối mã này ({no}): mã dùng một lần, trong 10 phút; kiểm tra KYHAN_ZALO_APP_SECRET. / "
            f"Zalo refuses this code ({no}): it works once, within 10 minutes; check KYHAN_ZALO_APP_SECRET."
        ) from None
    except OAuthUnavailable as silence:
        raise Refused(f"Máy chủ cấp mã của Zalo không trả lời ({silence}). / Zalo does not answer.") from None


def _code(text: str) -> tuple[str, str, str]:
    """The code, the account it is for, the state it was asked with; empty where the address does not tell."""
    if "code=" not in text:
        return ("" if "://" in text else text), "", ""
    query = parse_qs(urlsplit(text).query or text)
    return query.get("code", [""])[0], query.get("oa_id", [""])[0], query.get("state", [""])[0]


def _state(key: bytes, app_id: str) -> str:
    """Only an answer to our own link brings it back."""
    return derived(key, "zalo consent state", app_id)[:20]


def _verifier(key: bytes, app_id: str) -> str:
    return derived(key, "zalo consent", app_id)
