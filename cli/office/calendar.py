"""kyhan calendar: days off, days worked and swaps beside calendar.yaml; shows what would move before it does."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated

import typer

from bootstrap.home import open_home
from cli.output import OUT, AsJson, At, moment_or_now, parse_day, print_json, print_table
from models.database import reading, writing
from models.queries.calendar.days import entered_days
from rules.text.wording import full_day_vi
from services.calendar import days
from services.calendar.days import DaysChange, DaysPreview

app = typer.Typer(no_args_is_help=True, help="Lịch làm việc. / The working calendar.")

Day = Annotated[date, typer.Argument(parser=parse_day, metavar="NGÀY")]
Reason = Annotated[str, typer.Option("--reason", help="Lý do, ghi vào lịch. / Why.")]
Document = Annotated[str, typer.Option("--document", help="Văn bản thông báo. / The document that says so.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Chỉ cho xem, không ghi. / Only show what would move.")]

UNCONFIRMED = "calendar.yaml, chưa tính; khi có văn bản thì đặt confirmed: true"


@app.command("list")
def show(at: At = None, as_json: AsJson = False) -> None:
    """Các ngày đã nhập và các ngày trong calendar.yaml. / Days entered, and those of calendar.yaml."""
    home = open_home(moment_or_now(at))
    with reading(home.engine) as session:
        entered = entered_days(session)
    shipped, waiting = home.office.calendar.shipped, home.office.calendar.unconfirmed
    if as_json:
        by_file = {"shipped": [asdict(one) for one in shipped], "unconfirmed": [asdict(one) for one in waiting]}
        print_json({"entered": [row.model_dump() for row in entered], **by_file})
        return
    rows = [(row.day, _kind(row.working), row.reason, row.document, row.entered_by) for row in entered]
    rows += [(one.day, _kind(one.working), one.reason, one.document, "calendar.yaml") for one in shipped]
    rows += [
        (one.day, f"{_kind(one.working)}: chưa xác nhận", one.reason, one.document, UNCONFIRMED) for one in waiting
    ]
    print_table(("Ngày", "Là", "Lý do", "Văn bản", "Nguồn"), rows)


def _kind(working: bool) -> str:
    return "làm việc" if working else "nghỉ"


@app.command()
def off(
    day: Day, reason: Reason, document: Document = "", dry_run: DryRun = False, at: At = None, as_json: AsJson = False
) -> None:
    """Thêm một ngày nghỉ. / A day off."""
    _change(days.day_off(day, reason, document), dry_run, moment_or_now(at), as_json)


@app.command()
def work(
    day: Day, reason: Reason, document: Document = "", dry_run: DryRun = False, at: At = None, as_json: AsJson = False
) -> None:
    """Thêm một ngày làm việc. / A day worked."""
    _change(days.working_day(day, reason, document), dry_run, moment_or_now(at), as_json)


@app.command()
def swap(
    off: Annotated[date, typer.Argument(parser=parse_day, metavar="NGHỈ")],
    worked: Annotated[date, typer.Argument(parser=parse_day, metavar="LÀM_BÙ")],
    document: Document = "",
    dry_run: DryRun = False,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Hoán đổi: nghỉ ngày đầu, làm bù ngày sau. / Swap: the first day is off, the second is worked."""
    _change(days.swap(off, worked, document), dry_run, moment_or_now(at), as_json)


@app.command()
def remove(day: Day, dry_run: DryRun = False, at: At = None, as_json: AsJson = False) -> None:
    """Bỏ một ngày đã nhập; của một lần hoán đổi thì bỏ cả hai. / Take a day out again; of a swap, both."""
    now = moment_or_now(at)
    with reading(open_home(now).engine) as session:
        change = days.taken_out(session, day)
    _change(change, dry_run, now, as_json)


def _change(change: DaysChange, dry_run: bool, now: datetime, as_json: bool) -> None:
    home = open_home(now)
    with writing(home.engine) as session:
        seen = days.preview(session, home.office, change, now)
        if not dry_run:
            days.change_days(session, home.office, change, "kyhan calendar", now)
    if as_json:
        terms = [{**asdict(term), "units": seen.units.get(term.term_id, [])} for term in seen.moved.terms]
        print_json({"terms": terms, "cases": seen.cases, "told": seen.moved.told, "dry_run": dry_run})
    else:
        _say(seen, dry_run)


def _say(seen: DaysPreview, dry_run: bool) -> None:
    for day in seen.change.days:
        OUT.print(full_day_vi(day), highlight=False)
    for line in days.lines(seen):
        OUT.print(f"  {line}", highlight=False, markup=False)
    verb = "Sẽ dời" if dry_run else "Đã dời"
    OUT.print(
        f"{verb} {len(seen.moved.terms)} mốc, {seen.cases} hồ sơ đang mở; {seen.moved.told} người nhận một thư. / "
        f"{len(seen.moved.terms)} dates, {seen.cases} open cases, {seen.moved.told} people told.",
        highlight=False,
    )
