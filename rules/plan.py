"""What a plan says, as plain values: obligations, when they fall due, who is bound, what follows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

FORM = 3  # of a plan as it is stored


class Kind(StrEnum):
    DELIVERABLE = "deliverable"  # something is handed in by a date
    STAGE = "stage"  # follows a deliverable: approval, reporting, publication
    CONTINUING = "continuing"  # a standing obligation without a date
    EVENT = "event"  # starts when something happens
    CONDITIONAL = "conditional"  # arises only if a fact turns out so
    CONTENT_RULE = "content_rule"  # a requirement on the content of another item
    TAXONOMY = "taxonomy"  # a list of kinds the plan defines
    GAP = "gap"  # announced by a heading, ordered by no sentence


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


# --- when: one small class per wording the plan uses; `why` sentences come from rules.deadlines ------------------


@dataclass(frozen=True)
class OnceBefore:
    """«trước ngày D»: the last compliant day is D−1 and it never rolls forward (A1)."""

    day: date


@dataclass(frozen=True)
class OnceInQuarter:
    """«Quý IV năm 2013»."""

    year: int
    quarter: int


@dataclass(frozen=True)
class YearlyQuarter:
    """«Quý IV hàng năm»; the occurrence of year Y is for the year Y + `for_offset` (its period)."""

    quarter: int
    first_year: int
    for_offset: int = 0


@dataclass(frozen=True)
class YearlyMonth:
    """«Tháng 9 hàng năm … cho năm kế tiếp»."""

    month: int
    first_year: int
    for_offset: int = 0


@dataclass(frozen=True)
class YearlyAfterHalf:
    """«Hàng năm, sau 6 tháng đầu năm»: opens 01/7, has only a soft target, is never overdue (A6)."""

    first_year: int
    target_month: int
    target_day: int


@dataclass(frozen=True)
class PeriodicReport:
    """«định kỳ (hàng quý, 6 tháng, năm)»: due on `day` of the last month of each period (A17)."""

    periods: tuple[str, ...]  # of Q1 Q2 H1 Q3 Q4 Y, in the order shown
    day: int
    cutoff_day: int  # data cut-off: this day of the last month (NĐ 09/2019 art. 12, A16)
    months_after: int = 0  # 1: due in the month after the period ends (the other reading of A16)


@dataclass(frozen=True)
class YearAfterTrigger:
    """«Trong năm 2014, sau khi có …»: opens with the trigger, due at the end of the year (A13)."""

    year: int
    trigger: str


@dataclass(frozen=True)
class TargetOnly:
    """The plan names no time; only an interpretation sets a soft target."""

    period: str
    target: date


When = (
    OnceBefore
    | OnceInQuarter
    | YearlyQuarter
    | YearlyMonth
    | YearlyAfterHalf
    | PeriodicReport
    | YearAfterTrigger
    | TargetOnly
)


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
    hand_in: str = ""  # Vietnamese: what is to be handed in
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

    @property
    def owed_by_each(self) -> bool:
        return any(bound.role is BoundRole.EACH for bound in self.bound)

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
    # of what was stored; 2: with flow titles, gathering, report, review, what is waited for; 3: with ladders of roles
    form: int = 1

    def in_force_on(self, day: date) -> bool:
        return self.signed_on <= day and (self.in_force_to is None or day <= self.in_force_to)

    @property
    def periodic_report(self) -> Obligation | None:
        """The report on the plan as a whole, if the plan asks for one."""
        return next((item for item in self.obligations if item.report), None)

    @property
    def review(self) -> Obligation | None:
        """Where it is said whether the plan's products are adjusted, if the plan asks for it."""
        return next((item for item in self.obligations if item.reviews), None)

    def completed(self, shipped: Plan) -> Plan:
        """A plan stored in an earlier form, with what that form could not say taken from the same plan as shipped."""
        if self.form >= FORM:
            return self
        known = {item.id: item for item in shipped.obligations}
        items = (_completed(item, known[item.id], self.form) if item.id in known else item for item in self.obligations)
        return replace(self, obligations=tuple(items), form=FORM)

    def obligation(self, id: str) -> Obligation:
        """The obligation with this id, in any case of letters. Raises KeyError."""
        code = id.upper()
        for item in self.obligations:
            if item.id == code:
                return item
        raise KeyError(id)


def _completed(item: Obligation, shipped: Obligation, form: int) -> Obligation:
    ladders = {bound.role: bound.ladder for bound in shipped.bound}
    item = replace(item, bound=tuple(replace(one, ladder=ladders.get(one.role)) for one in item.bound))
    if form > 1:
        return item
    return replace(
        item,
        flow_title=shipped.flow_title,
        gathers=shipped.gathers,
        report=shipped.report,
        reviews=shipped.reviews,
        waits_for=shipped.waits_for,
    )


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
    reaches: tuple[str, ...]  # roles of posts: focal_point, deputy, head, coordinator, leader
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
