"""All addresses of the platform; the three hosts of Zalo and the bots' share one port here."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.fakes.zalo_platform import bot, control, oa, oauth, page, zns
from tests.fakes.zalo_platform.wire import Handler, scripted

ENDPOINTS: tuple[tuple[str, str, str, Handler], ...] = (
    ("oauth", "POST", "/v4/oa/access_token", oauth.access_token),
    ("permission", "GET", "/v4/oa/permission", oauth.permission),
    ("zns", "POST", "/message/template", zns.send),
    ("status", "GET", "/message/status", zns.status),
    ("quota", "GET", "/message/quota", zns.quota),
    ("quality", "GET", "/quality", zns.quality),
    ("templates", "GET", "/template/all", zns.all_templates),
    ("template", "GET", "/template/info/v2", zns.template_info),
    ("cs", "POST", "/v3.0/oa/message/cs", oa.consult),
    ("uid", "POST", "/v3.0/oa/message/template", oa.template),
    ("group", "POST", "/v3.0/oa/group/message", oa.group),
    ("oa_quota", "POST", "/v3.0/oa/quota/message", oa.quota),
    ("oa", "GET", "/v2.0/oa/getoa", oa.account),
)
CONTROLS = {
    "reset": control.reset,
    "clock": control.clock,
    "script": control.script,
    "hook": control.hook,
    "fire": control.fire,
    "tokens": control.tokens,
    "settings": control.settings,
    "user": control.user,
    "bot": control.write_to_bot,
}
QUESTIONS = {"sent": control.sent, "log": control.log}


async def _bot(request: Request) -> Response:
    """Faults are scripted by method: "bot.sendMessage"."""
    return await scripted(f"bot.{request.path_params['method']}", bot.call)(request)


app = Starlette(
    routes=[
        *(Route(path, scripted(name, handler), methods=[method]) for name, method, path, handler in ENDPOINTS),
        Route("/", page.show, methods=["GET"]),
        Route("/", page.write, methods=["POST"]),
        Route("/bot{token}/{method}", _bot, methods=["GET", "POST"]),
        *(Route(f"/_ctl/{name}", handler, methods=["POST"]) for name, handler in CONTROLS.items()),
        *(Route(f"/_ctl/{name}", handler, methods=["GET"]) for name, handler in QUESTIONS.items()),
    ]
)
