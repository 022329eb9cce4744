"""Records a step that follows the hand-in: approved, reported upward, published."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session, select

from models.cases import Stage
from models.queries_cases import CaseFile
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
    stages = {stage.code: stage for stage in session.exec(select(Stage).where(Stage.case_id == file.case.id))}
    stage = stages.get(code.upper())
    if stage is None:
        raise unknown("bước", "stage", code, stages)
    if not stage.applicable:
        raise Refused(f"Bước {code} không áp dụng cho {file.organisation.key}. / Not applicable to this unit.")
    stage.done_on, stage.document_number, stage.place = done_on, document_number, place
    stage.recorded_at, stage.recorded_by = now, by
    session.add(stage)
    details = {"stage": stage.code, "done_on": done_on, "number": document_number, "place": place}
    log.append(session, now, by, "case.stage", f"case:{file.case.id}", details)
    return stage
