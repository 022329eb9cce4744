"""A table is frozen once its approval is recorded: as it stands then, by which documents, or what stands in the way."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from models.database import id_of, insert_new, reading, writing
from models.queries.content import approvals as queries
from models.queries.content import frozen as frozen_queries
from models.queries.content.approvals import PeriodRecord
from models.tables.content import Consolidation, ConsolidationApproval
from rules.content.consolidation import Approval, ApprovalRecord, VersionApproval, version_approval
from rules.deadlines import local_day
from rules.office import Office
from rules.plan import Obligation, Text
from rules.text.wording import day_vi
from services import log
from services.content.consolidation import Consolidated, consolidate, gathering_duties
from services.content.frozen import digest_of_table, freeze
from services.errors import Refused

BY = "kyhan"
_LOG = logging.getLogger(__name__)


def approvals(session: Session, office: Office, obligation: str = "", period: str = "") -> list[Approval]:
    """Of every table that a step of the plan approves, or of one; period by period."""
    steps = _approving_steps(office, obligation)
    standing = queries.standing_steps(session, sorted(set().union(*steps.values())), period)
    linked = queries.approved_by(session, sorted(steps))
    history = queries.step_history(session, sorted(set().union(*steps.values())), period) if linked else []
    return [
        _approval(code, one, _of(standing, codes, one), _of(history, codes, one), linked)
        for code, codes in steps.items()
        for one in sorted({row.period for row in standing if row.record.step in codes})
    ]


def approval_of(session: Session, office: Office, obligation: str, period: str) -> Approval:
    """Without steps where no step of the plan approves this table."""
    return next(iter(approvals(session, office, obligation, period)), Approval(obligation, period, ()))


def _approving_steps(office: Office, obligation: str) -> dict[str, set[str]]:
    """Obligation whose table is approved → the steps that do it."""
    steps: dict[str, set[str]] = defaultdict(set)
    for item in office.plan.obligations:
        for code in item.approves:
            if not obligation or code == obligation:
                steps[code].add(item.id)
    return dict(steps)


def _of(rows: Iterable[PeriodRecord], steps: Collection[str], period: str) -> tuple[ApprovalRecord, ...]:
    return tuple(row.record for row in rows if row.period == period and row.record.step in steps)


def _approval(
    obligation: str,
    period: str,
    standing: tuple[ApprovalRecord, ...],
    history: tuple[ApprovalRecord, ...],
    linked: Iterable[tuple[str, str, int, int]],
) -> Approval:
    records = {record.id: record for record in history}
    versions = tuple(
        version_approval(number, records[stage], history)
        for code, of, number, stage in linked
        if (code, of) == (obligation, period) and stage in records
    )
    return Approval(obligation, period, standing, versions)


@dataclass(frozen=True)
class StepTable:
    """A table that a step of a case approves, and its newest version by this step's record."""

    step: str
    duty: Obligation  # that gathers it
    approval: Approval
    version: VersionApproval | None


def tables_of_case(
    session: Session, office: Office, case_id: int, steps: Collection[str], period: str, now: datetime
) -> list[StepTable]:
    """Of those steps of a case that approve tables."""
    gatherers = {gathers.obligation: duty for duty, gathers in gathering_duties(office, local_day(now))}
    found = []
    for item in (office.obligations[step] for step in steps if step in office.obligations):
        for code in item.approves:
            approval = approval_of(session, office, code, period)
            own = [one for one in approval.versions if one.record.is_of == (case_id, item.id)]
            if code in gatherers:
                found.append(StepTable(item.id, gatherers[code], approval, own[-1] if own else None))
    return found


def version_texts(session: Session, office: Office, step: Obligation) -> dict[str, str]:
    """Period → the versions that this step approved, each with its digest. Vietnamese."""
    texts: dict[str, list[str]] = defaultdict(list)
    for one in (one for code in step.approves for one in approvals(session, office, code)):
        number = one.approved_version
        version = frozen_queries.version(session, one.obligation, one.period, number) if number else None
        short = office.obligations[one.obligation].short
        frozen = f"bản chốt số {version.number}, SHA-256 {version.sha256}" if version else "chưa chốt"
        texts[one.period].append(f"{short}: {frozen}")
    return {period: "; ".join(lines) for period, lines in texts.items()}


def obstacle(whole: Consolidated) -> Text | None:
    """Why this table is not frozen although its approval is recorded."""
    if not whole.table.rows:
        return Text("chưa bảng nào được chấp nhận nên bảng chưa có dòng nào", "no table is accepted yet")
    if conflicts := len(whole.table.open_conflicts):
        return Text(f"còn {conflicts} nội dung chưa thống nhất", f"{conflicts} conflicts are open")
    return None


def freeze_approved(engine: Engine, office: Office, now: datetime) -> None:
    """Every table whose approval is recorded and that has no version by it; one that cannot be stops no other."""
    with reading(engine) as session:
        waiting = [one for one in approvals(session, office) if one.waits_for_version]
    for approval in waiting:
        try:
            _freeze(engine, office, approval, now)
        except Refused:  # no case of that table is open: there is nothing to put together
            continue
        except Exception:
            _LOG.exception("the approved table of %s %s is not frozen", approval.obligation, approval.period)


def freeze_after_step(engine: Engine, office: Office, step: str, now: datetime) -> None:
    """Right after a step was recorded, outside its transaction. What fails here is made up for by the next pass."""
    duty = office.obligations.get(step.upper())
    if duty is not None and duty.approves:
        freeze_approved(engine, office, now)


def _freeze(engine: Engine, office: Office, approval: Approval, now: datetime) -> None:
    duties = gathering_duties(office, local_day(now))
    duty = next((duty.id for duty, gathers in duties if gathers.obligation == approval.obligation), None)
    if duty is None:
        return
    with reading(engine) as session:
        whole = consolidate(session, office, duty, approval.period, now)
    with writing(engine) as session:
        log.hold(session)
        current = approval_of(session, office, approval.obligation, approval.period)
        if current.waits_for_version:
            _freeze_by(session, whole, current, now)


def _freeze_by(session: Session, whole: Consolidated, approval: Approval, now: datetime) -> None:
    version = frozen_queries.newest(session, approval.obligation, approval.period)
    if version is None or version.sha256 != digest_of_table(whole.table):
        if obstacle(whole) is not None:
            return
        version = freeze(session, whole, BY, f"Tự chốt khi đã ghi nhận phê duyệt: {documents(approval.steps)}", now)
    _approve(session, version, approval, now)


def _approve(session: Session, version: Consolidation, approval: Approval, now: datetime) -> None:
    links = [{"consolidation_id": id_of(version), "stage_id": step.id} for step in approval.steps]
    insert_new(session, ConsolidationApproval, links)
    records = [
        {"case": one.case_id, "step": one.step, "done_on": one.done_on, "number": one.number, "by": one.by}
        for one in approval.steps
    ]
    details = {"number": version.number, "sha256": version.sha256, "approvals": records}
    log.append(session, now, BY, "content.approve", f"content:{approval.obligation}:{approval.period}", details)


def documents(steps: Collection[ApprovalRecord]) -> str:
    """Vietnamese: the document where there is one, else how many there are."""
    if len(steps) != 1:
        return f"{len(steps)} văn bản"
    [step] = steps
    assert step.done_on is not None
    return f"{f'số {step.number} ' if step.number else ''}ngày {day_vi(step.done_on)}"
