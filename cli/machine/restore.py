"""kyhan restore: a backup back into an empty home, where it rests until it is taken into use."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cli.output import ERR, OUT, AsJson, print_json, say
from config import clock
from config.settings import load_settings
from models.database import connect
from services.operations.restore import restore
from services.outbox import rest


def run(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    allow_missing: Annotated[
        bool, typer.Option("--allow-missing", help="Dù thiếu tệp mà sổ ghi. / Though registered files are missing.")
    ] = False,
    other_key: Annotated[
        bool, typer.Option("--other-key", help="Khóa cũ đã mất. / The key it was sealed with is lost.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Khôi phục vào KYHAN_HOME trống, SQLite hoặc PostgreSQL. / Into an empty home, on either database."""
    settings = load_settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    engine = connect(settings.database_url.get_secret_value())
    key = settings.secret_key.get_secret_value().encode() if settings.secret_key else None
    with ERR.status("Đang kiểm tra và khôi phục… / Checking, restoring…"):
        back = restore(engine, settings.home, file, clock.now(), key, allow_missing=allow_missing, other_key=other_key)
    if as_json:
        print_json({**asdict(back), "at_rest": True})
    else:
        OUT.print(f"Đã khôi phục {back.files} tệp và nhật ký {back.log_entries} dòng, nguyên vẹn.", highlight=False)
    for name in back.missing:
        say(f"Thiếu hoặc khác / missing or different: {name}")
    say(f"{rest.VI} / {rest.EN}")
