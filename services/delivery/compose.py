"""Gathers the facts of claimed messages, as they stand now, and renders them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from models.database import is_away
from models.queries.cases import case_file as case_file_queries
from models.queries.cases import selection as cases_queries
from models.queries.cases.selection import PostHolder
from models.queries.messages import claiming as messages_queries
from models.queries.messages.claiming import ClaimedMessage, Recipient
from models.queries.people import access as access_queries
from models.queries.people import reach as reach_queries
from models.queries.people.posts import organisation_id
from models.tables.messages import LITE
from models.tables.submissions import Submission
from notifications.channel import Outcome
from notifications.email.verp import About
from notifications.facts import (
    DigestFacts,
    Facts,
    InvitationFacts,
    NoteFacts,
    ReceiptFacts,
    ReportDraftFacts,
    ReturnedFacts,
    SignInFacts,
)
from notifications.keys import reminder_code
from notifications.kinds import MessageKind
from notifications.render.calendar_file import CalendarDeadline
from notifications.render.letter import Rendered, digest_kind, render
from notifications.render.short_form import short_form
from notifications.zalo.params import FILLED, zns_parameters
from notifications.zalo.zns import mobile
from rules.channels import EMAIL, WITH_THE_PERSON, ChannelPolicy
from rules.content.texts import table_words
from rules.deadlines import PROVINCE, local_day
from rules.intake import content_of
from rules.office import Office
from rules.periods import period_title_vi
from rules.punctuality import days_late
from services.access.link_mails import facts_of_link
from services.calendar.case_events import CaseDays
from services.delivery import faults
from services.delivery.case_links import CaseLinks, for_a_room
from services.delivery.digest_items import DueItems, Matter
from services.delivery.retry_policy import NONE, Tries, tries_before

FILES = ("attachment", "deadlines")  # what a letter that was too big leaves out
WAYS_IN = frozenset({MessageKind.SIGN_IN, MessageKind.INVITATION})  # their reader may hold no post


@dataclass(frozen=True)
class ComposedMessage:
    """A claimed message, ready to be sent; no `rendered` means there is nothing left to say."""

    message: ClaimedMessage
    recipient: Recipient | None
    rendered: Rendered | None
    thread: str | None = None
    attachment: Path | None = None
    address: str = ""  # in its channel; empty: the person cannot be reached by it any more
    parameters: Mapping[str, str] = field(default_factory=dict)  # what fills an approved template
    contact: str = ""  # bot, oa, telegram …: the kind of the address, of those no allow-list can name beforehand
    refused: bool = False  # the person wants nothing more by this family of channels
    answers: Matter | None = None  # what an answer to this letter would be about
    deadlines: tuple[CalendarDeadline, ...] = ()  # for the reader's calendar
    withdrawn: bool = False  # they are taken out of it again
    before: Tries = NONE  # to send it
    fault: Outcome | None = None  # why it could not be composed

    @property
    def has_files(self) -> bool:
        return self.attachment is not None or bool(self.deadlines)


def compose(
    session: Session, office: Office, claimed: Sequence[ClaimedMessage], now: datetime
) -> list[ComposedMessage]:
    """A handful of queries for the whole batch, then one rendering a message. A fault in one stops no other."""
    try:
        batch = _Batch(session, office, claimed, now)
        again = [message.id for message in claimed if message.attempts > 1]
        before = tries_before(session, again) if again else {}
    except Exception as fault:
        if is_away(fault):
            raise
        session.rollback()
        if len(claimed) == 1:
            return [_without_text(claimed[0], fault)]
        return [letter for message in claimed for letter in compose(session, office, [message], now)]
    return [replace(_composed(batch, message), before=before.get(message.id, NONE)) for message in claimed]


def _composed(batch: _Batch, message: ClaimedMessage) -> ComposedMessage:
    try:
        return batch.letter(message)
    except Exception as fault:
        if is_away(fault):
            raise
        if isinstance(fault, SQLAlchemyError):
            batch.session.rollback()  # PostgreSQL answers no further question of a transaction that has failed
        return _without_text(message, fault)


def _without_text(message: ClaimedMessage, fault: Exception) -> ComposedMessage:
    return ComposedMessage(message, None, None, fault=faults.outcome(fault, message.id, "soạn thư"))


class _Batch:
    """What a batch of letters has in common, read once."""

    def __init__(self, session: Session, office: Office, claimed: Sequence[ClaimedMessage], now: datetime) -> None:
        self.session, self.office, self.now, self.today = session, office, now, local_day(now)
        self.recipients = messages_queries.recipients(session, {m.person_id for m in claimed}, self.today)
        self.due, self.days = DueItems(session, office, claimed, now), CaseDays(session, office, claimed, now)
        lead = organisation_id(session, office.plan.lead)
        if entering := {m.person_id for m in claimed if m.kind in WAYS_IN} - self.recipients.keys():
            self.recipients |= access_queries.recipients_without_post(session, entering, lead)
        units = {recipient.organisation_id for recipient in self.recipients.values()} | {lead}
        self.names = cases_queries.unit_names(session, units | self.due.units | self.days.units, self.today)
        self.holders = _holders(session, self.recipients.values(), self.today)
        self.sender = self.names[lead]
        self.ways = {way.name: way for way in office.channels}
        self.addresses = self._addresses(claimed)
        self.links = CaseLinks(session, office, claimed, now)
        families = {self.way(m).family for m in claimed if self.way(m).reaches_by != "email"}
        self.opt_outs = {family: reach_queries.opted_out(session, family) for family in families}

    def _addresses(self, claimed: Sequence[ClaimedMessage]) -> dict[tuple[int, str], str]:
        people = [m.person_id for m in claimed if self.way(m).reaches_by not in WITH_THE_PERSON]
        return messages_queries.contact_addresses(self.session, people) if people else {}

    def way(self, message: ClaimedMessage) -> ChannelPolicy:
        return self.ways.get(message.channel, EMAIL)

    def address(self, message: ClaimedMessage, recipient: Recipient) -> str:
        way = self.way(message)
        if way.shared:
            return way.name
        if way.reaches_by not in WITH_THE_PERSON:
            return self.addresses.get((message.person_id, way.reaches_by), "")
        return recipient.phone if way.reaches_by == "phone" else recipient.email

    def refused(self, message: ClaimedMessage, recipient: Recipient) -> bool:
        """Asked of what is about to leave, too: the wish may be younger than the message."""
        opt_outs = self.opt_outs[self.way(message).family]
        return message.person_id in opt_outs.people or mobile(recipient.phone) in opt_outs.numbers

    def written(
        self, message: ClaimedMessage, recipient: Recipient, kind: MessageKind, facts: Facts, **more: Any
    ) -> ComposedMessage:
        """`more`: what only a mail carries."""
        address = self.address(message, recipient)
        if self.way(message).reaches_by == "email":
            if message.key.endswith(LITE):
                more = {name: value for name, value in more.items() if name not in FILES}
                facts = replace(facts, with_calendar=False, without_files=True)
            return ComposedMessage(message, recipient, render(kind, facts), address=address, **more)
        if kind.details.mail_only:
            return ComposedMessage(message, recipient, None)
        way = self.way(message)
        text = short_form(kind, for_a_room(facts) if way.shared else facts)
        parameters = zns_parameters(kind, facts) if kind in FILLED else {}
        rendered = Rendered(kind, text.partition("\n")[0], text, "")
        contact = "" if way.reaches_by in WITH_THE_PERSON else way.reaches_by or way.name
        refused = not way.shared and self.refused(message, recipient)
        return ComposedMessage(
            message,
            recipient,
            rendered,
            address=address,
            parameters=parameters,
            contact=contact,
            refused=refused,
        )

    def about_case(
        self, message: ClaimedMessage, recipient: Recipient, kind: MessageKind, facts: Facts, case_id: int
    ) -> ComposedMessage:
        facts = replace(facts, by_reply=kind is MessageKind.RETURNED and bool(self.office.return_domain))
        return self.written(message, recipient, kind, facts, thread=f"case:{case_id}", answers=(About.CASE, case_id))

    def letter(self, message: ClaimedMessage) -> ComposedMessage:
        recipient = self.recipients.get(message.person_id)
        if recipient is None:
            return ComposedMessage(message, None, None)
        return BUILDERS[MessageKind(message.kind).details.facts](self, message, recipient)

    def common(self, recipient: Recipient) -> dict[str, Any]:
        posts = self.holders.get(recipient.organisation_id, {})
        head, focal_point = posts.get("head"), posts.get("focal_point")
        return {
            "recipient_name": recipient.name,
            "recipient_title": recipient.title,
            "role": recipient.role,
            "unit_name": self.names[recipient.organisation_id],
            "sender_name": self.sender,
            "today": self.today,
            "moment": self.now.astimezone(PROVINCE),
            "board_url": self.office.base_url,
            "system_name": self.office.system_name,
            "support_email": self.office.support_email,
            "support_phone": self.office.support_phone,
            "head_name": head.name if head else None,
            "head_title": head.title if head else None,
            "focal_point_name": focal_point.name if focal_point else None,
            "example": recipient.example,
        }

    def digest(self, message: ClaimedMessage, recipient: Recipient) -> ComposedMessage:
        items = self.due.of(message, recipient, self.names)
        if not items:
            return ComposedMessage(message, recipient, None)
        answers = self.due.matter(message, recipient)
        deadlines = self.due.deadlines(message, items) if answers else ()
        facts = DigestFacts(
            **self.common(recipient),
            items=items,
            with_calendar=bool(deadlines),
            by_reply=answers is not None and bool(self.office.return_domain),
            reminder=reminder_code(message.key),
            to_superior=recipient.organisation_id in self.due.standing.above,
            drafts_url=f"{self.office.base_url}/viec/cong-van",
        )
        more: dict[str, Any] = {"answers": answers, "deadlines": deadlines}
        if len(items) == 1:
            more["thread"] = f"case:{items[0].case_id}"
        return self.written(message, recipient, digest_kind(facts), facts, **more)

    def receipt(self, message: ClaimedMessage, recipient: Recipient) -> ComposedMessage:
        told = json.loads(message.facts or "{}")
        submission = self.session.get_one(Submission, told["submission"])
        about = self.case_facts(submission.case_id)
        term = about.pop("term")
        received = local_day(submission.received_at)
        judged = term.late_at is not None and submission.version == 1  # what completes it is not judged again
        late = judged and term.late_at is not None and submission.received_at >= term.late_at
        facts = ReceiptFacts(
            **self.common(recipient),
            **about,
            received_at=submission.received_at.astimezone(PROVINCE),
            document_number=submission.document_number,
            document_date=submission.document_date,
            on_time=not late if judged else None,
            days_late=days_late(received, term.late_after, self.office.calendar) if late else None,
            version=submission.version,
            files=tuple(case_file_queries.file_names(self.session, submission.id)),
            tables=tuple(table_words(item["name"], content_of(item["content"])) for item in told.get("tables", ())),
        )
        return self.about_case(message, recipient, MessageKind.RECEIPT, facts, submission.case_id)

    def returned(self, message: ClaimedMessage, recipient: Recipient) -> ComposedMessage:
        decision = json.loads(message.facts or "{}")
        assert message.case_id is not None
        about = self.case_facts(message.case_id)
        about.pop("term")
        facts = ReturnedFacts(
            **self.common(recipient),
            **about,
            missing=tuple(line.strip() for line in decision["missing"].splitlines() if line.strip()),
            supplement_by=date.fromisoformat(decision["until"]),
            answer_url=self.links.of(message, recipient),
        )
        return self.about_case(message, recipient, MessageKind.RETURNED, facts, message.case_id)

    def case_facts(self, case_id: int) -> dict[str, Any]:
        obligation, occurrence, term = case_file_queries.plan_of_case(self.session, case_id)
        return {
            "title": f"{obligation.title_vi} ({period_title_vi(occurrence.period)})",
            "clause": obligation.clause,
            "plan_number": self.office.plan.number,
            "url": f"{self.office.base_url}/ho-so/{case_id}",
            "term": term,
        }

    def report_draft(self, message: ClaimedMessage, recipient: Recipient) -> ComposedMessage:
        draft = json.loads(message.facts or "{}")
        path, period = self.office.folder / (message.attachment or ""), period_title_vi(draft["period"])
        facts = ReportDraftFacts(
            **self.common(recipient),
            report_title=f"Tình hình thực hiện Kế hoạch số {self.office.plan.number} {period}",
            period=period,
            as_of=date.fromisoformat(draft["as_of"]),
            plan_number=self.office.plan.number,
            url=f"{self.office.base_url}/bao-cao/{draft['occurrence']}",
            file_name=path.name,
            required=draft["required"],
            on_time=draft["on_time"],
            late=draft["late"],
            missing=draft["missing"],
            to_complete=("III. Đánh giá chung", "IV. Khó khăn, vướng mắc và đề xuất, kiến nghị"),
        )
        return self.written(message, recipient, MessageKind.REPORT_DRAFT, facts, attachment=path)

    def one_time_link(self, message: ClaimedMessage, recipient: Recipient) -> ComposedMessage:
        facts = facts_of_link(self.session, self.office, message, self.common(recipient), self.now)
        if facts is None:
            return ComposedMessage(message, recipient, None)
        return self.written(message, recipient, MessageKind(message.kind), facts)

    def note(self, message: ClaimedMessage, recipient: Recipient) -> ComposedMessage:
        note, days = json.loads(message.facts or "{}"), self.days.of(message, self.names)
        facts = NoteFacts(
            **self.common(recipient),
            with_calendar=bool(days),
            matter=note["matter"],
            lines=tuple(note["lines"]),
            url=f"{self.office.base_url}{note.get('path', '')}",
            answer_url=self.links.of(message, recipient),
        )
        more: dict[str, Any] = {"deadlines": days, "withdrawn": message.kind == MessageKind.CLOSED}
        if len(days) == 1:
            more |= {"thread": f"case:{days[0].case_id}", "answers": (About.CASE, days[0].case_id)}
        return self.written(message, recipient, MessageKind(message.kind), facts, **more)


# facts of this class → who gathers them
BUILDERS: Mapping[type[Facts], Callable[[_Batch, ClaimedMessage, Recipient], ComposedMessage]] = {
    DigestFacts: _Batch.digest,
    ReceiptFacts: _Batch.receipt,
    ReturnedFacts: _Batch.returned,
    ReportDraftFacts: _Batch.report_draft,
    SignInFacts: _Batch.one_time_link,
    InvitationFacts: _Batch.one_time_link,
    NoteFacts: _Batch.note,
}


def _holders(session: Session, recipients: Any, day: date) -> dict[int, dict[str, PostHolder]]:
    organisations = {recipient.organisation_id for recipient in recipients}
    posts: dict[int, dict[str, PostHolder]] = {}
    for holder in cases_queries.holders(session, organisations, ["head", "focal_point"], day):
        posts.setdefault(holder.organisation_id, {})[holder.role] = holder
    return posts
