"""The files attached to a mail: looked into, refused with a reason for its sender, or put into the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path

from rules.intake import FileProblem, Intake, Verdict
from services.files.check import check_file
from services.files.hand_in_files import KeptFile
from services.files.store import StoredFile, store_bytes
from services.forms.content_check import TableCheck, with_content
from services.inbound.mail_parts import Attached

NOT_BY_MAIL = frozenset({"zip", "docm", "xlsm", "pptm"})  # nobody saw who sent it
WORDS: Mapping[FileProblem, str] = {
    FileProblem.LARGE: "tệp quá lớn",
    FileProblem.EMPTY: "tệp rỗng",
    FileProblem.CONTENT: "nội dung không phải là tệp {kind} hợp lệ",
    FileProblem.LOCKED: "tệp có mật khẩu",
    FileProblem.BOMB: "tệp nén có dung lượng quá lớn khi giải nén",
    FileProblem.NESTED: "tệp nén nằm trong tệp nén",
    FileProblem.INSIDE: "tệp nén có chứa tệp không được nhận ({found})",
    FileProblem.VIRUS: "tệp có mã độc ({found})",
}


def look_into(attached: Sequence[Attached], intake: Intake, table: TableCheck | None) -> list[Verdict]:
    """Like check_file, not inside a transaction. What is more than an office takes at once is not worth a look."""
    if len(attached) > intake.most_files:
        return [Verdict(item.name, "", FileProblem.MANY) for item in attached]
    return [_look(item, intake, table, number) for number, item in enumerate(attached, 1)]


def _look(item: Attached, intake: Intake, table: TableCheck | None, number: int) -> Verdict:
    stream = BytesIO(item.content)
    return with_content(check_file(item.name, stream, intake, number), stream, table)


def refusals(verdicts: Sequence[Verdict], intake: Intake) -> list[str]:
    """One Vietnamese sentence for each file an office does not take."""
    if len(verdicts) > intake.most_files:
        return [f"{len(verdicts)} tệp, nhiều hơn {intake.most_files}"]
    return [f"«{verdict.name}»: {reason}" for verdict in verdicts if (reason := _why_not(verdict))]


def _why_not(verdict: Verdict) -> str:
    if verdict.problem is FileProblem.KIND or verdict.kind in NOT_BY_MAIL:
        kind = verdict.kind
        return f"loại tệp «{kind}» không được nhận" if kind else "tệp không có phần mở rộng"
    if verdict.problem is None:
        return "tệp có macro" if verdict.macros else ""
    return WORDS[verdict.problem].format(kind=verdict.kind, found=verdict.detail)


def keep(folder: Path, attached: Sequence[Attached], verdicts: Sequence[Verdict]) -> list[KeptFile]:
    return [
        KeptFile(keep_bytes(folder, verdict.name, item.content), verdict)
        for item, verdict in zip(attached, verdicts, strict=True)
    ]


def keep_bytes(folder: Path, name: str, content: bytes) -> StoredFile:
    """Into the store, under its SHA-256."""
    return store_bytes(folder, name, content)
