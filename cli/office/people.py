"""kyhan people: who holds which post, in and out as a table."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bootstrap.home import open_home
from cli.output import OUT, AsJson, At, moment_or_now, print_json, say
from models.database import writing
from rules.channels import entered_kinds
from rules.deadlines import local_day
from services.forms.table_import import read_whole
from services.people.import_people import export_people, import_people
from services.people.introduce import introduce
from services.people.people_table import COLUMNS, ROLES, read_people

app = typer.Typer(no_args_is_help=True, help="Người giữ các vị trí. / Who holds which post.")


ENDS = (
    "phiên, mật khẩu, mã, tài khoản chung, địa chỉ ở Zalo và kênh khác của người trước hết hiệu lực "
    "(cùng một người thì ghi «x» ở cột cung_nguoi) / another person"
)
NOT_INFORMED = (
    "{} người mới: việc nhập không tự gửi thư nào cho họ. Thư giới thiệu: kyhan people introduce; thư nhắc chỉ đi theo "
    "hạn của từng hồ sơ; từ đầu quý sau mỗi người được hỏi «còn phụ trách không?» nếu chưa đăng nhập trong quý. / "
    "Importing mails nobody; kyhan people introduce does."
)


@app.command("import")
def bring_in(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ kiểm tra, không ghi. / Check only.")] = False,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Nhập danh sách người thật (CSV, Excel); liên hệ ví dụ thôi giữ vị trí. / Real people; the examples retire."""
    now = moment_or_now(at)
    home = open_home(now)
    table = read_people(read_whole(file), file.name, entered_kinds(home.office.channels))
    with writing(home.engine) as session:
        done = import_people(session, table, home.office.plan.lead, "kyhan people", now)
        if dry_run:
            session.rollback()
    if as_json:
        print_json({**asdict(done), "dry_run": dry_run})
    else:
        for problem in (*table.notes, *done.problems):
            say(str(problem))
        for one in done.changes:
            if one.kind == "handed_over":
                say(f"dòng {one.line}: đổi người, {one.before} → {one.name}; {ENDS}")
        for post in done.emptied:
            role = next(word for word, role in ROLES.items() if role == post.role)
            say(f"vị trí không còn ai giữ: {role} của {post.unit} (nay là {post.holder}) / nobody holds this post then")
        verb = "Sẽ" if dry_run else "Đã"
        OUT.print(
            f"{verb} thay {done.taken_over} người giữ vị trí, sửa {done.corrected} người, giữ nguyên {done.unchanged}; "
            f"{done.examples_retired} liên hệ ví dụ thôi giữ vị trí.",
            highlight=False,
        )
        if done.new_people and not done.problems:
            OUT.print(NOT_INFORMED.format(done.new_people), highlight=False)
    raise typer.Exit(1 if done.problems else 0)


@app.command("introduce")
def introduce_system(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ đếm, không gửi. / Count only.")] = False,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Gửi thư giới thiệu hệ thống cho người chưa nhận, mỗi người một lần. / Introduce the system, once to each."""
    now = moment_or_now(at)
    home = open_home(now)
    with writing(home.engine) as session:
        people = introduce(session, home.office, "kyhan people", now)
        if dry_run:
            session.rollback()
    if as_json:
        print_json({"people": people, "dry_run": dry_run})
    else:
        OUT.print(f"{'Sẽ gửi' if dry_run else 'Đã xếp để gửi'} thư giới thiệu cho {people} người.", highlight=False)


@app.command("export")
def take_out(file: Path, at: At = None) -> None:
    """Ghi danh sách hiện tại ra tệp CSV, sửa rồi nhập lại được. / The present list, ready to be edited."""
    now = moment_or_now(at)
    home = open_home(now)
    kinds = entered_kinds(home.office.channels)
    with writing(home.engine) as session:
        content = export_people(session, local_day(now), kinds)
    file.write_bytes(content)
    OUT.print(f"{file}: cột {', '.join((*COLUMNS, *kinds))}; vai trò {', '.join(ROLES)}.", highlight=False)
