"""Looks into uploaded files without running or unpacking anything to disk, and keeps those an office takes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile
from zlib import error as BrokenStream

from services.files import CHUNK, LARGEST, StoredFile
from services.receive_files import ALLOWED, LARGEST_UNPACKED, MOST_FILES, harmless_name

OFFICE = frozenset({"docx", "xlsx", "pptx", "docm", "xlsm", "pptm", "odt", "ods", "odp"})
ZIPPED = OFFICE | {"zip"}
TAKEN = frozenset(ALLOWED) | ZIPPED
HEAD = 64 << 10
MOST_PARTS = 5_000
MOST_SQUEEZED = 200  # no honest document is packed 200 to 1
SMALL = 20 << 20  # however hard it was squeezed
VBA = "_VBA_PROJECT".encode("utf-16-le")  # a name inside .doc, .xls and .ppt that carry macros


@dataclass(frozen=True)
class Uploaded:
    name: str  # as the browser told it
    stream: BinaryIO
    too_large: bool = False  # the rest was not even read


@dataclass(frozen=True)
class Refusal:
    name: str
    problem: str  # many, kind, empty, large, content, locked, bomb, inside


class NotTaken(Exception):
    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__()
        self.refusals = tuple(refusals)


@dataclass(frozen=True)
class Kept:
    file: StoredFile
    macros: bool


def keep_all(folder: Path, uploads: Sequence[Uploaded]) -> list[Kept]:
    """All of them or, with NotTaken, none."""
    if len(uploads) > MOST_FILES:
        raise NotTaken([Refusal("", "many")])
    names = [harmless_name(item.name, number) for number, item in enumerate(uploads, 1)]
    looked = [_look(name, item) for name, item in zip(names, uploads, strict=True)]
    refused = [Refusal(name, problem) for name, (problem, _) in zip(names, looked, strict=True) if problem]
    if refused:
        raise NotTaken(refused)
    return [
        Kept(_keep(folder, name, item.stream), macros)
        for name, item, (_, macros) in zip(names, uploads, looked, strict=True)
    ]


def _look(name: str, upload: Uploaded) -> tuple[str, bool]:
    """(what is wrong, whether it carries macros)"""
    kind = name.rpartition(".")[2].lower() if "." in name else ""
    size = upload.stream.seek(0, os.SEEK_END)
    upload.stream.seek(0)
    if upload.too_large or size > LARGEST:
        return "large", False
    if kind not in TAKEN:
        return "kind", False
    if not size:
        return "empty", False
    if kind in ZIPPED:
        return _look_into(kind, upload.stream)
    if not ALLOWED[kind](upload.stream.read(HEAD)):
        return "content", False
    return "", kind in ("doc", "xls", "ppt") and _contains(upload.stream, VBA)


def _look_into(kind: str, stream: BinaryIO) -> tuple[str, bool]:
    try:
        with ZipFile(stream) as parts:
            names = [part.filename.lower() for part in parts.infolist()]
            problem = _declared(parts) or _real(parts)
    except (BadZipFile, BrokenStream, EOFError, ValueError, NotImplementedError, OSError):
        return "content", False
    if problem:
        return problem, False
    if kind in OFFICE and not {"[content_types].xml", "mimetype"} & set(names):
        return "content", False
    if kind == "zip" and any(name.rpartition(".")[2] not in TAKEN for name in names if not name.endswith("/")):
        return "inside", False
    macro_kinds = (".docm", ".xlsm", ".pptm")
    macros = any(
        name.endswith(("vbaproject.bin", *macro_kinds)) or name.startswith(("basic/", "scripts/")) for name in names
    )
    return "", macros


def _declared(parts: ZipFile) -> str:
    """What the list of parts says of itself."""
    items = parts.infolist()
    unpacked, packed = sum(part.file_size for part in items), sum(part.compress_size for part in items)
    if len(items) > MOST_PARTS or unpacked > LARGEST_UNPACKED:
        return "bomb"
    if unpacked > SMALL and unpacked > packed * MOST_SQUEEZED:
        return "bomb"
    return "locked" if any(part.flag_bits & 1 for part in items) else ""


def _real(parts: ZipFile) -> str:
    """What is really in it: a part that is more, or other, than the list says is broken (BadZipFile)."""
    unpacked = 0
    for part in parts.infolist():
        with parts.open(part) as stream:
            while chunk := stream.read(CHUNK):
                unpacked += len(chunk)
                if unpacked > LARGEST_UNPACKED:
                    return "bomb"
    return ""


def _contains(stream: BinaryIO, sign: bytes) -> bool:
    stream.seek(0)
    before = b""
    while chunk := stream.read(CHUNK):
        if sign in before + chunk:
            return True
        before = chunk[-len(sign) :]
    return False


def _keep(folder: Path, name: str, stream: BinaryIO) -> StoredFile:
    """Under a name of its own until it is whole and on the disk, as two may keep the same content at once."""
    folder.mkdir(parents=True, exist_ok=True)
    seen, size = sha256(), 0
    stream.seek(0)
    with NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as partial:
        part = Path(partial.name)
        try:
            while chunk := stream.read(CHUNK):
                seen.update(chunk)
                size += partial.write(chunk)
            partial.flush()
            os.fsync(partial.fileno())
            target = folder / seen.hexdigest()[:2] / seen.hexdigest()
            target.parent.mkdir(exist_ok=True)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    return StoredFile(name, seen.hexdigest(), size)
