"""Keeps received files under the SHA-256 of their content; a file is on disk before the database speaks of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from services.errors import Refused

CHUNK = 1 << 20
LARGEST = 100 << 20


@dataclass(frozen=True)
class StoredFile:
    name: str
    sha256: str
    size: int


def store_file(folder: Path, source: Path) -> StoredFile:
    """Copy `source` into the store. Raises Refused when it cannot be read or is too large."""
    try:
        size = source.stat().st_size
        if size > LARGEST:
            limit = LARGEST >> 20
            raise Refused(f"Tệp {source} lớn hơn {limit} MB; hãy nén hoặc chia nhỏ. / Larger than {limit} MB.")
        digest = _digest(source)
        _keep(folder / digest[:2] / digest, source)
    except OSError as error:
        raise Refused(f"Không đọc hoặc lưu được tệp {source}: {error.strerror}. / Cannot read or store it.") from error
    return StoredFile(source.name, digest, size)


def _digest(source: Path) -> str:
    seen = sha256()
    with source.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            seen.update(chunk)
    return seen.hexdigest()


def _keep(target: Path, source: Path) -> None:
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(f".{token_hex(8)}.part")  # two may store the same at once
    try:
        with source.open("rb") as stream, partial.open("wb") as copy:
            while chunk := stream.read(CHUNK):
                copy.write(chunk)
            copy.flush()
            os.fsync(copy.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
