"""Looks into a file without running it or unpacking it to disk: the one check for portal, mail and API."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass, replace
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast
from zipfile import BadZipFile, ZipFile, ZipInfo
from zlib import error as BrokenStream

from rules.intake import FileProblem, FileRemark, Intake, Remark, Verdict
from services.files import kinds
from services.files.names import harmless_name
from services.files.scan import ScannerSilent, scan
from services.files.text import old_table_of

LARGEST_UNPACKED = 500 << 20
MOST_PARTS = 5_000
LONGEST_LIST = 2 << 20  # bytes of a zip's list of parts: reading a longer one would eat the memory
MOST_SQUEEZED = 200  # no honest document is packed 200 to 1
SMALL = 20 << 20  # however hard it was squeezed
IN_MEMORY = 1 << 20
CHUNK = 1 << 20
MACRO_KINDS = (".docm", ".xlsm", ".pptm")
BROKEN = (
    BadZipFile,
    BrokenStream,
    EOFError,
    LookupError,
    ValueError,
    NotImplementedError,
    OSError,
    RuntimeError,
    struct.error,
)


@dataclass
class Budget:
    """How much may still be unpacked, over all that lies inside one another."""

    left: int


class ProblemFound(Exception):
    def __init__(self, problem: FileProblem, what: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.what = what


def check_file(name: str, stream: BinaryIO, intake: Intake, number: int = 1) -> Verdict:
    """Whether this file is taken, and what is told of it; `number`: of the file, where its name says nothing.

    May ask the scanner over the network: call it outside a transaction.
    """
    harmless = harmless_name(name, number)
    kind = harmless.rpartition(".")[2].lower() if "." in harmless else ""
    verdict = Verdict(harmless, kind)
    try:
        remarks = _look(kind, stream, intake)
        remarks += _scanned(stream, intake)
    except ProblemFound as error:
        return replace(verdict, problem=error.problem, detail=error.what)
    except BROKEN:
        return replace(verdict, problem=FileProblem.CONTENT)
    finally:
        stream.seek(0)
    return replace(verdict, remarks=tuple(remarks))


def _look(kind: str, stream: BinaryIO, intake: Intake) -> list[Remark]:
    size = stream.seek(0, os.SEEK_END)
    if size > intake.largest:
        raise ProblemFound(FileProblem.LARGE)
    if kind not in kinds.TAKEN:
        raise ProblemFound(FileProblem.KIND)
    if not size:
        raise ProblemFound(FileProblem.EMPTY)
    remarks = [Remark(code) for code in _inside(kind, stream, Budget(LARGEST_UNPACKED), depth=0)]
    table = old_table_of(kind, stream)
    return [*remarks, *([Remark(FileRemark.OLD_TABLE, table.value)] if table else [])]


def _inside(kind: str, stream: BinaryIO, budget: Budget, depth: int) -> list[FileRemark]:
    """Raises ProblemFound when it is not what its name says, or not to be taken."""
    stream.seek(0)
    head = stream.read(kinds.HEAD)
    real = kinds.kind_of(head)
    if real == "zip":
        return _zip(kind, stream, budget, depth)
    if real == "ole":
        return _ole(kind, head, stream)
    if real not in kinds.FITS[kind]:
        raise ProblemFound(FileProblem.CONTENT, real)
    return _pdf(stream) if real == "pdf" else []


def _pdf(stream: BinaryIO) -> list[FileRemark]:
    signs = kinds.signs_in(stream, (kinds.PDF_LOCKED, *kinds.PDF_ACTIVE))
    remarks = [FileRemark.PASSWORD] if kinds.PDF_LOCKED in signs else []
    return [*remarks, FileRemark.ACTIVE] if signs & set(kinds.PDF_ACTIVE) else remarks


def _ole(kind: str, head: bytes, stream: BinaryIO) -> list[FileRemark]:
    signs = kinds.signs_in(stream, (*kinds.OLE_KINDS, kinds.OLE_LOCKED, kinds.OLE_MACROS))
    if kinds.OLE_LOCKED in signs or kinds.ole_is_locked(head):
        raise ProblemFound(FileProblem.LOCKED)
    real = kinds.ole_kind(signs)
    if real not in kinds.FITS[kind]:
        raise ProblemFound(FileProblem.CONTENT, real)
    return [FileRemark.MACROS] if kinds.OLE_MACROS in signs else []


def _zip(kind: str, stream: BinaryIO, budget: Budget, depth: int) -> list[FileRemark]:
    if _list_is_endless(stream):
        raise ProblemFound(FileProblem.BOMB)
    with ZipFile(stream) as parts:
        _declared(parts.infolist())
        _real(parts, budget)
        real = kinds.kinds_in_zip(parts)
        if not real & kinds.FITS[kind]:
            raise ProblemFound(FileProblem.CONTENT, min(real - {"zip"}, default="zip"))
        if kind == "zip":
            return _archive(parts, budget, depth)
        names = [part.filename.lower() for part in parts.infolist()]
    macros = any(name.endswith("vbaproject.bin") or name.startswith(("basic/", "scripts/")) for name in names)
    return [FileRemark.MACROS] if macros else []


def _list_is_endless(stream: BinaryIO) -> bool:
    """Asked before the list of parts is read at all; the larger kind of list is for what we would not take anyway."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - (65_557 + 20)))
    tail = stream.read()
    ends = tail.rfind(b"PK\5\6")
    if ends < 0:
        raise BadZipFile("no end")
    parts, length = struct.unpack("<HL", tail[ends + 10 : ends + 16])
    larger = tail[max(0, ends - 20) : ends].startswith(b"PK\6\7")
    return larger or parts > MOST_PARTS or length > LONGEST_LIST


def _declared(items: list[ZipInfo]) -> None:
    """What the list of parts says of itself."""
    unpacked, packed = sum(part.file_size for part in items), sum(part.compress_size for part in items)
    if len(items) > MOST_PARTS or unpacked > LARGEST_UNPACKED:
        raise ProblemFound(FileProblem.BOMB)
    if unpacked > SMALL and unpacked > packed * MOST_SQUEEZED:
        raise ProblemFound(FileProblem.BOMB)
    if any(part.flag_bits & 1 for part in items):
        raise ProblemFound(FileProblem.LOCKED)


def _real(parts: ZipFile, budget: Budget) -> None:
    """What is really in it: a part that is more, or other, than the list says is broken (BadZipFile)."""
    for part in parts.infolist():
        with parts.open(part) as stream:
            while chunk := stream.read(CHUNK):
                budget.left -= len(chunk)
                if budget.left < 0:
                    raise ProblemFound(FileProblem.BOMB)


def _archive(parts: ZipFile, budget: Budget, depth: int) -> list[FileRemark]:
    """Everything in it must be fit to be taken by itself; an archive in an archive is not."""
    remarks: list[FileRemark] = []
    for part in parts.infolist():
        if part.is_dir():
            continue
        kind = part.filename.rpartition(".")[2].lower()
        if kind == "zip" or depth:
            raise ProblemFound(FileProblem.NESTED, part.filename)
        if kind not in kinds.TAKEN:
            raise ProblemFound(FileProblem.INSIDE, part.filename)
        remarks += _part(parts, part, kind, budget, depth)
    return list(dict.fromkeys(remarks))


def _part(parts: ZipFile, part: ZipInfo, kind: str, budget: Budget, depth: int) -> list[FileRemark]:
    if not part.file_size:
        return []
    with parts.open(part) as packed, SpooledTemporaryFile(IN_MEMORY) as plain:
        while chunk := packed.read(CHUNK):
            plain.write(chunk)
        try:
            remarks = _inside(kind, cast(BinaryIO, plain), budget, depth + 1)
        except ProblemFound as error:
            inside = error.problem is FileProblem.CONTENT
            raise ProblemFound(FileProblem.INSIDE if inside else error.problem, part.filename) from error
        except BROKEN as error:
            raise ProblemFound(FileProblem.INSIDE, part.filename) from error
    return [*remarks, *([FileRemark.MACROS] if f".{kind}" in MACRO_KINDS else [])]


def _scanned(stream: BinaryIO, intake: Intake) -> list[Remark]:
    if not intake.scanner:
        return []
    try:
        virus = scan(intake.scanner, stream)
    except ScannerSilent:
        return [Remark(FileRemark.NOT_SCANNED)]
    if virus:
        raise ProblemFound(FileProblem.VIRUS, virus)
    return []
