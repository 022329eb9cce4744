"""Whatever bytes arrive, what is read from them can be stored."""

from __future__ import annotations

from unicodedata import is_normalized

import pytest
from fakes.mailbox_letters import PDF, a_reply
from hypothesis import given
from hypothesis import strategies as st

from notifications.email.dsn import is_automatic, read_bounces
from rules.intake import Intake
from services.files.names import harmless_name
from services.inbound.attachments import look_into, refusals
from services.inbound.parse import ReceivedMail

SEED = a_reply("nop+c1.3xg.aaaaaaaaaa@example.vn", "dau-moi@example.vn", [("Báo cáo.pdf", PDF)], In_Reply_To="<a@b.vn>")
JUNK = st.sampled_from(
    [b"\0", b"\r\n\r\n", b"=?utf-8?b?", b"?=", b"\xff\xfe", b"\xed\xa0\x80", b";", b'"', b"<", b"@", b"boundary="]
)


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """A good mail with junk put in at a few places."""
    mail = SEED
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(mail)))
        mail = mail[:place] + draw(JUNK | st.binary(max_size=8)) + mail[place + draw(st.integers(0, 40)) :]
    return mail


@given(st.binary(max_size=400) | spoilt())
def test_what_is_read_can_be_stored(raw: bytes) -> None:
    mail = ReceivedMail(raw)
    told = [mail.sender, mail.subject, mail.dedupe_key, mail.message_id, *mail.excerpt.split("\n"), *mail.references]
    told += [harmless_name(item.name, 1) for item in mail.files]
    told += refusals(look_into(mail.attachments, Intake(), None), Intake())
    for text in told:
        assert "\0" not in text
        assert "\n" not in text
        text.encode()
    assert is_normalized("NFC", mail.subject)


@given(st.binary(max_size=400) | spoilt())
def test_looking_for_reports_trips_over_nothing(raw: bytes) -> None:
    mail = ReceivedMail(raw).message
    is_automatic(mail)
    for bounce in read_bounces(mail, expected=True):
        f"{bounce.recipient} {bounce.diagnostic} {bounce.status}".encode()


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        ("=?utf-8?B?QsOhbyBjw6Fv?= =?utf-8?B?IHF1w70=?=", "Báo cáo quý"),
        ("=?windows-1258?Q?B=E1o?= cáo", "Báo cáo"),
        ("Re: =?x-unknown?Q?B=C3=A1o?=", "Re: Báo"),
        ("Re: =?utf-8?B?A?=", "Re: =?utf-8?B?A?="),
        ("plain", "plain"),
    ],
)
def test_a_subject_is_read_as_well_as_it_can_be(header: str, subject: str) -> None:
    assert ReceivedMail(f"Subject: {header}\n\n".encode()).subject == subject


def test_a_name_in_an_old_charset_is_read() -> None:
    raw = "Content-Type: application/pdf\nContent-Disposition: attachment; filename*=windows-1258''B%E1o.pdf\n\nx"
    [item] = ReceivedMail(raw.encode()).attachments
    assert item.name == "Báo.pdf"
