"""What digests say of steps after a hand-in, as they stand now: read once for all digests of a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col

from models.database import id_of
from models.queries.cases import steps as step_queries
from models.queries.cases.steps import OpenStep
from models.queries.messages import digest_steps as queries
from models.queries.plan import occurrences as plan_queries
from models.tables.cases import Stage
from notifications.facts import NUDGE, OVERDUE, SOON, DueItem
from rules.deadlines import local_day
from rules.office import Office
from rules.periods import period_title_vi
from rules.plan import Obligation, Proof
from rules.punctuality import days_late
from rules.steps import StepState
from rules.text.wording import day_vi

LEVELS: Mapping[StepState, int] = {
    StepState.WAITING: NUDGE,
    StepState.PAST_TARGET: SOON,
    StepState.OVERDUE: OVERDUE,
}
PROOFS: Mapping[Proof, str] = {
    Proof.NUMBER: "số, ký hiệu văn bản",
    Proof.ADDRESS: "địa chỉ hoặc nơi công bố, thông báo",
}


class DigestSteps:
    def __init__(self, session: Session, office: Office, digests: Sequence[int], now: datetime) -> None:
        self._office, self._today = office, local_day(now)
        rows = queries.digest_steps(session, digests) if digests else []
        self._ladder_steps = {(row.message_id, row.stage_id): row.step for row in rows}  # the newest of each
        stages = {row.stage_id for row in rows}
        self._open = {row.stage_id: row for row in self._read(session, stages, now)} if stages else {}
        keys = plan_queries.organisations_by_key(session) if stages else {}
        self._ids = {key: id_of(unit) for key, unit in keys.items()}

    def _read(self, session: Session, stages: set[int], now: datetime) -> Sequence[OpenStep]:
        return step_queries.open_steps(session, now, col(Stage.id).in_(stages))

    @property
    def units(self) -> set[int]:
        return {self._owner(row) for row in self._open.values()}

    def of(self, message: int, names: Mapping[int, str]) -> list[DueItem]:
        steps = self._ladder_steps.items()
        return [
            self._item(self._open[stage], step, names)
            for (carrier, stage), step in steps
            if carrier == message and stage in self._open
        ]

    def _owner(self, row: OpenStep) -> int:
        """The body above the unit that approves, or the unit."""
        duty = self._office.obligations.get(row.code)
        return self._ids.get(duty.approving_body or "", row.organisation_id) if duty else row.organisation_id

    def _item(self, row: OpenStep, step: str, names: Mapping[int, str]) -> DueItem:
        duty, plan = self._office.obligations.get(row.code), self._office.plan
        day = row.day or self._today
        past = days_late(self._today, day, self._office.calendar) or None
        overdue = row.state is StepState.OVERDUE
        return DueItem(
            case_id=row.case_id,
            level=LEVELS[row.state],
            step=step,
            title=f"{duty.title.vi if duty else row.title} ({period_title_vi(row.period)})",
            short=duty.short if duty else row.title,
            clause=duty.clause if duty else "",
            plan_number=plan.number,
            plan_signed_on=plan.signed_on,
            unit_name=names[self._owner(row)],
            deadline_phrase=f"ngày {day_vi(day)}",
            named_day=day,
            last_day=day,
            target_day=day,
            url=f"{self._office.base_url}/ho-so/{row.case_id}/buoc/{row.code}",
            hand_in=_to_record(duty),
            working_days_left=None if past else self._office.calendar.between(self._today, day),
            days_late=past if overdue else None,
            days_past=None if overdue else past,
            open_step=row.state,
        )


def _to_record(duty: Obligation | None) -> str:
    proofs = [PROOFS[one] for one in duty.proof] if duty else []
    return ", ".join(["ngày thực hiện", *proofs])
