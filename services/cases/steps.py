"""Records the steps that follow a hand-in: approved, reported upward, published; and what a review leads to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from models.queries.cases import case_file as queries
from models.queries.cases import steps as step_queries
from models.queries.cases.selection import CaseFile
from models.tables.cases import Stage
from notifications.kinds import MessageKind
from rules.deadlines import local_day
from rules.office import Office
from rules.plan import Obligation
from rules.step_records import (
    CaseSteps,
    Objection,
    RecordedStep,
    StepRecord,
    conditional_steps,
    objection,
    objection_to_answer,
    objection_to_taking_back,
)
from rules.text.wording import day_vi
from services import log
from services.cases.hand_in import queue_for_focal_point
from services.errors import Refused, unknown

STAGE, TAKEN_BACK, ADJUSTMENT = "case.stage", "case.stage_taken_back", "case.adjustment"  # actions of the log


@dataclass(frozen=True)
class Recorder:
    name: str
    on_behalf: bool = False  # of whoever owes the step


class StepRefused(Refused):
    def __init__(self, wrong: Objection, duties: Mapping[str, Obligation]) -> None:
        self.problem, self.text = wrong.problem, wrong.text(duties)
        super().__init__(f"{self.text.vi} / {self.text.en}")


def record_step(
    session: Session, office: Office, file: CaseFile, record: StepRecord, by: Recorder, now: datetime
) -> Stage:
    """`file` is held. A step that was recorded before is corrected, and the log keeps what was there; the same again
    changes nothing. Raises StepRefused; Refused for a step this case does not have."""
    stages = {stage.code: stage for stage in queries.stages(session, file.id)}
    stage, case = _stage(stages, record.code), _standing(session, file, stages, now)
    if wrong := objection(record, _state(stage), case, office.obligations, local_day(now)):
        raise StepRefused(wrong, office.obligations)
    before = _proof(stage) if stage.done_on else {}
    told = {"done_on": record.done_on, "number": record.document_number, "place": record.place}
    if before == told:
        return stage
    proof = {"done_on": record.done_on, "document_number": record.document_number, "place": record.place}
    written = _record(by, record.reason) | proof | {"corrected_at": now if before else None}
    details = {"stage": stage.code, **told, "reason": record.reason, "on_behalf": by.on_behalf}
    log.append(session, now, by.name, STAGE, f"case:{file.id}", details | ({"before": before} if before else {}))
    return step_queries.supersede(session, stage, now, **written)


def take_back(
    session: Session, office: Office, file: CaseFile, code: str, reason: str, by: Recorder, now: datetime
) -> Stage:
    """What was recorded by mistake. `file` is held. Raises StepRefused, Refused."""
    stages = {stage.code: stage for stage in queries.stages(session, file.id)}
    stage = _stage(stages, code)
    if wrong := objection_to_taking_back(_state(stage), _standing(session, file, stages, now), reason):
        raise StepRefused(wrong, office.obligations)
    details = {"stage": stage.code, "reason": reason, "on_behalf": by.on_behalf, "before": _proof(stage)}
    # a conditional step that does not apply was kept only because it was done
    dropped = file.case.adjusted is False and stage.code in {item.id for item in _conditional(office, file)}
    written = _record(by, reason) | {"done_on": None, "document_number": "", "place": ""}
    log.append(session, now, by.name, TAKEN_BACK, f"case:{file.id}", details)
    return step_queries.supersede(session, stage, now, **written, applicable=stage.applicable and not dropped)


def _stage(stages: Mapping[str, Stage], code: str) -> Stage:
    if (stage := stages.get(code.upper())) is None:
        raise unknown("bước", "step", code, stages)
    return stage


def _state(stage: Stage) -> RecordedStep:
    return RecordedStep(stage.code, stage.position, stage.applicable, stage.done_on)


def _proof(stage: Stage) -> dict[str, object]:
    return {"done_on": stage.done_on, "number": stage.document_number, "place": stage.place}


def _record(by: Recorder, reason: str) -> dict[str, object]:
    return {"recorded_by": by.name, "on_behalf": by.on_behalf, "reason": reason}


def _standing(session: Session, file: CaseFile, stages: Mapping[str, Stage], now: datetime) -> CaseSteps:
    closed = file.case.outcome_at is not None and file.case.outcome_at <= now
    return CaseSteps(tuple(map(_state, stages.values())), _document_day(session, file, now), closed)


def _document_day(session: Session, file: CaseFile, now: datetime) -> date | None:
    """The day the document bears, at the latest the day it came; a paper may be signed days before it arrives."""
    received = file.case.received_at
    if received is None or received > now:
        return None
    dated = [row.document_date for row in queries.submissions(session, file.id) if row.document_date]
    return min([local_day(received), *dated])


# --- what a review leads to -----------------------------------------------------------------------------------------


def answer_review(
    session: Session, office: Office, file: CaseFile, *, adjusted: bool, by: Recorder, now: datetime
) -> list[str]:
    """«nếu có điều chỉnh, bổ sung»: opens the conditional steps of a review, or takes them away again; `file` is held.

    Steps already done stay. Returns the codes that now apply. Raises StepRefused, Refused.
    """
    items = _conditional(office, file)
    if not items:
        raise Refused(f"{file.obligation.code} không có nhiệm vụ kèm điều kiện. / It has no conditional duties.")
    stages = {stage.code: stage for stage in queries.stages(session, file.id)}
    case = _standing(session, file, stages, now)
    if wrong := objection_to_answer(case, accepted=file.case.accepted_at is not None):
        raise StepRefused(wrong, office.obligations)
    codes = [item.id for item in items] if adjusted else []
    if file.case.adjusted is adjusted:
        return codes
    file.case.adjusted, file.case.adjusted_at = adjusted, now
    file.case.adjusted_by, file.case.adjusted_on_behalf = by.name, by.on_behalf
    opened = [_open(session, office, file, item, stages.get(item.id), by, now) for item in items]
    session.add(file.case)
    details = {"adjusted": adjusted, "stages": codes, "on_behalf": by.on_behalf}
    entry = log.append(session, now, by.name, ADJUSTMENT, f"case:{file.id}", details)
    if adjusted:
        _tell(session, office, file, opened, f"adjusted:{entry.seq}", now)
    return codes


def _conditional(office: Office, file: CaseFile) -> tuple[Obligation, ...]:
    return conditional_steps(office.plan, file.obligation.code)


def _open(
    session: Session, office: Office, file: CaseFile, item: Obligation, stage: Stage | None, by: Recorder, now: datetime
) -> Stage:
    assert item.follows is not None
    done = stage is not None and stage.done_on is not None
    applicable = bool(file.case.adjusted) or done
    if stage is not None and stage.applicable is applicable:
        return stage
    target = stage.target_day if stage else None
    if applicable and item.target_working_days:
        target = office.calendar.add(local_day(now), item.target_working_days)
    told = {"applicable": applicable, "target_day": target, **_record(by, "")}
    if stage is not None:
        return step_queries.supersede(session, stage, now, **told)
    return step_queries.add(session, now, case_id=file.id, code=item.id, position=item.follows.order, **told)


def _tell(session: Session, office: Office, file: CaseFile, opened: list[Stage], key: str, now: datetime) -> None:
    """Whoever owes the steps that have arisen."""
    lines = ["Kết luận rà soát: có điều chỉnh, bổ sung"]
    for stage in opened:
        target = f" (phấn đấu đến ngày {day_vi(stage.target_day)})" if stage.target_day else ""
        lines.append(f"Việc tiếp theo: {office.obligations[stage.code].short}{target}")
    facts = {"matter": file.obligation.title_vi, "lines": lines, "path": f"/ho-so/{file.id}"}
    queue_for_focal_point(session, file, MessageKind.CASE_MESSAGE, key, facts, now)
