"""The facts of each kind of document, from the record of the case it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.queries.cases import case_file as case_queries
from models.queries.cases.selection import CaseFile
from models.queries.documents import issued_for
from reports.facts import IssuedLetter
from reports.papers import facts as say
from reports.province.values import text_of
from rules.deadlines import local_day
from rules.office import Office
from rules.periods import worded
from rules.plan import HEAD_OF_AGENCY, DocumentKind, Obligation, Text
from rules.province.releases import ReleaseCounts, ReleaseState
from services.content.midyear import MidyearReview, midyear_review
from services.errors import Refused
from services.papers import parties
from services.papers.tables import tables_to_approve
from services.reports.duties import titled
from services.reports.facts import readers_of, reference_of


@dataclass(frozen=True)
class Subject:
    """The case a document is about, and the duty it proves: that of the case, or a step after it."""

    file: CaseFile
    duty: Obligation
    now: datetime

    @property
    def period(self) -> str:
        return self.file.occurrence.period


def submission(session: Session, office: Office, about: Subject) -> say.SubmissionFacts:
    duty, day = about.duty, local_day(about.now)
    step = office.plan.approving_step(duty.id)
    if step is None or step.approver is None:
        raise Refused("Kế hoạch không nêu ai phê duyệt. / The plan does not say who approves it.")
    return say.SubmissionFacts(
        issuer=parties.lead(session, office, "TTr", day),
        approver=parties.head_of(parties.body(session, step.approver, day)[1]),
        plan=reference_of(office),
        bases=office.plan.bases_on(DocumentKind.SUBMISSION, day),
        clause=duty.clause,
        duty=worded(duty.duty.vi, about.period) if duty.duty else titled(duty.title.vi, about.period),
        tables=tables_to_approve(session, office, step, about.period, about.now),
        as_of=day,
    )


def decision(session: Session, office: Office, about: Subject) -> say.DecisionFacts:
    step, day = about.duty, local_day(about.now)
    if step.approver is None:
        raise Refused("Kế hoạch không nêu ai phê duyệt. / The plan does not say who approves it.")
    laid_before = issued_for(session, about.file.id, about.file.obligation.code)
    letter = None
    if laid_before and laid_before.issued_on:
        letter = IssuedLetter(laid_before.document_number, laid_before.issued_on, "", "Tờ trình")
    return say.DecisionFacts(
        issuer=parties.decider(session, step.approver, day),
        proposer=parties.lead(session, office, "TTr", day),
        plan=reference_of(office),
        bases=office.plan.bases_on(DocumentKind.DECISION, day),
        submission=letter,
        tables=tables_to_approve(session, office, step, about.period, about.now),
        as_of=day,
    )


def review(session: Session, office: Office, about: Subject) -> say.ReviewFacts:
    duty, day = about.duty, local_day(about.now)
    whole = midyear_review(session, office, about.period, about.now)
    if not whole.units:
        raise Refused(
            "Chưa có kế hoạch hay lịch phổ biến nào được chấp nhận để rà soát; hãy chấp nhận bảng của đơn vị trước. / "
            "No plan or calendar has been accepted that could be reviewed: accept the tables of units first."
        )
    return say.ReviewFacts(
        issuer=parties.lead(session, office, "BC", day),
        recipient=parties.body(session, office.plan.issuer, day)[1].name,
        plan=reference_of(office),
        clause=duty.clause,
        duty=worded(duty.duty.vi, about.period) if duty.duty else titled(duty.title.vi, about.period),
        subject=titled(duty.title.vi, about.period),
        sources=tuple(
            say.ReviewSource(titled(one.title, whole.year), one.frozen is not None, one.there) for one in whole.sources
        ),
        until=whole.until,
        units=tuple(_counted(one.unit.name, one.counts) for one in whole.units),
        totals=_counted("Cộng", whole.totals),
        unrecorded=tuple(_unrecorded(whole)),
        adjusted=about.file.case.adjusted,
        follow=tuple(item.short for item in whole.follow),
        as_of=day,
    )


def _counted(name: str, counts: ReleaseCounts) -> say.ReviewedUnit:
    numbers = (counts.planned, counts.announced, counts.recorded, counts.not_recorded, counts.to_come)
    return say.ReviewedUnit(name, *numbers)


def _unrecorded(whole: MidyearReview) -> list[say.UnrecordedRelease]:
    return [
        say.UnrecordedRelease(one.unit.name, line.release.product, text_of(whole.day, line.release.day))
        for one in whole.units
        for line in one.lines
        if line.state is ReleaseState.NOT_RECORDED
    ]


def notice(session: Session, office: Office, about: Subject) -> say.NoticeFacts:
    day, stages = local_day(about.now), case_queries.stages(session, about.file.id)
    own = next(stage for stage in stages if stage.code == about.duty.id)
    return say.NoticeFacts(
        issuer=parties.lead(session, office, "TB", day),
        plan=reference_of(office),
        bases=office.plan.bases_on(DocumentKind.NOTICE, day),
        what=titled(about.file.obligation.title_vi, about.period),
        approved=_approved(session, office, about),
        place=own.place if own.done_on else "",
        published_on=own.done_on,
        email=office.support_email,
        phone=office.support_phone,
        copies=(*_reported_to(office), *readers_of(session, day)),
        as_of=day,
    )


def _reported_to(office: Office) -> tuple[str, ...]:
    return ("UBND tỉnh (để báo cáo)",) if office.plan.issuer else ()


def _approved(session: Session, office: Office, about: Subject) -> say.Approved | None:
    """By the last approval recorded before this step that bears a number."""
    for stage in reversed(case_queries.stages(session, about.file.id)):
        duty = office.obligations.get(stage.code)
        if duty and duty.approver and duty.id != about.duty.id and stage.done_on and stage.document_number:
            kind = "Quyết định" if duty.document is DocumentKind.DECISION else "văn bản"
            key = office.plan.lead if duty.approver == HEAD_OF_AGENCY else duty.approver
            by = parties.head_of(parties.body(session, key, stage.done_on)[1])
            return say.Approved(by, IssuedLetter(stage.document_number, stage.done_on, "", kind))
    return None


@dataclass(frozen=True)
class PaperKind:
    title: Text
    prefix: str  # of its file
    facts: type[say.Facts]
    gather: Callable[[Session, Office, Subject], say.Facts]


PAPER_KINDS: Mapping[DocumentKind, PaperKind] = {
    DocumentKind.SUBMISSION: PaperKind(Text("Tờ trình", "Submission"), "TTr", say.SubmissionFacts, submission),
    DocumentKind.DECISION: PaperKind(Text("Dự thảo Quyết định", "Draft decision"), "QD", say.DecisionFacts, decision),
    DocumentKind.REVIEW: PaperKind(Text("Báo cáo rà soát", "Report of the review"), "BC", say.ReviewFacts, review),
    DocumentKind.NOTICE: PaperKind(Text("Thông báo", "Public notice"), "TB", say.NoticeFacts, notice),
}
