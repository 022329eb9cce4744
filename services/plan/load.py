"""Loads a version of the plan and lays out its occurrences, terms and step days ahead of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlmodel import Session

from models.database import id_of
from models.queries.plan import occurrences as plan_queries
from models.queries.plan import terms as term_queries
from models.tables.plan import ObligationRow, Occurrence, PlanVersion, StepDay, Term
from rules.deadlines import deadline_phrase, late_from, local_day, start_of
from rules.forms import SheetForm
from rules.ladder import StepDay as LadderDay
from rules.ladder import due_soon_on, step_days
from rules.office import Office
from rules.periods import worded
from rules.plan import Bound, BoundRole, DatedOccurrence, Obligation, Plan, Text
from rules.recurrence import contributor_target, occurrences
from rules.working_days import WorkCalendar
from services import log
from services.errors import Refused
from services.plan.bindings import rebind
from services.plan.stored import Adoption, keep_files, read_plan, stored_forms, stored_plan
from services.plan.triggers import in_effect

HORIZON = timedelta(days=400)
REFRESH = timedelta(days=366)
SOON_WORKING_DAYS = 3  # for duties without a ladder
LAST_STEP = timedelta(days=7)  # how long the last one is for whoever takes over a post; a missed one comes later


def restore_plan(version: PlanVersion) -> Plan:
    """The plan as it was loaded, whatever has become of its file."""
    return read_plan(version.document)


def load_plan(
    session: Session,
    plan: Plan,
    now: datetime,
    by: str = "kyhan",
    forms: Mapping[str, SheetForm] | None = None,
    adoption: Adoption | None = None,
) -> PlanVersion:
    """Store this plan as the version in force; the same plan again changes nothing. Raises Refused: another plan.

    `forms`: None: those of the version before it.
    """
    adoption = adoption or Adoption(by)
    current = plan_queries.current_plan(session)
    document = stored_plan(plan)
    tables = stored_forms(forms) or (current.forms if current else None)
    digest = sha256(f"{document}{tables or ''}".encode()).hexdigest()
    if current is not None and current.sha256 == digest:
        return current
    if reason := why_not(session, plan):
        raise Refused(f"{reason.vi} / {reason.en}")
    if current is not None:
        _retire(session, current, now)
    version = _version(plan, document, digest, current, now)
    version.forms = tables
    version.effective_from, version.decision = adoption.effective_from, adoption.decision or None
    version.source = keep_files(session, adoption.files)
    session.add(version)
    session.flush()
    _store_obligations(session, version, plan)
    rebind(session, plan, local_day(now))
    details = {
        "version": version.version,
        "sha256": digest,
        "decision": version.decision,
        "from": adoption.effective_from,
    }
    log.append(session, now, adoption.by, "plan.load", f"plan:{version.id}", details)
    return version


def why_not(session: Session, plan: Plan) -> Text | None:
    """A home follows one plan: boards and lists show its cases alone, open cases of another would be out of sight."""
    current = plan_queries.current_plan(session)
    if current is None or current.code == plan.id or not (cases := sum(plan_queries.open_cases(session).values())):
        return None
    return Text(
        f"{plan.number} không phải phiên bản mới của {current.number} đang theo dõi, mà còn {cases} hồ sơ chưa nộp; "
        f"mỗi KYHAN_HOME theo dõi một kế hoạch. Hãy lập KYHAN_HOME riêng cho {plan.number}, "
        f"hoặc giữ id: {current.code} nếu đây vẫn là kế hoạch ấy.",
        f"{plan.id} is another plan than {current.code}, which has {cases} open cases; a home follows one plan. "
        f"Give it a KYHAN_HOME of its own, or keep id: {current.code} if it is a new version of that plan.",
    )


def _version(plan: Plan, document: str, digest: str, before: PlanVersion | None, now: datetime) -> PlanVersion:
    tracked_from = before.tracked_from if before else tracking_start(plan, local_day(now))
    return PlanVersion(
        code=plan.id,
        version=before.version + 1 if before else 1,
        number=plan.number,
        title_vi=plan.title.vi,
        title_en=plan.title.en,
        signed_on=plan.signed_on,
        lead_key=plan.lead,
        sha256=digest,
        document=document,
        loaded_at=now,
        tracked_from=tracked_from,
        planned_until=tracked_from - timedelta(days=1),
    )


def tracking_start(plan: Plan, today: date) -> date:
    """From the start of the year Kyhan is first used; in the plan's first two years, from its signature.

    Without this an office that starts in a later year would be met by years of duties nobody followed.
    """
    if today.year <= plan.signed_on.year + 1:
        return plan.signed_on
    return date(today.year, 1, 1)


def _retire(session: Session, version: PlanVersion, now: datetime) -> None:
    """Open occurrences stay with the version they were created under; those not open yet are planned anew."""
    version.superseded_at = now
    term_queries.delete_unopened(session, id_of(version))


def _store_obligations(session: Session, version: PlanVersion, plan: Plan) -> None:
    rows = [_obligation_row(version, position, item) for position, item in enumerate(plan.obligations)]
    session.add_all(rows)
    session.flush()


def _obligation_row(version: PlanVersion, position: int, item: Obligation) -> ObligationRow:
    return ObligationRow(
        plan_id=id_of(version),
        position=position,
        code=item.id,
        clause=item.clause,
        kind=item.kind.value,
        severity=item.severity.value,
        title_vi=item.title.vi,
        title_en=item.title.en,
        short=item.short,
        quote=item.quote,
        hand_in=worded(item.hand_in),
        flow=item.flow,
        ladder=item.ladder,
    )


def plan_ahead(
    session: Session, office: Office, now: datetime, *, reach_back: bool = False, again: bool = False
) -> int:
    """Lay out every occurrence that falls due within the horizon. Returns how many are new.

    `again`: also where it was laid out before, for what had no day then.

    Since when duties are followed is settled once a case is open: then only `reach_back`, an operator's word, adds
    those of an earlier year.
    """
    version = plan_queries.current_plan(session)
    assert version is not None, "no plan loaded"
    today = local_day(now)
    start = min(version.tracked_from, tracking_start(office.plan, today))
    if start < version.tracked_from and not reach_back and plan_queries.any_open(session):
        start = version.tracked_from
    again = again or start < version.tracked_from
    if not again and version.planned_until >= today + REFRESH:
        return 0
    first = start if again else version.planned_until + timedelta(days=1)
    last = max(today + HORIZON, version.planned_until)
    planned = plan_queries.planned(session, version.code)
    dated = occurrences(in_effect(session, office.plan), office.calendar, first, last)
    fresh = [item for item in dated if (item.obligation, item.period) not in planned]
    _store_occurrences(session, office, version, fresh)
    version.tracked_from, version.planned_until = start, last
    session.add(version)
    session.flush()
    return len(fresh)


def _store_occurrences(
    session: Session, office: Office, version: PlanVersion, dated: Sequence[DatedOccurrence]
) -> None:
    rows = plan_queries.obligations(session, id_of(version))
    duties = {code: office.plan.obligation(code) for code in {item.obligation for item in dated}}
    stored = [(item, _occurrence_row(rows[item.obligation], duties[item.obligation], item)) for item in dated]
    session.add_all(occurrence for _, occurrence in stored)
    session.flush()
    terms = [
        (occurrence, _term_of(office, duties[item.obligation], occurrence, item, bound))
        for item, occurrence in stored
        for bound in {entry.role: entry for entry in reversed(duties[item.obligation].bound)}.values()
    ]
    session.add_all(term for _, term in terms)
    session.flush()
    session.add_all(day for occurrence, term in terms for day in step_rows(office, term.ladder, occurrence, term))


def _occurrence_row(row: ObligationRow, obligation: Obligation, item: DatedOccurrence) -> Occurrence:
    assert obligation.when is not None
    return Occurrence(
        obligation_id=id_of(row),
        period=item.period,
        opens_on=None if item.trigger else item.opens_on,
        nominal_last_day=item.nominal_last_day,
        target_day=item.target_day,
        late_after=item.late_after,
        soft=item.soft,
        strict_before=item.strict_before,
        worded=item.worded,
        why=item.why,
        period_start=item.period_start,
        period_end=item.period_end,
        data_cutoff=item.data_cutoff,
        trigger=next(iter(obligation.conditions), None),
        deadline_phrase=deadline_phrase(obligation.when, item),
    )


def _term_of(
    office: Office, obligation: Obligation, occurrence: Occurrence, item: DatedOccurrence, bound: Bound
) -> Term:
    role = bound.role.value
    target = target_of(bound, item, office.calendar)
    ladder = obligation.ladder_for(role)
    return _term_row(office, ladder, occurrence, role=role, target_day=target, late_after=item.late_after)


def target_of(bound: Bound, item: DatedOccurrence, calendar: WorkCalendar) -> date:
    """A contributor's own soft day; the last day is the plan's for everybody."""
    if bound.role is BoundRole.CONTRIBUTOR and bound.target_month is not None:
        return contributor_target(bound, item, calendar)
    return item.target_day


def store_term(
    session: Session,
    office: Office,
    ladder: str | None,
    occurrence: Occurrence,
    *,
    role: str,
    target_day: date,
    late_after: date | None,
    agreed: str = "",
) -> Term:
    """Write down the dates a case is held to, and the days of every ladder step that follow from them."""
    term = _term_row(office, ladder, occurrence, role=role, target_day=target_day, late_after=late_after, agreed=agreed)
    session.add(term)
    session.flush()
    session.add_all(step_rows(office, ladder, occurrence, term))
    return term


def _term_row(
    office: Office,
    ladder: str | None,
    occurrence: Occurrence,
    *,
    role: str,
    target_day: date,
    late_after: date | None,
    agreed: str = "",
) -> Term:
    return Term(
        occurrence_id=id_of(occurrence),
        role=role,
        ladder=ladder,
        agreed=agreed,
        target_day=target_day,
        late_after=late_after,
        opens_at=start_of(occurrence.opens_on) if occurrence.opens_on else None,
        **term_dates(office, ladder, occurrence.opens_on, target_day, late_after),
    )


def term_dates(
    office: Office, ladder: str | None, opens_on: date | None, target_day: date, late_after: date | None
) -> dict[str, Any]:
    """The moments at which a case held to these dates changes its status."""
    days = _step_days(office, ladder, opens_on, target_day, late_after)
    return {
        "due_soon_at": start_of(due_soon_on(days) or office.calendar.add(target_day, -SOON_WORKING_DAYS)),
        "due_soon_until": None if late_after else late_from(target_day),
        "late_at": late_from(late_after) if late_after else None,
    }


def step_rows(office: Office, ladder: str | None, occurrence: Occurrence, term: Term) -> list[StepDay]:
    """The days of every ladder step that follow from a term's dates."""
    return day_rows(term, _step_days(office, ladder, occurrence.opens_on, term.target_day, term.late_after))


def _step_days(
    office: Office, ladder: str | None, opens_on: date | None, target_day: date, late_after: date | None
) -> list[LadderDay]:
    if ladder is None or opens_on is None:
        return []
    return step_days(office.ladders[ladder], opens_on, target_day, late_after, office.calendar)


def day_rows(term: Term, days: Sequence[LadderDay]) -> list[StepDay]:
    return [
        StepDay(
            term_id=id_of(term),
            step=_step_code(day.step.id, term.agreed),
            level=day.step.level,
            reaches=role,
            message=day.step.message,
            channels=_spaced(day.step.channels),
            on_day=day.on_day,
            until_day=day.until_day or day.on_day + LAST_STEP,
        )
        for day in days
        for role in day.step.reaches
    ]


def _spaced(names: Sequence[str]) -> str:
    """As the database keeps sets of names: each with a space at both ends."""
    return f" {' '.join(names)} " if names else ""


def _step_code(step: str, agreed: str) -> str:
    """A notice is written once for each code, so a step towards an agreed day needs one of its own."""
    return f"{step}@{agreed}" if agreed else step
