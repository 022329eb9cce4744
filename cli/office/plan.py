"""kyhan plan: check a plan file, load it, compare versions, list its dates, print its schema."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.output import OUT, AsJson, At, check_span, moment_or_now, parse_day, print_json, print_table, say
from config.catalogue import check_plan_file, load_catalogue, plan_files
from config.problems import Problem
from rules.plan import DatedOccurrence
from rules.recurrence import occurrences
from rules.working_days import WorkCalendar

app = typer.Typer(no_args_is_help=True, help="Kế hoạch. / The plan.")

Day = Annotated[date, typer.Option(parser=parse_day, metavar="NGÀY")]


@app.command()
def check(
    file: Annotated[
        Path | None, typer.Argument(help="Mặc định: mọi kế hoạch trong config/plans. / Default: every plan there.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Kiểm tra tệp kế hoạch. / Validate a plan file: every problem with file, line and clause."""
    results = {path: check_plan_file(path) for path in ([file] if file else plan_files())}
    if as_json:
        reports = [{"file": str(path), "problems": [_problem(one) for one in found]} for path, found in results.items()]
        print_json(reports[0] if len(reports) == 1 else reports)
    else:
        for path, problems in results.items():
            for problem in problems:
                say(str(problem))
            if not problems:
                OUT.print(f"Kế hoạch hợp lệ: {path}", highlight=False)
    raise typer.Exit(1 if any(results.values()) else 0)


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "file": str(problem.file),
        "line": problem.line,
        "where": problem.where,
        "message_vi": problem.message_vi,
        "message_en": problem.message_en,
    }


@app.command()
def dates(
    first: Annotated[date, typer.Option("--from", parser=parse_day, metavar="D")],
    last: Annotated[date, typer.Option("--to", parser=parse_day, metavar="D")],
    everything: Annotated[
        bool,
        typer.Option("--all", help="Cả nhiệm vụ Kế hoạch không nêu thời hạn. / Also duties the plan gives no time."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Các kỳ thực hiện và ba mốc ngày. / Occurrences with their three dates and the reason."""
    check_span(first, last)
    catalogue = load_catalogue()
    dated = occurrences(
        catalogue.plan_on(last), WorkCalendar(catalogue.overrides, unconfirmed=catalogue.unconfirmed), first, last
    )
    listed = [item for item in dated if item.worded or everything]
    if as_json:
        print_json([_occurrence(item) for item in listed])
    else:
        headings = ("Nhiệm vụ", "Mục", "Kỳ", "Mở từ", "Ngày cuối", "Nên gửi", "Quá hạn sau")
        print_table(headings, [_row(item) for item in listed])
    if hidden := len(dated) - len(listed):
        say(f"Còn {hidden} kỳ mà Kế hoạch không nêu thời hạn (mốc phấn đấu): thêm --all. / {hidden} more with --all.")


def _occurrence(item: DatedOccurrence) -> dict[str, Any]:
    return {
        "obligation": item.obligation,
        "clause": item.clause,
        "period": item.period,
        "opens_on": item.opens_on,
        "nominal_last_day": item.nominal_last_day,
        "target_day": item.target_day,
        "late_after": item.late_after,
        "soft": item.soft,
        "why": item.why,
    }


def _row(item: DatedOccurrence) -> tuple[Any, ...]:
    return (
        item.obligation,
        item.clause,
        item.period,
        item.opens_on,
        item.nominal_last_day,
        item.target_day,
        item.late_after,
    )


@app.command()
def schema() -> None:
    """JSON Schema của plan.yaml. / JSON Schema of plan.yaml."""
    from config.plan_file import plan_schema

    print_json(plan_schema())


@app.command()
def load(file: Path, at: At = None, as_json: AsJson = False) -> None:
    """Nạp phiên bản mới của kế hoạch. / Load a new version; a file with any problem changes nothing."""
    from cli.office.plan_versions import load_file

    outcome = load_file(file, moment_or_now(at))
    if as_json:
        print_json(outcome)
        return
    if not outcome["new"]:
        OUT.print(f"Phiên bản {outcome['version']} đã được nạp từ trước, không có gì thay đổi.")
        return
    OUT.print(f"Đã nạp phiên bản {outcome['version']}. / Version {outcome['version']} is in force.")
    for line in outcome["changes"]:
        OUT.print(f"  {line}", highlight=False, markup=False)


@app.command()
def diff(a: Path, b: Path, as_json: AsJson = False) -> None:
    """So sánh hai tệp kế hoạch. / What changes between two plan files, obligation by obligation."""
    from cli.office.plan_versions import compare, read

    changes = compare(read(a), read(b))
    if as_json:
        print_json(changes)
    else:
        for line in changes or ["Không có khác biệt. / No difference."]:
            OUT.print(line, highlight=False, markup=False)
    raise typer.Exit(1 if changes else 0)
