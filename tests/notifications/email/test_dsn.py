"""Reports of failure as the servers of this world write them."""

from __future__ import annotations

from base64 import b64encode
from email import message_from_string
from email.message import Message
from textwrap import dedent

import pytest

from notifications.email.dsn import Bounce, answers_by_itself, is_automatic, read_bounces

OURS = "<0123456789abcdef0123456789abcdef.k@example.vn>"
ADDRESS = "dau-moi.skhdt@example.vn"


def mail(text: str) -> Message:
    return message_from_string(dedent(text).lstrip("\n"))


def only(text: str, expected: bool = False) -> Bounce:
    [bounce] = read_bounces(mail(text), expected)
    return bounce


POSTFIX = f"""
    Return-Path: <>
    From: MAILER-DAEMON@relay.example.vn (Mail Delivery System)
    To: bounce+7.1.abcdefgh@example.vn
    Subject: Undelivered Mail Returned to Sender
    Auto-Submitted: auto-replied
    MIME-Version: 1.0
    Content-Type: multipart/report; report-type=delivery-status; boundary="4X7"

    --4X7
    Content-Description: Notification
    Content-Type: text/plain; charset=us-ascii

    This is the mail system at host relay.example.vn.

    <{ADDRESS}>: host mx.example.vn[192.0.2.1] said: 550 5.1.1
        <{ADDRESS}>: Recipient address rejected: User unknown (in reply to RCPT TO command)

    --4X7
    Content-Description: Delivery report
    Content-Type: message/delivery-status

    Reporting-MTA: dns; relay.example.vn
    Original-Envelope-Id: bounce+2B7.1.abcdefgh
    X-Postfix-Queue-ID: 4X7
    Arrival-Date: Tue, 10 Dec 2013 07:00:01 +0700 (ICT)

    Final-Recipient: rfc822; {ADDRESS}
    Original-Recipient: rfc822;{ADDRESS}
    Action: failed
    Status: 5.1.1
    Remote-MTA: dns; mx.example.vn
    Diagnostic-Code: smtp; 550 5.1.1 <{ADDRESS}>: Recipient address rejected: User
        unknown

    --4X7
    Content-Description: Undelivered Message Headers
    Content-Type: text/rfc822-headers

    From: nhacviec@example.vn
    Message-ID: {OURS}
    To: {ADDRESS}

    --4X7--
    """

EXCHANGE = f"""
    From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.vn>
    To: <bounce+7.1.abcdefgh@example.vn>
    Subject: =?utf-8?B?S2jDtG5nIGfhu61pIMSRxrDhu6Nj?=
    In-Reply-To: {OURS}
    Content-Type: multipart/report; report-type=delivery-status; boundary="_EX_"
    MIME-Version: 1.0

    --_EX_
    Content-Type: multipart/alternative; boundary="_ALT_"

    --_ALT_
    Content-Type: text/plain; charset="utf-8"
    Content-Transfer-Encoding: base64

    S2jDtG5nIGfhu61pIMSRxrDhu6NjIHRoxrAu

    --_ALT_
    Content-Type: text/html; charset="utf-8"

    <html><body>Không gửi được thư.</body></html>

    --_ALT_--

    --_EX_
    Content-Type: message/delivery-status

    Reporting-MTA: dns;mbx01.example.vn
    Received-From-MTA: dns;relay.example.vn
    Arrival-Date: Tue, 10 Dec 2013 00:00:02 +0000

    Original-Recipient: rfc822;{ADDRESS.upper()}
    Final-Recipient: rfc822;{ADDRESS}
    Action: failed
    Status: 5.1.10
    Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup

    --_EX_
    Content-Type: message/rfc822

    From: nhacviec@example.vn
    Message-ID: {OURS}
    Subject: thu

    Noi dung
    --_EX_--
    """

GMAIL = f"""
    Return-Path: <>
    From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
    To: bounce+7.1.abcdefgh@example.vn
    Auto-Submitted: auto-replied
    Subject: Delivery Status Notification (Failure)
    References: {OURS}
    In-Reply-To: {OURS}
    Content-Type: multipart/report; boundary="00000000"; report-type=delivery-status

    --00000000
    Content-Type: multipart/related; boundary="11111111"

    --11111111
    Content-Type: text/html; charset="UTF-8"

    <html><p>Address not found</p></html>
    --11111111
    Content-Type: image/png; name="icon.png"
    Content-Disposition: attachment; filename="icon.png"
    Content-Transfer-Encoding: base64
    Content-ID: <icon.png>

    iVBORw0KGgo=
    --11111111--
    --00000000
    Content-Type: message/delivery-status

    Reporting-MTA: dns; googlemail.com
    X-Original-Message-ID: {OURS}

    Final-Recipient: rfc822; {ADDRESS}
    Action: failed
    Status: 5.0.0
    Remote-MTA: dns; gmail-smtp-in.l.google.com.
    Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.
    Last-Attempt-Date: Mon, 09 Dec 2013 16:00:05 -0800 (PST)

    --00000000--
    """

EXIM = f"""
    Return-path: <>
    From: Mail Delivery System <Mailer-Daemon@relay.example.vn>
    To: bounce+7.1.abcdefgh@example.vn
    Auto-Submitted: auto-replied
    X-Failed-Recipients: {ADDRESS}
    Subject: Mail delivery failed: returning message to sender

    This message was created automatically by mail delivery software.

    A message that you sent could not be delivered to one or more of its
    recipients. This is a permanent error. The following address(es) failed:

      {ADDRESS}
        SMTP error from remote mail server after RCPT TO:<{ADDRESS}>:
        host mx.example.vn [192.0.2.1]: 550 5.1.1 no such user

    ------ This is a copy of the message's headers. ------

    From: nhacviec@example.vn
    To: {ADDRESS}
    Message-Id: {OURS}
    """

QMAIL = f"""
    Return-Path: <>
    From: MAILER-DAEMON@relay.example.vn
    To: bounce+7.1.abcdefgh@example.vn
    Subject: failure notice

    Hi. This is the qmail-send program at relay.example.vn.
    I'm afraid I wasn't able to deliver your message to the following addresses.
    This is a permanent error; I've given up. Sorry it didn't work out.

    <{ADDRESS}>:
    Sorry, no mailbox here by that name. (#5.1.1)

    --- Below this line is a copy of the message.

    Message-ID: {OURS}
    Subject: thu

    Noi dung
    """


@pytest.mark.parametrize(
    "text", [POSTFIX, EXCHANGE, GMAIL, EXIM, QMAIL], ids=["postfix", "exchange", "gmail", "exim", "qmail"]
)
def test_every_server_is_understood_alike(text: str) -> None:
    bounce = only(text)
    assert (bounce.recipient, bounce.permanent, bounce.given_up) == (ADDRESS, True, True)
    assert bounce.original_message_id == OURS
    assert bounce.status in ("5.1.1", "5.1.10")


def test_the_words_of_the_other_server_are_kept() -> None:
    assert only(POSTFIX).diagnostic == f"smtp; 550 5.1.1 <{ADDRESS}>: Recipient address rejected: User unknown"
    assert "no such user" in only(EXIM).diagnostic


def test_the_id_of_the_envelope_is_read_back() -> None:
    assert only(POSTFIX).envelope_id == "bounce+7.1.abcdefgh"


def test_a_report_that_was_encoded_whole_is_read() -> None:
    told = f"Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; {ADDRESS}\nAction: failed\nStatus: 5.2.1\n"
    text = (
        "From: postmaster@x.vn\nContent-Type: multipart/report; report-type=delivery-status; boundary=B\n\n--B\n"
        "Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n"
        f"{b64encode(told.encode()).decode()}\n--B--\n"
    )
    assert only(text).status == "5.2.1"


def test_a_report_in_utf8_is_read() -> None:
    text = POSTFIX.replace("message/delivery-status", "message/global-delivery-status")
    assert only(text).recipient == ADDRESS


def test_a_report_that_is_all_one_paragraph_is_read() -> None:
    text = POSTFIX.replace("+0700 (ICT)\n\n    Final", "+0700 (ICT)\n    Final")
    assert only(text).status == "5.1.1"


def test_each_recipient_of_a_report_is_told() -> None:
    more = "\n\n    Final-Recipient: rfc822; thu-truong@example.vn\n    Action: delayed\n    Status: 4.4.1\n\n    --4X7"
    text = POSTFIX.replace("unknown\n\n    --4X7", f"unknown{more}", 1)
    assert [(b.recipient, b.given_up) for b in read_bounces(mail(text))] == [
        (ADDRESS, True),
        ("thu-truong@example.vn", False),
    ]


@pytest.mark.parametrize(("status", "permanent"), [("5.1.1", True), ("4.4.7", False), ("5.4.4", False)])
def test_what_may_heal_is_not_permanent(status: str, permanent: bool) -> None:
    text = POSTFIX.replace("Status: 5.1.1", f"Status: {status}")
    assert (only(text).permanent, only(text).given_up) == (permanent, True)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_report_of_success_is_no_bounce(action: str) -> None:
    text = POSTFIX.replace("Action: failed", f"Action: {action}").replace("Status: 5.1.1", "Status: 2.0.0")
    assert read_bounces(mail(text)) == ()
    assert is_automatic(mail(text))


FORWARDED = f"""
    From: Nguyễn Văn A <{ADDRESS}>
    To: hotro@example.vn
    Subject: Fwd: thư không gửi được?
    Content-Type: multipart/mixed; boundary="F"

    --F
    Content-Type: text/plain

    Nhờ anh xem giúp.
    --F
    Content-Type: message/rfc822

    {POSTFIX.strip()}
    --F--
    """


def test_a_report_that_a_person_forwards_is_a_question_and_no_report() -> None:
    assert read_bounces(mail(FORWARDED)) == ()
    assert not answers_by_itself(mail(FORWARDED))


def test_a_person_who_quotes_a_report_reports_nothing() -> None:
    quoting = EXIM.replace("Return-path: <>\n    ", "").replace("Mailer-Daemon@relay.example.vn", ADDRESS)
    assert read_bounces(mail(quoting)) == ()


@pytest.mark.parametrize(
    "head",
    [
        "Auto-Submitted: auto-replied (vacation)",
        "X-Autoreply: yes",
        "X-Autorespond: x",
        "Precedence: auto_reply",
        "Return-Path: < >",
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=B",
    ],
)
def test_an_answer_by_a_machine_is_known(head: str) -> None:
    assert answers_by_itself(mail(f"From: {ADDRESS}\n{head}\n\nTôi đi công tác."))


@pytest.mark.parametrize("head", ["Auto-Submitted: no", "Precedence: first-class", f"Return-Path: <{ADDRESS}>", "X: y"])
def test_an_answer_by_a_person_is_known(head: str) -> None:
    assert not is_automatic(mail(f"From: {ADDRESS}\n{head}\n\nĐã gửi."))
