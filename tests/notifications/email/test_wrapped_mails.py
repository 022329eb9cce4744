"""Content inside a signature or inside winmail.dat, written by programs and by strangers."""

from __future__ import annotations

from email import message_from_bytes
from pathlib import Path
from typing import cast

import pytest
from fakes.winmail import a_winmail
from hypothesis import given
from hypothesis import strategies as st

from notifications.email.smime import signed_content
from notifications.email.winmail import read_winmail

MAIL = Path(__file__).parents[2] / "cases" / "mail" / "09-smime-opaque.eml"
SIGNED = cast(bytes, message_from_bytes(MAIL.read_bytes()).get_payload(decode=True))
WINMAIL = a_winmail("Kính gửi", [("Lịch.pdf", b"%PDF-"), ("phụ lục.xlsx", b"PK")])


def of(tag: int, *contents: bytes) -> bytes:
    """An element with a length of four bytes."""
    content = b"".join(contents)
    return bytes([tag, 0x84]) + len(content).to_bytes(4) + content


def streamed(tag: int, *contents: bytes) -> bytes:
    """An element whose length nobody knew when it was begun."""
    return bytes([tag, 0x80]) + b"".join(contents) + b"\0\0"


SIGNED_DATA, DATA = bytes.fromhex("06092a864886f70d010702"), bytes.fromhex("06092a864886f70d010701")


def a_signature(write, octets: bytes) -> bytes:
    inner = write(0x30, b"\x02\x01\x01", b"\x31\x00", write(0x30, DATA, write(0xA0, octets)))
    return write(0x30, SIGNED_DATA, write(0xA0, inner))


@pytest.mark.parametrize("write", [of, streamed])
def test_what_was_signed_is_read_whole_or_in_pieces(write) -> None:
    assert signed_content(a_signature(write, of(0x04, b"mot mat"))) == b"mot mat"
    pieces = streamed(0x24, of(0x04, b"mot "), streamed(0x24, of(0x04, b"mat")))
    assert signed_content(a_signature(write, pieces)) == b"mot mat"


def test_what_openssl_signed_is_read() -> None:
    content = signed_content(SIGNED)
    assert content is not None
    assert content.startswith(b"Content-Type: multipart/mixed")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x30",
        b"\x30\x80" * 100_000,
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\xff",
        of(0x30, bytes.fromhex("06092a864886f70d010703"), of(0xA0, b"")),  # encrypted
        a_signature(of, streamed(0x24, *[b"\x04\x00"] * 250_000)),
        SIGNED[:300],
    ],
)
def test_what_is_no_signature_has_no_content(content: bytes) -> None:
    assert signed_content(content) is None


@given(st.binary(max_size=200), st.integers(0, len(SIGNED)), st.integers(0, 50))
def test_a_spoilt_signature_trips_nothing(junk: bytes, place: int, gone: int) -> None:
    signed_content(junk)
    signed_content(SIGNED[:place] + junk[:8] + SIGNED[place + gone :])


def test_names_and_files_of_winmail_dat_are_read() -> None:
    found = read_winmail(WINMAIL)
    assert found is not None
    assert [(file.name, file.content) for file in found.files] == [("Lịch.pdf", b"%PDF-"), ("phụ lục.xlsx", b"PK")]
    assert found.text == "Kính gửi"


@given(st.binary(max_size=200), st.integers(0, len(WINMAIL)), st.integers(0, 50))
def test_a_spoilt_winmail_dat_trips_nothing(junk: bytes, place: int, gone: int) -> None:
    assert read_winmail(junk) is None or junk.startswith(b"\x78\x9f\x3e\x22")
    read_winmail(WINMAIL[:4] + WINMAIL[4:place] + junk + WINMAIL[place + gone :])
