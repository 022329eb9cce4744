"""What somebody writes to the bot or the account: a code that links, a word that something is done, a wish to stop."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import func, literal, select
from sqlmodel import Session, col

from models.columns import UtcMoment
from models.tables.answers import InboundEvent
from models.tables.cases import Case
from models.tables.messages import Notice
from models.tables.people import ContactAddress, Person
from models.tables.plan import ObligationRow, Occurrence
from notifications.zalo import replies as say
from notifications.zalo.bot import code_in, written
from notifications.zalo.replies import Wish, about_in, wish_in
from notifications.zalo.webhook import UserText, event_in
from rules.deadlines import local_day
from rules.office import Office
from rules.periods import period_title_vi
from services import log
from services.outbox import opt_out
from services.zalo.links import LinkResult, link

LOOK_BACK = 5_000  # events
MOST_ANSWERS = 10  # a day to one chat: two machines that answer each other would spend the month's messages
MOST_GUESSES = 5  # a day from one chat: a million codes are not to be tried through
DAY = timedelta(days=1)
LATELY = timedelta(days=60)
LONGEST_SAID = 200
Address = tuple[str, str]  # kind of link, address


@dataclass(frozen=True)
class IncomingText:
    kind: str  # of link: bot, oa
    address: str
    text: str
    at: datetime


@dataclass(frozen=True)
class OutgoingReply:
    kind: str
    address: str
    text: str


class WaitingCase(NamedTuple):
    case_id: int
    title: str
    clause: str


class Conversation:
    """One round of conversations: what waits to be answered, and how it is."""

    def __init__(self, session: Session, office: Office, now: datetime) -> None:
        self.session, self.office, self.now = session, office, now
        self.replies: list[OutgoingReply] = []

    def answer(self, spoken: IncomingText) -> str:
        """What became of it, in a word."""
        before = self.earlier[spoken.kind, spoken.address]
        if len(before) >= MOST_ANSWERS:
            return "too many"
        code = code_in(spoken.text)
        if code is None:
            result, text = self.hear(spoken)
        elif before.count(LinkResult.WRONG) >= MOST_GUESSES:
            result, text = LinkResult.WRONG, say.WRONG_CODE
        else:
            result, text = self.link(spoken, code)
        before.append(result)
        self.replies.append(OutgoingReply(spoken.kind, spoken.address, text))
        return result

    @cached_property
    def earlier(self) -> defaultdict[Address, list[str]]:
        """What became of what each chat wrote within a day."""
        newest = select(func.max(col(InboundEvent.id))).scalar_subquery()
        query = select(InboundEvent).where(
            col(InboundEvent.id) > newest - LOOK_BACK,
            col(InboundEvent.kind).in_(WRITTEN),
            col(InboundEvent.processed_at) > literal(self.now - DAY, UtcMoment()),
        )
        found: defaultdict[Address, list[str]] = defaultdict(list)
        for event in self.session.execute(query.order_by(col(InboundEvent.id))).scalars():
            found[_author(event)].append(event.result)
        return found

    def link(self, spoken: IncomingText, code: str) -> tuple[str, str]:
        result, name = link(self.session, self.office, spoken.kind, spoken.address, code, spoken.at)
        most = next((way.people for way in self.office.ways if way.reaches_by == spoken.kind), 0)
        texts = {LinkResult.MADE: say.linked(name), LinkResult.WRONG: say.WRONG_CODE, LinkResult.FULL: say.full(most)}
        return result, texts[result]

    def hear(self, spoken: IncomingText) -> tuple[str, str]:
        query = select(Person).join(ContactAddress, col(ContactAddress.person_id) == col(Person.id))
        theirs = (col(ContactAddress.kind) == spoken.kind, col(ContactAddress.address) == spoken.address)
        person = self.session.execute(query.where(*theirs)).scalars().first()
        wish, url = wish_in(spoken.text), self.office.base_url
        if person is None:
            return "stranger", say.stop_as_stranger(url) if wish is Wish.STOP else say.stranger(url)
        if wish in (Wish.STOP, Wish.START):
            return self.change(person, wish, spoken)
        if wish is Wish.DONE:
            return self.done(person, spoken.text, url)
        if wish is Wish.PERHAPS_DONE:
            return "asked back", say.perhaps_done(self.said(self.waiting(person.id or 0)), url)
        return "help", say.help_text(url)

    def change(self, person: Person, wish: Wish, spoken: IncomingText) -> tuple[str, str]:
        """For every channel of the family; the link stays, so that the person can ask for messages again from here."""
        family, id = opt_out.family_of(self.office, spoken.kind), person.id or 0
        if wish is Wish.STOP:
            opt_out.stop(self.session, id, family, self.now, person.name, spoken.kind)
            return "stopped", say.STOPPED
        opt_out.start_again(self.session, id, family, self.now, person.name, spoken.kind)
        return "started", say.STARTED

    def done(self, person: Person, text: str, url: str) -> tuple[str, str]:
        """Written down for the cases it is about, of those we reminded this person of. It closes none of them.

        «XONG 12/BC-STC» names a document, not a case: where several wait, it is not guessed which one is meant.
        """
        waiting, about = self.waiting(person.id or 0), about_in(text)
        named = [one for one in waiting if one.clause and one.clause.lower() in about.split()] if about else waiting
        meant = named or (waiting if len(waiting) < 2 else [])
        if waiting and not meant:
            return "asked back", say.which_one(self.said(waiting), url)
        for one in meant:
            details = {"via": "zalo", "said": text[:LONGEST_SAID], "about": one.title}
            log.append(self.session, self.now, person.name, "case.acknowledge", f"case:{one.case_id}", details)
        return "received", say.done(self.said(meant), url)

    def said(self, waiting: Sequence[WaitingCase]) -> list[say.RemindedCase]:
        return [say.RemindedCase(one.title, f"{self.office.base_url}/ho-so/{one.case_id}") for one in waiting]

    def waiting(self, person: int) -> list[WaitingCase]:
        query = (
            select(
                *(col(Case.id), col(ObligationRow.short), col(ObligationRow.title_vi), col(ObligationRow.clause)),
                col(Occurrence.period),
            )
            .join(Notice, col(Notice.case_id) == col(Case.id))
            .join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id))
            .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
            .where(col(Notice.person_id) == person, col(Notice.skipped).is_(None))
            .where(col(Notice.on_day) >= local_day(self.now - LATELY), col(Notice.level) < URGING)
            .where(col(Case.received_at).is_(None), col(Case.outcome).is_(None))
            .distinct()
            .order_by(col(Case.id))
        )
        found = self.session.execute(query)
        return [
            WaitingCase(case, f"{short or title} ({period_title_vi(period)})", clause)
            for case, short, title, clause, period in found
        ]


WRITTEN = ("message", "user_send_text")
URGING = 4  # from this level on a step asks for a letter to somebody else


def _author(event: InboundEvent) -> Address:
    told = event_in(event.raw) if event.source == "zalo_oa" else None
    if isinstance(told, UserText):
        return "oa", told.user_id
    said = written(_object(event.raw)) if event.source == "zalo_bot" else None
    return ("bot", said.chat_id) if said else ("", "")


def _object(raw: bytes) -> object:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None
