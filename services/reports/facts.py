"""Counts what a periodic report says as of a day, and writes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sqlmodel import Session

from models.database import id_of
from models.queries.cases import selection as cases_queries
from models.queries.messages import urging_letters as letters_queries
from models.queries.people.posts import organisation_id
from models.queries.plan import occurrences as plan_queries
from models.queries.reports import progress as report_queries
from models.queries.reports.progress import ReportCase
from models.tables.organisations import Organisation, OrganisationName
from models.tables.plan import ObligationRow, Occurrence
from reports import facts as say
from rules.deadlines import late_from, local_day, start_of
from rules.office import Office
from rules.periods import next_period, period_bounds, period_title_vi, previous_period, reporting_window
from rules.plan import Obligation, Plan, ReportSection
from rules.punctuality import days_late, on_time_rate
from rules.status import ANSWERED, EXEMPT, LATE, Status
from services.errors import Refused
from services.reports.proposals import annex_iv
from services.reports.urging_facts import annex_iii, guidance, urged

INSTANT = timedelta(microseconds=1)
EVERY_UNIT = "Các cơ quan, đơn vị, địa phương"


def write_report(
    session: Session, office: Office, period: str, as_of: date, folder: Path
) -> tuple[Path, say.ReportFacts]:
    """Counted at the end of `as_of`; with what it says. Raises Refused for a period the plan does not have."""
    from reports.progress import write_progress_report  # Word libraries load slowly; only reports pay for them

    facts = report_facts(session, office, period, as_of)
    folder.mkdir(parents=True, exist_ok=True)
    return write_progress_report(facts, folder / f"BC-{office.plan.id}-{period}.docx"), facts


def report_facts(session: Session, office: Office, period: str, as_of: date) -> say.ReportFacts:
    report = report_of(office.plan)
    outline = report.report
    assert outline is not None
    period = _known_period(session, report.id, period)
    window = reporting_window(period)
    moment = late_from(as_of) - INSTANT
    duties = [
        (occurrence, row)
        for occurrence, row in report_queries.in_window(session, window[0], as_of)
        if row.code != report.id
    ]
    cases = _by_occurrence(report_queries.cases(session, [o.id for o, _ in duties if o.id], moment))
    names = cases_queries.names_on(session, None, as_of)
    lead = organisation_id(session, office.plan.lead)
    counted = [(o, row, _duty(session, o, row, cases.get(id_of(o), []), moment, names[lead].name)) for o, row in duties]
    reminders = urged(session, window[0], as_of)
    named = report_queries.named_in_the_report(session, start_of(window[0]), late_from(as_of))
    following = next_period(period)
    return say.ReportFacts(
        issuer=_issuer(session, names, lead),
        recipients=_recipients(session, report, names),
        plan=reference_of(office),
        period=period,
        period_title_vi=period_title_vi(period),
        next_period_title_vi=period_title_vi(following),
        previous_period_title_vi=period_title_vi(previous_period(period)),
        cutoff_day=window[1],
        as_of=as_of,
        guidance=guidance(reminders, letters_queries.issued_between(session, window[0], as_of)),
        clauses=tuple(_section(section, counted) for section in outline.sections),
        annex_i=tuple(_annex_i(duty) for _, _, duty in counted),
        annex_ii=tuple(
            _annex_ii(office, row, case, names) for o, row, _ in counted for case in cases.get(id_of(o), [])
        ),
        annex_iii=annex_iii(reminders, named, names, lead),
        annex_iv=annex_iv(session, window[0], as_of, names),
        annex_v=_annex_v(session, office, following, as_of, names[lead].name),
    )


def report_of(plan: Plan) -> Obligation:
    """The obligation that asks for the report. Raises Refused when the plan asks for none."""
    if plan.periodic_report is None:
        raise Refused(
            f"Kế hoạch {plan.number} không có nhiệm vụ báo cáo định kỳ (report trong plan.yaml). / "
            "The plan asks for no periodic report."
        )
    return plan.periodic_report


def _known_period(session: Session, report: str, period: str) -> str:
    known = cases_queries.periods(session, report)
    if period.upper() not in known:
        some = ", ".join(known[:12]) or "–"
        raise Refused(f"Không có kỳ báo cáo «{period}». Các kỳ: {some}. / No such reporting period.")
    return period.upper()


def _by_occurrence(rows: Sequence[ReportCase]) -> dict[int, list[ReportCase]]:
    grouped: dict[int, list[ReportCase]] = {}
    for row in rows:
        grouped.setdefault(row.occurrence_id, []).append(row)
    return grouped


def _duty(
    session: Session,
    occurrence: Occurrence,
    row: ObligationRow,
    cases: Sequence[ReportCase],
    moment: datetime,
    lead: str,
) -> say.DutyResult:
    counts = Counter(case.status for case in cases)
    answered, late = _answered(cases)
    assigned = len(cases) - sum(counts[status] for status in EXEMPT)
    before, rate_before = _previous(session, occurrence, row, moment)
    return say.DutyResult(
        title=f"{row.title_vi}{_for(occurrence)}",
        clause=row.clause,
        lead=lead if any(case.role == "lead" for case in cases) else EVERY_UNIT,
        deadline_phrase=occurrence.deadline_phrase,
        assigned=assigned,
        on_time=answered - late,
        late=late,
        missing=assigned - answered,
        nil_returns=counts[Status.NIL_RETURN],
        waived=counts[Status.WAIVED],
        still_open=occurrence.late_after is None or late_from(occurrence.late_after) > moment,
        due_day=occurrence.nominal_last_day or occurrence.target_day,
        on_time_rate=on_time_rate(answered - late, assigned),
        previous_rate=rate_before,
        previous_title=period_title_vi(before.period) if before else "",
    )


def _answered(cases: Sequence[ReportCase]) -> tuple[int, int]:
    """How many answered, and how many of them late."""
    answered = sum(case.status in ANSWERED or case.status is Status.RETURNED for case in cases)
    return answered, sum(case.status in LATE or _returned_late(case) for case in cases)


def _returned_late(case: ReportCase) -> bool:
    """A return for completion does not make a late answer punctual."""
    if case.status is not Status.RETURNED or case.received_at is None or case.late_after is None:
        return False
    return case.received_at >= late_from(case.late_after)


def _for(occurrence: Occurrence) -> str:
    return f" ({period_title_vi(occurrence.period)})"


def _previous(
    session: Session, occurrence: Occurrence, row: ObligationRow, moment: datetime
) -> tuple[Occurrence | None, Decimal | None]:
    before = report_queries.previous_occurrence(session, occurrence, row.code)
    if before is None or before.id is None:
        return None, None
    cases = report_queries.cases(session, [before.id], moment)
    counts = Counter(case.status for case in cases)
    assigned = len(cases) - sum(counts[status] for status in EXEMPT)
    answered, late = _answered(cases)
    return before, on_time_rate(answered - late, assigned)


def _section(
    section: ReportSection, counted: Sequence[tuple[Occurrence, ObligationRow, say.DutyResult]]
) -> say.ClauseResult:
    return say.ClauseResult(section.title, tuple(duty for _, row, duty in counted if row.clause in section.clauses))


def _annex_i(duty: say.DutyResult) -> say.AnnexIRow:
    return say.AnnexIRow(
        duty=duty.title,
        clause=duty.clause,
        lead=duty.lead,
        deadline=duty.deadline_phrase,
        assigned=duty.assigned,
        on_time=duty.on_time,
        late=duty.late,
        missing=duty.missing,
        on_time_rate=duty.on_time_rate,
        note="Chưa đến hạn" if duty.still_open else "",
    )


OUTCOMES = {
    Status.RECEIVED: say.ReportOutcome.ON_TIME,
    Status.ACCEPTED: say.ReportOutcome.ON_TIME,
    Status.RECEIVED_LATE: say.ReportOutcome.LATE,
    Status.ACCEPTED_LATE: say.ReportOutcome.LATE,
    Status.NIL_RETURN: say.ReportOutcome.NIL_RETURN,
    Status.WAIVED: say.ReportOutcome.WAIVED,
    Status.NOT_APPLICABLE: say.ReportOutcome.WAIVED,
    Status.SUPERSEDED: say.ReportOutcome.WAIVED,
    Status.OVERDUE: say.ReportOutcome.MISSING,
}


def _outcome(case: ReportCase) -> say.ReportOutcome:
    """What was returned for completion counts by its first receipt, as in annex I."""
    if case.status is Status.RETURNED:
        return say.ReportOutcome.LATE if _returned_late(case) else say.ReportOutcome.ON_TIME
    return OUTCOMES.get(case.status, say.ReportOutcome.OPEN)


def _annex_ii(
    office: Office, row: ObligationRow, case: ReportCase, names: dict[int, OrganisationName]
) -> say.AnnexIIRow:
    answered = (case.status in ANSWERED or case.status is Status.RETURNED) and case.received_at is not None
    received = local_day(case.received_at) if answered and case.received_at else None
    late = case.late_after is not None and received is not None and received > case.late_after
    return say.AnnexIIRow(
        unit=names[case.organisation_id].name,
        duty=row.short,
        deadline=case.late_after or case.target_day,
        received_on=received,
        document_number=case.document_number if answered else "",
        outcome=_outcome(case),
        days_late=days_late(received, case.late_after, office.calendar) if late and received and case.late_after else 0,
    )


def _annex_v(session: Session, office: Office, following: str, as_of: date, lead: str) -> tuple[say.AnnexVRow, ...]:
    start, end = period_bounds(following)
    return tuple(
        say.AnnexVRow(
            duty=f"{row.title_vi}{_for(occurrence)}",
            unit=EVERY_UNIT if _is_owed_by_each(office, row.code) else lead,
            due_day=occurrence.nominal_last_day or occurrence.target_day,
            reminder_day=reminder,
        )
        for occurrence, row, reminder in report_queries.due_between(session, max(start, as_of), end)
    )


def _is_owed_by_each(office: Office, code: str) -> bool:
    duty = office.obligations.get(code)
    return duty is not None and duty.owed_by_each


def issuer_of(session: Session, office: Office, day: date) -> say.Issuer:
    return _issuer(session, cases_queries.names_on(session, None, day), organisation_id(session, office.plan.lead))


def _issuer(session: Session, names: dict[int, OrganisationName], lead: int) -> say.Issuer:
    organisation = session.get_one(Organisation, lead)
    keys = plan_queries.organisations_by_key(session)
    parent = keys.get(organisation.parent_key or "")
    name = names[lead]
    return say.Issuer(
        superior=names[parent.id].name if parent and parent.id in names else "",
        name=name.name,
        symbol=f"BC-{name.abbreviation}",
        drafting_unit="TH",
        place=name.place,
        signer_title=name.head_title.upper(),
    )


def _recipients(session: Session, report: Obligation, names: dict[int, OrganisationName]) -> tuple[str, ...]:
    keys = plan_queries.organisations_by_key(session)
    ids = (keys[key].id for key in report.recipients)
    return tuple(names[id].name for id in ids if id is not None)


def reference_of(office: Office) -> say.PlanReference:
    plan = office.plan
    report = plan.periodic_report
    return say.PlanReference(
        number=plan.number,
        signed_on=plan.signed_on,
        issued_by="Ủy ban nhân dân tỉnh",
        title=plan.title.vi.removeprefix("Kế hoạch "),
        subject=report.report.subject if report and report.report else "",
    )
