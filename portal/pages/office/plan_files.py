"""The files of a plan as an administrator brings them: plan.yaml alone, several files, or a zip of its folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from io import BytesIO
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo, is_zipfile

from fastapi import Request
from sqlmodel import Session
from starlette.datastructures import UploadFile

from config.catalogue import PLAN_FILES, SHIPPED, PlanFolder, load_plan_folder
from config.problems import CatalogueError, Problem
from config.yaml_file import MAX_BYTES
from models.tables.plan import PlanVersion
from portal.pages.office.table_import import BroughtTable
from services.forms.table_import import bare_name
from services.plan.stored import kept_files, stored_forms, stored_plan

PARTS = PLAN_FILES
MOST = 4 * MAX_BYTES  # of all parts together
UNSEEN = "__MACOSX"  # what one system adds to its zips
NEVER = (1980, 1, 1, 0, 0, 0)  # the same files make the same archive, whenever it is made


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


def zipped_files(files: Mapping[str, str]) -> bytes:
    archive = BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED) as zipped:
        for name, text in sorted(files.items()):
            entry = ZipInfo(name, NEVER)
            entry.compress_type = ZIP_DEFLATED
            zipped.writestr(entry, text.encode())
    return archive.getvalue()


def files_of(session: Session, version: PlanVersion) -> dict[str, str] | None:
    """As they were when it was loaded, or the shipped ones where they say the same; else None."""
    kept = kept_files(session, version.source)
    if kept is not None:
        return kept
    shipped = _shipped(version.code)
    return shipped.files if shipped and says(version, shipped) else None


@lru_cache
def _shipped(code: str) -> PlanFolder | None:
    path = SHIPPED / "plans" / code / PARTS[0]
    with suppress(CatalogueError):
        return load_plan_folder(path) if path.is_file() else None
    return None


def says(version: PlanVersion, folder: PlanFolder) -> bool:
    """Whether these files are this version, word for word."""
    same_forms = version.forms in (None, stored_forms(folder.forms))
    return same_forms and version.document == stored_plan(folder.plan)


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
