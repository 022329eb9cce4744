"""An answer by mail: registered once, for the right case, from a known sender; everything else waits for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from builders import (
    CALENDAR,
    DISTRICT,
    DOMAIN,
    FIRST_REMINDER,
    LAST_DAY,
    OVERDUE,
    UNIT,
    YEAR,
    an_answer,
    at,
    minutes,
    rows,
)
from fakes.clamd import EICAR, a_scanner
from fakes.mailbox_letters import BOX, KEY, PDF, Sent, Tray, a_reply, a_sent_reminder, on, one, with_inbox
from sqlalchemy import Engine, update
from sqlmodel import col

from models.database import reading, writing
from models.tables.cases import Case
from models.tables.inbound import InboundMail
from models.tables.messages import Message
from models.tables.submissions import Submission, SubmissionFile
from notifications.email.source import PROCESSED, REJECTED
from notifications.email.verp import About, reply_address
from notifications.keys import message_id
from rules.intake import Intake
from rules.office import Office
from services.errors import Refused
from services.files.names import harmless_name
from services.inbound.by_hand import Assignment, assign, lay_aside, waiting_for_a_person
from services.inbound.receive import ReceiveResult, receive

LATER = FIRST_REMINDER + minutes(30)
NESTED = (
    b"From: a@b.vn\nContent-Type: multipart/mixed; boundary=a\n\n"
    + b"--a\nContent-Type: multipart/mixed; boundary=a\n\n" * 5_000
)


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    return with_inbox(sqlite_engine)


@pytest.fixture
def sent(engine: Engine, office: Office) -> Sent:
    return a_sent_reminder(engine, office)


def take_in(engine: Engine, office: Office, *mails: bytes | Tray, now=LATER) -> ReceiveResult:
    [tray] = [mail for mail in mails if isinstance(mail, Tray)] or [Tray().put(*mails)]
    return receive(engine, office, tray, files(office), now, key=KEY, domain=DOMAIN)


def files(office: Office) -> Path:
    return Path(office.folder) / "files"


def entry(engine: Engine) -> InboundMail:
    return one(rows(engine, InboundMail))


# --- what is registered ---------------------------------------------------------------------------------------------


def test_a_reply_with_a_file_is_a_submission(engine: Engine, office: Office, sent: Sent) -> None:
    assert take_in(engine, office, a_reply(sent.reply_to, sent.address)).registered == 1
    submission = one(rows(engine, Submission))
    assert (submission.case_id, submission.via, submission.registered_by) == (sent.case, "mail", f"mail:{sent.address}")
    file = one(rows(engine, SubmissionFile))
    assert file.name == "Lịch phổ biến 2014.pdf"
    assert (files(office) / file.sha256[:2] / file.sha256).read_bytes() == PDF
    assert (entry(engine).verdict, entry(engine).submission_id) == ("registered", submission.id)


def test_the_unit_is_told_by_a_receipt(engine: Engine, office: Office, sent: Sent) -> None:
    take_in(engine, office, a_reply(sent.reply_to, sent.address))
    assert one(rows(engine, Message, col(Message.kind) == "receipt")).person_id == sent.person


def test_the_moment_that_counts_is_when_the_mailbox_took_it_in(engine: Engine, office: Office, sent: Sent) -> None:
    """We were away over New Year; the unit was not late."""
    tray = Tray().put(a_reply(sent.reply_to, sent.address), arrived=LAST_DAY)
    take_in(engine, office, tray, now=OVERDUE)
    assert one(rows(engine, Case, col(Case.id) == sent.case)).received_at == LAST_DAY


def test_the_senders_own_clock_counts_for_nothing(engine: Engine, office: Office, sent: Sent) -> None:
    take_in(engine, office, a_reply(sent.reply_to, sent.address, Date="Mon, 02 Dec 2013 08:00:00 +0700"))
    assert one(rows(engine, Submission)).received_at == LATER


def test_a_mailbox_that_runs_ahead_is_not_believed(engine: Engine, office: Office, sent: Sent) -> None:
    take_in(engine, office, Tray().put(a_reply(sent.reply_to, sent.address), arrived=OVERDUE))
    assert one(rows(engine, Submission)).received_at == LATER


def test_an_answer_to_the_mail_itself_is_matched_by_its_id(engine: Engine, office: Office, sent: Sent) -> None:
    take_in(engine, office, a_reply(BOX, sent.address, In_Reply_To=sent.message_id))
    assert one(rows(engine, Submission)).case_id == sent.case


def test_what_a_mail_is_made_of_does_not_answer_to_it(engine: Engine, office: Office, sent: Sent) -> None:
    """Whoever knows how keys are written has not seen the mail."""
    keys = {"k": f"digest:{sent.person}:2013-12-10:email", "t": f"case:{sent.case}:root"}
    guessed = {kind: f"<{sha256(key.encode()).hexdigest()[:32]}.{kind}@{DOMAIN}>" for kind, key in keys.items()}
    mails = [a_reply(BOX, sent.address, In_Reply_To=id, message_id=f"<{kind}@la.vn>") for kind, id in guessed.items()]
    assert take_in(engine, office, *mails).quarantined == 2
    assert message_id(keys["k"], KEY, DOMAIN) == sent.message_id != message_id(keys["k"], b"another", DOMAIN)
    assert rows(engine, Submission) == []


def test_an_answer_to_the_thread_is_matched_by_its_root(engine: Engine, office: Office, sent: Sent) -> None:
    take_in(engine, office, a_reply(BOX, sent.address, References=f"<la@x.vn> {sent.thread_id}"))
    assert one(rows(engine, Submission)).case_id == sent.case


def test_an_answer_to_a_unit_address_is_matched_by_the_mail_it_answers(
    engine: Engine, office: Office, sent: Sent
) -> None:
    take_in(engine, office, a_reply(sent.unit_reply_to, sent.address, In_Reply_To=sent.message_id))
    assert one(rows(engine, Submission)).case_id == sent.case


def test_a_document_number_is_only_suggested(engine: Engine, office: Office, sent: Sent) -> None:
    take_in(engine, office, a_reply(sent.reply_to, sent.address, subject="Số 12/BC-STC: về Kế hoạch 70/KH-UBND"))
    assert one(rows(engine, Submission)).document_number == ""
    assert entry(engine).note == "số văn bản có thể là 12/BC-STC"


# --- once -----------------------------------------------------------------------------------------------------------


def test_a_mail_delivered_twice_is_registered_once(engine: Engine, office: Office, sent: Sent) -> None:
    mail = a_reply(sent.reply_to, sent.address)
    done = take_in(engine, office, mail, b"Received: by another way\n" + mail)
    assert (done.registered, done.repeated, len(rows(engine, Submission))) == (1, 1, 1)


def test_a_mail_that_could_not_be_filed_is_registered_once(engine: Engine, office: Office, sent: Sent) -> None:
    tray = Tray(stuck=True).put(a_reply(sent.reply_to, sent.address))
    take_in(engine, office, tray)
    tray.stuck = False
    take_in(engine, office, tray)
    assert len(rows(engine, Submission)) == 1
    assert list(tray.filed.values()) == [PROCESSED]


def test_the_same_files_sent_again_wait_for_a_person(engine: Engine, office: Office, sent: Sent) -> None:
    again = a_reply(sent.reply_to, sent.address, message_id="<tra-loi-2@skhdt.example.vn>")
    done = take_in(engine, office, a_reply(sent.reply_to, sent.address), again)
    assert (done.registered, done.quarantined) == (1, 1)


def test_a_corrected_file_is_the_next_version(engine: Engine, office: Office, sent: Sent) -> None:
    again = a_reply(sent.reply_to, sent.address, [("v2.pdf", PDF + b"2")], message_id="<tra-loi-2@skhdt.example.vn>")
    take_in(engine, office, a_reply(sent.reply_to, sent.address), again)
    assert [row.version for row in rows(engine, Submission)] == [1, 2]


def test_a_borrowed_message_id_does_not_hide_the_real_answer(engine: Engine, office: Office, sent: Sent) -> None:
    forged = a_reply(sent.reply_to, "ke-la@example.net")
    done = take_in(engine, office, forged, a_reply(sent.reply_to, sent.address))
    assert (done.quarantined, done.registered) == (1, 1)


def test_a_round_that_died_after_keeping_the_mail_is_made_up_for(
    engine: Engine, office: Office, sent: Sent, monkeypatch
) -> None:
    tray = Tray().put(a_reply(sent.reply_to, sent.address))
    with monkeypatch.context() as patch:
        patch.setattr("services.inbound.receive.hand_in", _dies)
        with pytest.raises(KeyboardInterrupt):
            take_in(engine, office, tray)
    assert (entry(engine).verdict, len(rows(engine, Submission))) == ("new", 0)
    assert take_in(engine, office, tray).registered == 1


def _dies(*_: object) -> None:
    raise KeyboardInterrupt


# --- what waits for a person ----------------------------------------------------------------------------------------


def quarantined(engine: Engine, office: Office, *mails: bytes | Tray) -> str:
    tray = Tray().put(*mails)
    done = take_in(engine, office, tray)
    assert (done.quarantined, done.registered, rows(engine, Submission)) == (1, 0, [])
    assert list(tray.filed.values()) == [REJECTED]
    return entry(engine).reason


def test_a_stranger_with_the_right_address_is_not_believed(engine: Engine, office: Office, sent: Sent) -> None:
    told = quarantined(engine, office, a_reply(sent.reply_to, f'"{sent.address}" <ke-la@example.net>'))
    assert "ke-la@example.net" in told


def test_another_units_focal_point_does_not_answer_for_this_one(engine: Engine, office: Office, sent: Sent) -> None:
    other = f"dau-moi.{DISTRICT.lower()}@{DOMAIN}"
    assert other in quarantined(engine, office, a_reply(sent.reply_to, other))


def test_a_known_name_alone_opens_no_case(engine: Engine, office: Office, sent: Sent) -> None:
    assert quarantined(engine, office, a_reply(BOX, sent.address)) == "không khớp với hồ sơ nào"


def test_a_forged_reply_address_is_not_followed(engine: Engine, office: Office, sent: Sent) -> None:
    forged = reply_address(About.CASE, sent.case, on("2013-12-10"), b"another key", DOMAIN)
    told = quarantined(engine, office, a_reply(forged, sent.address, In_Reply_To=sent.message_id))
    assert told == "địa chỉ trả lời bị giả hoặc bị sửa"


def test_an_expired_reply_address_is_not_followed(engine: Engine, office: Office, sent: Sent) -> None:
    old = reply_address(About.CASE, sent.case, on("2010-01-04"), KEY, DOMAIN)
    assert "hết hạn" in quarantined(engine, office, a_reply(old, sent.address))


def test_a_sender_the_relay_calls_false_is_not_believed(engine: Engine, office: Office, sent: Sent) -> None:
    mail = a_reply(sent.reply_to, sent.address, Authentication_Results="mx.example.vn; spf=pass; dmarc=fail (p=none)")
    assert "giả mạo" in quarantined(engine, office, mail)


def test_two_authors_are_none(engine: Engine, office: Office, sent: Sent) -> None:
    told = quarantined(engine, office, a_reply(sent.reply_to, f"{sent.address}, ke-la@example.net"))
    assert "không rõ" in told


def test_a_reply_without_a_file_is_no_submission(engine: Engine, office: Office, sent: Sent) -> None:
    told = quarantined(engine, office, a_reply(sent.reply_to, sent.address, [], "Đơn vị xin lùi hạn.\n> Kính gửi"))
    assert told == "cần xem: thư trả lời không kèm tệp"
    assert (entry(engine).case_id, entry(engine).note) == (sent.case, "Đơn vị xin lùi hạn.")


def test_an_answer_to_a_digest_of_several_duties_must_be_assigned(engine: Engine, office: Office) -> None:
    sent = a_sent_reminder(engine, office, [CALENDAR, "II1-PLAN"])
    mail = a_reply(sent.unit_reply_to, sent.address, In_Reply_To=sent.message_id)
    told = quarantined(engine, office, mail)
    assert "nhiều hồ sơ" in told
    assert CALENDAR in told


def test_a_mail_whose_words_are_html_only_can_be_read(engine: Engine, office: Office, sent: Sent) -> None:
    mail = f"From: {sent.address}\nTo: {sent.reply_to}\nContent-Type: text/html; charset=utf-8\n\n"
    quarantined(
        engine, office, (mail + "<style>x</style><p>Đã gửi &amp; qua <b>văn thư</b></p><script>1</script>").encode()
    )
    assert entry(engine).note == "Đã gửi & qua văn thư"


@pytest.mark.parametrize("charset", ["x-khong-co", "us-ascii", "utf-16", "windows-1258"])
def test_a_wrong_charset_does_not_lose_the_words(engine: Engine, office: Office, sent: Sent, charset: str) -> None:
    head = f"From: {sent.address}\nTo: {sent.reply_to}\nSubject: =?{charset}?q?Bi=E1=BB=83u?=\n"
    quarantined(engine, office, f"{head}Content-Type: text/plain; charset={charset}\n\nBiểu mẫu".encode())
    assert entry(engine).sender == sent.address
    assert entry(engine).note != ""


def test_bytes_where_only_ascii_is_allowed_are_read_as_what_they_are(
    engine: Engine, office: Office, sent: Sent
) -> None:
    quarantined(engine, office, f"From: {sent.address}\nTo: {BOX}\nSubject: Báo cáo\x00 quý\n\nThư".encode())
    assert entry(engine).subject == "Báo cáo quý"


@pytest.mark.parametrize(
    "broken", [b"", b"\x00\xff" * 500, NESTED, b"Content-Type: multipart/mixed\n\n", b"From: \xed\xa0\x80@\n\n"]
)
def test_a_mail_that_cannot_be_read_is_kept_and_stops_nobody(
    engine: Engine, office: Office, sent: Sent, broken: bytes
) -> None:
    tray = Tray().put(broken, a_reply(sent.reply_to, sent.address))
    done = take_in(engine, office, tray)
    assert (done.quarantined, done.registered) == (1, 1)
    kept = rows(engine, InboundMail)[0]
    assert (files(office) / kept.sha256[:2] / kept.sha256).read_bytes() == broken
    assert list(tray.filed.values()) == [REJECTED, PROCESSED]


def test_what_a_parser_trips_over_is_told(engine: Engine, office: Office, sent: Sent, monkeypatch) -> None:
    def trips(*_: object) -> None:
        raise ZeroDivisionError("lạ")

    monkeypatch.setattr("services.inbound.receive.read_answer", trips)
    tray = Tray().put(a_reply(sent.reply_to, sent.address))
    assert "ZeroDivisionError" in one(take_in(engine, office, tray).problems)
    assert (entry(engine).verdict, list(tray.filed.values())) == ("quarantined", [REJECTED])


def test_a_case_that_owes_nothing_any_more_takes_no_mail(engine: Engine, office: Office, sent: Sent) -> None:
    with writing(engine) as session:
        session.execute(update(Case).where(col(Case.id) == sent.case).values(outcome="waived", outcome_at=LATER))
    assert "không còn phải nộp" in quarantined(engine, office, a_reply(sent.reply_to, sent.address))


def test_a_mail_that_was_laid_aside_no_longer_waits(engine: Engine, office: Office, sent: Sent) -> None:
    take_in(engine, office, a_reply(BOX, sent.address))
    with writing(engine) as session:
        mail = one(waiting_for_a_person(session))
        lay_aside(session, mail.id, "dieu-phoi", LATER)
    with writing(engine) as session, pytest.raises(Refused):
        lay_aside(session, mail.id, "dieu-phoi", LATER)
    with reading(engine) as session:
        assert waiting_for_a_person(session) == []


def test_a_coordinator_puts_a_mail_to_its_case(engine: Engine, office: Office, sent: Sent) -> None:
    """Punctual is who wrote in time, however long the mail then waited for a person."""
    take_in(engine, office, a_reply(BOX, sent.address))
    told = Assignment(entry(engine).id or 0, UNIT, CALENDAR, YEAR, "dieu-phoi", "12/BC-SKHĐT")
    assign(engine, office, files(office), told, OVERDUE)
    submission = one(rows(engine, Submission))
    assert (submission.case_id, submission.received_at, submission.registered_at) == (sent.case, LATER, OVERDUE)
    assert (entry(engine).verdict, entry(engine).submission_id) == ("registered", submission.id)
    with pytest.raises(Refused):
        assign(engine, office, files(office), told, OVERDUE)


# --- too large, too many, not what they seem ------------------------------------------------------------------------


def test_a_hundred_megabytes_wait_for_a_person(engine: Engine, office: Office, sent: Sent) -> None:
    tray = Tray().put(a_reply(sent.reply_to, sent.address, []), size=100 << 20)
    assert take_in(engine, office, tray).quarantined == 1
    assert (entry(engine).size, entry(engine).verdict, entry(engine).case_id) == (100 << 20, "quarantined", sent.case)
    assert "100 MB" in entry(engine).reason
    assert list(tray.filed.values()) == [REJECTED]


HOSTILE: Sequence[tuple[str, bytes, str]] = [
    ("baocao.pdf.exe", PDF, "loại tệp «exe»"),
    ("baocao\u202efdp.exe", PDF, "loại tệp «exe»"),
    ("baocao.pdf", b"MZ\x90\0", "không phải là tệp pdf"),
    ("bang.xlsm", b"PK\x03\x04", "loại tệp «xlsm»"),
    ("bang.xlsx", b"PK\x03\x04 no zip", "không phải là tệp xlsx"),
    ("baocao", b"GIF89a", "không có phần mở rộng"),
    ("rong.pdf", b"", "tệp rỗng"),
    ("so-lieu.csv", b"a,b\0", "không phải là tệp csv"),
]


@pytest.mark.parametrize(("name", "content", "told"), HOSTILE)
def test_a_file_that_is_not_what_it_should_be_is_not_taken(
    engine: Engine, office: Office, sent: Sent, name: str, content: bytes, told: str
) -> None:
    assert told in quarantined(engine, office, a_reply(sent.reply_to, sent.address, [(name, content)]))


def test_more_files_than_an_office_sends_are_not_taken(engine: Engine, office: Office, sent: Sent) -> None:
    many = [(f"{number}.pdf", PDF) for number in range(21)]
    assert "21 tệp" in quarantined(engine, office, a_reply(sent.reply_to, sent.address, many))


def test_the_limits_an_office_has_set_count_for_mail_too(engine: Engine, office: Office, sent: Sent) -> None:
    strict = replace(office, intake=Intake(most_files=1))
    two = [("1.pdf", PDF), ("2.pdf", PDF)]
    assert "nhiều hơn 1" in quarantined(engine, strict, a_reply(sent.reply_to, sent.address, two))


def test_a_virus_is_found_in_mail_and_not_registered_by_hand_either(engine: Engine, office: Office, sent: Sent) -> None:
    with a_scanner() as scanner:
        guarded = replace(office, intake=Intake(scanner=scanner))
        told = quarantined(engine, guarded, a_reply(sent.reply_to, sent.address, [("a.txt", EICAR)]))
        assert "mã độc (Eicar-Test-Signature)" in told
        told_by = Assignment(entry(engine).id or 0, UNIT, CALENDAR, YEAR, "dieu-phoi")
        with pytest.raises(Refused, match="mã độc"):
            assign(engine, guarded, files(office), told_by, LATER)


def test_no_transaction_is_open_while_files_are_looked_into(
    engine: Engine, office: Office, sent: Sent, monkeypatch
) -> None:
    def looks(*_: object) -> list[str]:
        assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        return []

    monkeypatch.setattr("services.inbound.answers.refusals", looks)
    assert take_in(engine, office, a_reply(sent.reply_to, sent.address)).registered == 1


@pytest.mark.parametrize(
    ("name", "harmless"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Windows\\con.txt", "_con.txt"),
        ("a\r\nb\x00.txt", "ab.txt"),
        ("...txt", "txt"),
        ("\u202e", "tep-1"),
        ("Ba\u0301o ca\u0301o <qúy>.txt", "Báo cáo _qúy_.txt"),
        ("x" * 300 + ".txt", "x" * 116 + ".txt"),
    ],
)
def test_a_hostile_name_is_made_harmless(name: str, harmless: str) -> None:
    assert harmless_name(name, 1) == harmless


def test_a_logo_in_a_signature_is_no_file(engine: Engine, office: Office, sent: Sent) -> None:
    logo = b"--A\nContent-Type: image/png; name=logo.png\nContent-ID: <l>\nContent-Disposition: inline\n\nx\n--A--\n"
    head = f"From: {sent.address}\nTo: {sent.reply_to}\nContent-Type: multipart/related; boundary=A\n\n".encode()
    told = quarantined(engine, office, head + b"--A\nContent-Type: text/html\n\nOK <img src='cid:l'>\n" + logo)
    assert told == "cần xem: thư trả lời không kèm tệp; để ngoài «logo.png» (hình nhỏ trong lời thư)"


# --- machines that answer -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Auto-Submitted", "auto-replied"),
        ("Auto-Submitted", "auto-generated"),
        ("Precedence", "auto_reply"),
        ("X-Autoreply", "yes"),
        ("Return-Path", "<>"),
    ],
)
def test_an_automatic_answer_is_ignored(engine: Engine, office: Office, sent: Sent, name: str, value: str) -> None:
    tray = Tray().put(a_reply(sent.reply_to, sent.address, [], **{name: value}))
    assert take_in(engine, office, tray).ignored == 1
    assert list(tray.filed.values()) == [PROCESSED]


def test_a_units_own_system_may_send_the_document(engine: Engine, office: Office, sent: Sent) -> None:
    assert (
        take_in(engine, office, a_reply(sent.reply_to, sent.address, Auto_Submitted="auto-generated")).registered == 1
    )


def test_an_answer_before_the_case_was_handed_in_otherwise_is_the_next_version(
    engine: Engine, office: Office, sent: Sent
) -> None:
    an_answer(engine, office, at("2013-12-11"), now=at("2013-12-11"))
    take_in(engine, office, Tray().put(a_reply(sent.reply_to, sent.address)), now=at("2013-12-12"))
    assert [row.version for row in rows(engine, Submission)] == [1, 2]
