"""Facts of the documents as plain values, counted by services and read by the writers of documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class ReportOutcome(StrEnum):
    """Result of one unit for one obligation on the as-of day."""

    ON_TIME = "on_time"
    LATE = "late"
    MISSING = "missing"
    NIL_RETURN = "nil_return"
    WAIVED = "waived"
    OPEN = "open"  # not received and not yet due


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


@dataclass(frozen=True)
class DutyResult:
    """One occurrence; on_time + late + missing = assigned. Nil returns are among the first two, the waived in none."""

    title: str
    clause: str
    lead: str
    deadline_phrase: str  # the plan's own words: "Quý IV hằng năm"
    assigned: int
    on_time: int
    late: int
    missing: int
    nil_returns: int
    waived: int
    still_open: bool  # its last day has not passed on the as-of day
    due_day: date | None
    on_time_rate: Decimal | None  # percent; None: nothing to divide by
    previous_rate: Decimal | None = None
    note: str = ""  # a full sentence a person wrote, or ""
    previous_title: str = ""  # what previous_rate belongs to; "" = the report's previous period


@dataclass(frozen=True)
class Approval:
    approver: str  # "Chủ tịch Ủy ban nhân dân tỉnh"
    subject: str  # "danh mục sản phẩm thông tin thống kê năm 2015"
    decision_number: str
    decision_day: date
    announced_at: str = ""


@dataclass(frozen=True)
class ClauseResult:
    """One numbered item of section II."""

    title: str
    duties: tuple[DutyResult, ...]
    approvals: tuple[Approval, ...] = ()


@dataclass(frozen=True)
class AnnexIRow:
    duty: str
    clause: str
    lead: str
    deadline: str
    assigned: int
    on_time: int
    late: int
    missing: int
    on_time_rate: Decimal | None
    note: str = ""


@dataclass(frozen=True)
class AnnexIIRow:
    unit: str
    duty: str
    deadline: date | None
    received_on: date | None
    document_number: str
    outcome: ReportOutcome
    days_late: int = 0


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
    annex_i: tuple[AnnexIRow, ...]
    annex_ii: tuple[AnnexIIRow, ...]
    annex_iii: tuple[AnnexIIIRow, ...]
    annex_iv: tuple[AnnexIVRow, ...]
    annex_v: tuple[AnnexVRow, ...]
    copies: tuple[str, ...] = ("Các sở, ngành, UBND các huyện, thị xã, thành phố (để biết)",)


@dataclass(frozen=True)
class LateUnit:
    name: str
    reminded_on: tuple[date, ...] = ()


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
