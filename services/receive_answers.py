"""Which case a mail answers, and whether its sender may answer for the unit. A name alone never counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models import queries_inbound
from models.queries_inbound import CaseCodes
from notifications.verp import About, ReplyToken, claims_to_be, read_reply_address
from rules.deadlines import local_day
from rules.intake import Intake
from rules.office import Office
from services.receive_files import refusals
from services.receive_index import OurMails
from services.receive_mail import ReceivedMail
from services.receive_verdict import Finding

DOCUMENT_NUMBER = re.compile(r"\b\d{1,5}/(?:(?:19|20)\d\d/)?[A-ZĐ]{2,8}(?:-[A-ZĐ][A-Za-zĐđ]{0,9}){0,3}(?![\w-])")


@dataclass(frozen=True)
class Answer:
    """A known contact of the unit sends files for this case; whether they are taken is another question."""

    case: CaseCodes
    note: str


def read_answer(
    session: Session, office: Office, mail: ReceivedMail, ours: OurMails, key: bytes, received_at: datetime
) -> Answer | Finding:
    claimed = [address for address in mail.addressed_to if claims_to_be("reply", address)]
    tokens = [token for address in claimed if (token := read_reply_address(address, key))]
    if claimed and not tokens:
        return _to_be_seen(mail, "địa chỉ trả lời bị giả hoặc bị sửa")
    if tokens and all(token.expired(local_day(received_at)) for token in tokens):
        return _to_be_seen(mail, "địa chỉ trả lời đã hết hạn")
    cases = list(queries_inbound.case_codes(session, _cases(session, mail, tokens, ours)).values())
    if len(cases) != 1:
        return _to_be_seen(mail, _choose(cases))
    [case] = cases
    doubt = _doubt(session, mail, case, received_at)
    if doubt:
        return _to_be_seen(mail, doubt, case.id)
    return Answer(case, suggestion(office, mail.subject))


def _cases(session: Session, mail: ReceivedMail, tokens: list[ReplyToken], ours: OurMails) -> set[int]:
    named = {token.id for token in tokens if token.about is About.CASE}
    if named:
        return named
    answered = [message for id in mail.references if (message := ours.message(id)) is not None]
    told = {case for message in answered for case in queries_inbound.cases_told_in(session, message)}
    told |= {case for id in mail.references if not told and (case := ours.case_of_thread(id)) is not None}
    units = {token.id for token in tokens if token.about is About.UNIT}
    if not units:
        return told
    return {case.id for case in queries_inbound.case_codes(session, told).values() if case.organisation_id in units}


def _choose(cases: list[CaseCodes]) -> str:
    if not cases:
        return "không khớp với hồ sơ nào"
    named = ", ".join(f"{case.obligation} {case.period} ({case.unit})" for case in cases[:8])
    return f"thư có thể thuộc nhiều hồ sơ, cần chọn: {named}"


def _doubt(session: Session, mail: ReceivedMail, case: CaseCodes, received_at: datetime) -> str:
    if case.outcome:
        return f"hồ sơ {case.obligation} {case.period} ({case.unit}) không còn phải nộp"
    if mail.fails_authentication:
        return f"máy chủ thư báo địa chỉ gửi {mail.sender} bị giả mạo"
    units = queries_inbound.units_of_contact(session, mail.sender, local_day(received_at)) if mail.sender else set()
    if case.organisation_id not in units:
        return f"người gửi {mail.sender or '(không rõ)'} không phải cán bộ đã đăng ký của {case.unit}"
    return "" if mail.attachments else "cần xem: thư trả lời không kèm tệp"


def not_taken(mail: ReceivedMail, answer: Answer, intake: Intake) -> Finding | None:
    """May ask the scanner over the network: call it outside a transaction."""
    refused = refusals(mail.attachments, intake)
    return _to_be_seen(mail, f"tệp không được nhận: {'; '.join(refused)}", answer.case.id) if refused else None


def _to_be_seen(mail: ReceivedMail, reason: str, case_id: int | None = None) -> Finding:
    return Finding("quarantined", reason, mail.excerpt, case_id)


def suggestion(office: Office, subject: str) -> str:
    """A document number the subject seems to name; only a person writes it into the register."""
    found = [number for number in DOCUMENT_NUMBER.findall(subject) if number != office.plan.number]
    return f"số văn bản có thể là {found[0]}" if found else ""
