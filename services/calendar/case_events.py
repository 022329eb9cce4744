"""The days that letters bring to their readers' own calendars."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from models.queries.messages import claiming as messages_queries
from models.queries.messages.claiming import CaseTerm, ClaimedMessage, TermDetails
from notifications.kinds import MessageKind
from notifications.render.calendar_file import CalendarDeadline, version_at
from rules.due_day import due_day, explanation
from rules.office import Office
from rules.periods import period_title_vi

BRING_DAYS = frozenset(kind.value for kind in MessageKind if kind.details.calendar)


class CaseDays:
    """Of the notes of a batch, read once for all of them."""

    def __init__(self, session: Session, office: Office, claimed: Sequence[ClaimedMessage], now: datetime) -> None:
        self._office, self._now = office, now
        self._cases_of = {m.id: json.loads(m.facts or "{}").get("cases", []) for m in claimed if m.kind in BRING_DAYS}
        cases = {case for ids in self._cases_of.values() for case in ids}
        rows = messages_queries.terms_of(session, cases) if cases else []
        self._terms = {row.case_id: row for row in rows}
        self._owed = messages_queries.owed(session, {row.term_id for row in rows}) if rows else {}

    @property
    def units(self) -> set[int]:
        return {row.organisation_id for row in self._terms.values()}

    def of(self, message: ClaimedMessage, names: Mapping[int, str]) -> tuple[CalendarDeadline, ...]:
        rows = (self._terms.get(case) for case in self._cases_of.get(message.id, ()))
        return tuple(self._deadline(row, names) for row in rows if row is not None)

    def _deadline(self, row: CaseTerm, names: Mapping[int, str]) -> CalendarDeadline:
        owed = self._owed[row.term_id]
        return CalendarDeadline(
            case_id=row.case_id,
            title=f"{owed.title} ({period_title_vi(owed.period)})",
            unit_name=names[row.organisation_id],
            day=due_day(owed.target_day, owed.late_after),
            explained=explained(owed),
            url=f"{self._office.base_url}/ho-so/{row.case_id}",
            version=version_at(self._now),
        )


def explained(owed: TermDetails) -> str:
    return explanation(owed.why, owed.held.agreed, owed.target_day, owed.late_after, owed.occurrence_day)
