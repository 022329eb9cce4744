"""What is to be said of the digital signatures a PDF bears, from what was read of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rules.plan import Text


class Chain(StrEnum):
    """Where the chain of certificates of a signer leads."""

    TRUSTED = "trusted"  # to an authority the office trusts
    UNKNOWN = "unknown"  # to none of them
    UNCHECKED = "unchecked"  # the office has named none


@dataclass(frozen=True)
class Signature:
    signer: str
    organisation: str
    signed_at: datetime | None  # as the signer says, unless `timestamped`
    timestamped: bool
    sealed: bool  # the signed bytes, and the signature over them, are as the signer left them
    untouched: bool  # nothing was put into the file afterwards but further signatures
    chain: Chain
    in_time: bool  # the certificate holds at the moment of the check, and held at that of the signature
    revoked: bool = False


class SignatureVerdict(StrEnum):
    VALID = "valid"
    ALTERED = "altered"
    REVOKED = "revoked"
    EXPIRED = "expired"
    NOT_TRUSTED = "not_trusted"
    NO_ROOTS = "no_roots"


VERDICTS: Mapping[SignatureVerdict, Text] = {
    SignatureVerdict.VALID: Text("chữ ký hợp lệ", "valid signature"),
    SignatureVerdict.ALTERED: Text("đã bị sửa sau khi ký", "changed after it was signed"),
    SignatureVerdict.REVOKED: Text("chứng thư đã bị thu hồi", "the certificate was revoked"),
    SignatureVerdict.EXPIRED: Text(
        "chứng thư không còn hoặc chưa có hiệu lực", "the certificate is not in its period of validity"
    ),
    SignatureVerdict.NOT_TRUSTED: Text(
        "chuỗi chứng thư không dẫn tới chứng thư gốc được tin cậy", "the chain leads to no trusted authority"
    ),
    SignatureVerdict.NO_ROOTS: Text(
        "nội dung nguyên vẹn, không kiểm tra được chuỗi chứng thư", "unchanged; the chain could not be checked"
    ),
}


def verdict_of(signature: Signature) -> SignatureVerdict:
    """The gravest first."""
    if not (signature.sealed and signature.untouched):
        return SignatureVerdict.ALTERED
    if signature.revoked:
        return SignatureVerdict.REVOKED
    if not signature.in_time:
        return SignatureVerdict.EXPIRED
    if signature.chain is Chain.UNCHECKED:
        return SignatureVerdict.NO_ROOTS
    return SignatureVerdict.VALID if signature.chain is Chain.TRUSTED else SignatureVerdict.NOT_TRUSTED
