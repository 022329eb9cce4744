"""Keeps the files a unit hands in: all of them or none, after each was looked into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from rules.intake import FileProblem, Intake, Verdict
from services.files.check import check_file
from services.files.names import harmless_name
from services.files.store import StoredFile, store_stream
from services.forms.content_check import TableCheck, with_content

REFUSED: Mapping[FileProblem, tuple[str, str]] = {
    FileProblem.MANY: ("nhiều tệp quá", "too many files"),
    FileProblem.LARGE: ("lớn quá", "is too large"),
    FileProblem.KIND: ("loại tệp này không được nhận", "files of this kind are not taken"),
    FileProblem.EMPTY: ("tệp rỗng", "is empty"),
    FileProblem.CONTENT: ("hỏng, hoặc nội dung không đúng như tên", "is broken, or not what its name says"),
    FileProblem.LOCKED: ("bị khóa bằng mật khẩu", "is locked with a password"),
    FileProblem.BOMB: ("nén quá mức", "unpacks to far too much"),
    FileProblem.NESTED: ("tệp nén nằm trong tệp nén", "is an archive in an archive"),
    FileProblem.INSIDE: ("bên trong có tệp không được nhận", "holds a file that is not taken"),
    FileProblem.VIRUS: ("có mã độc", "carries a virus"),
}


@dataclass(frozen=True)
class UploadedFile:
    name: str  # as the browser told it
    stream: BinaryIO
    too_large: bool = False  # the rest was not even read


class FileRefused(Exception):
    def __init__(self, refusals: Sequence[Verdict]) -> None:
        super().__init__()
        self.refusals = tuple(refusals)


@dataclass(frozen=True)
class KeptFile:
    file: StoredFile
    verdict: Verdict

    @property
    def macros(self) -> bool:
        return self.verdict.macros


def keep_all(folder: Path, uploads: Sequence[UploadedFile], intake: Intake, table: TableCheck | None) -> list[KeptFile]:
    """All of them or, with NotTaken, none. `table`: what the duty asks for, which may be among them."""
    verdicts = [_look(item, intake, table, number) for number, item in enumerate(uploads, 1)]
    refuse(verdicts, intake)
    return [
        KeptFile(store_stream(folder, verdict.name, item.stream), verdict)
        for item, verdict in zip(uploads, verdicts, strict=True)
    ]


def refuse(verdicts: Sequence[Verdict], intake: Intake) -> None:
    """Raises FileRefused when they are too many, or one of them is not to be taken."""
    if len(verdicts) > intake.most_files:
        raise FileRefused([Verdict("", "", FileProblem.MANY)])
    if refused := [verdict for verdict in verdicts if not verdict.taken]:
        raise FileRefused(refused)


def _look(upload: UploadedFile, intake: Intake, table: TableCheck | None, number: int) -> Verdict:
    if upload.too_large:
        return Verdict(harmless_name(upload.name, number), "", FileProblem.LARGE)
    if number > intake.most_files:
        return Verdict(harmless_name(upload.name, number), "")  # one too many: not worth a look
    return with_content(check_file(upload.name, upload.stream, intake, number), upload.stream, table)


def why_not_taken(verdict: Verdict) -> str:
    """One line; of all of them together when no name is told."""
    vi, en = REFUSED[verdict.problem] if verdict.problem else ("", "")
    detail = f" ({verdict.detail})" if verdict.detail else ""
    return f"«{verdict.name}»: {vi}{detail} / {en}" if verdict.name else f"{vi} / {en}"
