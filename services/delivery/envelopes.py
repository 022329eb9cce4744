"""Puts a letter into its envelope: who it is to, what it answers to, where it comes back to."""

from __future__ import annotations

from datetime import datetime

from notifications.channel import Attachment, Envelope
from notifications.email.verp import bounce_address, reply_address
from notifications.keys import message_id, thread_id
from notifications.render.calendar_file import Organizer, calendar_attachment
from rules.office import Office
from services.delivery.compose import ComposedMessage

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def envelope(office: Office, letter: ComposedMessage, domain: str, now: datetime) -> Envelope:
    assert letter.recipient is not None
    assert letter.rendered is not None
    back = _back(office, letter, domain)
    return Envelope(
        key=letter.message.key,
        message_id=message_id(letter.message.key, office.key, domain),
        thread_id=thread_id(letter.thread, office.key, domain) if letter.thread else None,
        to_address=letter.address,
        to_name=letter.recipient.name,
        subject=letter.rendered.subject,
        text=letter.rendered.text,
        html=letter.rendered.html,
        sent_at=now,
        attachments=(*_calendar(office, letter, domain, now), *_attachments(letter)),
        reply_to=_reply_to(office, letter),
        return_path=back if office.return_domain else None,
        envelope_id=back.partition("@")[0],
        attempt=letter.message.attempts,
        failures=letter.before.failures,
        template=letter.rendered.kind.value,
        parameters=letter.parameters,
    )


def _back(office: Office, letter: ComposedMessage, domain: str) -> str:
    """Where this attempt is returned to. Its first half goes with the mail wherever a mailbox of ours is read."""
    if not office.mailbox_read or not office.key:
        return ""
    return bounce_address(letter.message.id, letter.message.attempts, office.key, office.return_domain or domain)


def _reply_to(office: Office, letter: ComposedMessage) -> str | None:
    if letter.answers is None or not office.return_domain or not office.key:
        return None
    return reply_address(*letter.answers, letter.message.on_day, office.key, office.return_domain)


def _calendar(office: Office, letter: ComposedMessage, domain: str, now: datetime) -> tuple[Attachment, ...]:
    if not letter.deadlines:
        return ()
    organizer = Organizer(office.system_name, office.support_email)
    return (calendar_attachment(letter.deadlines, domain, now, organizer, withdrawn=letter.withdrawn),)


def _attachments(letter: ComposedMessage) -> tuple[Attachment, ...]:
    if letter.attachment is None or not letter.attachment.exists():
        return ()
    return (Attachment(letter.attachment.name, WORD, letter.attachment.read_bytes()),)
