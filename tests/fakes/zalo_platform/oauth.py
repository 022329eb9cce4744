"""The token desk: form-encoded, secret in a header, each refresh token once."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256
from secrets import token_hex
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from tests.fakes.zalo_platform.state import APP_ID, APP_SECRET, OA_ID, TOKEN_LIFE, platform

CODE_LIFE = timedelta(minutes=10)


async def access_token(request: Request) -> Response:
    if request.headers.get("content-type", "").split(";")[0] != "application/x-www-form-urlencoded":
        return _no(-14001, "Invalid content type")
    form = dict(await request.form())
    if request.headers.get("secret_key") != APP_SECRET:
        return _no(-14004, "Invalid secret key")
    if form.get("app_id") != APP_ID:
        return _no(-14002, "Invalid app id")
    if form.get("grant_type") == "authorization_code":
        return _by_code(str(form.get("code")), str(form.get("code_verifier")))
    if form.get("grant_type") == "refresh_token":
        return _by_refresh(str(form.get("refresh_token")))
    return _no(-14003, "Invalid grant type")


async def permission(request: Request) -> Response:
    """The administrator has said yes: leads back with a code that only the asker's verifier opens."""
    asked, state = request.query_params, platform.state
    if asked.get("app_id") != APP_ID or not asked.get("redirect_uri"):
        return _no(-14003, "Invalid redirect uri")
    code = token_hex(16)
    state.codes[code], state.challenges[code] = state.now(), asked.get("code_challenge", "")
    query = urlencode({"oa_id": OA_ID, "code": code, "state": asked.get("state", "")})
    return RedirectResponse(f"{asked['redirect_uri']}?{query}", 302)


def _by_code(code: str, verifier: str) -> Response:
    given, challenge = platform.state.codes.pop(code, None), platform.state.challenges.pop(code, "")
    if given is None or platform.state.now() - given > CODE_LIFE:
        return _no(-14012, "Invalid code")
    ours = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return _no(-14015, "Invalid code verifier") if challenge and challenge != ours else new_pair()


def _by_refresh(token: str) -> Response:
    if platform.state.refresh.get(token, True):
        return _no(-14014, "Invalid refresh token")
    platform.state.refresh[token] = True
    platform.state.refreshed += 1
    return new_pair()


def new_pair() -> JSONResponse:
    state = platform.state
    access, refresh = f"truy-cap-{token_hex(12)}", f"lam-moi-{token_hex(12)}"
    state.access[access] = state.now() + TOKEN_LIFE
    state.refresh[refresh] = False
    life = str(int(TOKEN_LIFE.total_seconds()))
    return JSONResponse({"access_token": access, "refresh_token": refresh, "expires_in": life})


def _no(code: int, name: str) -> Response:
    told = {"error": code, "error_name": name, "error_reason": name, "ref_doc": "https://developers.zalo.me/docs"}
    return JSONResponse(told)  # HTTP 200, as the real one does


def is_valid(request: Request) -> bool:
    expires = platform.state.access.get(request.headers.get("access_token", ""))
    return expires is not None and platform.state.now() < expires
