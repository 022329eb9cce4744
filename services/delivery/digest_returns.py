"""What digests say of cases that were returned for completion, as they stand now: read once for all of a batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from sqlmodel import Session

from models.queries.cases.owed import returned_because
from models.queries.messages import digest_returns as queries
from models.queries.messages.digest_returns import DigestReturn
from notifications.facts import OVERDUE, SOON, DueItem
from rules.office import Office
from rules.periods import period_title_vi
from rules.punctuality import days_late
from rules.text.wording import full_day_vi

AnswerUrl = Callable[[int, int], str]  # case, organisation → the reader's own link; "": the reader does not answer


class DigestReturns:
    def __init__(self, session: Session, office: Office, digests: Sequence[int], today: date) -> None:
        self._office, self._today = office, today
        rows = queries.digest_returns(session, digests) if digests else []
        self._rows = {(row.message_id, row.case_id): row for row in rows}  # the newest step of each
        cases = {row.case_id for row in rows}
        self._missing = returned_because(session, cases) if cases else {}

    @property
    def units(self) -> set[int]:
        return {row.organisation_id for row in self._rows.values()}

    def of(self, message: int, names: Mapping[int, str], answer_url: AnswerUrl) -> list[DueItem]:
        rows = (row for (carrier, _), row in self._rows.items() if carrier == message)
        return [self._item(row, names, answer_url(row.case_id, row.organisation_id)) for row in rows]

    def _item(self, row: DigestReturn, names: Mapping[int, str], answer_url: str) -> DueItem:
        duty, plan, calendar = self._office.obligations.get(row.code), self._office.plan, self._office.calendar
        late = days_late(self._today, row.return_by, calendar)
        return DueItem(
            case_id=row.case_id,
            level=OVERDUE if late else SOON,
            step=row.step,
            title=f"{duty.title.vi if duty else row.title} ({period_title_vi(row.period)})",
            short=row.short,
            clause=row.clause,
            plan_number=plan.number,
            plan_signed_on=plan.signed_on,
            unit_name=names[row.organisation_id],
            deadline_phrase=f"hết {full_day_vi(row.return_by)}",
            named_day=row.return_by,
            last_day=row.return_by,
            target_day=row.return_by,
            url=f"{self._office.base_url}/ho-so/{row.case_id}",
            hand_in=self._missing.get(row.case_id, ""),
            working_days_left=None if late else calendar.between(self._today, row.return_by),
            days_late=late or None,
            answer_url=answer_url,
            for_completion=True,
        )
