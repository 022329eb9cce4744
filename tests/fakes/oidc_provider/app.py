"""Discovery, authorization with PKCE, token and keys, as OpenID Connect Core and RFC 7636 have them."""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from json import dumps
from secrets import token_urlsafe
from typing import Any
from urllib.parse import unquote, urlencode

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import RSAKey

from config import clock

CLIENT, SECRET = "kyhan", "a client's secret / with signs"


@dataclass
class Provider:
    issuer: str
    person: dict[str, Any] = field(default_factory=dict)  # who is signed in there
    misdeed: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    other_key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))


def create(issuer: str) -> FastAPI:
    app, provider = FastAPI(), Provider(issuer)

    @app.put("/control")
    async def control(request: Request) -> None:
        told = await request.json()
        provider.person, provider.misdeed = told["person"], told.get("misdeed", "")

    @app.get("/.well-known/openid-configuration")
    def describe() -> dict[str, Any]:
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
        }

    @app.get("/keys")
    def keys() -> dict[str, Any]:
        return {"keys": [provider.key.as_dict(private=False)]}

    @app.get("/authorize")
    def authorize(request: Request) -> RedirectResponse:
        asked = dict(request.query_params)
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        if provider.misdeed == "denied":
            return _back(asked, error="access_denied")
        code = token_urlsafe(16)
        provider.codes[code] = asked
        return _back(asked, code=code)

    @app.post("/token")
    async def token(request: Request) -> JSONResponse:
        form = dict(await request.form())
        asked = provider.codes.pop(str(form.get("code")), None)
        if not _is_client(request, form):
            return JSONResponse({"error": "invalid_client"}, 401)
        if asked is None or form.get("redirect_uri") != asked["redirect_uri"] or not _proves(form, asked):
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": _id_token(provider, asked)})

    return app


def _back(asked: dict[str, str], **told: str) -> RedirectResponse:
    return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({**told, 'state': asked['state']})}", 302)


def _is_client(request: Request, form: dict[str, Any]) -> bool:
    header = request.headers.get("authorization", "")
    if header.startswith("Basic "):
        name, _, secret = b64decode(header[6:]).decode().partition(":")
        return (unquote(name), unquote(secret)) == (CLIENT, SECRET) or (name, secret) == (CLIENT, SECRET)
    return (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)


def _proves(form: dict[str, Any], asked: dict[str, str]) -> bool:
    digest = sha256(str(form.get("code_verifier", "")).encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]


def _id_token(provider: Provider, asked: dict[str, str]) -> str:
    now = int(clock.now().timestamp())
    claims = {"iss": provider.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
    claims |= provider.person
    claims |= {
        "nonce": {"nonce": "replayed"},
        "audience": {"aud": "another"},
        "issuer": {"iss": "https://evil.example.vn"},
        "expired": {"exp": now - 3600},
        "authorised party": {"azp": "another"},
    }.get(provider.misdeed, {})
    key = provider.other_key if provider.misdeed == "key" else provider.key
    if provider.misdeed == "unsigned":
        parts = (b'{"alg":"none"}', dumps(claims).encode())
        return ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)
