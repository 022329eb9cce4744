"""kyhan activity: the register of what units do for duties that have no case."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel import Session

from bootstrap.home import Home, open_home
from cli.daily.submit import keep_files
from cli.output import OUT, AsJson, At, moment_or_now, parse_day, print_json, print_table
from models.database import id_of, reading, writing
from models.queries.cases import activities as queries
from models.queries.cases.activities import ActivitySelection
from models.queries.plan.occurrences import organisations_by_key
from models.tables.activities import Activity
from rules.activities import TITLES, ActivityKind, Entry, kinds_of
from services.cases import activities as register
from services.cases.activities import EntryRefused
from services.codes import check_obligation, check_unit
from services.errors import Refused
from services.files.store import StoredFile

app = typer.Typer(no_args_is_help=True, help="Sổ hoạt động. / The register of activities.")
BY = "kyhan activity"
PROBLEMS = {
    "kind": "nhiệm vụ này không có loại hoạt động ấy; các loại: {kinds} / no such kind for this duty",
    "day": "ngày ở tương lai, trước ngày ký Kế hoạch hoặc chưa ghi / the day lies ahead, or before the plan",
    "number": "văn bản hướng dẫn cần --number / a guidance document needs --number",
    "people": "cần --people từ 1 trở lên / needs --people, 1 or more",
    "summary": "cần --summary / needs --summary",
    "reason": "cần --reason / needs --reason",
    "unit": "đơn vị này không phải thực hiện nhiệm vụ / the unit is not bound to the duty",
    "gone": "không có mục này, hoặc đã được sửa, rút / no such entry, or corrected or taken back before",
}

Kind = Annotated[str, typer.Option(help=" | ".join(ActivityKind))]
Day = Annotated[date, typer.Option("--on", parser=parse_day, metavar="D", help="Ngày. / The day.")]
Summary = Annotated[str, typer.Option(help="Nội dung, một câu. / What it was, in one sentence.")]
Number = Annotated[str, typer.Option(help="Số, ký hiệu văn bản. / Document number.")]
People = Annotated[int | None, typer.Option(help="Số người. / How many people.")]
File = Annotated[Path | None, typer.Option(help="Tệp. / A file.", exists=True, dir_okay=False)]
Id = Annotated[int, typer.Argument(help="Số của mục trong sổ. / Number of the entry.")]


@app.command("list")
def show(
    obligation: Annotated[str | None, typer.Option(help="Mã nhiệm vụ. / Obligation id.")] = None,
    unit: Annotated[str | None, typer.Option(help="Mã đơn vị. / Unit key.")] = None,
    first: Annotated[date | None, typer.Option("--from", parser=parse_day, metavar="D")] = None,
    last: Annotated[date | None, typer.Option("--to", parser=parse_day, metavar="D")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Cả mục đã sửa, rút. / Also ended entries.")] = False,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Các hoạt động đã ghi. / What was recorded, the newest day first."""
    home = open_home(moment_or_now(at))
    with reading(home.engine) as session:
        keys = {id_of(row): key for key, row in organisations_by_key(session).items()}
        units = {_unit(session, unit)} if unit else None
        code = obligation.upper() if obligation else None
        rows = queries.activities(session, ActivitySelection(code, units, first, last, everything))
    if as_json:
        print_json([{**row.model_dump(exclude={"organisation_id"}), "unit": keys[row.organisation_id]} for row in rows])
        return
    headings = ("Số", "Ngày", "Đơn vị", "Nhiệm vụ", "Loại", "Số văn bản", "Nội dung", "Người")
    print_table(headings, [_line(row, keys) for row in rows])


def _line(row: Activity, keys: dict[int, str]) -> tuple[Any, ...]:
    title = TITLES[ActivityKind(row.kind)][0]
    what = f"{title} (đã sửa hoặc rút)" if row.ended_at else title
    unit = keys[row.organisation_id]
    return (row.id, row.on_day, unit, row.obligation, what, row.document_number, row.summary, row.people or "")


@app.command()
def add(
    unit: Annotated[str, typer.Argument(help="Mã đơn vị. / Unit key.")],
    obligation: Annotated[str, typer.Argument(help="Mã nhiệm vụ, ví dụ II1-GUIDE. / Obligation id.")],
    kind: Kind,
    on: Day,
    summary: Summary = "",
    number: Number = "",
    people: People = None,
    file: File = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Ghi một hoạt động. / Record an activity, or a document that belongs to no case (--kind document)."""
    now = moment_or_now(at)
    home, entry, code = open_home(now), Entry(kind, on, summary, number, people), obligation.upper()
    with writing(home.engine) as session:
        check_obligation(session, code)
        id = _unit(session, unit)
        try:
            register.check(home.office, code, entry, now)
            row = register.add(session, home.office, code, id, entry, BY, now, _kept(home, file))
        except EntryRefused as error:
            raise _refused(error, home, code) from None
        recorded = row.model_dump()
    _say(recorded, as_json)


@app.command()
def correct(
    id: Id,
    kind: Kind,
    on: Day,
    summary: Summary = "",
    number: Number = "",
    people: People = None,
    file: File = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Sửa một mục; nội dung cũ được giữ lại. / Correct an entry; what it said before is kept."""
    now = moment_or_now(at)
    home, entry = open_home(now), Entry(kind, on, summary, number, people)
    with writing(home.engine) as session:
        old = session.get(Activity, id)
        try:
            row = register.correct(session, home.office, id, entry, BY, now, _kept(home, file))
        except EntryRefused as error:
            raise _refused(error, home, old.obligation if old else "") from None
        recorded = row.model_dump()
    _say(recorded, as_json)


@app.command()
def withdraw(
    id: Id,
    reason: Annotated[str, typer.Option(help="Lý do. / Why.")],
    at: At = None,
) -> None:
    """Rút một mục khỏi sổ; vẫn còn trong lịch sử. / Take an entry back; it stays in the history."""
    now = moment_or_now(at)
    home = open_home(now)
    with writing(home.engine) as session:
        try:
            register.take_back(session, id, reason, BY, now)
        except EntryRefused as error:
            raise _refused(error, home, "") from None
    OUT.print(f"Đã rút mục {id}. / Entry {id} is taken back.")


def _unit(session: Session, key: str) -> int:
    check_unit(session, key)
    return next(id_of(row) for known, row in organisations_by_key(session).items() if known.upper() == key.upper())


def _kept(home: Home, file: Path | None) -> StoredFile | None:
    return keep_files(home, [file], None)[0].file if file else None


def _refused(error: EntryRefused, home: Home, code: str) -> Refused:
    duty = home.office.obligations.get(code)
    kinds = ", ".join(kinds_of(duty.register if duty else None))
    return Refused(f"Chưa ghi gì: {PROBLEMS[error.problem].format(kinds=kinds)}.")


def _say(recorded: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(recorded)
    else:
        OUT.print(f"Đã ghi mục {recorded['id']}. / Entry {recorded['id']} is recorded.", highlight=False)
