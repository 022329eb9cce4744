"""Facts of the documents as plain values, counted by services and read by the writers of documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from reports.figures.numbers import ReportNumbers
from rules.punctuality import ReportOutcome


@dataclass(frozen=True)
class Issuer:
    superior: str  # "Tổng cục Thống kê"; "" if there is none
    name: str  # "Cục Thống kê tỉnh Sóc Trăng"
    symbol: str  # what follows the number: "BC-CTK" of a report, "CTK-TH" of a letter
    drafting_unit: str  # "TH"
    place: str  # "Sóc Trăng"
    signer_title: str  # "CỤC TRƯỞNG"
    signer_name: str = ""


@dataclass(frozen=True)
class PlanReference:
    number: str  # "70/KH-UBND"
    signed_on: date
    issued_by: str  # "Ủy ban nhân dân tỉnh"
    title: str  # "Thực hiện Quyết định số 34/2013/QĐ-TTg … thông tin thống kê Nhà nước"
    subject: str  # its short form: "thực hiện Chính sách phổ biến thông tin thống kê Nhà nước"


@dataclass(frozen=True)
class IssuedLetter:
    number: str  # "12/CTK-TH"
    signed_on: date
    subject: str  # "hướng dẫn xây dựng Lịch phổ biến …", without «về việc»
    type_name: str = "Công văn"


@dataclass(frozen=True)
class ChannelCount:
    channel: str  # as readers call it: "thư điện tử", "Zalo"
    count: int


@dataclass(frozen=True)
class Guidance:
    """Section I: what the coordinating body did in the period. None: not recorded, so a person has to write it."""

    letters: tuple[IssuedLetter, ...] | None
    inspections: int | None
    reminders: tuple[ChannelCount, ...]
    urging_letters: int
    meetings: int = 0
    meeting_people: int = 0


@dataclass(frozen=True)
class CaseResult:
    """One unit and one duty, or a step after it: a row of annex II."""

    unit: str
    duty: str
    first_day: date | None  # by the plan: the last day, or the target where nothing is ever late
    soft: bool  # that day is a target
    outcome: ReportOutcome
    received_on: date | None = None
    document_number: str = ""
    days_late: int = 0  # working days after a last day, calendar days after a target
    extended_to: date | None = None
    returned: bool = False  # for completion, and not answered yet
    superseded: bool = False
    place: str = ""  # of a publication
    case_id: int = 0

    @property
    def last_day(self) -> date | None:
        return self.extended_to or self.first_day

    @property
    def handed_in_thanks_to_extension(self) -> bool:
        first, received = self.first_day, self.received_on
        on_time = self.outcome is ReportOutcome.ON_TIME
        return bool(on_time and self.extended_to and first and received and received > first)


@dataclass(frozen=True)
class DutyResult:
    """What the units of one role owe for one occurrence, or a step after it: a row of annex I."""

    title: str  # with its period: "Lịch phổ biến … năm 2014"
    clause: str
    lead: str  # who owes it: the one body's name, or all of them
    units: str  # what those that owe it are called in a sentence: "sở, ban, ngành"
    deadline_phrase: str  # the plan's own words: "trong Quý IV/2013 (chậm nhất ngày 31/12/2013)"
    last_day: date | None  # the last day, or the target
    soft: bool
    counts: Mapping[ReportOutcome, int]
    still_open: bool  # last_day has not passed at the end of the as-of day
    on_time_rate: Decimal | None  # percent; None: nothing to divide by, or not due yet
    previous_rate: Decimal | None = None
    previous_title: str = ""  # what previous_rate belongs to
    step: bool = False  # it follows a hand-in
    only: CaseResult | None = None  # where one body alone owes it
    by_extension: int = 0  # how many of those on time were so thanks to an extension
    returned: int = 0  # how many of those handed in are awaited back completed
    results: tuple[CaseResult, ...] = ()  # the cases or steps counted
    note: str = ""  # a full sentence a person wrote, or ""

    def of(self, *outcomes: ReportOutcome) -> int:
        return sum(self.counts.get(outcome, 0) for outcome in outcomes)

    @property
    def assigned(self) -> int:
        return sum(self.counts.values())

    @property
    def on_time(self) -> int:
        return self.of(ReportOutcome.ON_TIME)

    @property
    def late(self) -> int:
        return self.of(ReportOutcome.LATE)

    @property
    def missing(self) -> int:
        return self.of(ReportOutcome.MISSING)

    @property
    def expected(self) -> int:
        """The rate is counted of these."""
        return self.on_time + self.late + self.missing


@dataclass(frozen=True)
class ActivityResult:
    """What was recorded of a standing duty in the period, over all units."""

    title: str
    kinds: str  # what these units are called in a sentence
    units: int  # that recorded anything but that there was nothing
    guidance: int
    meetings: int
    materials: int
    inspections: int
    updates: int
    people: int
    nothing: int  # units that recorded that there was nothing


@dataclass(frozen=True)
class ClauseResult:
    """One numbered item of section II."""

    title: str
    duties: tuple[DutyResult, ...]
    activities: tuple[ActivityResult, ...] = ()
    unrecorded: tuple[str, ...] = ()  # duties of these clauses of which nothing is recorded: a person has to tell


@dataclass(frozen=True)
class AnnexIIIRow:
    at: datetime  # aware; shown in the province's own time
    unit: str
    duty: str
    channel: str
    level: str
    result: str
    day_only: bool = False  # a letter bears a day, not an hour


@dataclass(frozen=True)
class AnnexIVRow:
    unit: str
    proposal: str
    reason: str
    opinion: str = ""


@dataclass(frozen=True)
class AnnexVRow:
    duty: str
    unit: str
    due_day: date
    reminder_day: date | None
    soft: bool = False  # that day is a target


@dataclass(frozen=True)
class ReportFacts:
    issuer: Issuer
    recipients: tuple[str, ...]
    plan: PlanReference
    period: str  # "2014-Q1", "2014-H1", "2014-Y"
    period_title_vi: str  # "quý I năm 2014"
    next_period_title_vi: str  # "quý II năm 2014"
    previous_period_title_vi: str  # "quý IV năm 2013"
    cutoff_day: date  # last day of the data, by the reporting regime
    as_of: date  # the day on which everything here was counted
    guidance: Guidance
    clauses: tuple[ClauseResult, ...]
    annex_i: tuple[DutyResult, ...]
    annex_ii: tuple[CaseResult, ...]
    annex_iii: tuple[AnnexIIIRow, ...]
    annex_iv: tuple[AnnexIVRow, ...] | None  # None: not recorded, so a person has to write it
    annex_v: tuple[AnnexVRow, ...]
    copies: tuple[str, ...] = ("Các sở, ngành, UBND các huyện, thị xã, thành phố (để biết)",)
    numbers: ReportNumbers = field(default_factory=ReportNumbers)
    reminded: tuple[AnnexIIIRow, ...] = ()  # each reminder of section I, one a row
    revised: str = ""  # title of the earlier report
    revised_on: date | None = None  # the day of its numbers
    revisions: tuple[Revision, ...] = ()
    also_for: tuple[str, ...] = ()  # titles of the shorter periods whose report this document is too


@dataclass(frozen=True)
class Revision:
    """A duty whose numbers in an earlier report have changed since, by what was recorded after its day."""

    duty: str
    moves: tuple[tuple[ReportOutcome, int, int], ...]  # before, after
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Completion:
    """What people add to a drafted report."""

    words: Mapping[str, str] = field(default_factory=dict)  # key of a slot → its paragraphs, one a line
    number: str = ""  # as the records office gave it: "45/BC-CTK"
    issued_on: date | None = None
    corrects: IssuedLetter | None = None  # the issued report in whose place this one is


@dataclass(frozen=True)
class LateUnit:
    name: str
    reminded_on: tuple[date, ...] = ()
    group: str = ""  # "departments", "districts" …


@dataclass(frozen=True)
class UrgingLetterFacts:
    issuer: Issuer
    plan: PlanReference
    addressees: tuple[LateUnit, ...]
    duty: str  # what they must do: "xây dựng và công bố Lịch phổ biến thông tin thống kê năm 2015"
    hand_in: str  # "Lịch phổ biến thông tin thống kê năm 2015"
    deadline: str  # inside a sentence: "trong Quý IV/2014 (chậm nhất ngày 31/12/2014)"
    as_of: date
    answer_before: date  # worded «trước ngày»
    email: str
    phone: str = ""
    day_is_assumed: bool = False  # the plan names none: the issuer does
    extended_on: date | None = None  # when the issuer agreed to the extension that the deadline names
    earlier: tuple[IssuedLetter, ...] = ()  # issued about the same before, the oldest first
    to_superior: bool = False
    copies: tuple[str, ...] = ("UBND tỉnh (để báo cáo)",)
