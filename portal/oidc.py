"""Signing in through the province's own identity provider: OpenID Connect, authorization code with PKCE."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from secrets import token_urlsafe
from typing import Any

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from itsdangerous import BadData, URLSafeTimedSerializer
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from notifications.deadline import get, timed, within
from portal.context import PortalContext, Provider
from portal.cookies import LASTS, Cookie
from services.seals import derived

ANSWERED_AT = "/dang-nhap/oidc/tra-loi"
SIGNED_BY = ["RS256", "PS256", "ES256", "EdDSA"]
LEEWAY = 60  # seconds two clocks may differ
PATIENCE = 10.0  # seconds for one answer of the provider


class NotProven(Exception):
    """The provider did not say, or not in a way to be trusted, who this is. The reason is for the log, not the page."""


@dataclass(frozen=True)
class Identity:
    issuer: str
    subject: str
    email: str  # empty unless the provider has verified it
    unverified: bool = False  # an address came, but the provider does not vouch for it


def begin(context: PortalContext, provider: Provider, then: str) -> tuple[str, str]:
    """Where to send the browser, and what it must bring back. Raises NotProven."""
    carried = {"state": token_urlsafe(24), "nonce": token_urlsafe(24), "verifier": token_urlsafe(48), "then": then}
    with _client(context, provider) as client:
        url, _ = client.create_authorization_url(
            _place(provider, "authorization_endpoint"),
            state=carried["state"],
            code_verifier=carried["verifier"],
            nonce=carried["nonce"],
        )
    return url, _seal(context).dumps(carried)


def finish(
    context: PortalContext, provider: Provider, brought: str, state: str, code: str, now: datetime
) -> tuple[Identity, str]:
    """The person's claims, and the page to go on to. Raises NotProven."""
    try:
        carried = _seal(context).loads(brought, max_age=LASTS[Cookie.ABROAD])
    except BadData as error:
        raise NotProven("the cookie is missing, too old or made up") from error
    if not state or state != carried["state"]:
        raise NotProven("the answer belongs to another question")
    try:
        with within(2 * PATIENCE), _client(context, provider) as client:
            token = client.fetch_token(_place(provider, "token_endpoint"), code=code, code_verifier=carried["verifier"])
            claims = _claims(provider, token, carried["nonce"], now)
            return _identity(provider, claims), carried["then"]
    except (AuthlibBaseError, httpx.HTTPError, JoseError, ValueError, KeyError) as error:
        raise NotProven(f"{type(error).__name__}: {error}") from error


def _claims(provider: Provider, token: Mapping[str, Any], nonce: str, now: datetime) -> dict[str, Any]:
    keys = KeySet.import_key_set(_fetched(_place(provider, "jwks_uri")))
    claims = jwt.decode(token["id_token"], keys, algorithms=SIGNED_BY).claims
    jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY,
        iss={"essential": True, "value": _described(provider.issuer)["issuer"]},
        aud={"essential": True, "value": provider.client_id},
        exp={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
    ).validate(claims)
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise ValueError("the token was made for another client")
    return claims


def _identity(provider: Provider, claims: Mapping[str, Any]) -> Identity:
    email = str(claims.get("email", ""))
    verified = claims.get("email_verified") in (True, "true")  # some providers write it as text
    subject = str(claims["sub"])
    return Identity(provider.issuer, subject, email if verified else "", bool(email) and not verified)


def _client(context: PortalContext, provider: Provider) -> OAuth2Client:
    client = OAuth2Client(
        provider.client_id,
        provider.client_secret,
        scope="openid email profile",
        redirect_uri=f"{context.office.base_url.rstrip('/')}{ANSWERED_AT}",
        code_challenge_method="S256",
        timeout=PATIENCE,
    )
    timed(client)
    return client


def _seal(context: PortalContext) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(derived(context.office.key, "oidc", ""))


def _place(provider: Provider, name: str) -> str:
    try:
        return str(_described(provider.issuer)[name])
    except (httpx.HTTPError, ValueError, KeyError) as error:
        raise NotProven(f"{type(error).__name__}: {error}") from error


@lru_cache(4)
def _described(issuer: str) -> dict[str, Any]:
    """The provider's discovery document; fetched once, kept while the portal runs."""
    claims: dict[str, Any] = _fetched(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if str(claims["issuer"]).rstrip("/") != issuer.rstrip("/"):
        raise ValueError("the provider calls itself by another name")
    return claims


def _fetched(url: str) -> Any:
    answer = get(url, PATIENCE)
    answer.raise_for_status()
    return answer.json()
