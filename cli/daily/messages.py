"""kyhan messages: the ledger."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer

from bootstrap.home import open_home
from cli.output import LARGEST, AsJson, check_span, parse_day, print_json, print_table
from config import clock
from models.database import reading
from services.codes import check_obligation, check_unit
from services.delivery.ledger import FATE_VI, LedgerFilter, LedgerRow, ledger, result

STATES = ", ".join(FATE_VI)


def run(
    case: Annotated[int | None, typer.Option(min=1, max=LARGEST, help="Chỉ một hồ sơ. / One case only.")] = None,
    unit: Annotated[str, typer.Option(help="Mã đơn vị. / Key of a unit.")] = "",
    obligation: Annotated[str, typer.Option(help="Mã nhiệm vụ. / Id of a duty.")] = "",
    state: Annotated[str, typer.Option(help=f"Kết quả: {STATES}. / What became of it.")] = "",
    channel: Annotated[str, typer.Option(help="email, zalo_bot, zalo_zns, letter …")] = "",
    first: Annotated[date | None, typer.Option("--from", parser=parse_day, metavar="D")] = None,
    last: Annotated[date | None, typer.Option("--to", parser=parse_day, metavar="D")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 200,
    as_json: AsJson = False,
) -> None:
    """Sổ đôn đốc, mới nhất trước. / The ledger of reminders and letters, newest first."""
    if state and state not in FATE_VI:
        raise typer.BadParameter(f"--state: {STATES}")
    check_span(first, last)
    filter = LedgerFilter(case, unit, obligation, channel=channel, fate=state, first=first, last=last)
    home = open_home(clock.now())
    with reading(home.engine) as session:
        if unit:
            check_unit(session, unit)
        if obligation:
            check_obligation(session, obligation)
        rows = ledger(session, filter, limit)
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    headings = ("Ngày", "Đơn vị", "Nhiệm vụ", "Kỳ", "Mức", "Người nhận", "Kênh", "Kết quả")
    print_table(headings, [_shown(row) for row in rows], title=f"Sổ đôn đốc: {len(rows)} lượt")


def _shown(row: LedgerRow) -> tuple[object, ...]:
    step = row.step or row.kind
    return (row.on_day, row.unit, row.obligation, row.period, step, row.person, row.channel, result(row))
