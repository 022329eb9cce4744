"""A backup as a file: what is in it, taken out and looked at from every side before anything is believed."""

from __future__ import annotations

import json
import os
import sqlite3
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from models.database import connect, reading
from models.migrate import NewerDatabase, migrate, revision, schemas, state_schema
from services import log
from services.errors import Refused
from services.files.durable import sync_folder
from services.files.verify import differences
from services.operations import log_anchor
from services.operations.log_anchor import Anchor

DATABASE, MANIFEST = "kyhan.db", "manifest.json"
FOLDERS = ("files", "reports", "letters", "documents", "consolidated")
SECRET = "secret.key"  # seals links and second factors; without it those of the backup are lost
CHUNK = 1 << 20
LARGEST = 64 << 30  # of what a backup may unpack to
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, TypeError, ValueError, OSError, NotImplementedError)


@dataclass(frozen=True)
class UnpackedBackup:
    """What a backup held, checked: its database is migrated to the newest schema."""

    folder: Path
    mark: str  # the same for the same backup
    files: int
    log_entries: int
    log_head: str
    missing: tuple[str, ...]  # files the register names and the backup has not

    @property
    def database(self) -> Engine:
        return connect(f"sqlite:///{self.folder / DATABASE}")


def read_manifest(file: Path) -> tuple[dict[str, Any], str]:
    """And the digest that tells this backup from every other. Raises Refused."""
    try:
        with zipfile.ZipFile(file) as zipped:
            raw = zipped.read(MANIFEST)
        manifest = json.loads(raw)
        schema, sums, head = str(manifest["schema"]), dict(manifest["sha256"]), str(manifest["log_head"])
    except (*DAMAGE, RuntimeError) as error:
        raise _damaged(file, error) from error
    if schema not in schemas():
        raise Refused(
            f"Bản sao lưu dùng lược đồ {schema}, mới hơn phiên bản Kỳ Hạn này ({schemas()[-1]}); hãy cập nhật Kỳ Hạn "
            f"rồi khôi phục. / The backup has schema {schema}, newer than this version knows; update Kyhan first."
        )
    return {**manifest, "schema": schema, "sha256": sums, "log_head": head}, sha256(raw).hexdigest()


def unpack(file: Path, folder: Path) -> UnpackedBackup:
    """Into this empty folder, synced to the disk, every check done. Raises Refused; then the folder is of no use."""
    manifest, mark = read_manifest(file)
    try:
        with zipfile.ZipFile(file) as zipped:
            _need_sane(zipped, manifest["sha256"])
            for name, digest in manifest["sha256"].items():
                _take(zipped, name, folder, digest)
        _sync_folders(folder)
        return _look(folder, manifest, mark)
    except (*DAMAGE, RuntimeError, SQLAlchemyError, sqlite3.Error, NewerDatabase) as error:
        raise _damaged(file, error) from error


def _damaged(file: Path, error: Exception) -> Refused:
    return Refused(f"{file} không phải bản sao lưu nguyên vẹn ({error}). / Not a whole backup.")


def _need_sane(zipped: zipfile.ZipFile, sums: Mapping[str, str]) -> None:
    names = [item.filename for item in zipped.infolist() if not item.is_dir()]
    if sum(item.file_size for item in zipped.infolist()) > LARGEST:
        raise ValueError("too large")
    for name in {*names, *sums}:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or path.parts[:1] not in [(top,) for top in TOPS]:
            raise ValueError(f"unexpected name {name!r}")
    if DATABASE not in sums:
        raise ValueError(f"{DATABASE} is missing")
    if len(names) != len(set(names)) or set(names) != {*sums, MANIFEST}:
        odd = sorted(set(names) ^ {*sums, MANIFEST}) or ["twice"]
        raise ValueError(f"manifest and content differ: {', '.join(odd[:3])}")


TOPS = (*FOLDERS, DATABASE, MANIFEST, SECRET)


def _take(zipped: zipfile.ZipFile, name: str, folder: Path, digest: str) -> None:
    target, actual = folder / name, sha256()
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipped.open(name) as source, os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as copy:
        while chunk := source.read(CHUNK):
            actual.update(chunk)
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    if actual.hexdigest() != digest:
        raise ValueError(f"{name} is damaged")


def _sync_folders(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            sync_folder(path)
    sync_folder(folder)


# --- is it what it says ---------------------------------------------------------------------------------------------


def _look(folder: Path, manifest: Mapping[str, Any], mark: str) -> UnpackedBackup:
    engine = connect(f"sqlite:///{folder / DATABASE}")
    try:
        _need_sound(folder / DATABASE)
        if revision(engine) is None:
            state_schema(engine, manifest["schema"])
        migrate(engine)
        with reading(engine) as session:
            chain = log.verify(session)
            if chain.broken_at is not None:
                raise Refused(f"Nhật ký bị sửa từ dòng {chain.broken_at}. / The log is broken at {chain.broken_at}.")
            if chain.head != manifest["log_head"]:
                raise Refused(
                    "Nhật ký trong bản sao lưu không kết thúc ở dòng mà bản kê ghi: đã bị cắt hoặc viết lại. / "
                    "The log of the backup does not end where its manifest says: it was shortened or made anew."
                )
            missing = tuple(sorted({f"{one.file.path} ({one.file.name})" for one in differences(session, folder)}))
    finally:
        engine.dispose()
    return UnpackedBackup(folder, mark, len(manifest["sha256"]) - 1, chain.entries, chain.head, missing)


def _need_sound(database: Path) -> None:
    """Raises ValueError, or sqlite3.Error."""
    connection = sqlite3.connect(database)
    try:
        [result] = connection.execute("PRAGMA quick_check(1)").fetchone()
    finally:
        connection.close()
    if result != "ok":
        raise ValueError(f"{DATABASE}: {result}")


def anchor_of(manifest: Mapping[str, Any]) -> Anchor | None:
    """The sealed end of the log; None in backups that were taken before there was one."""
    try:
        anchor = manifest["anchor"]
        return Anchor(int(anchor["seq"]), str(anchor["digest"]), str(anchor["seal"]))
    except (KeyError, TypeError, ValueError):
        return None


def need_our_key(manifest: Mapping[str, Any], key: bytes | None, file: Path) -> None:
    """What is sealed in the backup can only be opened with the key it was sealed with. Raises Refused."""
    anchor = anchor_of(manifest)
    if anchor is None:
        return
    if key is None or anchor.digest != manifest["log_head"] or not log_anchor.genuine(key, anchor):
        lacks = "không có khóa" if key is None else "khóa đang đặt không phải khóa"
        raise Refused(
            f"{file}: {lacks} của cơ quan đã sao lưu. Hãy đặt KYHAN_SECRET_KEY (hoặc secret.key) như khi sao lưu; nếu "
            "khóa đã mất, thêm --other-key: mọi liên kết, mã thứ hai và quyền Zalo phải làm lại. / "
            "The key is not the one this backup was sealed with: set KYHAN_SECRET_KEY as it was; "
            "--other-key if it is lost."
        )
