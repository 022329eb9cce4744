"""Decides which attached files an office takes: by name and by what is really in them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from unicodedata import category, normalize
from zipfile import BadZipFile, ZipFile

from services.files import StoredFile
from services.receive_mail import Attached

MOST_FILES = 20
LONGEST_NAME = 120
LARGEST_UNPACKED = 500 << 20
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.IGNORECASE)


def _begins_with(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(signatures)


def _is_pdf(content: bytes) -> bool:
    return b"%PDF-" in content[:1024]


def _is_text(content: bytes) -> bool:
    return b"\0" not in content


def _is_office(content: bytes) -> bool:
    """Word, Excel, PowerPoint or OpenDocument without macros, and not a bomb."""
    try:
        with ZipFile(BytesIO(content)) as parts:
            names = {part.filename.lower() for part in parts.infolist()}
            size = sum(part.file_size for part in parts.infolist())
    except (BadZipFile, ValueError, NotImplementedError, OSError):
        return False
    known = "[content_types].xml" in names or "mimetype" in names
    macros = any(name.endswith("vbaproject.bin") or name.startswith("basic/") for name in names)
    return known and not macros and size <= LARGEST_UNPACKED


_OLE = _begins_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
ALLOWED: Mapping[str, Callable[[bytes], bool]] = {
    "pdf": _is_pdf,
    **dict.fromkeys(("docx", "xlsx", "pptx", "odt", "ods", "odp"), _is_office),
    **dict.fromkeys(("doc", "xls", "ppt"), _OLE),
    **dict.fromkeys(("jpg", "jpeg"), _begins_with(b"\xff\xd8\xff")),
    "png": _begins_with(b"\x89PNG\r\n\x1a\n"),
    **dict.fromkeys(("tif", "tiff"), _begins_with(b"II*\0", b"MM\0*")),
    **dict.fromkeys(("csv", "txt"), _is_text),
}


def refusals(attached: Sequence[Attached]) -> list[str]:
    """One Vietnamese sentence for each file an office does not take."""
    if len(attached) > MOST_FILES:
        return [f"{len(attached)} tệp, nhiều hơn {MOST_FILES}"]
    named = [(harmless_name(item.name, number), item) for number, item in enumerate(attached, 1)]
    return [f"«{name}»: {reason}" for name, item in named if (reason := _why_not(name, item.content))]


def _why_not(name: str, content: bytes) -> str:
    kind = name.rpartition(".")[2].lower() if "." in name else ""
    if kind not in ALLOWED:
        return f"loại tệp «{kind}» không được nhận" if kind else "tệp không có phần mở rộng"
    if not content:
        return "tệp rỗng"
    return "" if ALLOWED[kind](content) else f"nội dung không phải là tệp {kind} hợp lệ"


def keep(folder: Path, attached: Sequence[Attached]) -> list[StoredFile]:
    return [
        keep_bytes(folder, harmless_name(item.name, number), item.content) for number, item in enumerate(attached, 1)
    ]


def keep_bytes(folder: Path, name: str, content: bytes) -> StoredFile:
    """Into the same store as services.files; under a name of its own until it is whole, as two may keep it at once."""
    digest = sha256(content).hexdigest()
    target = folder / digest[:2] / digest
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as partial:
            partial.write(content)
            partial.flush()
            os.fsync(partial.fileno())
        Path(partial.name).replace(target)
    return StoredFile(name, digest, len(content))


def harmless_name(name: str, number: int) -> str:
    """A plain file name in composed letters: no folders, no invisible or reversing signs, nothing a system reserves."""
    last = re.split(r"[/\\]", normalize("NFC", name))[-1]
    visible = "".join(letter for letter in last if category(letter)[0] != "C")
    plain = re.sub(r'[<>:"|?*]', "_", " ".join(visible.split())).strip(". ")
    if RESERVED.match(plain):
        plain = f"_{plain}"
    stem, dot, kind = plain.rpartition(".")
    if not dot:
        return plain[:LONGEST_NAME] or f"tep-{number}"
    return f"{stem[: LONGEST_NAME - len(kind) - 1] or f'tep-{number}'}.{kind[:16]}"
