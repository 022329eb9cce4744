"""What was recorded after a moment of what had happened before it."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import literal, null, or_, select, union_all
from sqlmodel import Session, col

from models.columns import UtcMoment
from models.tables.cases import Case, Stage
from models.tables.messages import ReportDraft
from models.tables.organisations import Organisation
from models.tables.plan import ObligationRow, Occurrence
from models.tables.submissions import Decision, Submission

HAND_IN, STEP, REOPENED = "hand_in", "step", "reopen"


class Correction(NamedTuple):
    case_id: int
    kind: str
    at: datetime  # when it was recorded
    by: str
    reason: str
    document_number: str


def corrections(session: Session, day: date, moment: datetime, until: datetime) -> list[Correction]:
    """Recorded after `moment`, the end of `day`, and by `until`; by case, in the order in which it was recorded.

    A record of a step without a day takes an earlier record back.
    """
    start, end = literal(moment, UtcMoment()), literal(until, UtcMoment())
    recorded = union_all(
        select(
            col(Submission.case_id), literal(HAND_IN).label("kind"), col(Submission.registered_at).label("at"),
            col(Submission.registered_by).label("by"), literal("").label("reason"), col(Submission.document_number),
        )
        .where(col(Submission.received_at) <= start)
        .where(col(Submission.registered_at) > start, col(Submission.registered_at) <= end),
        select(
            col(Stage.case_id), literal(STEP), col(Stage.recorded_at), col(Stage.recorded_by), col(Stage.reason),
            col(Stage.document_number),
        )
        .where(or_(col(Stage.done_on) <= day, col(Stage.done_on) == null()))
        .where(col(Stage.recorded_at) > start, col(Stage.recorded_at) <= end),
        select(
            col(Decision.case_id), literal(REOPENED), col(Decision.decided_at), col(Decision.by),
            col(Decision.reason), literal(""),
        ).where(col(Decision.kind) == REOPENED, col(Decision.decided_at) > start, col(Decision.decided_at) <= end),
    ).subquery()  # fmt: skip
    query = (
        select(recorded)
        .join(Case, col(Case.id) == recorded.c.case_id)
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .order_by(col(Organisation.position), recorded.c.case_id, recorded.c.at, recorded.c.kind)
    )
    return [Correction(*row) for row in session.execute(query)]


def report_before(session: Session, code: str, period: str, day: date) -> tuple[str, date] | None:
    """Period and day of the newest report of an earlier day, and not of this period itself."""
    query = (
        select(col(Occurrence.period), col(ReportDraft.as_of))
        .join(Occurrence, col(Occurrence.id) == col(ReportDraft.occurrence_id))
        .join(ObligationRow, col(ObligationRow.id) == col(Occurrence.obligation_id))
        .where(col(ObligationRow.code) == code, col(Occurrence.period) != period, col(ReportDraft.as_of) < day)
        .order_by(col(ReportDraft.as_of).desc(), col(Occurrence.target_day).desc(), col(ReportDraft.version).desc())
        .limit(1)
    )
    row = session.execute(query).first()
    return row._tuple() if row else None
