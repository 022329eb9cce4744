"""Compares the register with what lies on the disk: every file the database names is there and is what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlmodel import Session

from models.queries.operations import files as queries
from services.files.store import PARTIAL, STORE, clock_of, place_of, sha256_of


@dataclass(frozen=True)
class RegisteredFile:
    """A file the database names, and whose it is."""

    kind: str  # submission, mail, letter, report, activity, trigger, proposal, form, signed
    path: Path  # below the office's folder
    name: str
    sha256: str = ""  # empty: only that it is there is known
    size: int | None = None
    unit: str = ""
    obligation: str = ""
    period: str = ""
    case_id: int | None = None
    version: int | None = None  # of the submission
    document_number: str = ""


class Fault(StrEnum):
    MISSING = "missing"
    UNREADABLE = "unreadable"
    SIZE = "size"
    CONTENT = "content"  # its SHA-256 is another


@dataclass(frozen=True)
class Difference:
    file: RegisteredFile
    fault: Fault
    actual: str = ""  # the size or the SHA-256 it has; why it cannot be read


@dataclass(frozen=True)
class Unregistered:
    """A file in the store that the database does not name."""

    path: Path  # below the office's folder
    size: int
    age_hours: float
    partial: bool  # was never finished


def registered(session: Session) -> Iterator[RegisteredFile]:
    """Every file the database names; those of the same content one after another."""
    for file in queries.submitted_files(session):
        yield RegisteredFile(
            "submission",
            place_of(Path(STORE), file.sha256),
            file.name,
            file.sha256,
            file.size,
            file.unit,
            file.obligation,
            file.period,
            file.case_id,
            file.version,
            file.document_number,
        )
    for mail in queries.kept_mails(session):
        name = f"{mail.sender}: {mail.subject}"
        yield RegisteredFile("mail", place_of(Path(STORE), mail.sha256), name, mail.sha256)
    documents = {"letter": queries.letters(session), "report": queries.issued_reports(session)}
    documents["document"] = queries.issued_documents(session)
    for kind, letter in ((kind, row) for kind, rows in documents.items() for row in rows):
        yield RegisteredFile(
            kind,
            Path(letter.file),
            Path(letter.file).name,
            letter.sha256,
            obligation=letter.obligation,
            period=letter.period,
            document_number=letter.document_number,
        )
    for recorded in queries.recorded_files(session):
        yield RegisteredFile(
            recorded.kind,
            place_of(Path(STORE), recorded.sha256),
            recorded.name,
            recorded.sha256,
            recorded.size,
            recorded.unit,
            recorded.obligation,
            document_number=recorded.document_number,
        )
    for attachment in queries.attachments(session):
        yield RegisteredFile("report", Path(attachment), Path(attachment).name)


def differences(session: Session, folder: Path, *, quick: bool = False) -> Iterator[Difference]:
    """What is missing, or other than the database says. `quick`: only whether it is there and as long as it should be.

    `folder`: of the office, with the store of files in it.
    """
    path, digest = Path(), ""  # read last: the next may be the same
    for file in registered(session):
        try:
            fault = _length(folder / file.path, file)
            if fault is None and file.sha256 and not quick:
                if file.path != path:
                    path, digest = file.path, sha256_of(folder / file.path)
                fault = None if digest == file.sha256 else (Fault.CONTENT, digest)
        except FileNotFoundError:
            fault = Fault.MISSING, ""
        except OSError as error:
            fault = Fault.UNREADABLE, error.strerror or str(error)
        if fault is not None:
            yield Difference(file, *fault)


def _length(path: Path, file: RegisteredFile) -> tuple[Fault, str] | None:
    """Raises OSError."""
    actual = path.stat().st_size
    if not path.is_file():
        return Fault.UNREADABLE, "không phải tệp / no file"
    return (Fault.SIZE, str(actual)) if file.size not in (None, actual) else None


def unregistered(session: Session, folder: Path) -> Iterator[Unregistered]:
    """What lies in the store without a name in the database; a hand-in that just goes on may be among them."""
    store = folder / STORE
    digests = queries.digests(session)
    now = clock_of(store) if store.is_dir() else 0.0
    for path in sorted(store.rglob("*")):
        if not path.is_file() or (path.name in digests and path == place_of(store, path.name)):
            continue
        stat = path.stat()
        hours = round(max(0.0, now - stat.st_mtime) / 3600, 1)
        yield Unregistered(path.relative_to(folder), stat.st_size, hours, path.suffix == PARTIAL)
