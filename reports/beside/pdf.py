"""A Word document as PDF/A-2b with its fonts inside, written by LibreOffice where that is installed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from glob import escape
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore

PROGRAMS = ("soffice", "libreoffice")
PATIENCE = 40  # seconds, for the wait for a turn and again for the conversion
ARCHIVE = 'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"}}'  # PDF/A-2b embeds every font
_TURNS = BoundedSemaphore(2)  # LibreOffice needs some 300 MB each time


class NoPdf(Exception):
    """The words are for readers, Vietnamese and English."""


def converter() -> str | None:
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def write_pdf(document: Path, out: Path, patience: float = PATIENCE) -> Path:
    """Put in place at once. Raises NoPdf: no LibreOffice, too slow, or it could not."""
    program = converter()
    if program is None:
        raise NoPdf(
            "Chưa tạo được bản PDF: máy này chưa cài LibreOffice (apt install libreoffice-writer). / "
            "No PDF: LibreOffice is not installed on this machine."
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{out.stem}.", dir=out.parent) as name:
        folder = Path(name)
        source = shutil.copyfile(document, folder / "document.docx")
        if not _TURNS.acquire(timeout=patience):
            raise _too_slow(patience)
        try:
            _convert(program, source, patience)
        finally:
            _TURNS.release()
        written = source.with_suffix(".pdf")
        if not written.is_file():
            raise NoPdf(
                f"LibreOffice không chuyển được {document.name} sang PDF; bản Word vẫn dùng được. / "
                f"LibreOffice could not convert {document.name}; the Word file is unharmed."
            )
        os.replace(written, out)
    return out


def kept_pdf(document: Path, folder: Path) -> Path:
    """Converted once for each content of the document; of each name only the newest is kept. Raises NoPdf."""
    digest = sha256(document.read_bytes()).hexdigest()[:16]
    kept = folder / f"{document.stem}.{digest}.pdf"
    if not kept.is_file():
        write_pdf(document, kept)
        for older in set(folder.glob(f"{escape(document.stem)}.{'?' * 16}.pdf")) - {kept}:
            older.unlink(missing_ok=True)
    return kept


def _convert(program: str, source: Path, patience: float) -> None:
    """With a profile of its own, because others may be running; at the deadline it and its children are ended."""
    folder = source.parent
    command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "-headless", "-norestore"]
    command += ["-convert-to", ARCHIVE, "-outdir", str(folder), str(source)]
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), "LC_ALL": "C.UTF-8"}  # no secret
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        command, stdin=quiet, stdout=quiet, stderr=quiet, env=environment, start_new_session=True
    )
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        raise _too_slow(patience) from None
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _too_slow(patience: float) -> NoPdf:
    return NoPdf(
        f"LibreOffice chưa chuyển xong sang PDF sau {patience:g} giây; đề nghị thử lại sau ít phút. / "
        f"LibreOffice did not finish within {patience:g} seconds; please try again in a few minutes."
    )
