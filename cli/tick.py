"""kyhan tick: one pass without the engine."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from cli.answers import AsJson, At, moment_or_now, print_json, print_table, say
from config.home import open_home
from models.database import writing
from services.plans import plan_ahead
from services.tick import tick


def run(
    obligation: Annotated[str | None, typer.Argument(help="Mã nhiệm vụ; bỏ trống = tất cả. / Empty: all.")] = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Mở kỳ đến ngày, ghi nhắc việc, soạn báo cáo; chạy lại không đổi gì. / Idempotent."""
    now = moment_or_now(at)
    home = open_home(now)
    if at is not None:
        with writing(home.engine) as session:
            plan_ahead(session, home.office, at, reach_back=True)
    results = tick(home.engine, home.office, now, obligation)
    if as_json:
        print_json([{**asdict(result), "text": result.text} for result in results])
    else:
        print_table(("Nhiệm vụ", "Tình hình"), [(result.obligation, result.text) for result in results])
        say(_summary([result.opened for result in results], [result.notices for result in results]))
    problems = [f"{result.obligation}: {problem}" for result in results for problem in result.problems]
    for problem in problems:
        say(problem)
    raise typer.Exit(1 if problems else 0)


def _summary(opened: list[int], notices: list[int]) -> str:
    return f"Mở {sum(opened)} hồ sơ, ghi {sum(notices)} lượt nhắc. / {sum(opened)} opened, {sum(notices)} notices."
