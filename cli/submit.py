"""kyhan submit: register what arrived on paper or by mail."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.answers import OUT, AsJson, At, moment_or_now, parse_day, parse_moment, print_json
from config.home import open_home
from models.database import writing
from rules.status import LABELS
from services.files import store_file
from services.hand_in import HandIn, hand_in


def run(
    unit: Annotated[str, typer.Argument(help="Mã đơn vị, ví dụ STC. / Unit key.")],
    obligation: Annotated[str, typer.Argument(help="Mã nhiệm vụ, ví dụ I5-CALENDAR. / Obligation id.")],
    period: Annotated[str, typer.Argument(help="Kỳ, ví dụ 2014, 2014-Q1. / Period.")],
    files: Annotated[list[Path] | None, typer.Argument(help="Các tệp. / Files.", exists=True, dir_okay=False)] = None,
    number: Annotated[str, typer.Option(help="Số, ký hiệu văn bản. / Document number.")] = "",
    dated: Annotated[
        date | None, typer.Option("--date", parser=parse_day, metavar="D", help="Ngày văn bản. / Document date.")
    ] = None,
    received: Annotated[
        datetime | None, typer.Option(parser=parse_moment, metavar="T", help="Lúc nhận. / When it was received.")
    ] = None,
    via: Annotated[str, typer.Option(help="paper | mail")] = "paper",
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Đăng ký văn bản đã nhận; đúng hạn tính theo lúc nhận. / Punctuality counts the moment of receipt."""
    now = moment_or_now(at)
    if at is None and received is None:
        received = now
    home = open_home(received or now)
    stored = tuple(store_file(home.files, path) for path in files or [])
    arrival = HandIn(
        unit=unit,
        obligation=obligation,
        period=period,
        received_at=received or now,
        via=via,
        document_number=number,
        document_date=dated,
        files=stored,
        registered_by="kyhan submit",
    )
    with writing(home.engine) as session:
        receipt = hand_in(session, home.office, arrival, now)
    if as_json:
        print_json(receipt)
    else:
        OUT.print(f"Hồ sơ {receipt.case_id}, lần {receipt.version}: {LABELS[receipt.status].vi}.", highlight=False)
        OUT.print(receipt.why, highlight=False)
