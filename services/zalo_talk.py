"""What somebody writes to the bot or the account: a code that links, a word that something is done, a wish to stop."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import func, literal, select
from sqlmodel import Session, col

from models.answers import InboundEvent
from models.cases import Case
from models.columns import UtcMoment
from models.messages import Notice
from models.people import Person
from models.plan import ObligationRow, Occurrence
from models.zalo import ZaloLink
from notifications import zalo_replies as say
from notifications.zalo_bot import code_in, written
from notifications.zalo_replies import Wish, wish_in
from notifications.zalo_webhook import UserText, event_in
from rules.deadlines import local_day
from rules.office import Office
from rules.periods import period_title_vi
from services import log
from services.zalo_links import Link, link, unlink

LOOK_BACK = 5_000  # events
MOST_ANSWERS = 10  # a day to one chat: two machines that answer each other would spend the month's messages
MOST_GUESSES = 5  # a day from one chat: a million codes are not to be tried through
DAY = timedelta(days=1)
LATELY = timedelta(days=60)
LONGEST_SAID = 200
Address = tuple[str, str]  # kind of link, address


@dataclass(frozen=True)
class Spoken:
    kind: str  # of link: bot, oa
    address: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Reply:
    kind: str
    address: str
    text: str


class Talk:
    """One round of conversations: what waits to be answered, and how it is."""

    def __init__(self, session: Session, office: Office, now: datetime) -> None:
        self.session, self.office, self.now = session, office, now
        self.replies: list[Reply] = []

    def answer(self, spoken: Spoken) -> str:
        """What became of it, in a word."""
        before = self.earlier[spoken.kind, spoken.address]
        if len(before) >= MOST_ANSWERS:
            return "too many"
        code = code_in(spoken.text)
        if code is None:
            result, text = self.hear(spoken)
        elif before.count(Link.WRONG) >= MOST_GUESSES:
            result, text = Link.WRONG, say.WRONG_CODE
        else:
            result, text = self.link(spoken, code)
        before.append(result)
        self.replies.append(Reply(spoken.kind, spoken.address, text))
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

    def link(self, spoken: Spoken, code: str) -> tuple[str, str]:
        result, name = link(self.session, self.office, spoken.kind, spoken.address, code, spoken.at)
        most = next((way.people for way in self.office.ways if way.reaches_by == spoken.kind), 0)
        texts = {Link.MADE: say.linked(name), Link.WRONG: say.WRONG_CODE, Link.FULL: say.full(most)}
        return result, texts[result]

    def hear(self, spoken: Spoken) -> tuple[str, str]:
        query = select(Person).join(ZaloLink, col(ZaloLink.person_id) == col(Person.id))
        theirs = (col(ZaloLink.kind) == spoken.kind, col(ZaloLink.address) == spoken.address)
        person = self.session.execute(query.where(*theirs)).scalars().first()
        if person is None:
            return "stranger", say.STRANGER
        wish, url = wish_in(spoken.text), self.office.base_url
        if wish is Wish.STOP:
            unlink(self.session, spoken.kind, spoken.address, self.now)
            return "unlinked", say.STOPPED
        if wish is Wish.DONE:
            return "received", self.done(person, spoken.text, url)
        return "help", say.help_text(url)

    def done(self, person: Person, text: str, url: str) -> str:
        """Written down for every case we reminded this person of that still waits. It closes none of them."""
        waiting = self.waiting(person.id or 0)
        for case, title in waiting:
            details = {"via": "zalo", "said": text[:LONGEST_SAID], "about": title}
            log.append(self.session, self.now, person.name, "case.acknowledge", f"case:{case}", details)
        return say.done([title for _, title in waiting], url)

    def waiting(self, person: int) -> list[tuple[int, str]]:
        query = (
            select(col(Case.id), col(ObligationRow.short), col(ObligationRow.title_vi), col(Occurrence.period))
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
        return [(case, f"{short or title} ({period_title_vi(period)})") for case, short, title, period in found]


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
