"""The facts of a periodic report as of a day, as they were known at its end; and the document written from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path

from sqlmodel import Session

from models.database import id_of
from models.queries.cases import selection as cases_queries
from models.queries.messages import urging_letters as letters_queries
from models.queries.people import organisations as organisation_queries
from models.queries.people.posts import organisation_id
from models.queries.plan import bindings as binding_queries
from models.queries.plan import occurrences as plan_queries
from models.queries.reports import progress as report_queries
from models.tables.organisations import Organisation, OrganisationName
from reports import facts as say
from reports.beside import pdf
from reports.phrases import units_of
from rules.deadlines import late_from, start_of
from rules.office import Office
from rules.periods import next_period, period_bounds, period_title_vi, previous_period
from rules.plan import BoundRole, Kind, ReportOutline
from rules.reporting import satisfied_periods
from services.errors import Refused
from services.reports.activity_facts import activities_between, with_recorded
from services.reports.documents import PROGRESS, Written, write_document
from services.reports.duties import Counted, count_duties, titled
from services.reports.figures import numbers_of
from services.reports.proposals import annex_iv
from services.reports.revisions import revised
from services.reports.urging_facts import annex_iii, guidance, reminded, urged
from services.reports.window import report_of, when_of, window_of
from services.units import GROUP_OF_KIND, bodies_on, groups_of

OTHER_DUTIES = "Các nhiệm vụ khác của Kế hoạch"
UNRECORDED = (Kind.CONTINUING, Kind.EVENT)  # without an occurrence nobody records them
READERS = {"departments": "Các sở, ngành", "districts": "UBND các huyện, thị xã, thành phố"}


def write_report(
    session: Session, office: Office, period: str, as_of: date, folder: Path
) -> tuple[Written, say.ReportFacts]:
    """Counted at the end of `as_of`; with what it says. Raises Refused for a period the plan does not have."""
    facts = report_facts(session, office, period, as_of)
    folder.mkdir(parents=True, exist_ok=True)
    return write_document(session, PROGRESS, folder / f"BC-{office.plan.id}-{facts.period}.docx", facts), facts


def write_workbook(facts: say.ReportFacts, document: Path) -> Path:
    """Its annexes, beside the document."""
    from reports.annex_book import write_annex_book  # pandas loads slowly; only reports pay for it

    return write_annex_book(facts, document.with_suffix(".xlsx"))


def write_data(facts: say.ReportFacts, document: Path) -> list[Path]:
    """Its annexes as CSV and Parquet, in a folder beside the document."""
    from reports.beside.annex_data import write_annex_data  # pandas loads slowly; only reports pay for it

    return write_annex_data(facts, document.with_name(f"{document.stem}-so-lieu"))


def write_pdf(document: Path) -> Path:
    """Beside the document. Raises Refused: why there is none; the document stays."""
    try:
        return pdf.write_pdf(document, document.with_suffix(".pdf"))
    except pdf.NoPdf as error:
        raise Refused(str(error)) from error


def report_facts(session: Session, office: Office, period: str, as_of: date) -> say.ReportFacts:
    report = report_of(office.plan)
    assert report.report is not None
    window = window_of(session, office.plan, period)
    names = cases_queries.names_on(session, None, as_of)
    bodies = _bodies(session, as_of)
    counted = count_duties(session, office, window, as_of, names)
    lead = organisation_id(session, office.plan.lead)
    reminders = urged(session, window.first, as_of, {lead, *(bodies[key] for key in report.recipients)})
    start, end = start_of(window.first), late_from(as_of)
    sent = reminded(reminders, names, office.step_title)
    named = report_queries.named_in_the_report(session, start, end, counted.missing)
    following = next_period(window.period)
    changed = revised(session, office, window, as_of, names)
    return say.ReportFacts(
        issuer=_issuer(session, names, lead, bodies),
        recipients=tuple(names[bodies[key]].name for key in report.recipients),
        plan=reference_of(office),
        period=window.period,
        period_title_vi=period_title_vi(window.period),
        next_period_title_vi=period_title_vi(following),
        previous_period_title_vi=period_title_vi(previous_period(window.period)),
        cutoff_day=window.cutoff,
        as_of=as_of,
        guidance=with_recorded(
            guidance(sent, letters_queries.issued_between(session, window.first, as_of)),
            *(session, office.plan, lead, window.first, as_of),
        ),
        clauses=_clauses(office, report.report, counted, activities_between(session, office.plan, window.first, as_of)),
        annex_i=counted.rows,
        annex_ii=counted.cases,
        annex_iii=annex_iii(reminders, named, names, office.step_title),
        annex_iv=annex_iv(session, window.first, as_of, names) if office.plan.amendment else None,
        annex_v=_annex_v(session, following, names),
        copies=readers_of(session, as_of),
        numbers=numbers_of(session, office, window, as_of, names, reminders),
        reminded=sent,
        revised=changed.title,
        revised_on=changed.day,
        revisions=changed.revisions,
        also_for=tuple(period_title_vi(shorter) for shorter in satisfied_periods(when_of(report), window.period)),
    )


# --- section II and annex V -------------------------------------------------------------------------------------------


def _clauses(
    office: Office, outline: ReportOutline, counted: Counted, recorded: Mapping[str, say.ActivityResult]
) -> tuple[say.ClauseResult, ...]:
    """The plan's sections; a duty that belongs to none of them is told at the end."""
    sections = [(section.title, section.clauses) for section in outline.sections]
    told = {clause for _, clauses in sections for clause in clauses}
    others = tuple(dict.fromkeys(duty.clause for duty in counted.rows if duty.clause not in told))
    if others:
        sections.append((OTHER_DUTIES, others))
    return tuple(_section(office, title, clauses, counted, recorded) for title, clauses in sections)


def _section(
    office: Office,
    title: str,
    clauses: tuple[str, ...],
    counted: Counted,
    recorded: Mapping[str, say.ActivityResult],
) -> say.ClauseResult:
    guided = report_of(office.plan).clause  # what is done about it stands in section I
    unrecorded = tuple(
        item.title.vi
        for item in office.plan.obligations
        if item.clause in clauses
        and item.clause != guided
        and item.kind in UNRECORDED
        and item.when is None
        and not item.amends
        and item.id not in recorded
    )
    activities = tuple(
        recorded[item.id] for item in office.plan.obligations if item.clause in clauses and item.id in recorded
    )
    return say.ClauseResult(
        title, tuple(duty for duty in counted.rows if duty.clause in clauses), activities, unrecorded
    )


def _annex_v(session: Session, following: str, names: Mapping[int, OrganisationName]) -> tuple[say.AnnexVRow, ...]:
    due = report_queries.due_between(session, *period_bounds(following))
    owing = _owing(session, {id_of(row) for _, row, _ in due}, names)
    return tuple(
        say.AnnexVRow(
            duty=titled(row.title_vi, occurrence.period),
            unit=owing.get(id_of(row), ""),
            due_day=occurrence.late_after or occurrence.target_day,
            reminder_day=reminder,
            soft=occurrence.late_after is None,
        )
        for occurrence, row, reminder in due
    )


def _owing(session: Session, obligations: Collection[int], names: Mapping[int, OrganisationName]) -> dict[int, str]:
    """Obligation → who leads it or owes it for itself: the one body by its name, several by what they are together."""
    groups, bound = groups_of(session), defaultdict(list)
    for one in binding_queries.bindings_of(session, obligations):
        if one.role != BoundRole.CONTRIBUTOR and one.organisation_id in names:
            bound[one.obligation_id].append(one.organisation_id)
    return {
        obligation: names[ids[0]].name if len(ids) == 1 else f"Các {units_of(map(groups.__getitem__, ids))}"
        for obligation, ids in bound.items()
    }


# --- who writes, and to whom ------------------------------------------------------------------------------------------


def _bodies(session: Session, day: date) -> dict[str, int]:
    """Key → the organisation that goes on under it that day."""
    return {key: unit.id for key, unit in bodies_on(session, day, plan_queries.organisations_by_key(session)).items()}


def readers_of(session: Session, day: date) -> tuple[str, ...]:
    standing = {GROUP_OF_KIND.get(row.kind) for row in organisation_queries.standing_organisations(session, day)}
    readers = [phrase for group, phrase in READERS.items() if group in standing]
    return (f"{', '.join(readers)} (để biết)",) if readers else ()


def issuer_of(session: Session, office: Office, day: date) -> say.Issuer:
    names = cases_queries.names_on(session, None, day)
    return _issuer(session, names, organisation_id(session, office.plan.lead), _bodies(session, day))


def _issuer(
    session: Session, names: Mapping[int, OrganisationName], lead: int, bodies: Mapping[str, int]
) -> say.Issuer:
    parent = bodies.get(session.get_one(Organisation, lead).parent_key or "")
    name = names[lead]
    return say.Issuer(
        superior=names[parent].name if parent else "",
        name=name.name,
        symbol=f"BC-{name.abbreviation}",
        drafting_unit="TH",
        place=name.place,
        signer_title=name.head_title.upper(),
    )


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
