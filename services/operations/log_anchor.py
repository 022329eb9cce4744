"""The end of the log as it was, sealed with the office's key: who can write the database alone cannot make it anew."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from models.tables.log import LogEntry
from services.errors import Refused
from services.files.durable import write_whole
from services.log import chain_end
from services.seals import derived, same

FILE = "log.anchor"  # in the office's home, beside the database
PURPOSE = "anchor of the log"
SHORTEST = 12  # letters of a digest somebody typed from paper


@dataclass(frozen=True)
class Anchor:
    seq: int
    digest: str
    seal: str = ""

    def __str__(self) -> str:
        return f"{self.seq}:{self.digest}"


def sealed(key: bytes, seq: int, digest: str) -> Anchor:
    return Anchor(seq, digest, derived(key, PURPOSE, f"{seq}:{digest}"))


def genuine(key: bytes, anchor: Anchor) -> bool:
    return same(anchor.seal, derived(key, PURPOSE, f"{anchor.seq}:{anchor.digest}"))


def written(text: str) -> Anchor:
    """SEQ:HASH as a mail or a backup shows it; of the hash the first letters suffice. Raises Refused."""
    seq, _, digest = text.strip().partition(":")
    if not (seq.isdecimal() and len(digest) >= SHORTEST and all(letter in "0123456789abcdef" for letter in digest)):
        raise Refused(f"«{text}» không có dạng SỐ:MÃ, ví dụ 134:9f86d081884c. / Not of the form SEQ:HASH.")
    return Anchor(int(seq), digest)


def compare(session: Session, anchor: Anchor) -> str:
    """Why the log cannot be the one the anchor was taken of; nothing when it can."""
    if anchor.seq == 0:
        return ""
    entry = session.get(LogEntry, anchor.seq)
    if entry is None:
        return (
            f"Nhật ký bị cắt: đã từng có ít nhất {anchor.seq} dòng, nay còn {chain_end(session)[0]}. / "
            f"The log was shortened: it had {anchor.seq} entries."
        )
    if not entry.digest.startswith(anchor.digest):
        return f"Nhật ký bị viết lại: dòng {anchor.seq} không còn như trước. / Entry {anchor.seq} is another one."
    return ""


# --- the anchor in the home -------------------------------------------------------------------------------------------


def kept(folder: Path) -> Anchor | None:
    """Raises Refused when the file is not what was written."""
    with suppress(FileNotFoundError):
        try:
            told = json.loads((folder / FILE).read_text("utf-8"))
            return Anchor(int(told["seq"]), str(told["digest"]), str(told["seal"]))
        except (ValueError, KeyError, TypeError) as error:
            raise Refused(f"Tệp {folder / FILE} đã hỏng. / The file is damaged.") from error
    return None


def problem(session: Session, folder: Path, key: bytes) -> str:
    """Why the log is not the continuation of what the home remembers; nothing when it is, or nothing is remembered."""
    try:
        anchor = kept(folder)
    except Refused as damaged:
        return str(damaged)
    if anchor is None:
        return ""
    if not genuine(key, anchor):
        return f"Dấu trong {FILE} không phải do khóa này niêm phong. / {FILE} was not sealed with this key."
    return compare(session, anchor)


def remember(session: Session, folder: Path, key: bytes, now: datetime | None = None) -> Anchor:
    anchor = sealed(key, *chain_end(session))
    told = {**asdict(anchor), **({"at": now.isoformat()} if now else {})}
    write_whole(folder / FILE, json.dumps(told).encode())
    return anchor
