"""Keeps the files a unit hands in: all of them or none, after each was looked into."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from rules.forms import SheetForm
from rules.intake import Intake, Problem, Verdict
from services.file_check import check_file
from services.file_names import harmless_name
from services.files import CHUNK, StoredFile
from services.forms import looked_at


@dataclass(frozen=True)
class Uploaded:
    name: str  # as the browser told it
    stream: BinaryIO
    too_large: bool = False  # the rest was not even read


class NotTaken(Exception):
    def __init__(self, refusals: Sequence[Verdict]) -> None:
        super().__init__()
        self.refusals = tuple(refusals)


@dataclass(frozen=True)
class Kept:
    file: StoredFile
    verdict: Verdict

    @property
    def macros(self) -> bool:
        return self.verdict.macros


def keep_all(folder: Path, uploads: Sequence[Uploaded], intake: Intake, form: SheetForm | None = None) -> list[Kept]:
    """All of them or, with NotTaken, none. `form`: the table that may be among them."""
    verdicts = [_look(item, intake, form, number) for number, item in enumerate(uploads, 1)]
    refuse(verdicts, intake)
    return [
        Kept(keep(folder, verdict.name, item.stream), verdict) for item, verdict in zip(uploads, verdicts, strict=True)
    ]


def refuse(verdicts: Sequence[Verdict], intake: Intake) -> None:
    """Raises NotTaken when they are too many, or one of them is not to be taken."""
    if len(verdicts) > intake.most_files:
        raise NotTaken([Verdict("", "", Problem.MANY)])
    if refused := [verdict for verdict in verdicts if not verdict.taken]:
        raise NotTaken(refused)


def _look(upload: Uploaded, intake: Intake, form: SheetForm | None, number: int) -> Verdict:
    if upload.too_large:
        return Verdict(harmless_name(upload.name, number), "", Problem.LARGE)
    if number > intake.most_files:
        return Verdict(harmless_name(upload.name, number), "")  # one too many: not worth a look
    return looked_at(check_file(upload.name, upload.stream, intake, number), upload.stream, form)


def keep(folder: Path, name: str, stream: BinaryIO) -> StoredFile:
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
