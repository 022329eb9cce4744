"""Which case a mail answers, and whether its sender may answer for the unit. A name alone never counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.queries.messages import inbound as inbound_queries
from models.queries.messages.inbound import CaseCodes
from notifications.email.dsn import says_it_answers
from notifications.email.verp import About, ReplyToken, claims_to_be, read_reply_address
from rules.deadlines import local_day
from rules.intake import Intake, Verdict
from rules.office import Office
from rules.systems.mail_trust import Authentication
from services import log
from services.cases.hand_in import Receipt
from services.files.names import harmless_name
from services.inbound.attachments import refusals
from services.inbound.message_ids import OwnMessageIds
from services.inbound.parse import ReceivedMail
from services.inbound.verdict import MailFinding

MOST_NAMED = 20  # files that were left out; the page of the mail lists them all
DOCUMENT_NUMBER = re.compile(r"\b\d{1,5}/(?:(?:19|20)\d\d/)?[A-ZĐ]{2,8}(?:-[A-ZĐ][A-Za-zĐđ]{0,9}){0,3}(?![\w-])")


@dataclass(frozen=True)
class MailAnswer:
    """A known contact of the unit sends files for this case; whether they are taken is another question."""

    case: CaseCodes
    note: str


def read_answer(
    session: Session, office: Office, mail: ReceivedMail, ours: OwnMessageIds, key: bytes, received_at: datetime
) -> MailAnswer | MailFinding:
    claimed = [address for address in mail.addressed_to if claims_to_be("reply", address)]
    tokens = [token for address in claimed if (token := read_reply_address(address, key))]
    if claimed and not tokens:
        return _to_be_seen(mail, "địa chỉ trả lời bị giả hoặc bị sửa")
    if tokens and all(token.expired(local_day(received_at)) for token in tokens):
        return _to_be_seen(mail, "địa chỉ trả lời đã hết hạn")
    cases = list(inbound_queries.case_codes(session, _cases(session, mail, tokens, ours)).values())
    if len(cases) != 1:
        return _to_be_seen(mail, _choose(cases))
    [case] = cases
    doubt = _doubt(session, office, mail, case, received_at)
    if doubt:
        return _to_be_seen(mail, doubt, case.id)
    return MailAnswer(case, suggestion(office, mail.subject))


def cases_of(session: Session, mail: ReceivedMail, ours: OwnMessageIds, key: bytes) -> set[int]:
    """What it seems to be about, whoever wrote it."""
    tokens = [token for address in mail.addressed_to if (token := read_reply_address(address, key))]
    return _cases(session, mail, tokens, ours)


def _cases(session: Session, mail: ReceivedMail, tokens: list[ReplyToken], ours: OwnMessageIds) -> set[int]:
    named = {token.id for token in tokens if token.about is About.CASE}
    if named:
        return named
    answered = [message for id in mail.references if (message := ours.message(id)) is not None]
    cases = {case for message in answered for case in inbound_queries.cases_told_in(session, message)}
    cases |= {case for id in mail.references if not cases and (case := ours.case_of_thread(id)) is not None}
    units = {token.id for token in tokens if token.about is About.UNIT}
    if not units:
        return cases
    return {case.id for case in inbound_queries.case_codes(session, cases).values() if case.organisation_id in units}


def _choose(cases: list[CaseCodes]) -> str:
    if not cases:
        return "không khớp với hồ sơ nào"
    named = ", ".join(f"{case.obligation} {case.period} ({case.unit})" for case in cases[:8])
    return f"thư có thể thuộc nhiều hồ sơ, cần chọn: {named}"


def speaks_to_us(mail: ReceivedMail, ours: OwnMessageIds, key: bytes) -> bool:
    """It came to an address that only our letters name, or answers one of them."""
    answered = any(ours.message(id) is not None or ours.case_of_thread(id) is not None for id in mail.references)
    return answered or any(read_reply_address(address, key) for address in mail.addressed_to)


def _doubt(session: Session, office: Office, mail: ReceivedMail, case: CaseCodes, received_at: datetime) -> str:
    if case.outcome:
        return f"hồ sơ {case.obligation} {case.period} ({case.unit}) không còn phải nộp"
    authentication = mail.authentication(office.mail_trust)
    if authentication is Authentication.REFUTED:
        return f"máy chủ thư báo địa chỉ gửi {mail.sender} bị giả mạo"
    units = inbound_queries.units_of_contact(session, mail.sender, local_day(received_at)) if mail.sender else set()
    if case.organisation_id not in units:
        return f"người gửi {mail.sender or '(không rõ)'} không phải cán bộ đã đăng ký của {case.unit}"
    if authentication is Authentication.NONE and office.mail_trust.required:
        return f"máy chủ thư không xác nhận địa chỉ gửi {mail.sender}"
    return _nothing_to_register(mail)


def _nothing_to_register(mail: ReceivedMail) -> str:
    if mail.forwarded:
        return "cần xem: văn bản nằm trong một thư được chuyển tiếp"
    if mail.only_pasted:
        return "cần xem: chỉ có hình trong lời thư"
    if says_it_answers(mail.message):
        return "cần xem: thư tự động có kèm tệp"
    if mail.attachments:
        return ""
    return f"cần xem: thư trả lời không kèm tệp{left_out(mail, '; để ngoài ')}"


def left_out(mail: ReceivedMail, opening: str = "") -> str:
    """The files that are no documents, each with the reason; empty when there are none."""
    named = [f"«{harmless_name(file.name, 1)}» ({file.reason})" for file in mail.left_out[:MOST_NAMED]]
    if more := len(mail.left_out) - len(named):
        named.append(f"và {more} tệp khác")
    return f"{opening}{'; '.join(named)}" if named else ""


def record_left_out(session: Session, receipt: Receipt, entry: int, mail: ReceivedMail, now: datetime) -> None:
    """In the case, where the mail can be opened from."""
    if named := left_out(mail):
        details = {"version": receipt.version, "files": named, "mail": entry}
        log.append(session, now, "kyhan", "case.left_out", f"case:{receipt.case_id}", details)


def unconfirmed(
    mail: ReceivedMail, answer: MailAnswer, office: Office, published: Callable[[str], bool | None]
) -> MailFinding | None:
    """Asks the DNS: call it outside a transaction. Where the DNS does not say, nobody asked for more."""
    trust, domain = office.mail_trust, mail.sender.rpartition("@")[2]
    if not trust.by_policy or mail.authentication(trust) is not Authentication.NONE or not published(domain):
        return None
    reason = f"máy chủ thư không xác nhận địa chỉ gửi {mail.sender}, mà tên miền {domain} có công bố DMARC"
    return _to_be_seen(mail, reason, answer.case.id)


def not_taken(
    mail: ReceivedMail, answer: MailAnswer, verdicts: Sequence[Verdict], intake: Intake
) -> MailFinding | None:
    refused = refusals(verdicts, intake)
    return _to_be_seen(mail, f"tệp không được nhận: {'; '.join(refused)}", answer.case.id) if refused else None


def _to_be_seen(mail: ReceivedMail, reason: str, case_id: int | None = None) -> MailFinding:
    return MailFinding("quarantined", reason, mail.excerpt, case_id)


def suggestion(office: Office, subject: str) -> str:
    """Only a person writes it into the register."""
    number = document_number(office, subject)
    return f"số văn bản có thể là {number}" if number else ""


def document_number(office: Office, subject: str) -> str:
    """What the subject seems to name as the number of the document; empty when nothing."""
    return next((number for number in DOCUMENT_NUMBER.findall(subject) if number != office.plan.number), "")
