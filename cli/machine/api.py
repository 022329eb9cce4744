"""kyhan api: the tokens other systems call with."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from bootstrap.home import open_home
from cli.output import LARGEST, OUT, AsJson, At, moment_or_now, print_json, print_table, say
from models.database import reading, writing
from rules.systems.scopes import Scope
from services.errors import Refused
from services.systems import api_tokens
from services.systems.api_tokens import TokenLine

app = typer.Typer(no_args_is_help=True, help="Khóa của các hệ thống khác. / Tokens of other systems.")
token = typer.Typer(no_args_is_help=True, help="Cấp, liệt kê, thu hồi khóa. / Make, list, revoke tokens.")
app.add_typer(token, name="token")

STATES = {"good": "còn hiệu lực", "expired": "hết hạn", "revoked": "đã thu hồi"}
BY = "kyhan api"


@token.command("new")
def make(
    name: Annotated[str, typer.Argument(help="Tên hệ thống gọi, ví dụ iOffice. / The system that calls.")],
    scope: Annotated[list[Scope], typer.Option(help="Quyền, có thể nhiều. / What it may; several times.")],
    unit: Annotated[str | None, typer.Option(help="Chỉ thấy đơn vị này. / Sees this unit alone.")] = None,
    days: Annotated[int, typer.Option(min=1, max=36_500, help="Hiệu lực bao nhiêu ngày. / For so many days.")] = 365,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Cấp một khóa; chỉ hiện một lần, hệ thống không giữ lại. / Make a token; it is shown only now."""
    now = moment_or_now(at)
    home = open_home(now)
    with writing(home.engine) as session:
        row, secret = api_tokens.make(session, name, scope, unit, timedelta(days=days), BY, now)
    if as_json:
        print_json({"id": row.id, "name": row.name, "expires_at": row.expires_at, "token": secret})
        return
    say(f"Khóa số {row.id} của {row.name}, chỉ hiện lần này. / Shown only now:")
    OUT.print(secret, highlight=False, soft_wrap=True)


@token.command("list")
def show(at: At = None, as_json: AsJson = False) -> None:
    """Mọi khóa, dùng lần cuối khi nào. / Every token, and when it was last used."""
    now = moment_or_now(at)
    home = open_home(now)
    with reading(home.engine) as session:
        lines = api_tokens.all_tokens(session)
    if as_json:
        print_json([_as_json(line, now) for line in lines])
        return
    rows = [_row(line, now) for line in lines]
    print_table(("Số", "Hệ thống", "Quyền", "Đơn vị", "Hết hạn", "Dùng lần cuối", "Tình trạng"), rows)


def _as_json(line: TokenLine, now: datetime) -> dict[str, Any]:
    kept = {"id", "name", "scopes", "created_at", "created_by", "expires_at", "last_used_at", "revoked_at"}
    return {**line.row.model_dump(include=kept), "unit": line.unit, "state": line.state(now)}


def _row(line: TokenLine, now: datetime) -> tuple[Any, ...]:
    row, state = line.row, STATES[line.state(now)]
    return row.id, row.name, row.scopes, line.unit or "mọi đơn vị", row.expires_at, row.last_used_at, state


@token.command("revoke")
def end(
    number: Annotated[int, typer.Argument(min=1, max=LARGEST, help="Số của khóa. / Number of the token.")],
    at: At = None,
) -> None:
    """Thu hồi ngay, cùng các webhook của nó. / At once, with its webhooks."""
    now = moment_or_now(at)
    home = open_home(now)
    with writing(home.engine) as session:
        if not api_tokens.revoke(session, number, BY, now):
            raise Refused(f"Không có khóa số {number} còn hiệu lực. / No such token.")
    OUT.print(f"Đã thu hồi khóa số {number}. / Revoked.", highlight=False)
