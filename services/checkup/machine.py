"""Looks at the machine Kyhan stands on: versions, fonts, the last backup, room."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sqlalchemy import Engine

from models.database import reading
from models.queries.operations import server
from models.tables.projection import Heartbeat
from rules.deadlines import PROVINCE
from services.checkup.data import NOTHING, CheckFinding, both
from services.operations.backup import BEAT

PINS = {"fastapi": (0, 151), "sqlalchemy": (2, 1)}  # from here on the engine fails silently
FONT_FOLDERS = (Path("/usr/share/fonts"), Path.home() / ".fonts", Path.home() / ".local/share/fonts")
PARTS = ("kyhan", "prefect", "fastapi", "sqlalchemy", "sqlmodel", "holidays")
BACKUP_EVERY, BACKUP_EVERY_DEMO = timedelta(days=2), timedelta(days=7)


def pins() -> list[CheckFinding]:
    findings = []
    for name, limit in PINS.items():
        found = _version(name)
        ok = (0,) < tuple(int(part) for part in found.split(".")[:2]) < limit
        wanted = ".".join(map(str, limit))
        todo = NOTHING if ok else both("make install")
        findings.append(
            CheckFinding(name, ok, f"bản {found}, phải thấp hơn {wanted}", f"{found}, below {wanted}", *todo)
        )
    return findings


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "0"


def fonts() -> CheckFinding:
    """Documents ask for Times New Roman; Liberation Serif has its measures."""
    files = (next(folder.rglob(name), None) for folder in FONT_FOLDERS for name in ("LiberationSerif*", "times*.ttf"))
    ok = any(files)
    if ok:
        return CheckFinding("fonts", True, "có phông chữ cho tài liệu", "fonts for documents are there")
    vi, en = "máy này chưa có Times New Roman hoặc Liberation Serif", "no Times New Roman or Liberation Serif"
    return CheckFinding("fonts", False, vi, en, *both("apt install fonts-liberation"))


def last_backup(engine: Engine, now: datetime, production: bool = False) -> CheckFinding:
    """A demonstration that is new needs none yet to be well."""
    todo = ("kyhan backup TỆP, mỗi đêm một lần", "kyhan backup FILE, every night")
    with reading(engine) as session:
        beat = session.get(Heartbeat, BEAT)
    if beat is None:
        return CheckFinding("backup", not production, "chưa sao lưu lần nào", "never backed up", *todo)
    age = now - beat.at
    ok = age < (BACKUP_EVERY if production else BACKUP_EVERY_DEMO)
    vi = f"lần gần nhất {beat.at.astimezone(PROVINCE):%H:%M %d/%m/%Y}, {age.days} ngày trước"
    return CheckFinding("backup", ok, vi, f"the last one {age.days} days ago", *(NOTHING if ok else todo))


def versions(engine: Engine) -> Iterator[tuple[str, str]]:
    yield from ((name, _version(name)) for name in PARTS)
    yield "Python", platform.python_version()
    with reading(engine) as session:
        yield engine.dialect.name, server.version(session)


def database_size(engine: Engine) -> int:
    """In bytes, with what SQLite has not yet folded in."""
    if engine.dialect.name == "postgresql":
        with reading(engine) as session:
            return server.postgresql_size(session)
    file = Path(engine.url.database or "")
    return sum(path.stat().st_size for path in (file, file.with_name(f"{file.name}-wal")) if path.is_file())
