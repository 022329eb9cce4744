"""The files of a plan as an administrator brings them: plan.yaml alone, several files, or a zip of its folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from zipfile import BadZipFile, ZipFile, is_zipfile

from fastapi import Request
from starlette.datastructures import UploadFile

from config.catalogue import PlanFolder, load_plan_folder
from config.problems import CatalogueError, Problem
from config.yaml_file import MAX_BYTES
from portal.pages.office.table_import import BroughtTable
from services.forms.table_import import bare_name

PARTS = ("plan.yaml", "quotes.yaml", "forms.yaml", "source.txt")
MOST = 4 * MAX_BYTES  # of all parts together
UNSEEN = "__MACOSX"  # what one system adds to its zips


async def sent_files(request: Request) -> list[BroughtTable]:
    """Every file of the form; none when none was chosen."""
    files = [item for _, item in (await request.form()).multi_items() if isinstance(item, UploadFile) and item.filename]
    return [BroughtTable(bare_name(one.filename or ""), await one.read(MOST + 1)) for one in files[: len(PARTS)]]


def packed(files: Sequence[BroughtTable]) -> tuple[str, bytes]:
    """The name and content under which they are kept together until they are confirmed."""
    if len(files) == 1:
        return files[0].name, files[0].content
    archive = BytesIO()
    with ZipFile(archive, "w") as zipped:
        for file in files:
            zipped.writestr(file.name, file.content)
    return ", ".join(sorted(file.name for file in files)), archive.getvalue()


def read_folder(content: bytes) -> PlanFolder:
    """The plan in this upload, read through a temporary folder. Raises CatalogueError."""
    with TemporaryDirectory(prefix="kyhan-") as folder:
        for name, part in _parts(content):
            (Path(folder) / name).write_bytes(part)
        return load_plan_folder(Path(folder) / PARTS[0])


def _parts(content: bytes) -> Iterator[tuple[str, bytes]]:
    if not is_zipfile(BytesIO(content)):
        yield PARTS[0], content
        return
    try:
        with ZipFile(BytesIO(content)) as zipped:
            yield from _unpacked(zipped)
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise _refusal("zip", "không mở được tệp nén", "the archive cannot be opened") from error


def _unpacked(zipped: ZipFile) -> Iterator[tuple[str, bytes]]:
    seen: set[str] = set()
    for entry in zipped.infolist():
        path = PurePosixPath(entry.filename)
        if entry.is_dir() or UNSEEN in path.parts:
            continue
        if path.name not in PARTS:
            known = ", ".join(PARTS)
            raise _refusal(path.name, f"không phải tệp của kế hoạch; chỉ nhận {known}", f"only {known} are taken")
        if path.name in seen:
            raise _refusal(path.name, "có hai tệp cùng tên", "there are two files of this name")
        seen.add(path.name)
        with zipped.open(entry) as file:
            part = file.read(MAX_BYTES + 1)
        if len(part) > MAX_BYTES:
            raise _refusal(path.name, "tệp lớn hơn 2 MB", "the file is larger than 2 MB")
        yield path.name, part
    if PARTS[0] not in seen:
        raise _refusal(PARTS[0], "thiếu tệp này", "this file is missing")


def _refusal(name: str, vi: str, en: str) -> CatalogueError:
    return CatalogueError([Problem(Path(name), 1, "", vi, en)])
