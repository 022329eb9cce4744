"""Everything an office has, in one file, taken while it works."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from models.copy import copy_into
from models.database import reading, writing
from models.migrate import newest
from models.tables.projection import Heartbeat
from services import log
from services.errors import Refused
from services.files.durable import sync_folder
from services.files.verify import differences
from services.operations import log_anchor
from services.operations.backup_file import CHUNK, DATABASE, FOLDERS, MANIFEST, SECRET

# who is at work now, and on what; what the engine's screen shows, which is drawn anew elsewhere; which copy this is
PASSING = frozenset({"lease", "staged_file", "projection", "home_mark"})
BEAT = "backup"  # the heartbeat that says when the last one was taken


@dataclass(frozen=True)
class BackupResult:
    files: int
    log_entries: int
    log_head: str
    missing: tuple[str, ...] = ()  # files the register names that are not there, or not as it says


def backup(
    engine: Engine, home: Path, out: Path, now: datetime, key: bytes, progress: Callable[[str], None] = lambda _: None
) -> BackupResult:
    """Write one zip beside `out` and move it there when it is whole. An existing file is never overwritten.

    `key`: what the office seals with; it seals the end of the log. Files that are missing are named in the manifest.
    """
    if out.exists():
        raise Refused(f"{out} đã có; chọn tên khác. / {out} exists; choose another name.")
    partial = out.with_name(f"{out.name}.part")
    partial.touch(mode=0o600)  # it holds the office's key
    try:
        kept = _write(engine, home, partial, now, key, progress)
        _sync(partial)
        partial.replace(out)
        sync_folder(out.absolute().parent)
    finally:
        partial.unlink(missing_ok=True)
    with writing(engine) as session:
        session.merge(Heartbeat(name=BEAT, at=now))
    return kept


def _sync(file: Path) -> None:
    with file.open("rb") as written:
        os.fsync(written.fileno())


def _write(
    engine: Engine, home: Path, partial: Path, now: datetime, key: bytes, progress: Callable[[str], None]
) -> BackupResult:
    with TemporaryDirectory(prefix="kyhan-") as folder, zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as zipped:
        progress(DATABASE)
        snapshot = Path(folder) / DATABASE
        copy = copy_into(engine, snapshot, leave_out=PASSING)
        kept = _look(copy, home)
        with copy.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        copy.dispose()
        sums = {DATABASE: _add(zipped, snapshot, DATABASE)}
        for path, name in _files(home):
            progress(name)
            sums[name] = _add(zipped, path, name)
        manifest = {
            "schema": newest(),
            "taken_at": now.isoformat(),
            "log_head": kept.log_head,
            "anchor": asdict(log_anchor.sealed(key, kept.log_entries, kept.log_head)),
            "missing": kept.missing,
            "sha256": sums,
        }
        zipped.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return BackupResult(len(sums) - 1, kept.log_entries, kept.log_head, kept.missing)


def _look(engine: Engine, home: Path) -> BackupResult:
    with reading(engine) as session:
        chain = log.verify(session)
        if chain.broken_at is not None:
            raise Refused(f"Nhật ký bị sửa từ dòng {chain.broken_at}. / The log is broken at {chain.broken_at}.")
        missing = sorted({f"{one.file.path} ({one.file.name})" for one in differences(session, home)})
    return BackupResult(0, chain.entries, chain.head, tuple(missing))


def _files(home: Path) -> Iterator[tuple[Path, str]]:
    if (home / SECRET).exists():
        yield home / SECRET, SECRET
    for folder in FOLDERS:
        for path in sorted((home / folder).rglob("*")):
            if path.is_file() and path.suffix != ".part":
                yield path, path.relative_to(home).as_posix()


def _add(zipped: zipfile.ZipFile, path: Path, name: str) -> str:
    digest = sha256()
    with path.open("rb") as source, zipped.open(name, "w", force_zip64=True) as target:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            target.write(chunk)
    return digest.hexdigest()
