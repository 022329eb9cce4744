"""What the digests of a batch say item by item, as things stand now: read once for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.queries.messages import claiming as messages_queries
from models.queries.messages.claiming import ClaimedMessage, DigestRow, Recipient, TermDetails
from notifications.email.verp import About
from notifications.facts import OVERDUE, DueItem
from notifications.render.calendar_file import CalendarDeadline, version_at
from rules.answers import may_answer
from rules.deadlines import local_day
from rules.office import Office
from rules.periods import period_title_vi
from rules.punctuality import days_late
from services.access.answer_links import link_writer
from services.calendar.case_events import explained
from services.delivery.digest_returns import DigestReturns
from services.delivery.digest_steps import DigestSteps
from services.standing import Standing

URGING = 4  # from this level on, a step asks for an official letter instead of writing to the unit
ANSWER_IN_WORKING_DAYS = 5

Matter = tuple[About, int]  # a case, or a unit


class DueItems:
    def __init__(self, session: Session, office: Office, claimed: Sequence[ClaimedMessage], now: datetime) -> None:
        self._office, self._today, self._version = office, local_day(now), version_at(now)
        self._write_link = link_writer(office, now) if office.key else None
        digests = [m.id for m in claimed if m.kind == "digest"]
        self._rows = _by_message(messages_queries.digest_rows(session, digests) if digests else [])
        self._steps = DigestSteps(session, office, digests, now)
        self._returns = DigestReturns(session, office, digests, self._today)
        cases = {row.case_id for rows in self._rows.values() for row in rows}
        terms = {row.term_id for rows in self._rows.values() for row in rows}
        self._owed = messages_queries.owed(session, terms) if terms else {}
        self._days_told = messages_queries.told_before(session, cases, self._today) if cases else {}
        self.standing = Standing.read(session, office, self._today)
        self._wordings: dict[tuple[int, int, str], dict[str, Any] | None] = {}

    @property
    def units(self) -> set[int]:
        return (
            {row.organisation_id for rows in self._rows.values() for row in rows}
            | self._steps.units
            | self._returns.units
        )

    def of(self, message: ClaimedMessage, recipient: Recipient, names: Mapping[int, str]) -> tuple[DueItem, ...]:
        items = (self._item(row, recipient, names) for row in self._rows.get(message.id, []))

        def answer_url(case: int, organisation: int) -> str:
            return self._answer_url(case, organisation, recipient)

        returned = self._returns.of(message.id, names, answer_url)
        return (*(item for item in items if item is not None), *returned, *self._steps.of(message.id, names))

    def matter(self, message: ClaimedMessage, recipient: Recipient) -> Matter | None:
        """What an answer to this digest is about; None where its reader answers for none of it."""
        rows = self._rows.get(message.id, [])
        if not rows or not all(answers_for(recipient, row.organisation_id) for row in rows):
            return None
        return (About.CASE, rows[0].case_id) if len(rows) == 1 else (About.UNIT, recipient.organisation_id)

    def deadlines(self, message: ClaimedMessage, items: Sequence[DueItem]) -> tuple[CalendarDeadline, ...]:
        """For the reader's calendar: of what this letter is the first to tell them."""
        owed = (item for item in items if not (item.days_late or item.open_step))
        fresh = (item for item in owed if self._is_first(item.case_id, message))
        return tuple(self._deadline(item) for item in fresh)

    def _is_first(self, case_id: int, message: ClaimedMessage) -> bool:
        days = self._days_told.get(case_id, {}).get(message.person_id, ())
        return all(day >= message.on_day for day in days)

    def _deadline(self, item: DueItem) -> CalendarDeadline:
        return CalendarDeadline(
            case_id=item.case_id,
            title=item.title,
            unit_name=item.unit_name,
            day=item.last_day,
            explained=item.why,
            url=item.url,
            version=self._version,
        )

    def _item(self, row: DigestRow, recipient: Recipient, names: Mapping[int, str]) -> DueItem | None:
        key = (row.term_id, row.level, row.step)
        if key not in self._wordings:  # worked out once for all who are held to this term
            self._wordings[key] = self._wording(self._owed[row.term_id], row.level, row.step)
        wording = self._wordings[key]
        if wording is None:
            return None
        if row.organisation_id == self.standing.lead and row.level >= URGING:
            wording = wording | {"level": OVERDUE}  # no letter is written to oneself
        return DueItem(
            case_id=row.case_id,
            unit_name=names[row.organisation_id],
            reminded_on=messages_queries.days_told(days) if (days := self._days_told.get(row.case_id)) else (),
            url=f"{self._office.base_url}/ho-so/{row.case_id}",
            answer_url=self._answer_url(row.case_id, row.organisation_id, recipient),
            **wording,
        )

    def _answer_url(self, case: int, organisation: int, recipient: Recipient) -> str:
        if self._write_link is None or not answers_for(recipient, organisation):
            return ""
        return self._write_link(case, recipient.person_id)

    def _wording(self, owed: TermDetails, level: int, step: str) -> dict[str, Any] | None:
        """For today, whatever the day it was planned for; a soft target that has passed is not mentioned."""
        today, calendar, plan = self._today, self._office.calendar, self._office.plan
        last_day = owed.late_after or owed.target_day
        late = days_late(today, owed.late_after, calendar)
        if today > last_day and not late:
            return None
        target, duty = owed.target_day if today <= owed.target_day else last_day, self._office.obligations[owed.code]
        return {
            "level": level if level >= URGING else (3 if late else min(level, 2)),
            "step": step,
            "title": f"{owed.title} ({period_title_vi(owed.period)})",
            "short": owed.short,
            "clause": owed.clause,
            "plan_number": plan.number,
            "plan_signed_on": plan.signed_on,
            "why": explained(owed),
            "deadline_phrase": owed.held.words,
            "named_day": last_day if owed.held.own_target and today > owed.target_day else owed.held.named_day,
            "moved_to": owed.held.moved_to,
            "day_is_assumed": duty.day_is_assumed or owed.held.own_target,
            "last_day": last_day,
            "target_day": target,
            "working_days_left": None if late else calendar.between(today, target),
            "days_late": late or None,
            "hand_in": duty.hand_in_for(owed.period),
            "supplement_by": calendar.add(today, ANSWER_IN_WORKING_DAYS) if late else None,
            "reply_by": None if late else target,
        }


def answers_for(recipient: Recipient, organisation: int) -> bool:
    """Whether the reader may answer for this unit, which then is the reader's own."""
    return recipient.organisation_id == organisation and may_answer([recipient.role])


def _by_message(rows: Sequence[DigestRow]) -> dict[int, list[DigestRow]]:
    """The newest step of each case only: nobody gets half the ladder at once."""
    newest: dict[tuple[int, int], DigestRow] = {}
    for row in rows:
        newest[(row.message_id, row.case_id)] = row
    grouped: dict[int, list[DigestRow]] = {}
    for (message_id, _), row in newest.items():
        grouped.setdefault(message_id, []).append(row)
    return grouped
