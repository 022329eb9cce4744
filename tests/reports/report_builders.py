"""A quarterly report and a letter as they could be true; a test says only what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from reports.facts import (
    AnnexIIIRow,
    AnnexIVRow,
    AnnexVRow,
    CaseResult,
    ChannelCount,
    ClauseResult,
    DutyResult,
    Guidance,
    IssuedLetter,
    Issuer,
    LateUnit,
    PlanReference,
    ReportFacts,
    UrgingLetterFacts,
)
from rules.punctuality import ReportOutcome, rate_of

AS_OF = date(2014, 3, 14)
ISSUER = Issuer(
    superior="Tổng cục Thống kê",
    name="Cục Thống kê tỉnh Sóc Trăng",
    symbol="BC-CTK",
    drafting_unit="TH",
    place="Sóc Trăng",
    signer_title="CỤC TRƯỞNG",
)
PLAN = PlanReference(
    number="70/KH-UBND",
    signed_on=date(2013, 10, 23),
    issued_by="Ủy ban nhân dân tỉnh",
    title="Thực hiện Quyết định số 34/2013/QĐ-TTg ngày 04 tháng 6 năm 2013 của Thủ tướng Chính phủ ban hành "
    "Chính sách phổ biến thông tin thống kê Nhà nước",
    subject="thực hiện Chính sách phổ biến thông tin thống kê Nhà nước",
)
TITLES = (
    "Đánh giá thực trạng công tác phổ biến thông tin thống kê",
    "Xác định nhu cầu và lượng thông tin thống kê phổ biến",
    "Xây dựng biểu mẫu báo cáo; cập nhật hệ thống chỉ tiêu",
    "Xây dựng hệ thống sản phẩm; danh mục sản phẩm và kế hoạch biên soạn, phổ biến",
    "Xây dựng và công bố Lịch phổ biến thông tin thống kê",
    "Xây dựng văn bản hướng dẫn, Quy chế phổ biến thông tin thống kê",
    "Việc xây dựng kế hoạch và báo cáo đánh giá của các sở, ngành, địa phương (mục II.1 Kế hoạch)",
)
UNITS = (
    "Sở Kế hoạch và Đầu tư",
    "Sở Tài chính",
    "Sở Nông nghiệp và Phát triển nông thôn",
    "Sở Lao động - Thương binh và Xã hội",
    "Ủy ban nhân dân huyện Mỹ Xuyên",
    "Ủy ban nhân dân thành phố Sóc Trăng",
)
CALENDAR = "Lịch phổ biến thông tin thống kê Nhà nước năm 2014"
OUTCOMES = (
    ReportOutcome.ON_TIME,
    ReportOutcome.ON_TIME,
    ReportOutcome.LATE,
    ReportOutcome.MISSING,
    ReportOutcome.NIL_RETURN,
    ReportOutcome.NOT_DUE,
)


def a_duty(**changes: object) -> DutyResult:
    """Numbers of outcomes by their names: on_time=24; the rate follows from them."""
    counts = {outcome: changes.pop(outcome.value) for outcome in ReportOutcome if outcome.value in changes}
    counts = counts or {ReportOutcome.ON_TIME: 24, ReportOutcome.LATE: 3, ReportOutcome.MISSING: 3}
    duty = DutyResult(
        title=CALENDAR,
        clause="I.5",
        lead="Các cơ quan, đơn vị, địa phương",
        units="cơ quan, đơn vị, địa phương",
        deadline_phrase="Quý IV hằng năm",
        last_day=date(2013, 12, 31),
        soft=False,
        counts=counts,  # type: ignore[arg-type]
        still_open=False,
        on_time_rate=rate_of(counts),  # type: ignore[arg-type]
    )
    return replace(duty, **changes)  # type: ignore[arg-type]


def a_case(**changes: object) -> CaseResult:
    case = CaseResult(ISSUER.name, CALENDAR, date(2013, 11, 29), False, ReportOutcome.ON_TIME, date(2013, 11, 28))
    return replace(case, **changes)  # type: ignore[arg-type]


def one_lead(case: CaseResult | None = None, **changes: object) -> DutyResult:
    """A duty of one body alone, done on time unless the case says otherwise."""
    case = case or a_case()
    told = {
        "title": "Báo cáo đánh giá thực trạng công tác phổ biến thông tin thống kê Nhà nước",
        "clause": "I.1",
        "lead": case.unit,
        "deadline_phrase": "trước ngày 30/11/2013",
        "last_day": case.first_day,
        "soft": case.soft,
        "only": case,
        case.outcome.value: 1,
        **changes,
    }
    return a_duty(**told)


def clauses() -> tuple[ClauseResult, ...]:
    catalogue = "Danh mục sản phẩm thông tin thống kê năm 2015"
    approved = a_case(
        first_day=date(2014, 10, 31), received_on=date(2014, 2, 5), document_number="118/QĐ-UBND", soft=True
    )
    duties: dict[int, tuple[DutyResult, ...]] = {
        0: (one_lead(),),
        1: (
            a_duty(
                title="Danh mục về lượng thông tin thống kê năm 2014",
                on_time=24, late=3, missing=3, nil_return=2, waived=1,
                previous_rate=Decimal("74.8"),
            ),
        ),
        3: (
            one_lead(
                a_case(outcome=ReportOutcome.NOT_DUE, first_day=date(2014, 9, 30), received_on=None),
                title=catalogue,
                clause="I.4.b",
                still_open=True,
            ),
            one_lead(approved, title="Chủ tịch UBND tỉnh phê duyệt danh mục sản phẩm năm 2015", step=True),
        ),
        4: (a_duty(),),
        6: (a_duty(title="Kế hoạch thực hiện của sở, ngành, địa phương", on_time=30),),
    }  # fmt: skip
    return tuple(ClauseResult(title, duties.get(number, ())) for number, title in enumerate(TITLES))


def annex_ii_rows(count: int) -> tuple[CaseResult, ...]:
    return tuple(
        CaseResult(
            unit=UNITS[n % 6],
            duty=CALENDAR,
            first_day=date(2013, 12, 31),
            soft=False,
            outcome=OUTCOMES[n % 6],
            received_on=date(2013, 12, 20) if n % 6 < 3 else None,
            document_number=f"{n + 1:02d}/BC-SKHĐT" if n % 6 < 3 else "",
            days_late=n % 6,
        )
        for n in range(count)
    )


def a_report(**changes: object) -> ReportFacts:
    facts = ReportFacts(
        issuer=ISSUER,
        recipients=("Ủy ban nhân dân tỉnh Sóc Trăng", "Bộ Kế hoạch và Đầu tư"),
        plan=PLAN,
        period="2014-Q1",
        period_title_vi="quý I năm 2014",
        next_period_title_vi="quý II năm 2014",
        previous_period_title_vi="quý IV năm 2013",
        cutoff_day=AS_OF,
        as_of=AS_OF,
        guidance=Guidance(
            letters=(
                IssuedLetter("12/CTK-TH", date(2014, 1, 9), "Hướng dẫn xây dựng danh mục sản phẩm thông tin thống kê"),
                IssuedLetter("35/CTK-TH", date(2014, 2, 24), "Hướng dẫn biểu mẫu báo cáo"),
            ),
            inspections=2,
            reminders=(ChannelCount("thư điện tử", 41), ChannelCount("Zalo", 12)),
            urging_letters=3,
        ),
        clauses=clauses(),
        annex_i=tuple(duty for clause in clauses() for duty in clause.duties),
        annex_ii=annex_ii_rows(30),
        annex_iii=tuple(
            AnnexIIIRow(
                datetime(2014, 1, 3 + n, 0, 30, tzinfo=UTC),
                UNITS[n],
                CALENDAR,
                "thư điện tử",
                "Đôn đốc quá hạn",
                "Đã chuyển",
            )
            for n in range(6)
        ),
        annex_iv=(
            AnnexIVRow(
                "Sở Y tế", "Bổ sung chỉ tiêu y tế cơ sở", "Phục vụ theo dõi chương trình mục tiêu", "Đang xem xét"
            ),
        ),
        annex_v=(
            *(AnnexVRow("Báo cáo 6 tháng đầu năm 2014", unit, date(2014, 6, 17), date(2014, 6, 12)) for unit in UNITS),
            AnnexVRow("Báo cáo tình hình thực hiện Kế hoạch quý II năm 2014", ISSUER.name, date(2014, 6, 20), None),
        ),
    )
    return replace(facts, **changes)  # type: ignore[arg-type]


def a_letter(*units: str, **changes: object) -> UrgingLetterFacts:
    reminded = (date(2013, 12, 10), date(2013, 12, 26), date(2014, 1, 2))
    facts = UrgingLetterFacts(
        issuer=replace(ISSUER, symbol="CTK-TH"),
        plan=PLAN,
        addressees=tuple(LateUnit(unit, reminded) for unit in units or UNITS[:1]),
        duty="xây dựng và công bố Lịch phổ biến thông tin thống kê Nhà nước năm 2014",
        hand_in=CALENDAR,
        deadline="trong Quý IV/2013 (chậm nhất ngày 31/12/2013)",
        as_of=date(2014, 1, 8),
        answer_before=date(2014, 1, 20),
        email="soctrang@gso.gov.vn",
    )
    return replace(facts, **changes)  # type: ignore[arg-type]
