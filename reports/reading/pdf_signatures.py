"""Reads the digital signatures of a PDF, in the process that `reports.bounded` gives it. Nothing is fetched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO

from reports.bounded import read_bounded
from reports.workbook_guard import UnsafeWorkbook
from rules.documents.signatures import Chain, Signature
from rules.text.control_characters import without_controls

if TYPE_CHECKING:
    from asn1crypto.x509 import Certificate
    from pyhanko.sign.validation import EmbeddedPdfSignature, PdfSignatureStatus
    from pyhanko_certvalidator import ValidationContext

MOST = 20  # signatures of one file
LARGEST = 100 << 20  # bytes
LONGEST = 200  # letters of a name
MARK = b"/ByteRange"


def signatures_of(content: bytes, roots: bytes, now: datetime) -> tuple[Signature, ...] | None:
    """In the order of signing; None: they could not be read. `roots`: in PEM, of whom the office trusts."""
    if len(content) > LARGEST:
        return None
    try:
        rows = read_bounded("reports.reading.pdf_signatures:read_plain", content, roots.decode("latin-1"), str(now))
    except UnsafeWorkbook:
        return None
    return None if rows is None else tuple(Signature(**row | {"chain": Chain(row["chain"])}) for row in rows)


def read_plain(stream: BinaryIO, roots: str, now: str) -> list[dict[str, Any]] | None:
    from pyhanko.pdf_utils.reader import PdfFileReader  # loads slowly; only files with a signature pay for it

    content, moment = stream.read(), datetime.fromisoformat(now)
    anchors = certificates(roots.encode("latin-1"))
    try:
        found = PdfFileReader(BytesIO(content)).embedded_regular_signatures
        return [_plain(one, anchors, moment) for one in found] if len(found) <= MOST else None
    except MemoryError:
        raise
    except Exception:  # whatever a made-up or broken file brings about inside the library
        return None if MARK in content or not _has_none(content) else []


def _has_none(content: bytes) -> bool:
    """Scanners write files that are not quite right; those without a signature need no more."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    return not PdfFileReader(BytesIO(content), strict=False).embedded_signatures


def certificates(pem: bytes) -> list[Certificate]:
    from asn1crypto import pem as armour
    from asn1crypto.x509 import Certificate

    return [Certificate.load(der) for _, _, der in armour.unarmor(pem, multiple=True)] if pem.strip() else []


def _plain(embedded: EmbeddedPdfSignature, anchors: Sequence[Certificate], now: datetime) -> dict[str, Any]:
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints

    usage = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
    context = _context(anchors, now)
    status = validate_pdf_signature(embedded, context, context, key_usage_settings=usage)
    subject, stamp = status.signing_cert.subject.native, status.timestamp_validity
    signed_at = stamp.timestamp if stamp and stamp.valid and stamp.intact else status.signer_reported_dt
    covered = status.coverage in (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION)
    return {
        "signer": _word(subject.get("common_name", "")),
        "organisation": _word(subject.get("organization_name", "")),
        "signed_at": signed_at,
        "timestamped": stamp is not None and signed_at == stamp.timestamp and stamp.trusted,
        "sealed": status.intact and status.valid,
        "untouched": covered and _only_signed_again(embedded, status) and status.docmdp_ok is not False,
        "chain": _chain(status, anchors),
        "in_time": all(_holds(status.signing_cert, moment) for moment in (now, signed_at) if moment),
        "revoked": bool(status.revoked),
    }


def _only_signed_again(embedded: EmbeddedPdfSignature, status: PdfSignatureStatus) -> bool:
    from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel

    level, changes = status.modification_level, status.diff_result
    if level is not ModificationLevel.FORM_FILLING or not isinstance(changes, DiffResult):
        return level in (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES)
    return changes.changed_form_fields <= {one.field_name for one in embedded.reader.embedded_signatures}


def _context(anchors: Sequence[Certificate], now: datetime) -> ValidationContext:
    from pyhanko_certvalidator import ValidationContext

    return ValidationContext(trust_roots=list(anchors), moment=now, allow_fetching=False)


def _chain(status: PdfSignatureStatus, anchors: Sequence[Certificate]) -> Chain:
    if not anchors:
        return Chain.UNCHECKED
    return Chain.TRUSTED if status.trusted else Chain.UNKNOWN


def _holds(certificate: Certificate, moment: datetime) -> bool:
    return bool(certificate.not_valid_before <= moment <= certificate.not_valid_after)


def _word(value: object) -> str:
    """One of several names, too; it comes from outside."""
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return " ".join(without_controls(text).split())[:LONGEST]
