from __future__ import annotations

import smtplib
import subprocess
import sys
import threading
from dataclasses import replace

import pytest
from letters import LETTER

from notifications.channel import Attachment, OutcomeKind
from notifications.email.mailbox import Mailbox, count_mails, harmless, list_mails, read_attachment, read_mail, read_raw
from notifications.email.mime import build
from notifications.email.smtp import SmtpAddress, SmtpChannel

REPORT = Attachment("Báo cáo quý III.docx", "application/msword", b"\0docx")


@pytest.fixture
def catcher(tmp_path):
    command = [sys.executable, "-m", "notifications.email.catcher", "--port", "0", "--dir", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    process.ready = process.stdout.readline()
    process.port = int(process.ready.rsplit(":", 1)[1])
    yield process
    process.terminate()
    process.wait(timeout=60)
    process.stdout.close()


def channel(catcher) -> SmtpChannel:
    return SmtpChannel(SmtpAddress("127.0.0.1", catcher.port), ("Cục Thống kê", "nhac@kyhan.example.vn"), "example.vn")


def test_a_caught_mail_can_be_listed_opened_and_downloaded(catcher, tmp_path):
    outcome = channel(catcher).send(replace(LETTER, attachments=(REPORT,)))
    (mail,) = list_mails(tmp_path)
    assert outcome.provider_ref == mail.name
    assert (mail.subject, mail.recipient) == (LETTER.subject, "Nguyễn Thị Lan <lan@stc.example.vn>")
    opened = read_mail(tmp_path, mail.name)
    assert opened.text.strip() == LETTER.text.strip()
    assert "<p>Kính gửi</p>" in opened.html
    assert [a.name for a in opened.attachments] == [REPORT.name]
    assert read_attachment(tmp_path, mail.name, 0)[1] == REPORT.content


def test_it_says_one_line_and_ends_when_told(catcher):
    assert catcher.ready == f"catching mail on 127.0.0.1:{catcher.port}\n"
    catcher.terminate()
    assert catcher.wait(timeout=60) == 0
    assert catcher.stdout.read() == ""


def test_what_is_kept_is_byte_for_byte_what_was_sent(catcher, tmp_path):
    raw = b"Subject: x\r\n\r\n.dot\r\n..two dots\r\n\r\n.\r\nafter a lone dot\r\n"
    with smtplib.SMTP("127.0.0.1", catcher.port) as client:
        client.sendmail("a@b.vn", ["c@d.vn"], raw)
    assert read_raw(tmp_path, list_mails(tmp_path)[0].name) == raw


def test_mails_are_listed_newest_first_and_in_pages(catcher, tmp_path):
    with channel(catcher).open() as session:
        for n in range(7):
            session.send(replace(LETTER, subject=f"thư {n}"))
    assert [m.subject for m in list_mails(tmp_path, limit=3, offset=2)] == ["thư 4", "thư 3", "thư 2"]
    assert count_mails(tmp_path) == 7


def test_many_senders_at_once_lose_nothing(catcher, tmp_path):
    def send_twenty():
        with channel(catcher).open() as session:
            assert {session.send(LETTER).kind for _ in range(20)} == {OutcomeKind.OK}

    senders = [threading.Thread(target=send_twenty) for _ in range(5)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert count_mails(tmp_path) == 100


def test_a_mail_over_25_megabytes_is_refused_and_the_next_is_kept(catcher, tmp_path):
    with smtplib.SMTP("127.0.0.1", catcher.port) as client:
        client.ehlo()
        client.mail("a@b.vn")
        client.rcpt("c@d.vn")
        assert client.data(b"x" * 76 + b"\r\n" + (b"y" * 76 + b"\r\n") * 340_000)[0] == 552
        client.sendmail("a@b.vn", ["c@d.vn"], b"Subject: x\r\n\r\ny\r\n")
    assert count_mails(tmp_path) == 1


def test_a_sender_who_goes_away_in_the_middle_leaves_nothing(catcher, tmp_path):
    client = smtplib.SMTP("127.0.0.1", catcher.port)
    client.ehlo()
    client.mail("a@b.vn")
    client.rcpt("c@d.vn")
    client.docmd("DATA")
    client.send(b"Subject: half")
    client.close()
    assert channel(catcher).send(LETTER).kind is OutcomeKind.OK
    assert count_mails(tmp_path) == 1


def test_numbers_go_on_after_a_restart(tmp_path):
    first = Mailbox(tmp_path).add(b"Subject: one\r\n\r\n")
    second = Mailbox(tmp_path).add(b"Subject: two\r\n\r\n")
    assert first < second
    assert [m.subject for m in list_mails(tmp_path)] == ["two", "one"]


@pytest.mark.parametrize(
    "name", ["../secret.eml", "/etc/passwd", "00000001-000000000000.eml/../x", "x.eml", "", "00000001-000000000000.eml"]
)
def test_only_names_of_caught_mails_are_opened(tmp_path, name):
    (tmp_path.parent / "secret.eml").write_bytes(b"x")
    with pytest.raises(FileNotFoundError):
        read_raw(tmp_path, name)


def test_a_mail_in_a_browser_can_do_no_harm():
    page = harmless(
        '<p style="color:red;position:fixed" onclick="x()">Kính gửi</p><script>x()</script><img src="http://spy/x">'
        '<a href="javascript:x()">a</a><form action="/x"><input></form><iframe src="/"></iframe>'
    )
    assert "Kính gửi" in page
    assert "color:red" in page
    for harm in ("script", "onclick", "img", "javascript", "form", "input", "iframe", "position"):
        assert harm not in page


def test_the_preview_line_of_a_mail_stays_hidden_in_the_viewer():
    assert "display:none" in harmless('<div style="display:none;max-height:0;overflow:hidden">Còn 3 ngày</div>')


def test_a_broken_mail_is_shown_as_far_as_it_goes(tmp_path):
    name = Mailbox(tmp_path).add(b"Subject: =?utf-9?b?xx?=\r\nContent-Type: text/plain; charset=nope\r\n\r\n\xff\xfe")
    assert list_mails(tmp_path)[0].subject
    assert read_mail(tmp_path, name).text


def test_our_own_letters_keep_their_look_in_the_viewer(tmp_path):
    html = '<table><tr><td bgcolor="#b3261e" style="padding:7px 14px">Quá hạn</td></tr></table>'
    name = Mailbox(tmp_path).add(build(replace(LETTER, html=html), "A", "a@b.vn"))
    shown = read_mail(tmp_path, name).html
    assert 'bgcolor="#b3261e"' in shown
    assert "padding:7px 14px" in shown.replace("padding: ", "padding:")
