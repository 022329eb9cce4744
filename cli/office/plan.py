"""kyhan plan: check a plan file, load it, compare versions, list its dates, print its schema."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bootstrap.home import open_home
from cli.output import OUT, AsJson, At, check_span, moment_or_now, parse_day, print_json, print_table, say
from config.catalogue import check_plan_file, load_catalogue, load_plan_file, plan_files
from config.problems import Problem
from models.database import reading
from models.queries.plan import versions as version_queries
from rules.plan import Trigger
from rules.recurrence import occurrences
from rules.text.wording import day_vi
from rules.working_days import WorkCalendar
from services.plan.dates import OccurrenceDates, dates_between, dates_of
from services.plan.stored import Adoption

app = typer.Typer(no_args_is_help=True, help="Kế hoạch. / The plan.")

DATE_FIELDS = (
    "obligation",
    "clause",
    "period",
    "opens_on",
    "nominal_last_day",
    "target_day",
    "late_after",
    "soft",
    "why",
)


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
    file: Annotated[
        Path | None, typer.Argument(help="Một tệp kế hoạch thay cho kế hoạch đang áp dụng. / A plan file instead.")
    ] = None,
    shipped: Annotated[
        bool,
        typer.Option("--shipped", help="Kế hoạch kèm theo phần mềm, chưa nạp. / The plan as shipped, not as in force."),
    ] = False,
    everything: Annotated[
        bool,
        typer.Option("--all", help="Cả nhiệm vụ Kế hoạch không nêu thời hạn. / Also duties the plan gives no time."),
    ] = False,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Các kỳ của kế hoạch đang áp dụng, theo cả ngày nghỉ đã nhập. / Dates of the plan in force, and why."""
    check_span(first, last)
    listed = _dates(first, last, file, shipped, moment_or_now(at))
    shown = [item for item in listed if item.worded or everything]
    if as_json:
        print_json([{name: getattr(item, name) for name in DATE_FIELDS} for item in shown])
    else:
        headings = ("Nhiệm vụ", "Mục", "Kỳ", "Mở từ", "Ngày cuối", "Nên gửi", "Quá hạn sau")
        print_table(headings, [tuple(getattr(item, name) for name in DATE_FIELDS[:7]) for item in shown])
    if hidden := len(listed) - len(shown):
        say(f"Còn {hidden} kỳ mà Kế hoạch không nêu thời hạn (mốc phấn đấu): thêm --all. / {hidden} more with --all.")


def _dates(first: date, last: date, file: Path | None, shipped: bool, now: datetime) -> list[OccurrenceDates]:
    if file is None and not shipped:
        home = open_home(now)
        with reading(home.engine) as session:
            coming = version_queries.coming(session)
            listed = dates_between(session, home.office, first, last)
        if coming is not None and coming.effective_from <= last:
            day = coming.effective_from
            say(f"Từ ngày {day_vi(day)} áp dụng phiên bản mới; các kỳ mở từ ngày đó có thể khác. / Others from {day}.")
        return listed
    catalogue = load_catalogue()
    plan = load_plan_file(file) if file else catalogue.plan_on(last)
    return [
        dates_of(item)
        for item in occurrences(plan, WorkCalendar(catalogue.overrides, unconfirmed=catalogue.unconfirmed), first, last)
    ]


@app.command()
def schema() -> None:
    """JSON Schema của plan.yaml. / JSON Schema of plan.yaml."""
    from config.plan_file import plan_schema

    print_json(plan_schema())


@app.command()
def load(
    file: Path,
    effective_from: Annotated[
        date | None,
        typer.Option("--from", parser=parse_day, metavar="NGÀY", help="Áp dụng từ ngày này. / In force from this day."),
    ] = None,
    decision: Annotated[str, typer.Option(help="Số quyết định. / Number of the decision.")] = "",
    amendment: Annotated[
        int | None, typer.Option(min=1, help="Bản tổng hợp đề xuất được thực hiện. / The amendment it carries out.")
    ] = None,
    choices: Annotated[
        list[str] | None,
        typer.Option("--open", metavar="[NHIỆM_VỤ=]CÁCH", help="Hồ sơ đang mở: keep, redate, close. / Of open cases."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ cho xem. / Only show what would change.")] = False,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Nạp phiên bản mới của kế hoạch. / Load a new version; a file with any problem changes nothing."""
    from cli.office.plan_versions import BY, load_file

    adoption = Adoption(BY, effective_from, decision, amendment)
    done = load_file(file, adoption, choices or (), moment_or_now(at), dry_run=dry_run)
    if as_json:
        print_json(done.as_json(adoption))
        return
    if not done.new:
        OUT.print(f"Phiên bản {done.version} đã được nạp từ trước, không có gì thay đổi.")
        return
    if done.version is not None:
        OUT.print(f"Đã nạp phiên bản {done.version}. / Version {done.version} is in force.")
    elif not dry_run:
        OUT.print(f"Phiên bản mới áp dụng từ {effective_from}. / The new version is in force from {effective_from}.")
    for line in done.lines:
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


@app.command()
def trigger(
    id: Annotated[str | None, typer.Argument(help="Mã điều kiện; bỏ trống: liệt kê. / Its id; none: list.")] = None,
    on: Annotated[
        date | None, typer.Option("--on", parser=parse_day, metavar="D", help="Ngày ban hành. / Day of issue.")
    ] = None,
    number: Annotated[str, typer.Option(help="Số, ký hiệu văn bản. / Document number.")] = "",
    file: Annotated[Path | None, typer.Option(help="Tệp văn bản. / The document.", exists=True, dir_okay=False)] = None,
    take_back: Annotated[
        bool, typer.Option("--take-back", help="Rút ghi nhận. / It was not issued after all.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Lý do sửa hoặc rút. / Why it is corrected or taken back.")] = "",
    yes: Annotated[
        bool, typer.Option("--yes", help="Ghi; không có thì chỉ xem trước. / Record; else a preview.")
    ] = False,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Văn bản mà kế hoạch chờ đã ban hành. / A document the plan waits for was issued: what opens with it."""
    from cli.office import plan_trigger

    now = moment_or_now(at)
    if id is None:
        _conditions(plan_trigger.conditions(now), as_json)
        return
    if take_back == (on is not None):
        raise typer.BadParameter("Cần --on NGÀY hoặc --take-back. / Either --on DAY or --take-back.")
    effects = plan_trigger.issue(id, on, number, reason, file, now, yes=yes)
    if as_json:
        print_json(plan_trigger.as_json(effects, recorded=yes))
        return
    OUT.print(effects.trigger.document, highlight=False, markup=False)
    for line in effects.lines:
        OUT.print(f"  {line}", highlight=False, markup=False)
    OUT.print("Đã ghi. / Recorded." if yes else "Chưa ghi gì; thêm --yes để ghi. / A preview; add --yes to record.")


def _conditions(triggers: Sequence[Trigger], as_json: bool) -> None:
    if as_json:
        print_json([{"id": one.id, "document": one.document, "fired_on": one.fired_on} for one in triggers])
    else:
        print_table(("Điều kiện", "Có từ", "Văn bản"), [(one.id, one.fired_on, one.document) for one in triggers])


@app.command()
def coverage(at: At = None, as_json: AsJson = False) -> None:
    """Mọi nhiệm vụ: ai ghi gì, ở đâu. / Every duty of the plan: who records what and where."""
    from cli.office import plan_coverage

    rows = plan_coverage.rows(moment_or_now(at))
    if as_json:
        print_json([plan_coverage.as_json(row) for row in rows])
    else:
        print_table(plan_coverage.HEADINGS, [plan_coverage.as_row(row) for row in rows])
