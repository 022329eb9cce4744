"""Records that a document the plan waits for was issued: what depends on it is dated and opened at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256

from sqlmodel import Session

from models.queries.plan import triggers as queries
from models.queries.plan.triggers import Dependent
from models.tables.plan import TriggerRecord
from rules.deadlines import local_day
from rules.office import Office
from rules.periods import period_title_vi
from rules.plan import Trigger
from rules.text.wording import day_vi
from services import log
from services.cases.opening import open_cases
from services.errors import Refused, unknown
from services.files.store import StoredFile
from services.plan.amend import move_dates
from services.plan.load import plan_ahead
from services.plan.triggers import in_effect, newest


@dataclass(frozen=True)
class Issued:
    """That the document of a trigger was issued on this day; None: that it was not, after all."""

    trigger: str
    on: date | None
    number: str = ""
    reason: str = ""
    file: StoredFile | None = None


@dataclass(frozen=True)
class Effects:
    trigger: Trigger  # as it was before
    effects: tuple[Dependent, ...]  # what waits for it, as it will be
    last_record: int

    @property
    def seal(self) -> str:
        """Of all that was shown: what is confirmed is what is done."""
        shown = [one[:5] for one in self.effects]
        return sha256(repr((self.trigger, shown, self.last_record)).encode()).hexdigest()

    @property
    def lines(self) -> Sequence[str]:
        """In Vietnamese, for a screen without tables."""
        return [_line(one) for one in self.effects] or ["Không nhiệm vụ nào đang theo dõi chờ văn bản này."]


def preview(session: Session, office: Office, issued: Issued, now: datetime) -> Effects:
    """What would open; nothing does. Raises Refused."""
    trial = session.begin_nested()
    try:
        return _record(session, office, issued, "", now)
    finally:
        trial.rollback()


def record_issue(session: Session, office: Office, issued: Issued, by: str, now: datetime) -> Effects:
    """Raises Refused where the day cannot be, or what was opened by an earlier record was answered."""
    log.hold(session)
    return _record(session, office, issued, by, now)


def _record(session: Session, office: Office, issued: Issued, by: str, now: datetime) -> Effects:
    plan = in_effect(session, office.plan)
    trigger = next((one for one in plan.triggers if one.id == issued.trigger.upper()), None)
    if trigger is None or trigger.id not in {one for item in plan.obligations for one in item.conditions}:
        raise unknown("điều kiện", "trigger", issued.trigger, [one.id for one in office.plan.triggers])
    dependents = [item.id for item in plan.obligations if trigger.id in item.conditions]
    _need_sense(session, issued, trigger, dependents, local_day(now))
    last = newest(queries.records(session, plan.id)).get(trigger.id)
    _store(session, plan.id, trigger, issued, by, now)
    after = replace(office, plan=in_effect(session, plan))
    plan_ahead(session, after, now, again=True)
    move_dates(session, after, now, by=by or "kyhan")
    open_cases(session, after, now, dependents)
    return Effects(trigger, tuple(queries.dependents(session, dependents)), last.id or 0 if last else 0)


def _need_sense(session: Session, issued: Issued, trigger: Trigger, dependents: Sequence[str], today: date) -> None:
    if issued.on is not None and issued.on > today:
        raise Refused(f"Ngày ban hành {day_vi(issued.on)} ở tương lai. / The day of issue, {issued.on}, lies ahead.")
    if issued.on == trigger.fired_on:
        if issued.on is None:
            raise Refused(f"Chưa ghi nhận văn bản «{trigger.id}». / Nothing was recorded of «{trigger.id}».")
        return
    if trigger.fired_on is not None and not issued.reason:
        raise Refused("Sửa ngày hoặc rút ghi nhận thì phải nêu lý do. / Say why it is corrected or taken back.")
    rows = queries.dependents(session, dependents)
    resting = [f"{one.code} {one.period}" for one in rows if one.answered or (one.opened_at and issued.on is None)]
    if resting:
        raise Refused(
            f"Không sửa được: {', '.join(resting)} đã mở hồ sơ hoặc đã có văn bản dựa vào ngày này. / "
            f"Not possible: cases of {', '.join(resting)} rest on it."
        )


def _store(session: Session, plan: str, trigger: Trigger, issued: Issued, by: str, now: datetime) -> None:
    stored = issued.file or StoredFile("", "", 0)
    record = TriggerRecord(
        plan_code=plan,
        trigger_code=trigger.id,
        fired_on=issued.on,
        document_number=issued.number,
        reason=issued.reason,
        file_name=stored.name,
        file_sha256=stored.sha256,
        file_size=stored.size,
        recorded_at=now,
        recorded_by=by,
    )
    session.add(record)
    session.flush()
    details = {"day": issued.on, "before": trigger.fired_on, "number": issued.number, "reason": issued.reason}
    action = "trigger.fire" if issued.on else "trigger.take_back"
    log.append(session, now, by, action, f"trigger:{trigger.id}", {**details, "file": stored.sha256})


def _line(one: Dependent) -> str:
    if one.opens_on is None:
        return f"{one.code} ({period_title_vi(one.period)}): chờ văn bản, chưa tính hạn"
    last = f"tính trễ sau {day_vi(one.late_after)}" if one.late_after else f"mốc phấn đấu {day_vi(one.target_day)}"
    return f"{one.code} ({period_title_vi(one.period)}): mở từ {day_vi(one.opens_on)}, {last}, {one.cases} hồ sơ"
