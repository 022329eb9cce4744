"""kyhan stage: record an approval, an upward report, a publication; or take back what was recorded by mistake."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from bootstrap.home import open_home
from cli.output import OUT, AsJson, At, moment_or_now, parse_day, print_json
from models.database import writing
from rules.deadlines import local_day
from rules.step_records import StepRecord
from services.cases.hand_in import hold
from services.cases.steps import Recorder, record_step, take_back
from services.content.approval import freeze_after_step

OPERATOR = Recorder("kyhan stage", on_behalf=True)


def run(
    unit: str,
    obligation: str,
    period: str,
    step: Annotated[str, typer.Argument(help="Mã bước, ví dụ I5-APPROVE. / Stage id.")],
    number: Annotated[str, typer.Option(help="Số, ký hiệu văn bản. / Document number.")] = "",
    place: Annotated[str, typer.Option(help="Nơi công bố (đường dẫn). / Where it was published.")] = "",
    dated: Annotated[date | None, typer.Option("--date", parser=parse_day, metavar="D")] = None,
    reason: Annotated[str, typer.Option(help="Lý do sửa, thu hồi, hoặc khác ngày Kế hoạch yêu cầu. / Why.")] = "",
    undo: Annotated[bool, typer.Option("--take-back", help="Thu hồi bước ghi nhầm. / Recorded by mistake.")] = False,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Ghi nhận một bước sau khi gửi hồ sơ. / Record a step that follows the hand-in."""
    now = moment_or_now(at)
    home = open_home(now)
    record = StepRecord(step, dated or local_day(now), number, place, reason)
    with writing(home.engine) as session:
        file = hold(session, home.office, unit, obligation, period, now)
        if undo:
            stage = take_back(session, home.office, file, step, reason, OPERATOR, now)
        else:
            stage = record_step(session, home.office, file, record, OPERATOR, now)
        fields = stage.model_dump()
    freeze_after_step(home.engine, home.office, step, now)
    if as_json:
        print_json(fields)
    else:
        done = "Đã thu hồi" if undo else "Đã ghi"
        OUT.print(f"{done} bước {fields['code']} của {unit.upper()}.", highlight=False)
