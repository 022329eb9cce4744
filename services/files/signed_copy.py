"""The signed PDF of a letter or a report: looked into, its digital signatures read, and kept beside the draft."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlmodel import Session

from models.database import id_of
from models.queries.files.signed import signed_files
from models.tables.messages import LetterDraft, ReportDraft, SignedFile
from rules.documents.signatures import Chain, Signature, SignatureVerdict, verdict_of
from rules.intake import FileProblem, Verdict
from rules.office import Office
from services import log
from services.errors import Refused
from services.files.hand_in_files import FileRefused, UploadedFile, keep_all, why_not_taken
from services.files.store import STORE, StoredFile

SIGNED = ("signed", "issued")  # the states in which a document has a signed copy
NO_FILE = "Cần tệp PDF của bản đã ký. / The PDF of the signed document is needed."
NOT_SIGNED = "Văn bản chưa ghi là đã ký nên chưa lưu được bản đã ký. / The document is not recorded as signed yet."


@dataclass(frozen=True)
class PdfCopy:
    """On the disk; `signatures`: None where they could not be read."""

    file: StoredFile
    signatures: tuple[Signature, ...] | None


@dataclass(frozen=True)
class FiledCopy:
    id: int
    name: str
    sha256: str
    filed_at: datetime
    filed_by: str
    signatures: tuple[tuple[Signature, SignatureVerdict], ...] | None


def check_signed(row: LetterDraft | ReportDraft | None) -> None:
    """Also before a file of it is kept. Raises Refused."""
    if row is None or row.state not in SIGNED:
        raise Refused(NOT_SIGNED)


def kept_copy(office: Office, upload: UploadedFile | None, now: datetime) -> PdfCopy:
    """Asks the scanner and reads the signatures: call it outside a transaction. Raises Refused."""
    from reports.reading.pdf_signatures import signatures_of

    if upload is None:
        raise Refused(NO_FILE)
    try:
        (kept,) = keep_all(office.folder / STORE, [_only_pdf(upload)], office.intake, None)
    except FileRefused as error:
        raise Refused("; ".join(map(why_not_taken, error.refusals))) from error
    upload.stream.seek(0)
    roots = office.signature_roots.read_bytes() if office.signature_roots else b""
    return PdfCopy(kept.file, signatures_of(upload.stream.read(), roots, now))


def _only_pdf(upload: UploadedFile) -> UploadedFile:
    if not upload.name.lower().endswith(".pdf"):
        raise FileRefused([Verdict(upload.name, "", FileProblem.KIND)])
    return upload


def file_copy(session: Session, row: LetterDraft | ReportDraft | None, copy: PdfCopy, by: str, now: datetime) -> None:
    """`row` is held. The same file again changes nothing. Raises Refused."""
    check_signed(row)
    assert row is not None
    kind, of = ("letter", "letter_id") if isinstance(row, LetterDraft) else ("report", "report_id")
    newest = next(iter(signed_files(session, **{f"{kind}s": [id_of(row)]})), None)
    if newest is not None and (newest.sha256, newest.signatures) == (copy.file.sha256, _text(copy.signatures)):
        return
    session.add(
        SignedFile(
            **{of: row.id},
            name=copy.file.name,
            sha256=copy.file.sha256,
            size=copy.file.size,
            signatures=_text(copy.signatures),
            filed_at=now,
            filed_by=by,
        )
    )
    verdicts = None if copy.signatures is None else [verdict_of(one) for one in copy.signatures]
    details = {"file": copy.file.name, "sha256": copy.file.sha256, "signatures": verdicts}
    if kind == "letter":
        log.append(session, now, by, "letter.file_signed", f"letter:{row.id}", details)
    else:
        log.append(session, now, by, "report.file_signed", f"report:{row.id}", details)


def copies(
    session: Session, letters: Collection[int] = (), reports: Collection[int] = ()
) -> Mapping[int, list[FiledCopy]]:
    """Of letters or of reports: document → its signed copies, the newest first."""
    filed: dict[int, list[FiledCopy]] = defaultdict(list)
    for row in signed_files(session, letters=letters, reports=reports):
        filed[row.letter_id or row.report_id or 0].append(_filed(row))
    return filed


def _filed(row: SignedFile) -> FiledCopy:
    read = None if row.signatures is None else [_signature(one) for one in json.loads(row.signatures)]
    judged = None if read is None else tuple((one, verdict_of(one)) for one in read)
    return FiledCopy(id_of(row), row.name, row.sha256, row.filed_at, row.filed_by, judged)


def _text(signatures: tuple[Signature, ...] | None) -> str | None:
    if signatures is None:
        return None
    return json.dumps([asdict(one) for one in signatures], ensure_ascii=False, default=str)


def _signature(told: dict[str, object]) -> Signature:
    at = told["signed_at"]
    moment = datetime.fromisoformat(at) if isinstance(at, str) else None
    return Signature(**told | {"signed_at": moment, "chain": Chain(str(told["chain"]))})  # type: ignore[arg-type]
