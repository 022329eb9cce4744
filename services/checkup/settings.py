"""Looks at what the operator decided: who may read the home, whom mail reaches, room, posts, PostgreSQL."""

from __future__ import annotations

import stat
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from models.database import reading
from models.queries.operations import server
from models.queries.people.counts import empty_posts_by_role
from rules.deadlines import local_day
from services.checkup.data import NOTHING, CheckFinding, both
from services.checkup.files import free_room

SCARCE = 1 << 30  # bytes: some days of hand-ins and a backup
OLDEST_POSTGRESQL = 13
OPEN_TO_OTHERS = stat.S_IROTH | stat.S_IWOTH | stat.S_IXOTH
ROLES = {
    "focal_point": ("đầu mối", "focal points"),
    "head": ("thủ trưởng", "heads"),
    "coordinator": ("điều phối viên", "coordinators"),
    "leader": ("lãnh đạo phụ trách", "leaders"),
}
PRIVATE = ("kyhan.toml", "secret.key", "prefect.auth")  # the rest is closed with the home
BRING_PEOPLE = (
    "kyhan people export, điền người, rồi kyhan people import",
    "kyhan people export, fill in the people, then kyhan people import",
)
RELEASE = (
    "khi mọi người đã được báo: bỏ allow_list rồi khởi động lại dịch vụ",
    "when everybody has been told: take allow_list out and restart the service",
)
UTF8 = (
    "tạo cơ sở dữ liệu với createdb --encoding UTF8 --template template0, rồi kyhan restore",
    "make the database with createdb --encoding UTF8 --template template0, then kyhan restore",
)
MAKE_ROOM = (
    "giải phóng chỗ: chuyển bản sao lưu cũ, nhật ký cũ đi nơi khác",
    "make room: move old backups and logs elsewhere",
)


def rights(folder: Path, secrets: Iterable[Path] = ()) -> Iterator[CheckFinding]:
    """Names, telephones and secrets lie there: no other account of the machine needs them.

    `secrets`: files that settings are read from. A file is named though its folder is closed: it may be moved.
    """
    files = [folder, *(folder / name for name in PRIVATE), *secrets]
    loose = [path for path in files if path.exists() and path.stat().st_mode & OPEN_TO_OTHERS]
    if not loose:
        yield CheckFinding("rights", True, f"chỉ chủ của {folder} đọc được", f"only the owner of {folder} reads it")
        return
    names = " ".join(str(path) for path in loose)
    vi, en = f"tài khoản khác trên máy đọc được: {names}", f"other accounts of this machine can read: {names}"
    yield CheckFinding("rights", False, vi, en, *both(f"chmod o-rwx {names}"))


def restraint(dry_run: bool, allow_list: Collection[str]) -> Iterator[CheckFinding]:
    """Right while people are not told yet; forgotten, it means that nobody is ever reminded."""
    if dry_run:
        vi, en = "KYHAN_DRY_RUN đang bật: không thư nào được gửi đi", "KYHAN_DRY_RUN is on: nothing is sent"
        yield CheckFinding("sending", False, vi, en, "bỏ KYHAN_DRY_RUN khi chạy thật", "take KYHAN_DRY_RUN out")
    if allow_list:
        number = len(allow_list)
        vi = f"KYHAN_ALLOW_LIST: chỉ {number} địa chỉ nhận được thư, mọi người khác không nhận gì"
        en = f"KYHAN_ALLOW_LIST: only those listed ({number}) get anything"
        yield CheckFinding("sending", False, vi, en, *RELEASE)


def support(samples: Collection[str]) -> Iterator[CheckFinding]:
    """`samples`: settings that still have the value they are shipped with."""
    if samples:
        vi = "thư còn ghi địa chỉ hoặc điện thoại hỗ trợ mẫu, không có thật"
        en = "mails name a sample address or telephone for help, which does not exist"
        named = ", ".join(samples)
        yield CheckFinding("support", False, vi, en, f"đặt {named}", f"set {named}")


def room(folder: Path) -> CheckFinding:
    free = free_room(folder)
    vi, en = f"còn {free / (1 << 30):.1f} GB ở {folder}", f"{free >> 20} MB free at {folder}"
    return CheckFinding("room", free >= SCARCE, vi, en, *(NOTHING if free >= SCARCE else MAKE_ROOM))


def posts(engine: Engine, now: datetime) -> CheckFinding:
    """A unit may well have no deputy; without the others letters have nobody to go to."""
    with reading(engine) as session:
        empty = empty_posts_by_role(session, local_day(now))
    told = ", ".join(f"{number} {ROLES[role][0]}" for role, number in empty.items() if role in ROLES)
    if not told:
        return CheckFinding("posts", True, "đầu mối, thủ trưởng, điều phối viên, lãnh đạo đều có người", "all held")
    en = ", ".join(f"{number} {ROLES[role][1]}" for role, number in empty.items() if role in ROLES)
    return CheckFinding("posts", False, f"chưa có ai giữ: {told}", f"held by nobody: {en}", *BRING_PEOPLE)


def database_version(engine: Engine) -> Iterator[CheckFinding]:
    if engine.dialect.name != "postgresql":
        return
    with reading(engine) as session:
        number, encoding = server.postgresql_version(session), server.postgresql_encoding(session)
    label = f"PostgreSQL {number}, {encoding}"
    if number < OLDEST_POSTGRESQL:
        oldest = f"PostgreSQL {OLDEST_POSTGRESQL}"
        yield CheckFinding(
            "postgresql", False, label, label, f"nâng lên {oldest} trở lên", f"upgrade to {oldest} or newer"
        )
    elif encoding != "UTF8":
        yield CheckFinding("postgresql", False, label, label, *UTF8)
    else:
        yield CheckFinding("postgresql", True, label, label)
