"""Cases and their steps as they were known at a moment: later acts, and what was registered later, are not seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, literal, or_, select
from sqlalchemy import case as when
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.columns import UtcMoment
from models.conditions import is_known_step, stands
from models.tables.cases import Case, Stage
from models.tables.organisations import Organisation
from models.tables.plan import Term
from models.tables.submissions import Decision, Submission
from rules.case_history import HAND_IN, Act, KnownCase, known


@dataclass(frozen=True)
class ReportCase:
    id: int
    occurrence_id: int
    organisation_id: int
    role: str
    target_day: date  # by the plan
    late_after: date | None
    superseded: bool  # somebody else owes the same
    facts: KnownCase
    awaited_before: bool  # nothing had been handed in, and nothing else had ended it, at the earlier moment
    agreed_day: date | None = None  # the last day of its extension

    @property
    def closed(self) -> str | None:
        return "superseded" if self.superseded else self.facts.outcome

    @property
    def is_awaited(self) -> bool:
        return not self.superseded and self.facts.is_awaited


def cases_known(
    session: Session,
    occurrences: Collection[int],
    moment: datetime,
    before: datetime,
    hindsight: datetime | None = None,
) -> list[ReportCase]:
    """Every case of these occurrences, in the order of the occurrences and of the units' register.

    `hindsight`: what was received by `moment` counts if it was registered by then, and so does a decision taken back.
    """
    acts = _acts(session, occurrences, moment, hindsight)
    agreed = _agreed_days(session, occurrences)
    superseded = and_(col(Case.outcome) == "superseded", col(Case.outcome_at) <= literal(moment, UtcMoment()))
    query = (
        select(
            col(Case.id), col(Case.occurrence_id), col(Case.organisation_id), col(Case.role), col(Term.target_day),
            col(Term.late_after), when((superseded, 1), else_=0),
        )
        .join(Term, col(Term.id) == col(Case.statutory_term_id))
        .join(Organisation, col(Organisation.id) == col(Case.organisation_id))
        .where(col(Case.occurrence_id).in_(occurrences))
        .order_by(col(Case.occurrence_id), col(Organisation.position), col(Case.id))
    )  # fmt: skip
    rows = []
    for id, occurrence, unit, role, target, late_after, is_superseded in session.execute(query):
        written = acts.get(id, ())
        facts, earlier = known(written), known(act for act in written if act.at < before)
        until = facts.extended_to.isoformat() if facts.extended_to else ""
        day = agreed.get((occurrence, role, until), facts.extended_to)
        rows.append(
            ReportCase(
                id, occurrence, unit, role, target, late_after, bool(is_superseded), facts, earlier.is_awaited, day
            )
        )
    return rows


def _acts(
    session: Session, occurrences: Collection[int], moment: datetime, hindsight: datetime | None
) -> dict[int, list[Act]]:
    by_then, later = literal(moment, UtcMoment()), literal(hindsight or moment, UtcMoment())
    written = col(Submission.registered_at) if _written_by(session, moment) else col(Submission.received_at)
    in_time = written <= by_then
    if hindsight is not None:
        in_time = and_(col(Submission.received_at) <= by_then, col(Submission.registered_at) <= later)
    handed_in = (
        select(
            col(Submission.case_id),
            written,
            literal(HAND_IN),
            col(Submission.received_at),
            col(Submission.document_number),
            literal(None),
        )
        .join(Case, col(Case.id) == col(Submission.case_id))
        .where(col(Case.occurrence_id).in_(occurrences), in_time, stands(Submission))
        .order_by(col(Submission.case_id), col(Submission.version))
    )
    decided = (
        select(
            col(Decision.case_id),
            col(Decision.decided_at),
            col(Decision.kind),
            literal(None),
            literal(""),
            col(Decision.until),
        )
        .join(Case, col(Case.id) == col(Decision.case_id))
        .where(col(Case.occurrence_id).in_(occurrences), stands(Decision))
        .where(
            or_(
                col(Decision.decided_at) <= by_then,
                and_(col(Decision.kind) == "reopen", col(Decision.decided_at) <= later),
            )
        )
        .order_by(col(Decision.id))
    )
    acts: dict[int, list[Act]] = defaultdict(list)
    for query in (handed_in, decided):
        for case_id, *act in session.execute(query):
            acts[case_id].append(Act(*act))
    return acts


def _written_by(session: Session, moment: datetime) -> bool:
    """Nothing at all was: the office entered its past afterwards, and what came then counts by its own day."""
    by_then = literal(moment, UtcMoment())
    registered = select(col(Submission.id)).where(col(Submission.registered_at) <= by_then).exists()
    decided = select(col(Decision.id)).where(col(Decision.decided_at) <= by_then).exists()
    return bool(session.execute(select(or_(registered, decided))).scalar_one())


def _agreed_days(session: Session, occurrences: Collection[int]) -> dict[tuple[int, str, str], date]:
    """(occurrence, role, day agreed) → the last day that follows from it."""
    query = select(
        col(Term.occurrence_id), col(Term.role), col(Term.agreed), col(Term.late_after), col(Term.target_day)
    ).where(col(Term.occurrence_id).in_(occurrences), col(Term.agreed) != "")
    return {(a, b, c): late_after or target for a, b, c, late_after, target in session.execute(query)}


@dataclass(frozen=True)
class ReportStep:
    case_id: int
    code: str
    applicable: bool
    target_day: date | None
    done_on: date | None
    document_number: str
    place: str
    since: int  # 1: it had not been recorded at the earlier moment

    @property
    def awaited_before(self) -> bool:
        return bool(self.since)


def steps_known(
    session: Session, occurrences: Collection[int], as_of: date, moment: datetime, before: datetime
) -> list[ReportStep]:
    """Of every case of these occurrences, in their order, by the record of each that stood at that moment."""
    seen, earlier = col(Stage.done_on) <= as_of, aliased(Stage)
    done_before = (
        select(col(earlier.id))
        .where(col(earlier.case_id) == col(Stage.case_id), col(earlier.code) == col(Stage.code))
        .where(col(earlier.done_on).is_not(None), is_known_step(literal(before, UtcMoment()), earlier))
    )
    query = (
        select(
            col(Stage.case_id), col(Stage.code), col(Stage.applicable), col(Stage.target_day),
            when((seen, col(Stage.done_on)), else_=None), when((seen, col(Stage.document_number)), else_=""),
            when((seen, col(Stage.place)), else_=""),
            when((done_before.exists(), 0), else_=1),
        )
        .join(Case, col(Case.id) == col(Stage.case_id))
        .where(col(Case.occurrence_id).in_(occurrences), is_known_step(literal(moment, UtcMoment())))
        .order_by(col(Stage.position), col(Stage.code), col(Stage.case_id))
    )  # fmt: skip
    return [ReportStep(*row) for row in session.execute(query)]
