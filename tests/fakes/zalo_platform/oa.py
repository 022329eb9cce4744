"""The Official Account's own messages: to followers, to groups, and what it may be asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.fakes.zalo_platform.oauth import is_valid
from tests.fakes.zalo_platform.state import OA_ID, platform
from tests.fakes.zalo_platform.wire import json_body, ok, refused
from tests.fakes.zalo_platform.zns import keep, template_fault

WINDOW = timedelta(days=7)


def limited(response: Response) -> Response:
    state = platform.state
    response.headers["X-RateLimit-Limit"] = str(state.per_minute)
    response.headers["X-RateLimit-Remain"] = str(max(state.per_minute - state.calls, 0))
    return response


async def _admitted(request: Request) -> tuple[dict[str, Any], Response | None]:
    body = await json_body(request) or {}
    state = platform.state
    minute = state.now().replace(second=0, microsecond=0)
    state.calls = state.calls + 1 if minute == state.minute else 1
    state.minute = minute
    if not is_valid(request):
        return body, refused(-216, "Access token is invalid")
    if state.calls > state.per_minute:
        return body, refused(-32, "Your application reached limit call api")
    return body, None


async def consult(request: Request) -> Response:
    body, problem = await _admitted(request)
    user_id = str(body.get("recipient", {}).get("user_id", ""))
    text = str(body.get("message", {}).get("text", ""))
    user = platform.state.users.get(user_id)
    if problem is None and not 0 < len(text) <= 2000:
        problem = refused(-210, "text is too long")
    if problem is None and (user is None or not user.follows):
        problem = refused(-213, "User has not followed OA")
    if problem is None and user is not None:
        last = user.last_interaction
        if last is None or platform.state.now() - last > WINDOW:
            problem = refused(-230, "User has not interacted with the OA in the past 7 days")
    return limited(problem or ok({"message_id": keep("oa", user_id, body)["msg_id"], "user_id": user_id}))


async def template(request: Request) -> Response:
    body, problem = await _admitted(request)
    user_id = str(body.get("user_id", ""))
    code = template_fault(str(body.get("template_id", "")), body.get("template_data"))
    if problem is None and code:
        problem = refused(code)
    if problem is None and user_id not in platform.state.users:
        problem = refused(-213, "User has not followed OA")
    body.pop("tracking_id", None)  # unknown there, and passed over
    return limited(problem or ok({"message_id": keep("uid", user_id, body)["msg_id"], "user_id": user_id}))


async def group(request: Request) -> Response:
    body, problem = await _admitted(request)
    group_id = str(body.get("recipient", {}).get("group_id", ""))
    return limited(problem or ok({"message_id": keep("group", group_id, body)["msg_id"], "group_id": group_id}))


async def quota(request: Request) -> Response:
    body, problem = await _admitted(request)
    user = platform.state.users.get(str(body.get("user_id", "")))
    last = platform.state.stamp(user.last_interaction) if user and user.last_interaction else "0"
    told = {"last_interaction": last, "cs_reply": {"remain": 8, "total": 8}, "promotion": {"remain": 0, "total": 0}}
    return limited(problem or ok(told))


async def account(request: Request) -> Response:
    _, problem = await _admitted(request)
    told = {"oa_id": OA_ID, "name": "Cục Thống kê", "is_verified": platform.state.verified, "package_name": "Nâng cao"}
    told |= {"linked_ZCA": "1", "num_follower": "31"}
    return limited(problem or JSONResponse({"error": 0, "message": "Success", "data": told}))
