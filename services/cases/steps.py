"""Records the steps that follow a hand-in: approved, reported upward, published; and what a review leads to."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from models.database import id_of
from models.queries.cases import case_file as queries
from models.queries.cases.selection import CaseFile
from models.tables.cases import Stage
from rules.deadlines import local_day
from rules.office import Office
from rules.plan import Kind
from services import log
from services.errors import Refused, unknown


def record_stage(
    session: Session,
    file: CaseFile,
    code: str,
    *,
    done_on: date,
    by: str,
    now: datetime,
    document_number: str = "",
    place: str = "",
) -> Stage:
    """Raises Refused for a step this case does not have, or that cannot apply to its unit."""
    stages = {stage.code: stage for stage in queries.stages(session, id_of(file.case))}
    stage = stages.get(code.upper())
    if stage is None:
        raise unknown("bước", "stage", code, stages)
    if not stage.applicable:
        raise Refused(f"Bước {code} không áp dụng cho {file.organisation.key}. / Not applicable to this unit.")
    stage.done_on, stage.document_number, stage.place = done_on, document_number, place
    stage.recorded_at, stage.recorded_by = now, by
    session.add(stage)
    details = {"stage": stage.code, "done_on": done_on, "number": document_number, "place": place}
    log.append(session, now, by, "case.stage", f"case:{file.id}", details)
    return stage


PROMPTLY = 5  # working days: «kịp thời» (A18), a target, never overdue


def record_adjustment(
    session: Session, office: Office, file: CaseFile, *, adjusted: bool, by: str, now: datetime
) -> list[str]:
    """«nếu có điều chỉnh, bổ sung»: open the conditional steps of a review, or take them away again.

    Steps already done stay. Returns the codes that now apply.
    """
    items = [
        item
        for item in office.plan.obligations
        if item.kind is Kind.CONDITIONAL and item.follows and item.follows.deliverable == file.obligation.code
    ]
    if not items:
        raise Refused(f"{file.obligation.code} không có nhiệm vụ kèm điều kiện. / It has no conditional duties.")
    stages = {stage.code: stage for stage in queries.stages(session, id_of(file.case))}
    target = office.calendar.add(local_day(now), PROMPTLY)
    for item in items:
        assert item.follows is not None
        stage = stages.get(item.id) or Stage(case_id=file.id, code=item.id, position=item.follows.order)
        stage.applicable = adjusted or stage.done_on is not None
        stage.target_day = stage.target_day or target
        session.add(stage)
    codes = [item.id for item in items] if adjusted else []
    details = {"adjusted": adjusted, "stages": codes}
    log.append(session, now, by, "case.adjustment", f"case:{file.id}", details)
    return codes
