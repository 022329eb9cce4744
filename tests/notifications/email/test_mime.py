from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st
from letters import LETTER

from notifications.channel import Attachment, Envelope
from notifications.email.mime import BadEnvelope, build

HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Reply-To"),
    *("Auto-Submitted", "X-Auto-Response-Suppress", "X-Kyhan-Key", "MIME-Version", "Content-Type"),
}
ANYTHING = st.text(max_size=300)


def parsed(letter: Envelope) -> EmailMessage:
    mail = message_from_bytes(build(letter, "Cục Thống kê tỉnh Sóc Trăng", "nhac@kyhan.example.vn"), policy=policy.SMTP)
    assert isinstance(mail, EmailMessage)
    assert not mail.defects
    return mail


def as_read(text: str) -> str:
    """What a mail program may show of it: header text is one line."""
    return "".join(text.split())


def test_a_letter_reads_back_as_it_was_written():
    mail = parsed(LETTER)
    assert mail["subject"] == LETTER.subject
    assert str(mail["to"]) == "Nguyễn Thị Lan <lan@stc.example.vn>"
    assert mail["from"].addresses[0].display_name == "Cục Thống kê tỉnh Sóc Trăng"
    assert mail["date"].datetime == LETTER.sent_at
    assert (mail["message-id"], mail["references"]) == (LETTER.message_id, LETTER.thread_id)
    assert mail["auto-submitted"] == "auto-generated"
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == LETTER.text
    assert mail.get_body(("html",)).get_content().strip() == LETTER.html


def test_no_line_is_longer_than_a_relay_allows():
    raw = build(replace(LETTER, subject="ế" * 300, to_name="ộ" * 200), "Cục Thống kê", "a@b.vn")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 76
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_the_same_letter_is_the_same_bytes():
    assert build(LETTER, "A", "a@b.vn") == build(LETTER, "A", "a@b.vn")


def test_a_vietnamese_file_name_arrives_whole():
    files = (
        Attachment(
            "Báo cáo quý III – tình hình thực hiện Kế hoạch số 70 của Ủy ban nhân dân tỉnh.docx", "a/b", b"\0\1"
        ),
        Attachment("lich.ics", "text/calendar; method=PUBLISH", b"BEGIN:VCALENDAR"),
        Attachment("Biểu.xlsx", "not a type\r\nX: y", b""),
    )
    arrived = list(parsed(replace(LETTER, attachments=files)).iter_attachments())
    assert [a.get_filename() for a in arrived] == [f.name for f in files]
    assert [a.get_payload(decode=True) for a in arrived] == [f.content for f in files]
    assert arrived[2].get_content_type() == "application/octet-stream"


OLD_FORM = "Hạn gửi văn bản về phổ biến thông tin.ics"


LONG = ["ă" * 90 + ".docx", *(f"{'x' * number}ệ.xlsx" for number in range(40, 62))]


@pytest.mark.parametrize("name", [OLD_FORM, "lich.ics", *LONG])
def test_a_file_name_arrives_in_the_old_form_too_and_its_extension_is_never_cut(name):
    raw = build(replace(LETTER, attachments=(Attachment(name, "a/b", b""),)), "A", "a@b.vn")
    part = message_from_bytes(raw).get_payload()[1]
    assert str(make_header(decode_header(part.get_param("name")))) == name
    assert part.get_filename() == name
    assert name[name.rindex(".") :].encode() in raw.partition(b"Content-Disposition")[2]
    assert max(len(line) for line in raw.split(b"\r\n")) <= 76


@given(name=ANYTHING, subject=ANYTHING, key=ANYTHING, file_name=ANYTHING)
def test_no_name_or_subject_can_add_a_header(name, subject, key, file_name):
    letter = replace(
        LETTER, to_name=name, subject=subject, key=key, attachments=(Attachment(file_name, "text/plain", b"x"),)
    )
    mail = parsed(letter)
    assert set(mail.keys()) == HEADERS
    assert [a.addr_spec for a in mail["to"].addresses] == [LETTER.to_address]
    assert len(list(mail.iter_attachments())) == 1


@given(subject=st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), max_size=200))
def test_every_subject_reads_back(subject):
    assert as_read(str(parsed(replace(LETTER, subject=subject))["subject"])) == as_read(subject)


@given(text=st.text(st.characters(blacklist_categories=("Cs",)), max_size=500))
def test_every_text_reads_back(text):
    body = parsed(replace(LETTER, text=text)).get_body(("plain",)).get_payload(decode=True).decode()
    assert body == text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")


@pytest.mark.parametrize("field", ["to_address", "reply_to", "return_path", "message_id", "thread_id"])
def test_ids_and_addresses_cannot_carry_a_header(field):
    with pytest.raises(BadEnvelope):
        build(replace(LETTER, **{field: "<a@b.vn>\r\nBcc: x@y.vn"}), "A", "a@b.vn")


def test_a_date_without_zone_is_refused():
    with pytest.raises(BadEnvelope):
        build(replace(LETTER, sent_at=LETTER.sent_at.replace(tzinfo=None)), "A", "a@b.vn")
