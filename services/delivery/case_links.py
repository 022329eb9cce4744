"""The links by which letters about one case are answered without signing in, read once for a batch of letters."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from models.queries.messages import claiming as queries
from models.queries.messages.claiming import ClaimedMessage, Recipient
from notifications.facts import DigestFacts, Facts, NoteFacts, ReturnedFacts
from notifications.kinds import MessageKind
from rules.office import Office
from services.access.answer_links import link_writer
from services.delivery.digest_items import answers_for

ANSWERED = frozenset({MessageKind.RETURNED, MessageKind.EXTENDED, MessageKind.CASE_MESSAGE})


class CaseLinks:
    def __init__(self, session: Session, office: Office, claimed: Sequence[ClaimedMessage], now: datetime) -> None:
        self._write = link_writer(office, now) if office.key else None
        self._cases = {one.id: case for one in claimed if one.kind in ANSWERED and (case := _case(one))}
        cases = set(self._cases.values())
        self._owing = queries.awaited(session, cases) if cases else {}

    def of(self, message: ClaimedMessage, recipient: Recipient) -> str:
        """Empty where nothing is owed any more, or the reader does not answer for the unit."""
        case = self._cases.get(message.id, 0)
        if self._write is None or case not in self._owing or not answers_for(recipient, self._owing[case]):
            return ""
        return self._write(case, recipient.person_id)


def for_a_room(facts: Facts) -> Facts:
    """Without the person it is addressed to, and without the links by which this person alone answers."""
    if isinstance(facts, ReturnedFacts | NoteFacts):
        return replace(facts, answer_url="", recipient_name="")
    if isinstance(facts, DigestFacts):
        return replace(facts, items=tuple(replace(item, answer_url="") for item in facts.items), recipient_name="")
    return replace(facts, recipient_name="")


def _case(message: ClaimedMessage) -> int | None:
    if message.case_id is not None:
        return message.case_id
    cases = json.loads(message.facts or "{}").get("cases", [])
    return cases[0] if len(cases) == 1 else None
