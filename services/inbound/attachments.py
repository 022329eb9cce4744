"""The files attached to a mail: why one is not taken, told to its sender; and into the store with the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path

from rules.intake import FileProblem, Intake, Verdict
from services.files.check import check_file
from services.files.names import harmless_name
from services.files.store import StoredFile, store_bytes
from services.inbound.mail_parts import Attached

NOT_BY_MAIL = frozenset({"zip", "docm", "xlsm", "pptm"})  # nobody saw who sent it
WORDS: Mapping[FileProblem, str] = {
    FileProblem.LARGE: "tệp quá lớn",
    FileProblem.EMPTY: "tệp rỗng",
    FileProblem.CONTENT: "nội dung không phải là tệp {kind} hợp lệ",
    FileProblem.LOCKED: "tệp có mật khẩu",
    FileProblem.BOMB: "tệp nén phình quá lớn khi mở",
    FileProblem.NESTED: "tệp nén nằm trong tệp nén",
    FileProblem.INSIDE: "tệp nén có chứa tệp không được nhận ({found})",
    FileProblem.VIRUS: "tệp có mã độc ({found})",
}


def refusals(attached: Sequence[Attached], intake: Intake) -> list[str]:
    """One Vietnamese sentence for each file an office does not take. Like check_file, not inside a transaction."""
    if len(attached) > intake.most_files:
        return [f"{len(attached)} tệp, nhiều hơn {intake.most_files}"]
    verdicts = [check_file(item.name, BytesIO(item.content), intake, number) for number, item in enumerate(attached, 1)]
    return [f"«{verdict.name}»: {reason}" for verdict in verdicts if (reason := _why_not(verdict))]


def _why_not(verdict: Verdict) -> str:
    if verdict.problem is FileProblem.KIND or verdict.kind in NOT_BY_MAIL:
        kind = verdict.kind
        return f"loại tệp «{kind}» không được nhận" if kind else "tệp không có phần mở rộng"
    if verdict.problem is None:
        return "tệp có macro" if verdict.macros else ""
    return WORDS[verdict.problem].format(kind=verdict.kind, found=verdict.found)


def keep(folder: Path, attached: Sequence[Attached]) -> list[StoredFile]:
    return [
        keep_bytes(folder, harmless_name(item.name, number), item.content) for number, item in enumerate(attached, 1)
    ]


def keep_bytes(folder: Path, name: str, content: bytes) -> StoredFile:
    """Into the store, under its SHA-256."""
    return store_bytes(folder, name, content)
