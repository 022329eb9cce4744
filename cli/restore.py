"""kyhan restore: a backup back into an empty home."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cli.answers import ERR, OUT, AsJson, print_json
from config.settings import load_settings
from models.database import connect
from models.migrate import migrate
from services.backup import restore


def run(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    as_json: AsJson = False,
) -> None:
    """Khôi phục vào KYHAN_HOME trống, SQLite hoặc PostgreSQL. / Into an empty home, on either database."""
    settings = load_settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    engine = connect(settings.database_url.get_secret_value())
    migrate(engine)
    with ERR.status("Đang khôi phục… / Restoring…"):
        kept = restore(engine, settings.home, file)
    if as_json:
        print_json(asdict(kept))
    else:
        OUT.print(f"Đã khôi phục {kept.files} tệp và nhật ký {kept.log_entries} dòng, nguyên vẹn.", highlight=False)
