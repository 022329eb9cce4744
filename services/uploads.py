"""Takes a file piece by piece: what was acknowledged is on the disk, whatever happens to the line or to us."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from hashlib import file_digest
from pathlib import Path
from secrets import token_urlsafe

from sqlalchemy import Engine, delete, or_
from sqlmodel import Session, col, select

from models.database import reading, writing
from models.uploads import Upload
from rules.forms import SheetForm
from rules.intake import Intake, Problem, Remark, Remarked, Verdict
from rules.office import Office
from services.errors import Refused
from services.file_check import check_file
from services.file_kinds import TAKEN
from services.file_names import harmless_name
from services.files import StoredFile
from services.forms import looked_at
from services.uploaded_files import Kept

LARGEST_PIECE = 4 << 20
KEPT_UNFINISHED = timedelta(days=2)
KEPT_USED = timedelta(days=7)
MOST_WAITING = 3  # times what may be handed in at once


class Gone(Refused):
    """No such upload of this person for this case, or not any more."""


class Elsewhere(Exception):
    """The piece does not begin where the last one ended."""

    def __init__(self, received: int) -> None:
        super().__init__(received)
        self.received = received


def folder_of(folder: Path) -> Path:
    return folder / "uploads"


def part_of(folder: Path, token: str) -> Path:
    return folder_of(folder) / f"{token}.part"


def begin(
    session: Session, intake: Intake, case_id: int, person_id: int, name: str, size: int, likeness: str, now: datetime
) -> Upload | Verdict:
    """The same file begun before goes on where it stopped. A verdict when it would not be taken anyway."""
    harmless = harmless_name(name, 1)
    kind = harmless.rpartition(".")[2].lower() if "." in harmless else ""
    waiting = open_uploads(session, case_id, person_id)
    if known := next(
        (one for one in waiting if (one.name, one.size, one.likeness) == (harmless, size, likeness)), None
    ):
        return known
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


def _problem(kind: str, size: int, waiting: int, intake: Intake) -> Problem | None:
    if kind not in TAKEN:
        return Problem.KIND
    if size > intake.largest:
        return Problem.LARGE
    if waiting >= MOST_WAITING * intake.most_files:
        return Problem.MANY
    return None if size > 0 else Problem.EMPTY


def open_uploads(session: Session, case_id: int, person_id: int) -> Sequence[Upload]:
    """Begun and not handed in yet."""
    mine = (Upload.case_id == case_id, Upload.person_id == person_id, col(Upload.used_at).is_(None))
    return session.exec(select(Upload).where(*mine).order_by(col(Upload.id))).all()


def append(
    session: Session, folder: Path, case_id: int, person_id: int, token: str, offset: int, piece: bytes, now: datetime
) -> Upload:
    """On the disk before the database says so; whatever lies behind is overwritten. Raises Gone, Elsewhere."""
    upload = _held(session, case_id, person_id, token)
    held = _held_on_disk(folder, upload)
    if offset != held or offset + len(piece) > upload.size:
        raise Elsewhere(held)
    _write(part_of(folder, token), offset, piece)
    upload.received, upload.touched_at = offset + len(piece), now
    session.add(upload)
    return upload


def _held(session: Session, case_id: int, person_id: int, token: str) -> Upload:
    query = select(Upload).where(Upload.token == token, Upload.case_id == case_id, Upload.person_id == person_id)
    upload = session.exec(query.with_for_update()).first()
    if upload is None:
        raise Gone("Không còn lượt tải lên này; hãy chọn lại tệp. / This upload is gone; choose the file again.")
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
    form: SheetForm | None,
    case_id: int,
    person_id: int,
    token: str,
    told: str,
    now: datetime,
) -> Verdict:
    """Look into the whole file; `told`: its SHA-256 as the browser has it. What is refused is forgotten at once.

    Raises Gone; Elsewhere while it is not whole, or when it came spoilt and must come again.
    """
    folder = office.folder
    with reading(engine) as session:
        upload = _held(session, case_id, person_id, token)
    if upload.sha256:
        return verdict_of(upload)
    held = _held_on_disk(folder, upload)
    if held != upload.size:
        raise Elsewhere(held)
    with part_of(folder, token).open("rb") as stream:
        digest = file_digest(stream, "sha256").hexdigest()
        looked = check_file(upload.name, stream, office.intake) if told in ("", digest) else None
        verdict = looked_at(looked, stream, form) if looked else None
    with writing(engine) as session:
        row = _held(session, case_id, person_id, token)
        if verdict is None:
            row.received, row.touched_at = 0, now
        elif verdict.taken:
            row.sha256, row.verdict, row.touched_at = digest, json.dumps(asdict(verdict)), now
        else:
            session.delete(row)
    if verdict is None:
        raise Elsewhere(0)
    if not verdict.taken:
        part_of(folder, token).unlink(missing_ok=True)
    return verdict


def verdict_of(upload: Upload) -> Verdict:
    told = json.loads(upload.verdict)
    remarks = tuple(replace(Remark(**item), code=Remarked(item["code"])) for item in told["remarks"])
    return Verdict(told["name"], told["kind"], remarks=remarks)


def take(session: Session, folder: Path, case_id: int, person_id: int, tokens: Collection[str]) -> list[Kept]:
    """Into the store; a form sent twice finds them there. Raises Gone when one of them is not whole."""
    query = select(Upload).where(
        col(Upload.token).in_(tokens), Upload.case_id == case_id, Upload.person_id == person_id, Upload.sha256 != ""
    )
    known = {upload.token: upload for upload in session.exec(query)}
    wanted = list(dict.fromkeys(tokens))
    if set(known) != set(wanted):
        raise Gone("Có tệp chưa tải lên xong. / A file is not complete.")
    return [_stored(folder, known[token]) for token in wanted]


def _stored(folder: Path, upload: Upload) -> Kept:
    target = folder / "files" / upload.sha256[:2] / upload.sha256
    if not target.exists():
        if not part_of(folder, upload.token).exists():
            raise Gone("Tệp tải lên không còn; hãy chọn lại tệp. / The uploaded file is gone; choose it again.")
        target.parent.mkdir(parents=True, exist_ok=True)
        part_of(folder, upload.token).replace(target)
    return Kept(StoredFile(upload.name, upload.sha256, upload.size), verdict_of(upload))


def used(session: Session, tokens: Collection[str], now: datetime) -> None:
    for upload in session.exec(select(Upload).where(col(Upload.token).in_(tokens), col(Upload.used_at).is_(None))):
        upload.used_at = now
        session.add(upload)


def forget_left_over(session: Session, folder: Path, now: datetime) -> int:
    """What nobody went on with, and what was handed in some days ago; returns how many. Their files go too."""
    old = or_(
        col(Upload.used_at) < now - KEPT_USED,
        col(Upload.used_at).is_(None) & (col(Upload.touched_at) < now - KEPT_UNFINISHED),
    )
    session.connection().execute(delete(Upload).where(old))
    known = {f"{token}.part" for token in session.exec(select(Upload.token).where(col(Upload.used_at).is_(None)))}
    left = [part for part in folder_of(folder).glob("*.part") if part.name not in known]
    for part in left:
        part.unlink(missing_ok=True)
    return len(left)
