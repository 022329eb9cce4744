"""Everything an office has, in one file: taken while it works, put back into an empty home on any database."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, func, select

from models.copy import copy_into, copy_rows
from models.database import connect, reading, writing
from models.log import LogEntry
from models.migrate import newest
from models.projection import Heartbeat
from services import log
from services.errors import Refused

DATABASE, MANIFEST = "kyhan.db", "manifest.json"
FOLDERS = ("files", "reports", "letters", "consolidated")
SECRET = "secret.key"  # seals links and second factors; without it those of the backup are lost
PASSING = frozenset({"lease", "staged_file", "projection"})  # who is at work now, on what, what a dashboard shows
BEAT = "backup"  # the heartbeat that says when the last one was taken
CHUNK = 1 << 20
LARGEST = 64 << 30  # of what a backup may unpack to


@dataclass(frozen=True)
class Kept:
    files: int
    log_entries: int
    log_head: str


def backup(
    engine: Engine, home: Path, out: Path, now: datetime, progress: Callable[[str], None] = lambda _: None
) -> Kept:
    """Write one zip beside `out` and move it there when it is whole. An existing file is never overwritten."""
    if out.exists():
        raise Refused(f"{out} đã có; chọn tên khác. / {out} exists; choose another name.")
    partial = out.with_name(f"{out.name}.part")
    partial.touch(mode=0o600)  # it holds the office's key
    try:
        kept = _write(engine, home, partial, now, progress)
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
    with writing(engine) as session:
        session.merge(Heartbeat(name=BEAT, at=now))
    return kept


def _write(engine: Engine, home: Path, partial: Path, now: datetime, progress: Callable[[str], None]) -> Kept:
    with TemporaryDirectory(prefix="kyhan-") as folder, zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as zipped:
        progress(DATABASE)
        snapshot = Path(folder) / DATABASE
        copy = copy_into(engine, snapshot, leave_out=PASSING)
        kept = _look(copy)
        with copy.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        copy.dispose()
        sums = {DATABASE: _add(zipped, snapshot, DATABASE)}
        for path, name in _files(home):
            progress(name)
            sums[name] = _add(zipped, path, name)
        told = {"schema": newest(), "taken_at": now.isoformat(), "log_head": kept.log_head, "sha256": sums}
        zipped.writestr(MANIFEST, json.dumps(told, ensure_ascii=False, indent=1))
    return Kept(len(sums) - 1, kept.log_entries, kept.log_head)


def _look(engine: Engine) -> Kept:
    with reading(engine) as session:
        found = log.verify(session)
        if found.broken_at is not None:
            raise Refused(f"Nhật ký bị sửa từ dòng {found.broken_at}. / The log is broken at {found.broken_at}.")
    return Kept(0, found.entries, found.head)


def _files(home: Path) -> Iterator[tuple[Path, str]]:
    if (home / SECRET).exists():
        yield home / SECRET, SECRET
    for folder in FOLDERS:
        for path in sorted((home / folder).rglob("*")):
            if path.is_file() and path.suffix != ".part":
                yield path, path.relative_to(home).as_posix()


def _add(zipped: zipfile.ZipFile, path: Path, name: str) -> str:
    seen = sha256()
    with path.open("rb") as source, zipped.open(name, "w", force_zip64=True) as target:
        while chunk := source.read(CHUNK):
            seen.update(chunk)
            target.write(chunk)
    return seen.hexdigest()


# --- putting back ---------------------------------------------------------------------------------------------------


def restore(engine: Engine, home: Path, file: Path) -> Kept:
    """Into a migrated, empty database and a home without files. Raises Refused for a damaged or foreign file."""
    _need_empty(engine)
    with TemporaryDirectory(prefix="kyhan-", dir=home) as folder:
        aside = Path(folder)
        sums = _unpack(file, aside)
        source = connect(f"sqlite:///{aside / DATABASE}")
        copy_rows(source, engine, leave_out=PASSING)
        source.dispose()
        if (aside / SECRET).exists():
            (aside / SECRET).chmod(0o600)
        for name in (*FOLDERS, SECRET):
            if (aside / name).exists():
                (aside / name).replace(home / name)
    kept = _look(engine)
    return Kept(len(sums) - 1, kept.log_entries, kept.log_head)


def _need_empty(engine: Engine) -> None:
    with reading(engine) as session:
        if session.execute(select(func.count()).select_from(LogEntry)).scalar_one():
            raise Refused("Cơ sở dữ liệu đích đã có dữ liệu; hãy dùng KYHAN_HOME trống. / The target is not empty.")


def _unpack(file: Path, folder: Path) -> dict[str, str]:
    try:
        with zipfile.ZipFile(file) as zipped:
            told = json.loads(zipped.read(MANIFEST))
            if told["schema"] != newest():
                raise Refused(f"Bản sao lưu dùng lược đồ {told['schema']}, cần {newest()}. / Another schema version.")
            _need_sane(zipped)
            for name, digest in told["sha256"].items():
                _take(zipped, name, folder, digest)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise Refused(f"{file} không phải bản sao lưu nguyên vẹn ({error}). / Not a whole backup.") from error
    return dict(told["sha256"])


def _need_sane(zipped: zipfile.ZipFile) -> None:
    if sum(item.file_size for item in zipped.infolist()) > LARGEST:
        raise ValueError("too large")
    for item in zipped.infolist():
        path = PurePosixPath(item.filename)
        if path.is_absolute() or ".." in path.parts or path.parts[0] not in (*FOLDERS, DATABASE, MANIFEST, SECRET):
            raise ValueError(f"unexpected name {item.filename!r}")


def _take(zipped: zipfile.ZipFile, name: str, folder: Path, digest: str) -> None:
    target, seen = folder / name, sha256()
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipped.open(name) as source, target.open("wb") as copy:
        while chunk := source.read(CHUNK):
            seen.update(chunk)
            copy.write(chunk)
    if seen.hexdigest() != digest:
        raise ValueError(f"{name} is damaged")
