"""Looks at what the operator decided: the address of the portal, who may read the home, room, posts, PostgreSQL."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import Engine, text

from models.database import reading
from rules.deadlines import local_day
from services.checkup.data import CheckFinding
from services.checkup.files import free_room
from services.views.office_overview import empty_posts_by_role

SCARCE = 1 << 30  # bytes: some days of hand-ins and a backup
OLDEST_POSTGRESQL = 13
OPEN_TO_OTHERS = stat.S_IROTH | stat.S_IWOTH | stat.S_IXOTH
ROLES = {
    "focal_point": ("đầu mối", "focal points"),
    "head": ("thủ trưởng", "heads"),
    "coordinator": ("điều phối viên", "coordinators"),
    "leader": ("lãnh đạo phụ trách", "leaders"),
}
PRIVATE = ("kyhan.toml", "secret.key", "kyhan.db")


def public_address(base_url: str, production: bool) -> CheckFinding:
    if production and urlsplit(base_url).scheme != "https":
        return CheckFinding(
            "address", False, f"{base_url} không phải https", "no https", "đặt https:// sau máy chủ web"
        )
    return CheckFinding("address", True, base_url, base_url)


def rights(folder: Path) -> Iterator[CheckFinding]:
    """Names, telephones and addresses lie in the home: no other account of the machine needs them."""
    loose = [path for path in (folder, *(folder / name for name in PRIVATE)) if _is_loose(path, folder)]
    if not loose:
        yield CheckFinding("rights", True, f"chỉ chủ của {folder} đọc được", "private")
        return
    names = ", ".join(str(path) for path in loose)
    todo = f"chmod -R o-rwx {folder}"
    yield CheckFinding("rights", False, f"tài khoản khác trên máy đọc được: {names}", "readable by others", todo)


def _is_loose(path: Path, folder: Path) -> bool:
    """In a closed folder nobody comes to the files; one that is open to others alone is not the end of it."""
    if not path.exists():
        return False
    closed = not folder.stat().st_mode & stat.S_IXOTH
    return bool(path.stat().st_mode & OPEN_TO_OTHERS) and (path == folder or not closed)


def room(folder: Path) -> CheckFinding:
    free = free_room(folder)
    vi = f"còn {free / (1 << 30):.1f} GB ở {folder}"
    todo = "" if free >= SCARCE else "giải phóng chỗ: chuyển bản sao lưu cũ, nhật ký cũ đi nơi khác"
    return CheckFinding("room", free >= SCARCE, vi, f"{free >> 20} MB free", todo)


def posts(engine: Engine, now: datetime) -> CheckFinding:
    """A unit may well have no deputy; without the others letters have nobody to go to."""
    with reading(engine) as session:
        empty = empty_posts_by_role(session, local_day(now))
    told = ", ".join(f"{number} {ROLES[role][0]}" for role, number in empty.items() if role in ROLES)
    if not told:
        return CheckFinding("posts", True, "đầu mối, thủ trưởng, điều phối viên, lãnh đạo đều có người", "all held")
    en = ", ".join(f"{number} {ROLES[role][1]}" for role, number in empty.items() if role in ROLES)
    todo = "kyhan people export, điền người, rồi kyhan people import"
    return CheckFinding("posts", False, f"chưa có ai giữ: {told}", f"held by nobody: {en}", todo)


def database_version(engine: Engine) -> Iterator[CheckFinding]:
    if engine.dialect.name != "postgresql":
        return
    with reading(engine) as session:
        number = int(session.execute(text("SHOW server_version_num")).scalar_one())
    ok = number // 10_000 >= OLDEST_POSTGRESQL
    todo = "" if ok else f"nâng lên PostgreSQL {OLDEST_POSTGRESQL} trở lên"
    yield CheckFinding("postgresql", ok, f"PostgreSQL {number // 10_000}", f"version {number // 10_000}", todo)
