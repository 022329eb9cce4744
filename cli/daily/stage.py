"""kyhan stage: record an approval, an upward report, a publication."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from bootstrap.home import open_home
from cli.output import OUT, AsJson, At, moment_or_now, parse_day, print_json
from models.database import writing
from rules.deadlines import local_day
from services.cases.hand_in import find
from services.cases.steps import record_stage


def run(
    unit: str,
    obligation: str,
    period: str,
    step: Annotated[str, typer.Argument(help="Mã bước, ví dụ I5-APPROVE. / Stage id.")],
    number: Annotated[str, typer.Option(help="Số, ký hiệu văn bản. / Document number.")] = "",
    place: Annotated[str, typer.Option(help="Nơi công bố (đường dẫn). / Where it was published.")] = "",
    dated: Annotated[date | None, typer.Option("--date", parser=parse_day, metavar="D")] = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Ghi nhận một bước sau khi gửi hồ sơ. / Record a step that follows the hand-in."""
    now = moment_or_now(at)
    home = open_home(now)
    with writing(home.engine) as session:
        file = find(session, home.office, unit, obligation, period, now)
        stage = record_stage(
            session,
            file,
            step,
            done_on=dated or local_day(now),
            by="kyhan stage",
            now=now,
            document_number=number,
            place=place,
        )
        fields = stage.model_dump()
    if as_json:
        print_json(fields)
    else:
        OUT.print(f"Đã ghi bước {fields['code']} của {unit.upper()}.", highlight=False)
