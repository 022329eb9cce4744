"""Puts a backup into an empty home: checked first, then the files, then the rows; what was begun can be finished."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shutil import rmtree

from sqlalchemy import Connection, Engine, inspect
from sqlmodel import Session

from models.copy import copy_rows
from models.database import reading
from models.migrate import migrate
from models.queries.operations import log as log_queries
from models.tables.home_marks import HomeMark, set_mark
from models.tables.log import LogEntry
from services import log
from services.errors import Refused
from services.files.durable import forget, sync_folder, write_whole
from services.operations import log_anchor
from services.operations.backup import PASSING
from services.operations.backup_file import FOLDERS, SECRET, UnpackedBackup, need_our_key, read_manifest, unpack
from services.outbox import rest

UNFINISHED = "restore.unfinished"  # in the home from the first write to the last
ASIDE = ".restore"
FROM = "restored_from"  # the mark in the database: which backup its rows are of


@dataclass(frozen=True)
class RestoreResult:
    files: int
    log_entries: int
    log_head: str
    missing: tuple[str, ...]


def need_finished(home: Path) -> None:
    """Nobody works on a home that is restored by half. Raises Refused."""
    if (home / UNFINISHED).exists():
        raise Refused(
            f"Việc khôi phục vào {home} chưa xong: chạy lại kyhan restore {_named(home)}. / "
            "A restore into this home was not finished: run kyhan restore again with the same backup."
        )


def _named(home: Path) -> str:
    try:
        return str(json.loads((home / UNFINISHED).read_text("utf-8"))["file"])
    except (OSError, ValueError, KeyError, TypeError):
        return "TỆP"


def restore(
    engine: Engine,
    home: Path,
    file: Path,
    now: datetime,
    key: bytes | None = None,
    *,
    allow_missing: bool = False,
    other_key: bool = False,
) -> RestoreResult:
    """Into an empty database and a home without files, or one where the same was begun. Raises Refused.

    `key`: what the office seals with, where it is not kept in the home.
    """
    with _alone(home):
        _need_empty(engine, home)
        aside = home / ASIDE
        rmtree(aside, ignore_errors=True)
        try:
            aside.mkdir(mode=0o700)
            unpacked = _checked(file, aside, key, allow_missing=allow_missing, other_key=other_key)
            _need_room_for(engine, home, unpacked)
            told = {"file": str(file.resolve()), "backup": unpacked.mark, "at": now.isoformat()}
            write_whole(home / UNFINISHED, json.dumps(told).encode())
            _put(engine, home, unpacked, file, now, key)
        finally:
            rmtree(aside, ignore_errors=True)
        forget(home / UNFINISHED)
    return RestoreResult(unpacked.files, unpacked.log_entries, unpacked.log_head, unpacked.missing)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    home.mkdir(parents=True, exist_ok=True)
    place = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Refused(f"Một lượt khôi phục khác đang chạy trên {home}. / Another restore is running.") from None
    finally:
        os.close(place)


def _checked(file: Path, aside: Path, key: bytes | None, *, allow_missing: bool, other_key: bool) -> UnpackedBackup:
    told, _ = read_manifest(file)
    unpacked = unpack(file, aside)
    if key is None and (aside / SECRET).exists():
        key = (aside / SECRET).read_bytes()
    if not other_key:
        need_our_key(told, key, file)
    if unpacked.missing and not allow_missing:
        some = "; ".join(unpacked.missing[:10])
        raise Refused(
            f"{file} thiếu hoặc sai {len(unpacked.missing)} tệp mà sổ ghi: {some}. Nếu không còn bản nào đủ hơn, thêm "
            "--allow-missing. / Files the register names are missing or differ; --allow-missing restores the rest."
        )
    return unpacked


# --- where to -------------------------------------------------------------------------------------------------------


def _need_empty(engine: Engine, home: Path) -> None:
    """Unless a restore was begun here: what lies there is of it."""
    begun = (home / UNFINISHED).exists()
    if not begun and _entries(engine):
        raise Refused("Cơ sở dữ liệu đích đã có dữ liệu; hãy dùng KYHAN_HOME trống. / The target is not empty.")
    taken = [name for name in FOLDERS if not begun and any((home / name).rglob("*"))]
    if taken:
        raise Refused(f"{home / taken[0]} đã có tệp; hãy dùng KYHAN_HOME trống. / {taken[0]} is not empty.")


def _entries(engine: Engine) -> int:
    with reading(engine) as session:
        if not inspect(session.connection()).has_table(LogEntry.__tablename__):
            return 0
        return log_queries.count(session)


def _need_room_for(engine: Engine, home: Path, unpacked: UnpackedBackup) -> None:
    """Rows of another backup stay, and so does a key that is not the backup's."""
    if _entries(engine) and _restored_from(engine) != unpacked.mark:
        raise Refused(
            f"Ở đây đang khôi phục dở một bản khác: chạy kyhan restore {_named(home)}. / "
            "Another backup's rows are here already: finish with that one."
        )
    ours, theirs = home / SECRET, unpacked.folder / SECRET
    if ours.exists() and theirs.exists() and ours.read_bytes() != theirs.read_bytes():
        raise Refused(f"{ours} là khóa khác với khóa trong bản sao lưu; hãy cất nó đi nơi khác. / Another key is here.")


def _restored_from(engine: Engine) -> str:
    with reading(engine) as session:
        mark = session.get(HomeMark, FROM)
        return mark.value if mark else ""


# --- putting --------------------------------------------------------------------------------------------------------


def _put(engine: Engine, home: Path, unpacked: UnpackedBackup, file: Path, now: datetime, key: bytes | None) -> None:
    migrate(engine)
    for name in (*FOLDERS, SECRET):
        _move(unpacked.folder / name, home / name)
    sync_folder(home)
    if not _entries(engine):
        source = unpacked.database
        try:
            copy_rows(source, engine, PASSING, also=lambda rows: _note(rows, unpacked, file, now))
        finally:
            source.dispose()
    with reading(engine) as session:
        seals = key or ((home / SECRET).read_bytes() if (home / SECRET).exists() else None)
        if seals is not None:
            log_anchor.remember(session, home, seals, now)


def _move(source: Path, target: Path) -> None:
    """What an unfinished restore has put there before goes."""
    if not source.exists():
        return
    if source.is_dir() and target.exists():
        rmtree(target)
    os.replace(source, target)


def _note(rows: Connection, unpacked: UnpackedBackup, file: Path, now: datetime) -> None:
    """With the rows: from which backup they are, and that they are a copy that rests."""
    with Session(rows) as session:
        set_mark(session, FROM, now, unpacked.mark)
        told = {"file": file.name, "entries": unpacked.log_entries, "head": unpacked.log_head}
        log.append(session, now, "kyhan restore", "home.restore", "home", {**told, "missing": len(unpacked.missing)})
        rest.lay_to_rest(session, now, "kyhan restore", "restored")
        session.commit()
