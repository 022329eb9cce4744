"""Bots: the token stands in the path, every answer has `ok`."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.fakes.zalo_platform import emitter
from tests.fakes.zalo_platform.state import platform
from tests.fakes.zalo_platform.wire import json_body

LONGEST_TEXT = 2000


def fine(result: Any) -> Response:
    return JSONResponse({"ok": True, "result": result})


def no(code: int, description: str) -> Response:
    return JSONResponse({"ok": False, "error_code": code, "description": description})


async def call(request: Request) -> Response:
    if request.path_params["token"] != platform.state.bot.token:
        return no(401, "Unauthorized")
    method = METHODS.get(request.path_params["method"])
    given = await json_body(request) or dict(request.query_params)
    return await method(given) if method else no(404, "Not found: method")


async def _get_me(_: dict[str, Any]) -> Response:
    return fine({"id": "123456789", "account_name": "Bot Ky Han", "account_type": "BASIC", "can_join_groups": False})


async def _send(given: dict[str, Any]) -> Response:
    bot, text, chat = platform.state.bot, str(given.get("text", "")), str(given.get("chat_id", ""))
    if not 0 < len(text) <= LONGEST_TEXT:
        return no(400, "Bad Request: text must have 1 to 2000 characters")
    if chat not in bot.chats:
        return no(404, "Not found: chat_id")
    if bot.sent >= bot.month_cap:
        return no(429, "Too many requests: quota exceeded")
    return _sent(chat, text)


async def _photo(given: dict[str, Any]) -> Response:
    chat = str(given.get("chat_id", ""))
    if not str(given.get("photo", "")).startswith("http"):
        return no(400, "Bad Request: photo")
    return (
        _sent(chat, str(given.get("caption", "")))
        if chat in platform.state.bot.chats
        else no(404, "Not found: chat_id")
    )


def _sent(chat: str, text: str) -> Response:
    state = platform.state
    state.bot.sent += 1
    message = {"channel": "bot", "to": chat, "text": text, "msg_id": f"{next(state.numbers):016x}", "at": state.stamp()}
    state.sent.append({**message, "tracking_id": ""})
    return fine({"message_id": message["msg_id"], "date": int(message["at"])})


async def _updates(given: dict[str, Any]) -> Response:
    """One object, and gone: nothing is acknowledged."""
    bot = platform.state.bot
    if bot.webhook:
        return no(400, "Bad Request: webhook is active")
    for _ in range(int(float(given.get("timeout", 30)) * 20) + 1):
        if bot.updates:
            return fine(bot.updates.popleft())
        await asyncio.sleep(0.05)
    return no(408, "Request timeout")


async def _set_hook(given: dict[str, Any]) -> Response:
    url, secret = str(given.get("url", "")), str(given.get("secret_token", ""))
    if not url or not 8 <= len(secret) <= 256:
        return no(400, "Bad Request: secret_token must have 8 to 256 characters")
    platform.state.bot.webhook, platform.state.bot.secret = url, secret
    return fine({"url": url, "updated_at": int(platform.state.stamp())})


async def _delete_hook(_: dict[str, Any]) -> Response:
    platform.state.bot.webhook = ""
    return fine({"url": "", "updated_at": int(platform.state.stamp())})


async def _hook(_: dict[str, Any]) -> Response:
    return fine({"url": platform.state.bot.webhook, "updated_at": int(platform.state.stamp())})


METHODS = {
    "getMe": _get_me,
    "sendMessage": _send,
    "sendPhoto": _photo,
    "getUpdates": _updates,
    "setWebhook": _set_hook,
    "deleteWebhook": _delete_hook,
    "getWebhookInfo": _hook,
}


async def says(chat: str, text: str) -> bool:
    """Somebody writes to the bot; False when it has as many users as it may."""
    state = platform.state
    if chat not in state.bot.chats and len(state.bot.chats) >= state.bot.users_cap:
        return False
    state.bot.chats.add(chat)
    message = {
        "from": {"id": chat, "display_name": "Lan", "is_bot": False},
        "chat": {"id": chat, "chat_type": "PRIVATE"},
        "text": text,
        "message_id": f"{next(state.numbers):016x}",
        "date": int(state.stamp()),
    }
    update = {"event_name": "message.text.received", "message": message}
    if state.bot.webhook:
        await emitter.to_bot_hook({"ok": True, "result": update})
    else:
        state.bot.updates.append(update)
    return True
