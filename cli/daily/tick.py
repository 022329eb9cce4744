"""kyhan tick: one pass without the engine."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from bootstrap.home import Home, open_home
from cli.output import ERR, AsJson, At, moment_or_now, print_json, print_table, say
from models.database import reading, writing
from services.operations.clock_guard import doubt
from services.operations.tick import code_of, tick
from services.operations.tick_preview import preview
from services.plan.load import plan_ahead


def run(
    obligation: Annotated[str | None, typer.Argument(help="Mã nhiệm vụ; bỏ trống = tất cả. / Empty: all.")] = None,
    at: At = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Chỉ xem sẽ mở, ghi gì. / Only show what it would open and write.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Đồng hồ đúng, không hỏi. / The clock is right; do not ask.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Mở kỳ đến ngày, ghi nhắc việc, soạn báo cáo; chạy lại không đổi gì. / Idempotent."""
    now = moment_or_now(at)
    home = open_home(now)
    with reading(home.engine) as session:
        why = doubt(session, now)
    if dry_run:
        _show_preview(home, now, obligation, at is not None, why, as_json)
        return
    if why and not yes:
        _ask(why)
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


def _show_preview(home: Home, now: datetime, obligation: str | None, reach_back: bool, why: str, as_json: bool) -> None:
    only = None if obligation is None else [code_of(home.office, obligation)]
    seen = preview(home.engine, home.office, now, only, reach_back=reach_back)
    if as_json:
        print_json({**asdict(seen), "doubt": why})
        return
    if why:
        say(why)
    say(
        f"Sẽ mở {seen.cases} hồ sơ của {seen.occurrences} kỳ, ghi {seen.notices} lượt nhắc, bỏ qua {seen.skipped} lượt "
        f"đã quá, xếp {seen.messages} thư; chưa ghi gì. / Would open {seen.cases} cases, write {seen.notices} notices, "
        f"pass over {seen.skipped}, queue {seen.messages} letters; nothing was written."
    )


def _ask(why: str) -> None:
    """A tick far from the last one opens or skips months of cases, which cannot be undone."""
    say(why)
    if ERR.is_terminal and typer.confirm("Vẫn chạy theo thời điểm này? / Tick by this moment all the same?"):
        return
    say(
        "Chưa làm gì; xem trước bằng --dry-run, chạy bằng --yes. / Nothing done; look with --dry-run, go on with --yes."
    )
    raise typer.Exit(1)


def _summary(opened: list[int], notices: list[int]) -> str:
    return f"Mở {sum(opened)} hồ sơ, ghi {sum(notices)} lượt nhắc. / {sum(opened)} opened, {sum(notices)} notices."
