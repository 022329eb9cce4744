"""kyhan backup: everything in one file, while running."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import typer

from bootstrap.home import open_home
from cli.output import ERR, OUT, AsJson, print_json, say
from config import clock
from models.database import writing
from services.operations import log_anchor
from services.operations.backup import backup
from services.operations.watch import BACKUP, beat


def run(file: Path, as_json: AsJson = False) -> None:
    """Ghi cơ sở dữ liệu và mọi tệp vào một tệp zip. / Database and files in one zip, taken while running."""
    now = clock.now()
    home = open_home(now)
    with ERR.status("Đang sao lưu… / Backing up…") as status:
        kept = backup(
            home.engine,
            home.folder,
            file,
            now,
            home.office.key,
            lambda name: status.update(f"Đang sao lưu {name}"),
        )
    with writing(home.engine) as session:
        beat(session, BACKUP, now)
        wrong = log_anchor.problem(session, home.folder, home.office.key)
        if not wrong:
            log_anchor.remember(session, home.folder, home.office.key)
    if as_json:
        print_json({**asdict(kept), "file": str(file)})
    else:
        OUT.print(
            f"{file}: {kept.files} tệp, nhật ký {kept.log_entries} dòng, dấu {kept.log_entries}:{kept.log_head[:16]}.",
            highlight=False,
        )
    if kept.missing:
        say(
            f"Bản sao lưu KHÔNG ĐỦ: {len(kept.missing)} tệp trong sổ không có ở {home.folder}, hoặc khác với sổ. / "
            "INCOMPLETE: files the register names are missing or differ:"
        )
        for name in kept.missing:
            say(f"  {name}")
    if wrong:
        say(wrong)
    raise typer.Exit(1 if kept.missing or wrong else 0)
