"""Webhooks: signed as Zalo signs, or wrongly on demand; tried again on the platform's clock."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import httpx

from tests.fakes.zalo_platform.state import APP_ID, OA_ID, OA_SECRET, platform

AGAIN = tuple(timedelta(seconds=seconds) for seconds in (30, 300, 900, 1800, 3600))


def signature(raw: bytes, timestamp: str, mode: dict[str, Any]) -> str | None:
    """`mac`: right, wrong, missing, bare; `identity`: app_id or oa_id; `secret`: another one."""
    kind = mode.get("mac", "right")
    if kind == "missing":
        return None
    identity = {"app_id": APP_ID, "oa_id": OA_ID}[mode.get("identity", "app_id")]
    digest = sha256(identity.encode() + raw + timestamp.encode() + mode.get("secret", OA_SECRET).encode()).hexdigest()
    if kind == "wrong":
        digest = digest[::-1]
    return digest if kind == "bare" else f"mac={digest}"


def signed(event: dict[str, Any], mode: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    raw = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
    stamp = str(event.get("timestamp", ""))
    headers = {"content-type": "application/json", "X-ZEvent-Timestamp": stamp}
    mac = signature(raw, stamp, mode)
    if mac is not None:
        headers["X-ZEvent-Signature"] = mac
    if event.get("message", {}).get("tracking_id"):
        headers["X-ZEvent-Server"] = "ZNS"
    return raw, headers


def event(name: str, sender: str, recipient: str, message: dict[str, Any] | None = None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "event_name": name,
        "app_id": APP_ID,
        "sender": {"id": sender},
        "recipient": {"id": recipient},
    }
    if message is not None:
        told["message"] = message
    return {**told, "timestamp": platform.state.stamp()}


async def delivered(message: dict[str, Any]) -> None:
    """Before the answer in race mode, else soon after it."""
    told = {"delivery_time": platform.state.stamp(), "msg_id": message["msg_id"], "tracking_id": message["tracking_id"]}
    happened = event("user_received_message", OA_ID, message["to"], told)
    await fire(happened, at_once=bool(platform.state.hook_mode.get("race")))


async def fire(happened: dict[str, Any], at_once: bool = False) -> None:
    state = platform.state
    if not state.hook:
        return
    raw, headers = signed(happened, state.hook_mode)
    times = int(state.hook_mode.get("times", 1))
    delivery = {"url": state.hook, "raw": raw, "headers": headers, "tried": 0, "due": state.now()}
    if at_once:
        for _ in range(times):
            await _deliver(delivery)
        return
    later = asyncio.create_task(_after(float(state.hook_mode.get("delay", 0.05)), delivery, times))
    state.waking.add(later)
    later.add_done_callback(state.waking.discard)


async def _after(seconds: float, delivery: dict[str, Any], times: int) -> None:
    await asyncio.sleep(seconds)
    for _ in range(times):
        await _deliver(delivery)


async def _deliver(delivery: dict[str, Any]) -> None:
    number = delivery["tried"]
    headers = {**delivery["headers"], **({"num_retry": str(number)} if number else {})}
    try:
        async with httpx.AsyncClient(timeout=10) as client:
            answer = await client.post(delivery["url"], content=delivery["raw"], headers=headers)
        if answer.status_code == 200:
            return
    except httpx.HTTPError:
        pass
    if number < len(AGAIN):
        platform.state.retries.append({**delivery, "tried": number + 1, "due": platform.state.now() + AGAIN[number]})


async def catch_up(now: datetime) -> None:
    """What has become due by the platform's clock."""
    state = platform.state
    due = [one for one in state.retries if one["due"] <= now]
    state.retries = [one for one in state.retries if one["due"] > now]
    for delivery in due:
        await _deliver(delivery)


async def to_bot_hook(body: dict[str, Any]) -> None:
    bot = platform.state.bot
    headers = {"X-Bot-Api-Secret-Token": bot.secret}
    try:
        async with httpx.AsyncClient(timeout=10) as client:
            await client.post(bot.webhook, json=body, headers=headers)
    except httpx.HTTPError:
        return  # a bot's message is not sent again
