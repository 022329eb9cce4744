"""Keeps received files under the SHA-256 of their content; a file is on disk before the database speaks of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import file_digest, sha256
from io import BytesIO
from math import inf
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO, cast

STORE = "files"  # its folder, below the office's
PARTIAL = ".part"  # ends the name of a file that is not whole yet
CHUNK = 1 << 20
A_DAY = 86_400.0


@dataclass(frozen=True)
class StoredFile:
    name: str
    sha256: str
    size: int


class WrongContent(Exception):
    """The content is not the one it was said to be."""


def place_of(store: Path, digest: str) -> Path:
    return store / digest[:2] / digest


def store_bytes(store: Path, name: str, content: bytes) -> StoredFile:
    return store_stream(store, name, BytesIO(content))


def store_stream(store: Path, name: str, stream: BinaryIO, expected: str = "") -> StoredFile:
    """Whole and on the disk when this returns, whatever lay there under its SHA-256 before.

    `expected`: the SHA-256 it must have; raises WrongContent when it has another. Raises OSError.
    """
    stream.seek(0)
    running, size = sha256(), 0
    with _unfinished(store) as (part, copy):
        while chunk := stream.read(CHUNK):
            running.update(chunk)
            size += copy.write(chunk)
        digest = running.hexdigest()
        if expected not in ("", digest):
            raise WrongContent(digest)
        copy.flush()
        os.fsync(copy.fileno())
        target = place_of(store, digest)
        target.parent.mkdir(exist_ok=True)
        part.replace(target)
    for folder in (target.parent, store):
        _sync_folder(folder)
    return StoredFile(name, digest, size)


def stored_before(store: Path, name: str, digest: str) -> StoredFile | None:
    """None when it is not there, or is not what its SHA-256 says."""
    path = place_of(store, digest)
    try:
        return StoredFile(name, digest, path.stat().st_size) if sha256_of(path) == digest else None
    except OSError:
        return None


@contextmanager
def _unfinished(store: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """Under a name of its own, as two may keep the same content at once."""
    store.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=store, suffix=PARTIAL, delete=False) as file:
        part = Path(file.name)
        try:
            yield part, cast(BinaryIO, file)
        finally:
            part.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """A new name in a folder is on the disk only when the folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256_of(path: Path) -> str:
    """Raises OSError."""
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


# --- what is left over ------------------------------------------------------------------------------------------------


def clock_of(folder: Path) -> float:
    """What the file system calls now: the files of another host, or of a training day, are as old as it says."""
    with NamedTemporaryFile(dir=folder, suffix=PARTIAL) as mark:
        return os.fstat(mark.fileno()).st_mtime


def clear_unfinished(store: Path) -> int:
    """What was begun a day ago and never became whole, as its process was killed; returns how many."""
    if not store.is_dir():
        return 0
    before = clock_of(store) - A_DAY
    old = [part for part in store.rglob(f"*{PARTIAL}") if _changed_at(part) < before]
    for part in old:
        part.unlink(missing_ok=True)
    return len(old)


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return inf
