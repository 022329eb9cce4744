"""What a person sees who opens the platform in a browser: what was sent, and a way to write to the bot."""

from __future__ import annotations

from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tests.fakes.zalo_platform import bot
from tests.fakes.zalo_platform.state import platform

HEAD = """<!doctype html><html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Zalo thử</title><style>body{font:16px/1.5 sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}
li{border:1px solid #ccd;border-radius:8px;padding:.5rem .75rem;margin:.5rem 0;list-style:none;overflow-wrap:anywhere}
ul{padding:0}small{color:#567}input{font:inherit;padding:.25rem}</style><h1>Zalo thử</h1>
<form method="post" action="/"><p><label>Viết cho bot từ <input name="chat" value="chat-lan" size="10"></label>
<label>: <input name="text" size="24" placeholder="mã 6 số, XONG 12/TB, DỪNG"></label> <button>Gửi</button></p></form>
<p><a href="/">Xem lại</a> · <a href="/_ctl/sent">JSON</a></p><ul>"""


async def show(_: Request) -> Response:
    return HTMLResponse(HEAD + "".join(_item(one) for one in reversed(platform.state.sent[-100:])) + "</ul>")


async def write(request: Request) -> Response:
    form = await request.form()
    await bot.says(str(form.get("chat", "")), str(form.get("text", "")))
    return RedirectResponse("/", 303)


def _item(message: dict[str, Any]) -> str:
    body = message.get("body", {})
    words = message.get("text") or "; ".join(f"{name}: {value}" for name, value in _data(body).items())
    about = f"{message['channel']} → {message['to']} {body.get('template_id', '')}"
    return f"<li><small>{escape(about)}</small><br>{escape(str(words))}</li>"


def _data(body: dict[str, Any]) -> dict[str, Any]:
    data = body.get("template_data") or body.get("message") or {}
    return data if isinstance(data, dict) else {}
