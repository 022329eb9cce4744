"""kyhan messages: the ledger."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from cli.answers import AsJson, print_json, print_table
from config import clock
from config.home import open_home
from models.database import reading
from services.ledger import LedgerRow, ledger

STATES = {
    "pending": "đang chờ",
    "leased": "đang gửi",
    "sent": "đã gửi",
    "expired": "không cần gửi nữa",
    "suppressed": "giữ lại",
    "failed": "không gửi được",
    "exhausted": "hết số lần thử",
}


def run(
    case: Annotated[int | None, typer.Option(help="Chỉ một hồ sơ. / One case only.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 200,
    as_json: AsJson = False,
) -> None:
    """Sổ nhắc việc, mới nhất trước. / The ledger of reminders, newest first."""
    home = open_home(clock.now())
    with reading(home.engine) as session:
        rows = ledger(session, case, limit)
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    headings = ("Ngày", "Đơn vị", "Nhiệm vụ", "Kỳ", "Mức", "Người nhận", "Kênh", "Kết quả")
    print_table(headings, [_shown(row) for row in rows])


def _shown(row: LedgerRow) -> tuple[object, ...]:
    arrived = row.state == "sent" and row.told == "delivered"
    result = row.skipped or ("đã đến" if arrived else STATES.get(row.state or "", row.state or "–"))
    return (row.on_day, row.unit, row.obligation, row.period, row.step, row.person, row.channel, result)
