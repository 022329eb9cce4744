"""What a returned mail tells about the message and about its address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.queries.messages import changes as message_queries
from models.queries.messages import inbound as inbound_queries
from notifications.email.dsn import Bounce, answers_by_itself, read_bounces
from notifications.email.verp import Try, claims_to_be, read_bounce_address
from rules.office import Office
from services import log
from services.delivery.fall_back import fall_back
from services.inbound.message_ids import OwnMessageIds
from services.inbound.parse import ReceivedMail
from services.inbound.verdict import MailFinding
from services.outbox import address_health
from services.outbox.address_health import DEAD, SUSPECT

CHANNEL = "email"
# RFC 3463: the mailbox or its host does not exist, has moved, or takes no mail. Fullness, policy and spam are no
# fault of the address. Exchange Online says 5.4.1 and Outlook 5.5.0 for a mailbox that does not exist.
ADDRESS_AT_FAULT = {"", "5.0.0", "5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.1", "5.5.0"}


@dataclass(frozen=True)
class BounceEvidence:
    """Which of our mails a report is about, and whether only somebody who carried it can know."""

    bounce: Bounce
    about: Try | None
    signed: bool


def returned_mail(mail: ReceivedMail, ours: OwnMessageIds, key: bytes) -> MailFinding | list[BounceEvidence] | None:
    """None when it is no report of a failure; a Finding when there is nothing to act on."""
    claimed = [address for address in mail.addressed_to if claims_to_be("bounce", address)]
    genuine = next((attempt for address in claimed if (attempt := read_bounce_address(address, key))), None)
    if claimed and genuine is None:
        return MailFinding("quarantined", "địa chỉ trả về bị giả hoặc bị sửa")
    bounces = read_bounces(mail.message, expected=genuine is not None)
    if bounces:
        return [_evidence(bounce, genuine, ours, key) for bounce in bounces]
    if genuine is None:
        return None
    if answers_by_itself(mail.message) and not mail.documents:
        return MailFinding("ignored", "thư trả lời tự động", message_id=genuine.message)
    return MailFinding("quarantined", "không đọc được báo trả về", message_id=genuine.message)


def _evidence(bounce: Bounce, genuine: Try | None, ours: OwnMessageIds, key: bytes) -> BounceEvidence:
    """By the address it came to, else the envelope's id, else the mail it encloses."""
    signed = genuine or read_bounce_address(bounce.envelope_id, key)
    if signed is not None:
        return BounceEvidence(bounce, signed, True)
    message = ours.message(bounce.original_message_id)
    return BounceEvidence(bounce, Try(message, 0) if message is not None else None, False)


def record_bounces(session: Session, office: Office, reports: Sequence[BounceEvidence], now: datetime) -> MailFinding:
    """The weightiest of what the reports say."""
    findings = [_record_one(session, office, evidence, now) for evidence in reports]
    return min(findings, key=lambda finding: ("bounced", "quarantined", "ignored").index(finding.verdict))


def _record_one(session: Session, office: Office, evidence: BounceEvidence, now: datetime) -> MailFinding:
    bounce, about = evidence.bounce, evidence.about
    attempt = inbound_queries.attempt(session, about.message, about.attempt or None) if about else None
    diagnosis = " ".join(f"{bounce.status} {bounce.diagnostic}".split())
    if about is None or attempt is None:
        return _by_address_alone(session, bounce, diagnosis, now)
    if not evidence.signed and attempt.address.lower() != bounce.recipient:
        return MailFinding("quarantined", f"báo trả về cho {bounce.recipient}, không phải địa chỉ đã gửi")
    if not bounce.given_up:
        return MailFinding("ignored", f"chậm giao tới {attempt.address}: {diagnosis}", message_id=about.message)
    _mark_address(session, attempt.address, bounce, diagnosis, now, signed=evidence.signed)
    attempt.state, attempt.code, attempt.detail = "bounced", bounce.status, diagnosis
    session.add(attempt)
    _mark_message(session, office, about.message, attempt.address, diagnosis, now)
    return MailFinding("bounced", f"{attempt.address}: {diagnosis}", message_id=about.message)


def _by_address_alone(session: Session, bounce: Bounce, diagnosis: str, now: datetime) -> MailFinding:
    """Anybody can write such a report: it casts doubt, no more."""
    if not inbound_queries.was_written_to(session, bounce.recipient):
        return MailFinding("quarantined", f"báo trả về cho {bounce.recipient}, chưa từng gửi tới địa chỉ này")
    if not bounce.given_up:
        return MailFinding("ignored", f"chậm giao tới {bounce.recipient}: {diagnosis}")
    address_health.mark(session, CHANNEL, bounce.recipient, SUSPECT, f"thư bị trả về: {diagnosis}", now)
    return MailFinding("bounced", f"{bounce.recipient}: {diagnosis}")


def _mark_address(
    session: Session, address: str, bounce: Bounce, diagnosis: str, now: datetime, *, signed: bool
) -> None:
    # Message-IDs can be guessed, so a report that only knows one must not be able to silence a unit
    gone = signed and bounce.permanent and bounce.status in ADDRESS_AT_FAULT
    address_health.mark(session, CHANNEL, address, DEAD if gone else SUSPECT, f"thư bị trả về: {diagnosis}", now)


def _mark_message(session: Session, office: Office, message: int, address: str, diagnosis: str, now: datetime) -> None:
    reason = f"thư gửi tới {address} bị trả về: {diagnosis}"
    message_queries.mark_returned(session, message, reason, now)
    fall_back(session, office, [message], now)
    log.append(session, now, "kyhan", "message.bounced", f"message:{message}", {"address": address, "said": diagnosis})
