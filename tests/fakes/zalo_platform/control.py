"""What a test, or a curious person with curl, can tell the platform and ask it: POST and GET /_ctl/…"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.fakes.zalo_platform import bot, emitter, oauth
from tests.fakes.zalo_platform.state import User, platform
from tests.fakes.zalo_platform.wire import json_body


async def reset(_: Request) -> Response:
    platform.reset()
    return JSONResponse({"ok": True})


async def clock(request: Request) -> Response:
    """{"now": "2014-10-03T07:30:00+07:00"} sets it, {"forward": 30} moves it on by seconds, {} lets it run."""
    told, state = await json_body(request) or {}, platform.state
    if "now" in told:
        state.fixed = datetime.fromisoformat(told["now"])
    elif "forward" in told:
        state.fixed = state.now() + timedelta(seconds=float(told["forward"]))
    else:
        state.fixed = None
    await emitter.catch_up(state.now())
    return JSONResponse({"now": state.now().isoformat()})


async def script(request: Request) -> Response:
    """{"endpoint": "zns", "faults": [{"error": -118}, {"status": 502}, {"cut": true, "after": true}, {"hang": 5}]}"""
    told = await json_body(request) or {}
    platform.state.script[told["endpoint"]].extend(told["faults"])
    return JSONResponse({"waiting": len(platform.state.script[told["endpoint"]])})


async def sent(_: Request) -> Response:
    state = platform.state
    twice = {tracking: count for tracking, count in state.tracked.items() if count > 1}
    return JSONResponse({"messages": state.sent, "duplicates": twice, "refreshed": state.refreshed})


async def log(_: Request) -> Response:
    return JSONResponse(platform.state.log)


async def hook(request: Request) -> Response:
    """{"url": "http://…", "mode": {"race": true, "times": 2, "mac": "wrong", "identity": "oa_id", "delay": 0}}"""
    told = await json_body(request) or {}
    platform.state.hook, platform.state.hook_mode = told.get("url", ""), told.get("mode", {})
    return JSONResponse({"ok": True})


async def fire(request: Request) -> Response:
    """{"event": {"event_name": "follow", …}}: delivered before this answers."""
    told = await json_body(request) or {}
    stamped = {"timestamp": platform.state.stamp(), **told["event"]}
    await emitter.fire(stamped, at_once=True)
    return JSONResponse({"ok": True})


async def tokens(request: Request) -> Response:
    """{"expire": true} ends every access token; {"code": "…"} lets a consent code be exchanged; {"issue": true}."""
    told, state = await json_body(request) or {}, platform.state
    if told.get("expire"):
        state.access.clear()
    if "code" in told:
        state.codes[told["code"]] = state.now()
    return oauth.new_pair() if told.get("issue") else JSONResponse({"ok": True})


async def settings(request: Request) -> Response:
    """{"quota": 0, "day_quota": 500, "proof": true, "per_minute": 2, "month_cap": 10, "users_cap": 1}"""
    told = await json_body(request) or {}
    for name, value in told.items():
        holder: Any = platform.state.bot if name in ("month_cap", "users_cap") else platform.state
        if not hasattr(holder, name):
            return JSONResponse({"unknown": name}, 400)
        setattr(holder, name, value)
    return JSONResponse({"ok": True})


async def user(request: Request) -> Response:
    """{"id": "…", "follows": true, "days_ago": 2}"""
    told, state = await json_body(request) or {}, platform.state
    days = told.get("days_ago")
    last = state.now() - timedelta(days=float(days)) if days is not None else None
    state.users[told["id"]] = User(bool(told.get("follows", True)), last)
    return JSONResponse({"ok": True})


async def write_to_bot(request: Request) -> Response:
    """{"chat": "chat-lan", "text": "123456"}"""
    told = await json_body(request) or {}
    return JSONResponse({"ok": await bot.says(told["chat"], told["text"])})
