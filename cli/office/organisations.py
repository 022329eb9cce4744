"""kyhan organisations: the register in and out as a table; renamed, merged and split with dates."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session

from bootstrap.home import Home, open_home
from cli.output import OUT, AsJson, At, moment_or_now, parse_day, print_json, say
from models.database import id_of, reading, writing
from models.queries.cases import selection as cases_queries
from rules.deadlines import local_day
from services.forms.table_import import read_whole
from services.people import reorganise
from services.people.organisations_table import export_rows, import_organisations, read_organisations
from services.people.reorganise import Name, ReorganiseResult

app = typer.Typer(no_args_is_help=True, help="Các đơn vị. / The organisations.")

On = Annotated[date, typer.Option("--on", parser=parse_day, metavar="D", help="Ngày có hiệu lực. / From this day.")]
Basis = Annotated[str, typer.Option("--basis", help="Căn cứ pháp lý. / Legal basis.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Chỉ cho xem, không ghi. / Only show what would change.")]
Into = Annotated[list[str], typer.Option("--into", help="Mã đơn vị nhận. / Key of the successor.")]


@app.command("import")
def bring_in(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    dry_run: DryRun = False,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Nhập đơn vị (CSV, Excel): tất cả hoặc không. / Organisations from a table, all or nothing."""
    now = moment_or_now(at)
    home = open_home(now)
    table = read_organisations(read_whole(file), file.name)
    with writing(home.engine) as session:
        done = import_organisations(session, home.office, table, "kyhan organisations", now)
        if dry_run:
            session.rollback()
    if as_json:
        print_json({**asdict(done), "dry_run": dry_run})
    else:
        for problem in (*table.notes, *done.problems):
            say(str(problem))
        for one in done.changes:
            if one.kind != "unchanged":
                OUT.print(f"{one.key}: {one.kind} ({one.name})", highlight=False, markup=False)
        OUT.print(
            f"{_verb(dry_run)} thêm {done.count('added')}, đổi tên {done.count('renamed')}, sửa "
            f"{done.count('changed')}; thêm {done.bound} và bớt {done.unbound} phân công.",
            highlight=False,
        )
    raise typer.Exit(1 if done.problems else 0)


KINDS_VI = {"rename": "đổi tên", "merge": "sáp nhập", "split": "chia, tách"}


def _verb(dry_run: bool) -> str:
    return "Sẽ" if dry_run else "Đã"


@app.command("export")
def take_out(file: Path, at: At = None) -> None:
    """Ghi danh sách đơn vị ra CSV, sửa rồi nhập lại được. / The register, ready to be edited."""
    now = moment_or_now(at)
    home = open_home(now)
    with reading(home.engine) as session, file.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows(export_rows(session, local_day(now)))
    OUT.print(str(file), highlight=False)


@app.command()
def rename(
    key: str,
    name: str,
    on: On,
    abbreviation: Annotated[str, typer.Option(help="Tên viết tắt mới. / The new abbreviation.")] = "",
    head_title: Annotated[str, typer.Option(help="Chức danh thủ trưởng. / The head's title.")] = "",
    place: Annotated[str, typer.Option(help="Địa danh. / The place.")] = "",
    basis: Basis = "",
    dry_run: DryRun = False,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Đổi tên từ một ngày; văn bản cũ giữ tên cũ. / A new name from a day on."""

    def act(session: Session, _: Home, now: datetime) -> ReorganiseResult:
        unit = reorganise.find_unit(session, key)
        old = cases_queries.names_on(session, [id_of(unit)], on)[id_of(unit)]
        whole = Name(name, abbreviation or old.abbreviation, head_title or old.head_title, place or old.place)
        return reorganise.rename(session, key, whole, on, basis, "kyhan organisations", now)

    _do(act, moment_or_now(at), dry_run, as_json)


@app.command()
def merge(
    keys: list[str],
    into: Annotated[str, typer.Option("--into", help="Mã đơn vị nhận. / Key of the successor.")],
    on: On,
    basis: Basis = "",
    dry_run: DryRun = False,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Sáp nhập vào một đơn vị đã có trong danh sách; hồ sơ đang mở đi theo. / Open cases follow."""

    def act(session: Session, home: Home, now: datetime) -> ReorganiseResult:
        return reorganise.merge(session, home.office, keys, into, on, basis, "kyhan organisations", now)

    _do(act, moment_or_now(at), dry_run, as_json)


@app.command()
def split(
    key: str,
    into: Into,
    on: On,
    cases_to: Annotated[
        list[str] | None, typer.Option("--cases-to", help="Chỉ các đơn vị này nhận hồ sơ. / Only these get the cases.")
    ] = None,
    basis: Basis = "",
    dry_run: DryRun = False,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Chia, tách; nêu lại chính mã cũ nếu đơn vị ấy vẫn còn. / Name the unit itself where it goes on."""
    heirs = tuple(cases_to or ())

    def act(session: Session, home: Home, now: datetime) -> ReorganiseResult:
        return reorganise.split(session, home.office, key, into, on, basis, "kyhan organisations", now, heirs)

    _do(act, moment_or_now(at), dry_run, as_json)


def _do(
    act: Callable[[Session, Home, datetime], ReorganiseResult], now: datetime, dry_run: bool, as_json: bool
) -> None:
    home = open_home(now)
    with writing(home.engine) as session:
        done = act(session, home, now)
        if dry_run:
            session.rollback()
    if as_json:
        print_json({**asdict(done), "dry_run": dry_run})
        return
    for duty, period, old, new in done.moved:
        OUT.print(f"  {duty} {period}: {old} → {new}", highlight=False)
    for duty, period, old in done.superseded:
        OUT.print(f"  {duty} {period}: {old}, đơn vị nhận đã có hồ sơ này", highlight=False)
    keys = f"{', '.join(done.from_keys)} → {', '.join(done.to_keys)}"
    cases = f"{len(done.moved)} hồ sơ chuyển, {len(done.superseded)} gộp"
    people = f"{done.carried} vị trí tiếp tục, {done.ended} nhiệm kỳ kết thúc"
    OUT.print(f"{_verb(dry_run)} {KINDS_VI.get(done.kind, done.kind)} {keys}: {cases}, {people}.", highlight=False)
