"""Takes a file piece by piece: what was acknowledged is on the disk, whatever happens to the line or to us."""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime, timedelta
from hashlib import file_digest
from os.path import samestat
from pathlib import Path
from secrets import token_urlsafe
from typing import BinaryIO

from sqlalchemy import Engine
from sqlmodel import Session

from models.database import reading, writing
from models.queries.files import uploads as queries
from models.queries.files.uploads import change_if_same, delete_if_same
from models.queries.files.uploads import open_uploads as open_uploads
from models.tables.uploads import Upload
from rules.intake import FileProblem, FileRemark, Intake, Remark, Verdict, content_of
from rules.office import Office
from services.errors import Refused
from services.files.check import check_file
from services.files.hand_in_files import KeptFile
from services.files.kinds import TAKEN
from services.files.names import harmless_name
from services.files.store import PARTIAL, STORE, StoredFile, WrongContent, clear_unfinished, store_stream, stored_before
from services.forms.content_check import TableCheck, with_content

LARGEST_PIECE = 4 << 20
KEPT_UNFINISHED = timedelta(days=2)
KEPT_USED = timedelta(days=7)
MOST_WAITING = 3  # times what may be handed in at once


class UploadNotFound(Refused):
    """No such upload of this person for this case, or not any more."""


class WrongOffset(Exception):
    """The piece does not begin where the last one ended."""

    def __init__(self, received: int) -> None:
        super().__init__(received)
        self.received = received


def folder_of(folder: Path) -> Path:
    return folder / "uploads"


def part_of(folder: Path, token: str) -> Path:
    return folder_of(folder) / f"{token}{PARTIAL}"


def begin(
    session: Session, intake: Intake, case_id: int, person_id: int, name: str, size: int, likeness: str, now: datetime
) -> Upload | Verdict:
    """The same file begun before goes on where it stopped. A verdict when it would not be taken anyway."""
    harmless = harmless_name(name, 1)
    kind = harmless.rpartition(".")[2].lower() if "." in harmless else ""
    waiting = open_uploads(session, case_id, person_id)
    if same := next((one for one in waiting if (one.name, one.size, one.likeness) == (harmless, size, likeness)), None):
        return same
    if problem := _problem(kind, size, len(waiting), intake):
        return Verdict(harmless, kind, problem)
    upload = Upload(
        token=token_urlsafe(24),
        case_id=case_id,
        person_id=person_id,
        name=harmless,
        size=size,
        likeness=likeness,
        touched_at=now,
    )
    session.add(upload)
    session.flush()
    return upload


def _problem(kind: str, size: int, waiting: int, intake: Intake) -> FileProblem | None:
    if kind not in TAKEN:
        return FileProblem.KIND
    if size > intake.largest:
        return FileProblem.LARGE
    if waiting >= MOST_WAITING * intake.most_files:
        return FileProblem.MANY
    return None if size > 0 else FileProblem.EMPTY


def append(
    session: Session, folder: Path, case_id: int, person_id: int, token: str, offset: int, piece: bytes, now: datetime
) -> Upload:
    """On the disk before the database says so; whatever lies behind is overwritten. Raises UploadNotFound, WrongOffset.

    Nothing is added to what was found whole.
    """
    upload = _held(session, case_id, person_id, token)
    held = _held_on_disk(folder, upload)
    if upload.sha256 or offset != held or offset + len(piece) > upload.size:
        raise WrongOffset(held)
    _write(part_of(folder, token), offset, piece)
    if not change_if_same(session, upload, received=offset + len(piece), touched_at=now):
        raise WrongOffset(held)
    session.refresh(upload)
    return upload


def _held(session: Session, case_id: int, person_id: int, token: str) -> Upload:
    upload = queries.upload_for_update(session, case_id, person_id, token)
    if upload is None:
        raise UploadNotFound(
            "Không còn lượt tải lên này; hãy chọn lại tệp. / This upload is gone; choose the file again."
        )
    return upload


def _held_on_disk(folder: Path, upload: Upload) -> int:
    """Less than the database knows of after a restore: what is on its way is in no backup."""
    part = part_of(folder, upload.token)
    return min(upload.received, part.stat().st_size if part.exists() else 0)


def _write(part: Path, offset: int, piece: bytes) -> None:
    part.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        file.seek(offset)
        file.write(piece)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


# --- whole ----------------------------------------------------------------------------------------------------------


def finish(
    engine: Engine,
    office: Office,
    table: TableCheck | None,
    case_id: int,
    person_id: int,
    token: str,
    sha256: str,
    now: datetime,
) -> Verdict:
    """Look into the whole file; `sha256`: its SHA-256 as the browser has it. What is refused is forgotten at once.

    Of several who finish at once one decides, the others are answered by what it left.
    Raises UploadNotFound; WrongOffset while the file is not whole, or when it came spoilt and must come again.
    """
    folder = office.folder
    upload = _read(engine, case_id, person_id, token)
    if upload.sha256 or _held_on_disk(folder, upload) != upload.size:
        return _standing(folder, upload, sha256)
    try:
        with part_of(folder, token).open("rb") as stream:
            digest = file_digest(stream, "sha256").hexdigest()
            looked = check_file(upload.name, stream, office.intake) if sha256 in ("", digest) else None
            verdict = with_content(looked, stream, table) if looked else None
            settled = _settled(engine, folder, upload, stream, digest, verdict, now)
    except FileNotFoundError:
        settled = False  # another call found it spoilt, or refused it
    if not settled:
        return _standing(folder, _read(engine, case_id, person_id, token), sha256)
    if verdict is None:
        raise WrongOffset(0)
    return verdict


def _read(engine: Engine, case_id: int, person_id: int, token: str) -> Upload:
    with reading(engine) as session:
        return _held(session, case_id, person_id, token)


def _standing(folder: Path, upload: Upload, sha256: str) -> Verdict:
    """What to say of an upload that is not to be looked into now. Raises WrongOffset."""
    if upload.sha256 and sha256 in ("", upload.sha256):
        return verdict_of(upload)
    raise WrongOffset(upload.size if upload.sha256 else _held_on_disk(folder, upload))


def _settled(
    engine: Engine, folder: Path, upload: Upload, stream: BinaryIO, digest: str, verdict: Verdict | None, now: datetime
) -> bool:
    """Write down what was found, if the upload is still as it was seen and its file the one that was looked into."""
    part = part_of(folder, upload.token)
    with writing(engine) as session:
        _held(session, upload.case_id, upload.person_id, upload.token)
        if not samestat(os.fstat(stream.fileno()), part.stat()):
            return False
        if verdict is not None and verdict.taken:
            return change_if_same(session, upload, sha256=digest, verdict=json.dumps(asdict(verdict)), touched_at=now)
        if verdict is not None:
            ended = delete_if_same(session, upload)
        else:
            ended = change_if_same(session, upload, received=0, touched_at=now)
        if ended:
            part.unlink()  # what comes next is another file, whoever still reads this one
        return ended


def verdict_of(upload: Upload) -> Verdict:
    content = json.loads(upload.verdict)
    known = [item for item in content["remarks"] if item["code"] in set(FileRemark)]  # an older program wrote others
    remarks = tuple(Remark(FileRemark(item["code"]), item["detail"]) for item in known)
    summary = content_of(content["content"]) if content.get("content") else None
    return Verdict(content["name"], content["kind"], remarks=remarks, content=summary)


def take(engine: Engine, folder: Path, case_id: int, person_id: int, tokens: Collection[str]) -> list[KeptFile]:
    """Into the store; a form sent twice finds them there. Raises UploadNotFound when one of them is not whole."""
    with reading(engine) as session:
        whole = queries.whole_uploads(session, case_id, person_id, tokens)
    distinct = list(dict.fromkeys(tokens))
    if set(whole) != set(distinct):
        raise UploadNotFound("Có tệp chưa tải lên xong. / A file is not complete.")
    return [KeptFile(_stored(engine, folder, whole[token]), verdict_of(whole[token])) for token in distinct]


def _stored(engine: Engine, folder: Path, upload: Upload) -> StoredFile:
    """What was looked into, and nothing else: its SHA-256 is reckoned once more while it is stored."""
    store, part = folder / STORE, part_of(folder, upload.token)
    try:
        with part.open("rb") as stream:
            return store_stream(store, upload.name, stream, expected=upload.sha256)
    except FileNotFoundError:
        if stored := stored_before(store, upload.name, upload.sha256):
            return stored
    except WrongContent:
        with writing(engine) as session:
            if change_if_same(session, upload, sha256="", verdict="", received=0):
                part.unlink(missing_ok=True)
    raise UploadNotFound("Tệp tải lên không còn; hãy chọn lại tệp. / The uploaded file is gone; choose it again.")


def used(session: Session, tokens: Collection[str], now: datetime) -> None:
    for upload in queries.not_handed_in(session, tokens):
        upload.used_at = now
        session.add(upload)


def discard(folder: Path, tokens: Collection[str]) -> None:
    """Once they are handed in, the store has them."""
    for token in tokens:
        part_of(folder, token).unlink(missing_ok=True)


def forget_left_over(session: Session, folder: Path, now: datetime) -> int:
    """What nobody went on with, and what was handed in some days ago; returns how many. Their files go too."""
    queries.delete_left_over(session, used_before=now - KEPT_USED, touched_before=now - KEPT_UNFINISHED)
    parts = list(folder_of(folder).glob(f"*{PARTIAL}"))  # listed first: one that begins meanwhile is known below
    waiting = {part_of(folder, token) for token in queries.tokens_not_handed_in(session)}
    left = [part for part in parts if part not in waiting]
    for part in left:
        part.unlink(missing_ok=True)
    return len(left) + clear_unfinished(folder / STORE)
