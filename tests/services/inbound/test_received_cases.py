"""Mails as programs, gateways and people write them (tests/cases/mail), each through a Maildir into the register."""

from __future__ import annotations

import json
from dataclasses import replace
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from builders import DOMAIN, FIRST_REMINDER, UNIT, YEAR, body, by_mail, header, minutes, rows
from fakes.dns_server import a_dns_server
from fakes.mailbox_letters import KEY, PDF, Sent, a_reply, a_sent_reminder, one
from fakes.winmail import a_winmail
from mail_server import MailServer
from openpyxl import load_workbook
from sqlalchemy import Engine
from sqlmodel import col, select

from config.forms import Forms
from models.database import reading
from models.queries.cases import worklist as worklist_queries
from models.tables.inbound import InboundMail
from models.tables.log import LogEntry
from models.tables.messages import Message
from models.tables.submissions import SubmissionFile
from notifications.email.dmarc import DmarcLookup
from notifications.email.source import MaildirSource
from reports.sheets.sheet_form import HEAD_ROW, empty_form
from rules.office import Office
from rules.systems.mail_trust import MailTrust
from services.cases.case_file import CONTENT
from services.delivery.dispatch import dispatch
from services.inbound.by_hand import Assignment, ReadableMail, assign, opened, raw_mail, waiting_for_a_person
from services.inbound.receive import DmarcPublished, ReceiveResult, receive

CASES = Path(__file__).parents[2] / "cases" / "mail"
FORMS = Forms(Path("config/plans/70-KH-UBND"))
LATER = FIRST_REMINDER + minutes(30)
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 100


@pytest.fixture
def sent(sqlite_engine: Engine, office: Office) -> Sent:
    return a_sent_reminder(sqlite_engine, office)


def a_case(name: str, sent: Sent) -> bytes:
    """Addressed to the case of this reminder, from its focal point."""
    raw = (CASES / f"{name}.eml").read_bytes()
    raw = raw.replace(b"nop+REPLACE@example.vn", sent.reply_to.encode())
    return raw.replace(b"dau-moi.syt@example.vn", sent.address.encode())


class Desk:
    """Reads a Maildir and tells what was made of the mail in it."""

    def __init__(self, engine: Engine, office: Office, sent: Sent, box: Path) -> None:
        self.engine, self.office, self.sent, self.box = engine, office, sent, box
        self.dmarc: DmarcPublished = lambda _: None

    def take_in(self, raw: bytes, name: str = "1") -> ReceiveResult:
        with MaildirSource(self.box).open():
            (self.box / "new" / name).write_bytes(raw)
        return self.look()

    def look(self) -> ReceiveResult:
        files = Path(self.office.folder) / "files"
        source = MaildirSource(self.box)
        return receive(self.engine, self.office, source, files, LATER, key=KEY, domain=DOMAIN, dmarc=self.dmarc)

    @property
    def row(self) -> InboundMail:
        return one(rows(self.engine, InboundMail))

    @property
    def registered(self) -> list[str]:
        return [file.name for file in rows(self.engine, SubmissionFile)]

    @property
    def page(self) -> ReadableMail:
        raw = raw_mail(Path(self.office.folder) / "files", self.row.sha256)
        assert raw is not None
        return opened(raw, self.office)

    @property
    def offered(self) -> list[str]:
        return [file.name for file in self.page.files if file.suggested and not file.refusal]

    @property
    def left_out(self) -> object:
        with reading(self.engine) as session:
            return session.exec(select(LogEntry.details).where(LogEntry.action == "case.left_out")).first() or ""


@pytest.fixture
def context(sqlite_engine: Engine, office: Office, sent: Sent, tmp_path: Path) -> Desk:
    return Desk(sqlite_engine, replace(office, forms=FORMS), sent, tmp_path / "box")


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("02-scan-with-content-id", ["cong-van.pdf", "phu-luc.jpg"]),
        ("02b-only-scan-with-content-id", ["cong-van.jpg"]),
        ("03-raw-utf8-file-name", ["Lịch phổ biến 2027.pdf"]),
        ("06-own-ics-comes-back", ["lich.pdf"]),
        ("06b-vcard-signature", ["lich.pdf"]),
        ("07-x-autoreply-no", ["lich.pdf"]),
        ("08-pdf-without-extension", ["CV 12.2026.pdf"]),
        ("09-smime-opaque", ["lich.pdf"]),
    ],
)
def test_what_a_unit_sends_is_registered(context: Desk, name: str, files: list[str]) -> None:
    assert context.take_in(a_case(name, context.sent)).registered == 1, context.row.reason
    assert context.registered == files


@pytest.mark.parametrize(
    ("name", "excerpt"),
    [
        ("04-text-after-the-photo", "Tôi là Lan, thay anh Hùng nghỉ phép, gửi bản chụp công văn số 12."),
        ("04b-gateway-footer", "Đơn vị không phát sinh sản phẩm."),
    ],
)
def test_the_excerpt_is_what_a_person_wrote(context: Desk, name: str, excerpt: str) -> None:
    assert context.take_in(a_case(name, context.sent)).quarantined == 1
    assert context.page.excerpt == excerpt


def test_a_mail_forwarded_as_an_attachment_can_be_opened_and_its_documents_are_offered(context: Desk) -> None:
    assert context.take_in(a_case("05-forwarded-as-attachment", context.sent)).quarantined == 1
    assert "chuyển tiếp" in context.row.reason
    mail, document = context.page.files
    assert (mail.name, mail.size > 300, document.name, document.refusal) == ("lich.eml", True, "lich.pdf", "")
    assert context.offered == ["lich.pdf"]
    [letter] = context.page.letters
    assert (letter.sender, letter.subject, letter.excerpt) == ("cv@x.vn", "lich", "em gui")


def test_what_was_left_out_is_named_in_the_register_and_can_be_reached(context: Desk) -> None:
    context.take_in(a_case("06-own-ics-comes-back", context.sent))
    assert "Hạn gửi văn bản.ics» (mục lịch)" in context.row.reason
    assert "Hạn gửi văn bản.ics" in str(context.left_out)
    assert [file.name for file in context.page.files] == ["lich.pdf", "Hạn gửi văn bản.ics"]


def test_an_unverified_signature_is_named(context: Desk) -> None:
    context.take_in(a_case("09-smime-opaque", context.sent))
    assert "chữ ký số của thư chưa được kiểm tra" in context.row.reason
    assert context.page.signed


# --- over the limit ---------------------------------------------------------------------------------------------------


def a_large_mail(context: Desk, name: str = "1", **headers: str) -> ReceiveResult:
    raw = a_case("01-mail-over-25MB", context.sent)
    for field, value in headers.items():
        raw = f"{field.replace('_', '-')}: {value}\n".encode() + raw
    with MaildirSource(context.box).open(), (context.box / "new" / name).open("wb") as file:
        file.write(raw)
        file.truncate(29 << 20)
    return context.look()


def answers(context: Desk) -> list[Message]:
    return rows(context.engine, Message, col(Message.kind) == "mail_too_large")


def test_a_mail_over_the_limit_waits_for_a_person_and_its_sender_is_told(context: Desk) -> None:
    assert a_large_mail(context).quarantined == 1
    assert (context.row.verdict, context.row.sender, context.row.case_id) == (
        "quarantined",
        context.sent.address,
        context.sent.case,
    )
    assert "29 MB" in context.row.reason
    assert "Rejected" in context.row.reason
    assert one(answers(context)).person_id == context.sent.person


def test_a_mail_over_the_limit_is_counted(context: Desk) -> None:
    a_large_mail(context)
    with reading(context.engine) as session:
        assert worklist_queries.counts(session, LATER, LATER.date())["mails"] == 1
        assert [row.id for row in waiting_for_a_person(session)] == [context.row.id]


def test_the_letter_to_its_sender_says_where_to_hand_in(context: Desk, mail: MailServer) -> None:
    a_large_mail(context)
    dispatch(context.engine, context.office, by_mail(mail.port), LATER, kinds=["mail_too_large"])
    letter = one(mail.mails)
    assert context.sent.address in header(letter, "To")
    assert header(letter, "Auto-Submitted") == "auto-generated"
    assert "/phai-nop" in body(letter)


def test_the_letter_about_a_mail_without_a_subject_has_one(context: Desk, mail: MailServer) -> None:
    a_large_mail(context, Subject="")
    dispatch(context.engine, context.office, by_mail(mail.port), LATER, kinds=["mail_too_large"])
    letter = one(mail.mails)
    assert header(letter, "Subject") == "[Chưa nhận được tệp] thư không có tiêu đề"
    assert "Thư không có tiêu đề lớn hơn 25 MB" in body(letter)


def test_the_sender_of_two_large_mails_is_told_once_a_day(context: Desk) -> None:
    a_large_mail(context, "1")
    a_large_mail(context, "2", Message_ID="<another@x.vn>")
    assert len(answers(context)) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Auto-Submitted", "auto-generated"),
        ("Auto-Submitted", "auto-replied"),
        ("Return-Path", "<>"),
        ("Precedence", "bulk"),
        ("List-Id", "<ds.example.vn>"),
        ("Authentication-Results", "mx.example.vn; dmarc=fail"),
    ],
)
def test_a_machine_is_never_answered(context: Desk, name: str, value: str) -> None:
    a_large_mail(context, **{name: value})
    assert (context.row.verdict, answers(context)) == ("quarantined", [])


def test_a_stranger_is_never_answered(context: Desk) -> None:
    context.sent = replace(context.sent, address="la@evil.example")
    a_large_mail(context)
    assert (context.row.verdict, answers(context)) == ("quarantined", [])


# --- pictures ---------------------------------------------------------------------------------------------------------


def with_a_picture(context: Desk, picture: bytes, document: bool = True) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = context.sent.address, context.sent.reply_to, "<p@x.vn>"
    mail.set_content("<p>Kính gửi</p><img src=3D'cid:Logo%40x'><img src='cid:Logo%40x'>", subtype="html")
    mail.add_related(picture, "image", "jpeg", cid="<logo@x>", filename="image001.jpg", disposition="inline")
    if document:
        mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="lich.pdf")
    return mail.as_bytes()


def test_a_small_picture_that_the_text_shows_is_left_out_and_named(context: Desk) -> None:
    context.take_in(with_a_picture(context, JPEG))
    assert context.registered == ["lich.pdf"]
    assert "image001.jpg" in str(context.left_out)


def test_a_scan_pasted_into_the_text_is_registered_with_the_document(context: Desk) -> None:
    context.take_in(with_a_picture(context, JPEG + b"\0" * (200 << 10)))
    assert sorted(context.registered) == ["image001.jpg", "lich.pdf"]


def test_a_scan_pasted_into_the_text_alone_is_offered_to_a_person(context: Desk) -> None:
    assert context.take_in(with_a_picture(context, JPEG + b"\0" * (200 << 10), document=False)).quarantined == 1
    assert context.offered == ["image001.jpg"]


# --- machines ---------------------------------------------------------------------------------------------------------

MARKS = [
    ("X-Autoreply", "no", "registered"),
    ("X-Autoreply", "yes", "quarantined"),
    ("X-Autoresponder", "ScanStation 3", "quarantined"),
    ("Return-Path", "<>", "registered"),
    ("Precedence", "bulk", "registered"),
    ("Precedence", "list", "registered"),
    ("Precedence", "auto_reply", "quarantined"),
    ("Auto-Submitted", "auto-generated", "registered"),
    ("Auto-Submitted", "auto-replied", "quarantined"),
]


@pytest.mark.parametrize(("name", "value", "verdict"), MARKS)
def test_a_machines_mark_never_hides_a_document(context: Desk, name: str, value: str, verdict: str) -> None:
    context.take_in(a_reply(context.sent.reply_to, context.sent.address, **{name: value}))
    assert context.row.verdict == verdict


def test_a_document_sent_to_a_return_address_is_seen(context: Desk) -> None:
    context.take_in(a_reply(context.sent.return_path, context.sent.address, Auto_Submitted="auto-replied"))
    assert context.row.verdict == "quarantined"


def test_a_short_answer_that_a_server_marks_as_bulk_is_seen(context: Desk) -> None:
    context.take_in(a_reply(context.sent.reply_to, context.sent.address, [], Precedence="bulk"))
    assert context.row.verdict == "quarantined"


def test_a_circular_is_ignored(context: Desk) -> None:
    context.take_in(a_reply("nhacviec@example.vn", "tin@bao.example", [], Precedence="bulk"))
    assert context.row.verdict == "ignored"


# --- names ------------------------------------------------------------------------------------------------------------


def named(context: Desk, name: bytes, media_type: bytes = b"application/pdf") -> list[str]:
    head = f"From: {context.sent.address}\nTo: {context.sent.reply_to}\nMIME-Version: 1.0\n".encode()
    part = b'Content-Type: %s\nContent-Disposition: attachment;\n filename="%s"\n\n' % (media_type, name)
    context.take_in(head + b"Content-Type: multipart/mixed; boundary=B\n\n--B\n" + part + PDF + b"\n--B--\n")
    return context.registered


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Lịch.pdf".encode(), "Lịch.pdf"),
        ("Báo cáo.pdf".encode("cp1258"), "Báo cáo.pdf"),
        (b"B%C3%A1o%20c%C3%A1o.pdf", "Báo cáo.pdf"),
        (b"..%2F..%2Fetc%2Fb%C3%A1o.pdf", "báo.pdf"),
        (b"50%20 tang.pdf", "50%20 tang.pdf"),
        (b"12/BC-SYT.pdf", "12-BC-SYT.pdf"),
        (b"So 12/2026/BC-SYT.pdf", "So 12-2026-BC-SYT.pdf"),
        (b"thu muc 3/bao cao.pdf", "bao cao.pdf"),
        (b"CV 12.2026", "CV 12.2026.pdf"),
        (b"scan", "scan.pdf"),
    ],
)
def test_a_name_arrives_as_it_was_meant(context: Desk, written: bytes, name: str) -> None:
    assert named(context, written) == [name]


def test_another_kind_is_not_taken_for_a_pdf_whatever_it_is_declared(context: Desk) -> None:
    assert named(context, b"tro-choi.exe", b"application/octet-stream") == []
    assert "loại tệp «exe»" in context.row.reason


# --- words ------------------------------------------------------------------------------------------------------------


def alternative(context: Desk, plain: str, html: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = context.sent.address, context.sent.reply_to
    mail.set_content(plain)
    mail.add_alternative(html, subtype="html")
    return mail.as_bytes()


@pytest.mark.parametrize("plain", ["\n\n", "[cid:image001.png@01D9]\n", "> chỉ có trích dẫn\n"])
def test_words_that_stand_in_the_html_alone_are_read_line_by_line(context: Desk, plain: str) -> None:
    html = "<style>p{}</style><div>Gửi trước 15/12<br>Dòng hai</div><p>Một đoạn\nnối tiếp</p>"
    context.take_in(alternative(context, plain, html))
    assert context.page.excerpt == "Gửi trước 15/12\nDòng hai\nMột đoạn nối tiếp"


def test_a_signature_of_a_telephone_before_the_words_does_not_hide_them(context: Desk) -> None:
    context.take_in(alternative(context, "Sent from my iPhone\n", "<p>Không phát sinh.</p>"))
    assert context.page.excerpt == "Không phát sinh."


# --- by-products ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ATT00001.htm", b"<html></html>"),
        ("ATT00002.txt", b"--"),
        ("Lan.vcf", b"BEGIN:VCARD"),
        ("lich.ics", b"BEGIN:VCALENDAR"),
        ("smime.p7s", b"0\x80"),
        ("khoa.asc", b"-----BEGIN PGP"),
        ("trong.pdf", b""),
        ("winmail.dat", a_winmail("Kính gửi", [])),
    ],
)
def test_a_by_product_is_left_out_and_named(context: Desk, name: str, content: bytes) -> None:
    raw = a_reply(context.sent.reply_to, context.sent.address, [("lich.pdf", PDF), (name, content)])
    assert context.take_in(raw).registered == 1, context.row.reason
    assert context.registered == ["lich.pdf"]
    assert name in str(context.left_out)


def test_of_very_many_by_products_the_first_are_named_and_the_others_counted(context: Desk) -> None:
    many = [(f"{number}.ics", b"BEGIN:VCALENDAR") for number in range(500)]
    context.take_in(a_reply(context.sent.reply_to, context.sent.address, [("lich.pdf", PDF), *many]))
    assert "và 480 tệp khác" in str(context.left_out)


def test_an_invitation_is_not_taken_for_the_words_of_the_mail(context: Desk) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = context.sent.address, context.sent.reply_to
    mail.set_content("BEGIN:VCALENDAR", subtype="calendar")
    mail.add_alternative("<p>Mời họp</p>", subtype="html")
    context.take_in(mail.as_bytes())
    assert context.page.excerpt == "Mời họp"


def test_our_own_letter_sent_back_beside_the_document_is_left_out(context: Desk) -> None:
    ours = EmailMessage()
    ours["Subject"] = "[Nhắc việc]"
    ours.set_content("Kính gửi")
    mail = EmailMessage()
    mail["From"], mail["To"] = context.sent.address, context.sent.reply_to
    mail.set_content("Gửi")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="lich.pdf")
    mail.add_attachment(ours)
    assert context.take_in(mail.as_bytes()).registered == 1, context.row.reason
    assert "[Nhắc việc].eml" in str(context.left_out)


# --- wrappers ---------------------------------------------------------------------------------------------------------


def test_the_files_in_winmail_dat_are_registered_and_its_words_are_read(context: Desk) -> None:
    wrapped = a_winmail("Kính gửi Cục Thống kê", [("Lịch phổ biến.pdf", PDF)])
    raw = a_reply(context.sent.reply_to, context.sent.address, [("winmail.dat", wrapped)], text="\n")
    assert context.take_in(raw).registered == 1, context.row.reason
    assert context.registered == ["Lịch phổ biến.pdf"]
    assert context.page.excerpt == "Kính gửi Cục Thống kê"


def test_a_mail_embedded_in_winmail_dat_is_seen_by_a_person(context: Desk) -> None:
    wrapped = a_winmail("Chuyển", [("thu.msg", b"")], embedded=b"a mail as Outlook keeps it")
    raw = a_reply(context.sent.reply_to, context.sent.address, [("lich.pdf", PDF), ("winmail.dat", wrapped)])
    assert context.take_in(raw).quarantined == 1
    assert "thu.msg" in context.row.reason


def test_mails_in_mails_are_read_as_deep_as_is_reasonable(context: Desk) -> None:
    raw = a_reply(context.sent.reply_to, context.sent.address)
    for depth in range(12):
        outer = EmailMessage()
        outer["From"], outer["To"], outer["Subject"] = context.sent.address, context.sent.reply_to, f"Fw {depth}"
        outer.set_content("Chuyển")
        outer.add_attachment(raw, maintype="application", subtype="octet-stream", filename=f"{depth}.eml")
        raw = outer.as_bytes()
    assert context.take_in(raw).quarantined == 1
    assert 1 <= len(context.page.files) <= 10


def test_a_digest_of_mails_offers_what_lies_in_each(context: Desk) -> None:
    inner = a_reply("x@y.vn", "cv@y.vn", [("a.pdf", PDF)])
    head = f"From: {context.sent.address}\nTo: {context.sent.reply_to}\nContent-Type: multipart/digest; boundary=DD\n\n"
    context.take_in(
        head.encode() + b"--DD\n\n" + inner + b"\n--DD\n\n" + inner.replace(b"a.pdf", b"b.pdf") + b"\n--DD--\n"
    )
    assert context.row.verdict == "quarantined"
    assert context.offered == ["a.pdf", "b.pdf"]


# --- whose mail it is -------------------------------------------------------------------------------------------------

OURS = "mx.soctrang.example"
REPORTS = [
    ([], "any", "registered"),
    ([], "authenticated", "quarantined"),
    ([f"{OURS}; dmarc=pass"], "authenticated", "registered"),
    ([f"{OURS}; spf=fail; dkim=none; dmarc=none"], "any", "quarantined"),
    ([f"{OURS}; dmarc=fail"], "any", "quarantined"),
    ([f"{OURS}; dmarc=pass", "mail.elsewhere.example; dmarc=fail"], "any", "registered"),
    ([f"{OURS}; spf=pass smtp.mailfrom=a@other.example"], "authenticated", "quarantined"),
    ([f"{OURS}; dkim=pass header.d=example.vn"], "authenticated", "registered"),
]


@pytest.mark.parametrize(("reports", "trust", "verdict"), REPORTS)
def test_only_our_own_mail_server_says_whose_mail_it_is(
    context: Desk, reports: list[str], trust: str, verdict: str
) -> None:
    context.office = replace(context.office, mail_trust=MailTrust(required=trust == "authenticated"))
    head = "".join(f"Authentication-Results: {report}\n" for report in reports)
    context.take_in(head.encode() + a_reply(context.sent.reply_to, context.sent.address))
    assert context.row.verdict == verdict


@pytest.mark.parametrize(
    ("trust", "record", "report", "verdict"),
    [
        ("published", "v=DMARC1; p=reject", "", "quarantined"),
        ("published", "v=DMARC1; p=reject", f"{OURS}; dmarc=pass", "registered"),
        ("published", "v=spf1 -all", "", "registered"),
        ("any", "v=DMARC1; p=reject", "", "registered"),
    ],
)
def test_what_nobody_confirmed_is_held_where_its_domain_publishes_dmarc(
    context: Desk, trust: str, record: str, report: str, verdict: str
) -> None:
    context.office = replace(context.office, mail_trust=MailTrust(by_policy=trust == "published"))
    head = f"Authentication-Results: {report}\n".encode() if report else b""
    domain = context.sent.address.rpartition("@")[2]
    with a_dns_server({f"_dmarc.{domain}": record}) as (_, resolver):
        context.dmarc = DmarcLookup(resolver).published
        context.take_in(head + a_reply(context.sent.reply_to, context.sent.address))
    assert context.row.verdict == verdict
    assert ("có công bố DMARC" in context.row.reason) == (verdict == "quarantined")


def test_while_the_dns_does_not_answer_the_word_of_the_domain_is_not_waited_for(context: Desk) -> None:
    context.office = replace(context.office, mail_trust=MailTrust(by_policy=True))
    with a_dns_server({}, silent=True) as (_, resolver):
        context.dmarc = DmarcLookup(resolver, longest=0.1).published
        assert context.take_in(a_reply(context.sent.reply_to, context.sent.address)).registered == 1


# --- tables -----------------------------------------------------------------------------------------------------------


def a_calendar(day: str) -> bytes:
    """The form of the duty that was reminded of, one row filled in."""
    book = load_workbook(BytesIO(empty_form(FORMS["I5-CALENDAR"], UNIT, "70/KH-UBND", "năm 2014")))
    for place, value in enumerate(["CPI", "Báo cáo", day, "Trang tin", UNIT], 1):
        book.worksheets[0].cell(HEAD_ROW + 1, place, value)
    whole = BytesIO()
    book.save(whole)
    return whole.getvalue()


def findings(context: Desk) -> list[tuple[str, str]]:
    """Kind and what stands there, of the table that was handed in."""
    with reading(context.engine) as session:
        told = session.exec(select(LogEntry.details).where(LogEntry.action == CONTENT)).one()
    [table] = json.loads(told)["tables"]
    return [(one["kind"], one["stands"]) for one in table["content"]["findings"]]


def test_a_table_that_comes_by_mail_is_looked_at(context: Desk) -> None:
    context.take_in(a_reply(context.sent.reply_to, context.sent.address, [("lich.xlsx", a_calendar("29/01/2013"))]))
    assert context.row.verdict == "registered", context.row.reason
    assert findings(context) == [("wrong_year", "2013")]


def test_a_table_is_looked_at_when_a_person_puts_a_mail_to_a_case(context: Desk) -> None:
    context.take_in(a_reply(context.sent.reply_to, "la@example.vn", [("lich.xlsx", a_calendar("cuối quý"))]))
    files = Path(context.office.folder) / "files"
    assignment = Assignment(context.row.id or 0, UNIT, "i5-calendar", YEAR, "Lan")
    assign(context.engine, context.office, files, assignment, LATER)
    assert findings(context) == [("not_a_date", "cuối quý")]
