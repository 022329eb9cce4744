"""kyhan submit: register what arrived on paper or by mail."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from bootstrap.home import Home, open_home
from cli.output import OUT, AsJson, At, moment_or_now, parse_day, parse_moment, print_json
from models.database import writing
from rules.deadlines import local_day
from rules.status import LABELS
from services.cases.hand_in import HandIn, hand_in, hold
from services.content.rows import keep_rows_of
from services.errors import Refused
from services.files.free_space import said
from services.files.hand_in_files import FileRefused, KeptFile, UploadedFile, keep_all, why_not_taken
from services.forms.content_check import TableCheck, table_check


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
    table = table_check(home.engine, home.office, unit, obligation, period, local_day(received or now))
    kept = keep_files(home, files or [], table)
    arrival = HandIn(
        received_at=received or now,
        via=via,
        document_number=number,
        document_date=dated,
        files=kept,
        registered_by="kyhan submit",
    )
    with writing(home.engine) as session:
        case = hold(session, home.office, unit, obligation, period, min(arrival.received_at, now))
        receipt = hand_in(session, case, arrival, now)
    keep_rows_of(home.engine, home.office, receipt.case_id, now)
    if as_json:
        print_json(receipt)
    else:
        OUT.print(f"Hồ sơ {receipt.case_id}, lần {receipt.version}: {LABELS[receipt.status].vi}.", highlight=False)
        OUT.print(receipt.why, highlight=False)


def keep_files(home: Home, paths: Sequence[Path], table: TableCheck | None) -> Sequence[KeptFile]:
    """Checked like files that come through the portal. Raises Refused."""
    with ExitStack() as opened:
        try:
            uploads = [UploadedFile(path.name, opened.enter_context(path.open("rb"))) for path in paths]
            return keep_all(home.files, uploads, home.office.intake, table)
        except FileRefused as error:
            raise Refused("\n".join(map(why_not_taken, error.refusals))) from error
        except OSError as error:
            named = ", ".join(f"«{path.name}»" for path in paths)
            raise Refused(f"Không đọc hoặc lưu được {named}: {said(error)} / Cannot read or store it.") from error
