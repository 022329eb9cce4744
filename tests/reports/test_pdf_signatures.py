"""What is said of the digital signatures of a PDF: never more than is known."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from fakes.signed_pdf import a_pdf, a_signer, added_page, an_authority, changed_byte, signed

from config.clock import now
from reports.reading.pdf_signatures import signatures_of
from rules.documents.signatures import SignatureVerdict, verdict_of

NOW = now()
AUTHORITY, STRANGER = an_authority(NOW), an_authority(NOW, "Another")
AN, BINH = a_signer(AUTHORITY, NOW), a_signer(AUTHORITY, NOW, "Trần Thị Bình", "UBND tỉnh Sóc Trăng")
ONCE = signed(a_pdf(), AN)
TWICE = signed(ONCE, BINH, "Sig2")


def verdicts(content: bytes, roots: bytes = AUTHORITY.pem, now: datetime = NOW) -> list[str] | None:
    read = signatures_of(content, roots, now)
    return None if read is None else [verdict_of(one).value for one in read]


def test_a_signature_names_its_signer_and_when():
    (read,) = signatures_of(ONCE, AUTHORITY.pem, NOW + timedelta(minutes=1))
    assert (read.signer, read.organisation) == ("Nguyễn Văn An", "Cục Thống kê tỉnh Sóc Trăng")
    assert read.signed_at is not None
    assert abs(read.signed_at - NOW) < timedelta(days=1)
    assert not read.timestamped


@pytest.mark.parametrize(
    ("content", "roots", "expected"),
    [
        pytest.param(ONCE, AUTHORITY.pem, ["valid"], id="valid"),
        pytest.param(ONCE, STRANGER.pem + AUTHORITY.pem, ["valid"], id="one of several roots"),
        pytest.param(TWICE, AUTHORITY.pem, ["valid", "valid"], id="two signatures"),
        pytest.param(ONCE, STRANGER.pem, ["not_trusted"], id="unknown root"),
        pytest.param(ONCE, b"", ["no_roots"], id="no roots"),
        pytest.param(changed_byte(ONCE), AUTHORITY.pem, ["altered"], id="changed byte"),
        pytest.param(changed_byte(ONCE), b"", ["altered"], id="changed byte, no roots"),
        pytest.param(added_page(ONCE), AUTHORITY.pem, ["altered"], id="another page put behind"),
        pytest.param(signed(added_page(ONCE), BINH, "Sig2"), AUTHORITY.pem, ["altered", "valid"], id="changed between"),
        pytest.param(a_pdf(), AUTHORITY.pem, [], id="no signature"),
        pytest.param(b"%PDF-1.7\nbroken", AUTHORITY.pem, None, id="broken"),
        pytest.param(ONCE[: len(ONCE) // 2], AUTHORITY.pem, None, id="cut"),
    ],
)
def test_every_state_of_a_signature(content: bytes, roots: bytes, expected: list[str] | None):
    assert verdicts(content, roots) == expected


def test_a_certificate_that_has_ended_is_never_valid():
    ended = signed(a_pdf(), a_signer(AUTHORITY, NOW, ends=NOW - timedelta(days=1)))
    assert verdicts(ended) == [SignatureVerdict.EXPIRED]
    assert verdicts(ONCE, now=NOW + timedelta(days=800)) == [SignatureVerdict.EXPIRED]


def test_a_name_cannot_bring_in_characters_that_steer():
    (read,) = signatures_of(signed(a_pdf(), a_signer(AUTHORITY, NOW, "An\u202e\x07" + "x" * 40)), b"", NOW)
    assert read.signer == "An" + "x" * 40
