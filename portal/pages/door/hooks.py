"""Webhooks of Zalo: verified, stored as received, answered at once; processed later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from json import loads
from threading import Lock
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, PlainTextResponse
from pydantic import SecretStr
from starlette.exceptions import HTTPException

from config.settings import Settings
from models.database import writing
from notifications.zalo.bot import is_from_zalo, written
from notifications.zalo.webhook import LARGEST, SIGNATURE, STAMP, Signing, event_in, verified
from portal.context import PortalContext
from services import log
from services.inbound.events import store_event

OA, BOT = "zalo_oa", "zalo_bot"
SEAL_OF_BOT = "x-bot-api-secret-token"
KEPT = ("content-type", "user-agent", SIGNATURE, STAMP)  # the bot's seal is a secret and is not
LOG_EVERY = timedelta(minutes=1)


@dataclass
class ForgedCount:
    """Count of wrong signatures since the last log entry, so that forgeries cannot fill the log."""

    count: int = 0
    logged_at: datetime | None = None
    lock: Lock = field(default_factory=Lock)

    def one_more(self, now: datetime) -> int:
        """Count to write to the log now; 0: not yet."""
        with self.lock:
            self.count += 1
            if self.logged_at is not None and now - self.logged_at < LOG_EVERY:
                return 0
            count, self.count, self.logged_at = self.count, 0, now
            return count


@dataclass(frozen=True)
class Hooks:
    """Secrets of the webhooks; one without its secret is closed."""

    oa: Signing | None = None
    bot_secret: str = field(default="", repr=False)
    account_named: bool = False  # its webhook is being set up: the secret is shown once the address was saved
    forged: Mapping[str, ForgedCount] = field(default_factory=lambda: {OA: ForgedCount(), BOT: ForgedCount()})


def hooks_of(settings: Settings) -> Hooks:
    ours = settings.zalo_app_id or settings.zalo_oa_id
    secret = _revealed(settings.zalo_oa_secret)
    whose = (settings.zalo_app_id or "", settings.zalo_oa_id or "")
    signing = Signing(*whose, secret, settings.zalo_signatures) if ours and secret else None
    return Hooks(signing, _revealed(settings.zalo_bot_secret), bool(ours))


def _revealed(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


async def raw_body(request: Request) -> bytes:
    """The body of the request. Raises HTTPException for more bytes than Zalo sends."""
    raw = bytearray()
    async for part in request.stream():
        raw += part
        if len(raw) > LARGEST:
            raise HTTPException(413)
    return bytes(raw)


Raw = Annotated[bytes, Depends(raw_body)]
router = APIRouter(prefix="/hooks/zalo")
proof_router = APIRouter()


@proof_router.get("/zalo_verifier{code}.html")
def prove_address(request: Request, code: str) -> HTMLResponse:
    """The file Zalo offers for proving that this address is ours."""
    context: PortalContext = request.app.state.context
    if not context.zalo_verification or code != context.zalo_verification:
        raise HTTPException(404)
    mark = f'<meta name="zalo-platform-site-verification" content="{code}">'
    return HTMLResponse(f'<!doctype html><html lang="vi"><head>{mark}<title>Zalo</title></head><body></body></html>')


@router.post("/oa")
def from_the_account(request: Request, raw: Raw) -> PlainTextResponse:
    signing = _hooks(request).oa
    if signing is None:
        return _being_set_up(request)
    if verified(raw, request.headers, signing) is None:
        return _refuse(request, OA)
    event = event_in(raw)
    assert event is not None  # what is verified is an object
    return _store(request, OA, event.name, event.key, raw)


@router.get("/oa")
def look_at_the_address(request: Request) -> PlainTextResponse:
    """Answers GET, by which an administrator checks the address while setting the webhook up."""
    return PlainTextResponse("ok") if _hooks(request).oa else _being_set_up(request)


def _being_set_up(request: Request) -> PlainTextResponse:
    """Zalo shows the webhook's secret after its address was saved, so the address answers before; nothing is kept."""
    if not _hooks(request).account_named:
        raise HTTPException(404)
    return PlainTextResponse("ok")


@router.post("/bot")
def from_the_bot(request: Request, raw: Raw) -> PlainTextResponse:
    secret = _hooks(request).bot_secret
    if not secret:
        raise HTTPException(404)
    if not is_from_zalo(request.headers.get(SEAL_OF_BOT), secret):
        return _refuse(request, BOT)
    message = written(_object(raw))
    key = f"{message.chat_id}:{message.message_id}" if message and message.message_id else sha256(raw).hexdigest()
    return _store(request, BOT, "message" if message else "", key, raw)


def _object(raw: bytes) -> object:
    try:
        return loads(raw)
    except (ValueError, RecursionError):
        return None


def _hooks(request: Request) -> Hooks:
    hooks: Hooks = request.app.state.hooks
    return hooks


def _store(request: Request, source: str, kind: str, key: str, raw: bytes) -> PlainTextResponse:
    """A repeat is answered as the first was, else Zalo would repeat it for hours."""
    context: PortalContext = request.app.state.context
    headers = {name: value for name in KEPT if (value := request.headers.get(name))}
    with writing(context.engine) as session:
        store_event(session, source, kind, key, raw, headers, context.clock())
    return PlainTextResponse("ok")


def _refuse(request: Request, source: str) -> PlainTextResponse:
    context: PortalContext = request.app.state.context
    now = context.clock()
    count = _hooks(request).forged[source].one_more(now)
    if count:
        with writing(context.engine) as session:
            log.append(session, now, source, "hook.forged", f"hook:{source}", {"count": count})
    return PlainTextResponse("forbidden", 403)
