"""Writes to the disk so that it is there after the power was cut: what is in a file, and the name it stands under."""

from __future__ import annotations

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """What was created, renamed or deleted in it stays so."""
    place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(place)
    finally:
        os.close(place)


def write_whole(path: Path, content: bytes) -> None:
    """The old content or the new one, never a part; for its owner alone."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)
    sync_folder(path.parent)


def forget(path: Path) -> None:
    path.unlink(missing_ok=True)
    sync_folder(path.parent)
