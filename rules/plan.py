"""What a plan says, as plain values: obligations, when they fall due, who is bound, what follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from rules.activities import Register
from rules.periods import worded
from rules.wordings import AfterDocument as AfterDocument
from rules.wordings import OnceBefore as OnceBefore
from rules.wordings import OnceInQuarter as OnceInQuarter
from rules.wordings import PeriodicReport as PeriodicReport
from rules.wordings import TargetOnly as TargetOnly
from rules.wordings import When as When
from rules.wordings import YearAfterTrigger as YearAfterTrigger
from rules.wordings import YearlyAfterHalf
from rules.wordings import YearlyTarget as YearlyTarget

FORM = 6  # of a plan as it is stored; from 4 on with the ladders of steps
ADDED: Mapping[int, tuple[str, ...]] = {  # form: fields of an obligation it was the first to hold, or to word so
    2: ("flow_title", "gathers", "report", "reviews", "waits_for"),
    3: ("amends", "duty", "hand_in", "proof", "register", "target_working_days"),
    5: ("approves",),
    6: ("document",),
}
ISSUER = "issuer"  # whom a step of a ladder reaches: the head of the body that issued the plan
COMPLETION = "completion"  # the message by which a unit is reminded of what was returned to it
OPEN_STEP = "open_step"  # the message by which whoever owes a step after a hand-in is reminded
HEAD_OF_AGENCY = "head_of_agency"  # as an approver: whoever heads the unit that owes the document


class Kind(StrEnum):
    DELIVERABLE = "deliverable"  # something is handed in by a date
    STAGE = "stage"  # follows a deliverable: approval, reporting, publication
    CONTINUING = "continuing"  # a standing obligation without a date
    EVENT = "event"  # starts when something happens
    CONDITIONAL = "conditional"  # arises only if a fact turns out so
    CONTENT_RULE = "content_rule"  # a requirement on the content of another item
    TAXONOMY = "taxonomy"  # a list of kinds the plan defines
    GAP = "gap"  # announced by a heading, ordered by no sentence


STEPS = frozenset({Kind.STAGE, Kind.CONDITIONAL})  # recorded on the case of the deliverable they follow


class Proof(StrEnum):
    """What is told of a step to prove that it was done, beside its day."""

    NUMBER = "number"  # of a document
    ADDRESS = "address"  # where it can be read: a link, a medium


class DocumentKind(StrEnum):
    """A document of the office that proves a hand-in or a step; Kyhan drafts it."""

    SUBMISSION = "submission"  # tờ trình
    DECISION = "decision"  # quyết định, drafted for whoever approves
    REVIEW = "review"  # báo cáo rà soát
    NOTICE = "notice"  # thông báo công khai


class Severity(StrEnum):
    HARD = "hard"
    MEDIUM = "medium"
    SOFT = "soft"
    INFO = "info"


class BoundRole(StrEnum):
    LEAD = "lead"  # owes the result by the plan's date
    CONTRIBUTOR = "contributor"  # feeds the lead; has a soft target of its own, and the plan's last day
    EACH = "each"  # every unit owes its own


@dataclass(frozen=True)
class Text:
    """One sentence in the two languages of every screen."""

    vi: str
    en: str


@dataclass(frozen=True)
class Follows:
    """A stage's place behind the deliverable it follows, with its soft target inside the year, if any."""

    deliverable: str
    order: int
    target_month: int | None = None
    target_day: int | None = None
    same_day_as: str | None = None
    not_applicable_to: tuple[str, ...] = ()  # organisation groups, e.g. districts have no line ministry (A12)


@dataclass(frozen=True)
class Bound:
    """Who owes it: organisation groups or keys of organisations.yaml, in one role."""

    units: tuple[str, ...]
    role: BoundRole
    target_month: int | None = None  # a contributor's soft target: this day in the year the occurrence falls due
    target_day: int | None = None
    ladder: str | None = None  # of this role alone; None: the obligation's


@dataclass(frozen=True)
class Gathers:
    """Whose answers are put together into one list: those to this obligation, by units in these roles."""

    obligation: str
    roles: tuple[BoundRole, ...]


@dataclass(frozen=True)
class ReportSection:
    title: str  # Vietnamese
    clauses: tuple[str, ...]


@dataclass(frozen=True)
class ReportOutline:
    """What the periodic report is about, and the parts in which it goes through the plan."""

    subject: str  # Vietnamese
    sections: tuple[ReportSection, ...]


@dataclass(frozen=True)
class Obligation:
    id: str  # "I4B-CATALOGUE"
    clause: str  # "I.4.b"
    lines: tuple[int, int]  # first and last line in the source text
    kind: Kind
    title: Text
    short: str  # Vietnamese, ≤ 60 letters, for Zalo and narrow columns
    quote: str  # cleaned Vietnamese quotation
    severity: Severity
    flow: str | None  # name of the flow that carries it, e.g. "product-catalogue"
    when: When | None
    bound: tuple[Bound, ...]
    follows: Follows | None = None
    hand_in: str = ""  # Vietnamese: what is to be handed in; {period} stands for the occurrence's period
    evidence: tuple[str, ...] = ()  # Vietnamese: what proves it
    recipients: tuple[str, ...] = ()  # organisation keys
    approver: str | None = None
    ladder: str | None = None  # None: no reminders
    interpretations: tuple[str, ...] = ()  # keys A1, A2 … that shaped this entry
    flow_title: str = ""  # Vietnamese: what the dashboard calls the flow; one obligation of the flow says it
    gathers: Gathers | None = None
    report: ReportOutline | None = None  # set: its document is the report Kyhan drafts by itself
    reviews: tuple[str, ...] = ()  # obligations whose progress it reviews; its conditional steps follow a change
    waits_for: tuple[str, ...] = ()  # obligations whose document must exist before it can begin
    register: Register | None = None  # what is recorded of it outside its cases
    proof: tuple[Proof, ...] = ()  # what is told of a step when it is recorded
    target_working_days: int | None = None  # of a conditional step, counted from the fact that opens it
    duty: Text | None = None  # what to do, as a verb phrase: «xây dựng và công bố Lịch … {period}»
    amends: bool = False  # under it units propose to change the plan itself
    approves: tuple[str, ...] = ()  # of a step: obligations whose gathered table is frozen once it is recorded

    document: DocumentKind | None = None  # what the office issues for it

    @property
    def approving_body(self) -> str | None:
        """Key of the organisation above the unit that approves; None: nobody does, or the unit's own head."""
        return None if self.approver == HEAD_OF_AGENCY else self.approver

    def hand_in_for(self, period: str = "") -> str:
        """What is to be handed in for this period; without one, for any."""
        return worded(self.hand_in, period)

    @property
    def day_is_assumed(self) -> bool:
        """The plan names no last day of its own: an interpretation does."""
        return isinstance(self.when, AfterDocument | PeriodicReport | YearlyAfterHalf | YearlyTarget | TargetOnly)

    @property
    def owed_by_each(self) -> bool:
        return any(bound.role is BoundRole.EACH for bound in self.bound)

    @property
    def conditions(self) -> tuple[str, ...]:
        """Triggers, and obligations whose document counts as one, without which it does not begin."""
        if isinstance(self.when, YearAfterTrigger):
            return (self.when.trigger,)
        return self.waits_for if isinstance(self.when, AfterDocument) else ()

    def ladder_for(self, role: str) -> str | None:
        """By which whoever is bound in this role is reminded."""
        own = (bound.ladder for bound in self.bound if bound.role.value == role)
        return next(own, None) or self.ladder


@dataclass(frozen=True)
class Interpretation:
    key: str  # "A17"
    name: str  # "report_due_day"
    value: object
    text: Text


@dataclass(frozen=True)
class LegalBasis:
    """A law that documents name as what they rest on, while it is in force."""

    title: str  # Vietnamese, as it reads after «Căn cứ»
    since: date
    until: date | None = None  # the last day
    kinds: tuple[DocumentKind, ...] = ()  # of documents that name it; none: all

    def holds(self, kind: DocumentKind, day: date) -> bool:
        in_force = self.since <= day and (self.until is None or day <= self.until)
        return in_force and (not self.kinds or kind in self.kinds)


@dataclass(frozen=True)
class Trigger:
    id: str
    fired_on: date | None
    document: str


@dataclass(frozen=True)
class Plan:
    id: str  # "70-KH-UBND"
    number: str  # "70/KH-UBND"
    title: Text
    signed_on: date
    signer: str
    lead: str  # organisation key of the coordinating body
    obligations: tuple[Obligation, ...]
    interpretations: tuple[Interpretation, ...]
    triggers: tuple[Trigger, ...]
    no_duty_lines: tuple[tuple[int, int, str], ...] = ()  # (first, last, reason)
    in_force_to: date | None = None
    source_sha256: str = ""
    form: int = 1  # of what was stored: 2 and later hold the fields of ADDED too
    issuer: str = ""  # organisation key of the body that issued it
    legal_bases: tuple[LegalBasis, ...] = ()

    def in_force_on(self, day: date) -> bool:
        return self.signed_on <= day and (self.in_force_to is None or day <= self.in_force_to)

    def bases_on(self, kind: DocumentKind, day: date) -> tuple[str, ...]:
        """What a document of this kind and day rests on, beside the plan."""
        return tuple(basis.title for basis in self.legal_bases if basis.holds(kind, day))

    def approving_step(self, deliverable: str) -> Obligation | None:
        """The step after this hand-in that is done by a decision."""
        steps = (item for item in self.obligations if item.document is DocumentKind.DECISION and item.follows)
        return next((step for step in steps if step.follows and step.follows.deliverable == deliverable), None)

    @property
    def periodic_report(self) -> Obligation | None:
        """The report on the plan as a whole, if the plan asks for one."""
        return next((item for item in self.obligations if item.report), None)

    @property
    def review(self) -> Obligation | None:
        """Where it is said whether the plan's products are adjusted, if the plan asks for it."""
        return next((item for item in self.obligations if item.reviews), None)

    @property
    def amendment(self) -> Obligation | None:
        """Under which the plan is amended, if it says how."""
        return next((item for item in self.obligations if item.amends), None)

    def completed(self, shipped: Plan) -> Plan:
        """A plan stored in an older form, with what that form could not say taken from the same plan as shipped."""
        if self.form >= FORM:
            return self
        known = {item.id: item for item in shipped.obligations}
        fields = [name for form, names in ADDED.items() if form > self.form for name in names]
        items = (_completed(item, known[item.id], fields) if item.id in known else item for item in self.obligations)
        bases = self.legal_bases or shipped.legal_bases
        issuer = self.issuer or shipped.issuer
        return replace(self, obligations=tuple(items), issuer=issuer, legal_bases=bases, form=FORM)

    def obligation(self, id: str) -> Obligation:
        """The obligation with this id, in any case of letters. Raises KeyError."""
        code = id.upper()
        for item in self.obligations:
            if item.id == code:
                return item
        raise KeyError(id)


def _completed(item: Obligation, shipped: Obligation, fields: Iterable[str]) -> Obligation:
    ladders = {bound.role: bound.ladder for bound in shipped.bound}
    bound = tuple(replace(one, ladder=ladders.get(one.role)) for one in item.bound)
    ladder = item.ladder or (shipped.ladder if item.kind in STEPS else None)
    return replace(item, bound=bound, ladder=ladder, **{name: getattr(shipped, name) for name in fields})


@dataclass(frozen=True)
class DatedOccurrence:
    """One dated instance of an obligation, for one period."""

    obligation: str
    clause: str
    period: str  # "2013", "2014-Q1", "2014-H1", "2014-Y"; for «cho năm kế tiếp» the year it is for
    opens_on: date
    nominal_last_day: date | None  # by the wording; None where the plan names no end
    target_day: date  # nominal rolled back to a working day
    late_after: date | None  # nominal rolled forward (never for «trước ngày»); None: never overdue
    soft: bool
    strict_before: bool
    why: str  # one Vietnamese sentence that explains the dates
    period_start: date
    period_end: date
    data_cutoff: date | None = None
    trigger: str | None = None
    worded: bool = True  # False: the date is an interpretation's target only


@dataclass(frozen=True)
class LadderStep:
    """One step: `offset` working days before target_day (negative) or after late_after (positive)."""

    id: str  # "L1"
    level: int
    anchor: str  # "target_day" | "late_after"
    offset: int
    reaches: tuple[str, ...]  # roles of posts: focal_point, deputy, head, coordinator, leader; or ISSUER
    message: str  # message kind; "urging_letter" drafts a letter instead
    title: Text = field(default_factory=lambda: Text("", ""))
    channels: tuple[str, ...] = ("email",)  # families of channels; none: only recorded, as a line of the report
    repeat_every: int = 0  # working days
    repeat_times: int = 0  # after the first time
    repeat_monthly: bool = False  # without end, as long as an answer is owed


@dataclass(frozen=True)
class Ladder:
    id: str
    steps: tuple[LadderStep, ...]
    title: Text = field(default_factory=lambda: Text("", ""))

    @property
    def for_steps(self) -> bool:
        """Of what follows a hand-in, and not of the hand-in."""
        return all(step.message == OPEN_STEP for step in self.steps)

    @property
    def for_returns(self) -> bool:
        """Of what was returned for completion; a plan names none, for every duty has the same."""
        return all(step.message == COMPLETION for step in self.steps)
