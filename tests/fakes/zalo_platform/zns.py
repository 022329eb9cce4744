"""Template messages by phone, checked as strictly as Zalo's tables of errors say."""

from __future__ import annotations

import asyncio
import hmac
import re
from hashlib import sha256
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from tests.fakes.zalo_platform import emitter
from tests.fakes.zalo_platform.oauth import is_valid
from tests.fakes.zalo_platform.state import APP_SECRET, platform
from tests.fakes.zalo_platform.wire import cut, json_body, ok, refused

PHONE = re.compile(r"\+?84\d{9}")
DATE = re.compile(r"(\d\d:\d\d )?\d\d/\d\d/\d{4}")
REFUSALS = {"118": -118, "119": -119, "114": -114, "139": -139, "141": -141}  # by the last digits of the phone
STATUS = {"PENDING_REVIEW": -131, "REJECT": -131, "DISABLE": -146}


async def send(request: Request) -> Response:
    problem = entitled(request)
    body = await json_body(request)
    if problem is not None:
        return problem
    if body is None:
        return refused(-122, "invalid body data")
    phone = str(body.get("phone", ""))
    code = _fault_of(phone, body)
    if code:
        return refused(code)
    return await _accepted(request, phone.lstrip("+"), body)


def entitled(request: Request) -> Response | None:
    if not is_valid(request):
        return refused(-124, "Access token invalid")
    if platform.state.proof:
        token = request.headers["access_token"]
        right = hmac.new(APP_SECRET.encode(), token.encode(), sha256).hexdigest()
        if request.headers.get("appsecret_proof") != right:
            return refused(-1241, "appsecret_proof is invalid")
    return None


def _fault_of(phone: str, body: dict[str, Any]) -> int:
    if not PHONE.fullmatch(phone):
        return -108
    code = template_fault(str(body.get("template_id", "")), body.get("template_data"))
    if code:
        return code
    if not 0 < len(str(body.get("tracking_id", ""))) <= 48:
        return -132
    if platform.state.is_night():
        return -133
    if platform.state.quota <= 0:
        return -144
    return REFUSALS.get(phone[-3:], 0)


def template_fault(template_id: str, data: Any) -> int:
    template = platform.state.templates.get(template_id)
    if template is None:
        return -109
    if template["status"] != "ENABLE":
        return STATUS[template["status"]]
    return _data_fault(template["listParams"], data) if isinstance(data, dict) else -111


def _data_fault(wanted: list[dict[str, Any]], data: dict[str, Any]) -> int:
    for one in wanted:
        value = data.get(one["name"])
        if not value:
            if one["require"]:
                return -1122
            continue
        if len(value) > one["maxLength"]:  # counted as it came: decomposed letters count twice
            return -1121
        if one["type"] == "DATE" and not DATE.fullmatch(value):
            return -1124
    return 0


async def _accepted(request: Request, phone: str, body: dict[str, Any]) -> Response:
    state, last = platform.state, phone[-3:]
    if last == "100" and phone not in state.seen_once:
        state.seen_once.add(phone)
        return refused(-100, "unknown error")
    if last == "500":
        return JSONResponse({"message": "internal"}, 500)
    if last == "502":
        return HTMLResponse("<html><h1>502 Bad Gateway</h1></html>", 502)
    message = keep("zns", phone, body)
    if last != "000":
        await emitter.delivered(message)
    if last == "408":
        await asyncio.sleep(30)
    return cut(request) if last == "499" else ok(_receipt(message))


def keep(channel: str, to: str, body: dict[str, Any]) -> dict[str, Any]:
    """Accepted, also when the same tracking id came before: it is no idempotency key."""
    state = platform.state
    message = {
        "channel": channel,
        "to": to,
        "msg_id": f"a4d0243f{next(state.numbers):012x}",
        "tracking_id": body.get("tracking_id", ""),
        "body": body,
        "at": state.stamp(),
        "delivered": 0,
    }
    state.sent.append(message)
    state.tracked[message["tracking_id"]] += bool(message["tracking_id"])
    state.quota -= 1
    return message


def _receipt(message: dict[str, Any]) -> dict[str, Any]:
    quota = {"dailyQuota": str(platform.state.day_quota), "remainingQuota": str(platform.state.quota)}
    return {"msg_id": message["msg_id"], "sent_time": message["at"], "sending_mode": "1", "quota": quota}


# --- asking ---------------------------------------------------------------------------------------------------------


async def status(request: Request) -> Response:
    problem = entitled(request)
    if problem is not None:
        return problem
    wanted = request.query_params.get("message_id")
    found = next((one for one in platform.state.sent if one["msg_id"] == wanted), None)
    if found is None:
        return ok({"delivery_time": "", "status": -1, "message": "The message is not existed"})
    now = 0 if found["to"].endswith("000") else found["delivered"]
    found["delivered"] = 1  # pushed first, delivered when asked again
    return ok({"delivery_time": platform.state.stamp() if now else "", "status": now, "message": ""})


async def quota(request: Request) -> Response:
    state = platform.state
    return entitled(request) or ok({"dailyQuota": str(state.day_quota), "remainingQuota": str(state.quota)})


async def quality(request: Request) -> Response:
    return entitled(request) or ok({"oaCurrentQuality": platform.state.quality, "oa7dayQuality": "HIGH"})


async def all_templates(request: Request) -> Response:
    problem = entitled(request)
    listed = list(platform.state.templates.values())
    short = [{name: one[name] for name in ("templateId", "templateName", "status")} for one in listed]
    return problem or JSONResponse({"error": 0, "message": "Success", "data": short, "metadata": {"total": len(short)}})


async def template_info(request: Request) -> Response:
    problem = entitled(request)
    if problem is not None:
        return problem
    found = platform.state.templates.get(request.query_params.get("template_id", ""))
    if found is None:
        return refused(-109, "Template id is invalid")
    return ok({"timeout": 7_200_000, "templateQuality": "HIGH", "price_sdt": "300.0", "price_uid": "200.0", **found})
