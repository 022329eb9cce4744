"""Facts of documents that nobody sent: what a changed template is tried on, and where examples are drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

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
from rules.plan import Text
from rules.punctuality import ReportOutcome, rate_of

DAY, LAST_DAY = date(2014, 3, 14), date(2013, 12, 31)
LONG = "Ông \"A & B\" <Nguyễn> 'x' {{ y }} " + "tên đơn vị rất dài " * 10
CODES = frozenset({"period", "group", "symbol"})  # no words: Kyhan gives them their meaning
UNITS = ("Sở Y tế", "Sở Tài chính", "Ủy ban nhân dân huyện Mỹ Xuyên")
DUTY = "Lịch phổ biến thông tin thống kê Nhà nước năm 2014"
ISSUER = Issuer(
    "Tổng cục Thống kê", "Cục Thống kê tỉnh Sóc Trăng", "BC-CTK", "TH", "Sóc Trăng", "CỤC TRƯỞNG", "Nguyễn Văn An"
)
PLAN = PlanReference(
    "70/KH-UBND",
    date(2013, 10, 23),
    "Ủy ban nhân dân tỉnh",
    "Thực hiện Quyết định số 34/2013/QĐ-TTg ngày 04 tháng 6 năm 2013 của Thủ tướng Chính phủ",
    "thực hiện Chính sách phổ biến thông tin thống kê Nhà nước",
)
WORDS: Mapping[str, Text] = {
    "usual": Text("số liệu thông thường", "usual facts"),
    "long names, quotes, ampersands": Text("tên dài, có dấu ngoặc kép và dấu &", "long names, quotes, ampersands"),
    "all late": Text("tất cả đều chậm", "all late"),
    "nothing in the period": Text("trong kỳ không phát sinh", "nothing in the period"),
    "one unit": Text("một cơ quan", "one unit"),
    "forty units": Text("bốn mươi cơ quan", "forty units"),
    "to a superior, nothing before it": Text("gửi cấp trên, chưa nhắc lần nào", "to a superior, nothing before it"),
}


def reports() -> Mapping[str, ReportFacts]:
    usual = _report((ReportOutcome.ON_TIME, ReportOutcome.LATE, ReportOutcome.MISSING))
    return {
        "usual": usual,
        "long names, quotes, ampersands": hardened(usual),
        "all late": _report((ReportOutcome.MISSING,) * 3),
        "nothing in the period": _empty(usual),
    }


def letters() -> Mapping[str, UrgingLetterFacts]:
    one = UrgingLetterFacts(
        issuer=replace(ISSUER, symbol="CTK-TH"),
        plan=PLAN,
        addressees=(LateUnit(UNITS[0], (date(2013, 12, 10), date(2014, 1, 2)), "departments"),),
        duty=f"xây dựng và công bố {DUTY}",
        hand_in=DUTY,
        deadline="trong Quý IV/2013 (chậm nhất ngày 31/12/2013)",
        as_of=date(2014, 1, 8),
        answer_before=date(2014, 1, 20),
        email="thongke@example.vn",
        phone="0299 3 000 000",
        earlier=(IssuedLetter("12/CTK-TH", date(2013, 12, 12), ""),),
    )
    many = replace(one, addressees=tuple(LateUnit(f"Sở thứ {number}", (), "departments") for number in range(1, 41)))
    return {
        "usual": replace(one, addressees=tuple(replace(one.addressees[0], name=unit) for unit in UNITS)),
        "one unit": one,
        "long names, quotes, ampersands": hardened(many),
        "forty units": many,
        "to a superior, nothing before it": replace(one, to_superior=True, earlier=(), copies=(), phone=""),
    }


def hardened(value: Any) -> Any:
    """The same facts with every name long, full of quotes and ampersands, and looking like a template itself."""
    if type(value) is str:  # not the members of an enumeration
        return LONG if value else value
    if isinstance(value, tuple):
        return tuple(hardened(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {one.name: hardened(getattr(value, one.name)) for one in fields(value) if one.name not in CODES}
        return replace(value, **changed)
    return value


def _report(outcomes: tuple[ReportOutcome, ...]) -> ReportFacts:
    cases = tuple(
        CaseResult(unit, DUTY, LAST_DAY, False, outcome, *_received(outcome))
        for unit, outcome in zip(UNITS, outcomes, strict=True)
    )
    duty = _duty(outcomes)
    return ReportFacts(
        issuer=ISSUER,
        recipients=("Ủy ban nhân dân tỉnh Sóc Trăng", "Bộ Kế hoạch và Đầu tư"),
        plan=PLAN,
        period="2014-Q1",
        period_title_vi="quý I năm 2014",
        next_period_title_vi="quý II năm 2014",
        previous_period_title_vi="quý IV năm 2013",
        cutoff_day=DAY,
        as_of=DAY,
        guidance=_guidance(),
        clauses=(ClauseResult("Xây dựng và công bố Lịch phổ biến thông tin thống kê", (duty,), (), (DUTY,)),),
        annex_i=(duty,),
        annex_ii=cases,
        annex_iii=(
            AnnexIIIRow(
                datetime(2014, 1, 3, 0, 30, tzinfo=UTC), UNITS[1], DUTY, "thư điện tử", "Đôn đốc quá hạn", "Đã chuyển"
            ),
        ),
        annex_iv=(AnnexIVRow(UNITS[0], "Bổ sung chỉ tiêu y tế cơ sở", "Phục vụ theo dõi chương trình mục tiêu"),),
        annex_v=(AnnexVRow("Báo cáo 6 tháng đầu năm 2014", UNITS[1], date(2014, 6, 17), date(2014, 6, 12)),),
    )


def _received(outcome: ReportOutcome) -> tuple[date | None, str, int]:
    days = {ReportOutcome.ON_TIME: (date(2013, 12, 20), 0), ReportOutcome.LATE: (date(2014, 1, 6), 3)}
    received, late = days.get(outcome, (None, 0))
    return received, "15/BC-SYT" if received else "", late


def _duty(outcomes: tuple[ReportOutcome, ...]) -> DutyResult:
    counts = {outcome: outcomes.count(outcome) for outcome in ReportOutcome if outcome in outcomes}
    return DutyResult(
        title=DUTY,
        clause="I.5",
        lead="Các cơ quan, đơn vị, địa phương",
        units="cơ quan, đơn vị, địa phương",
        deadline_phrase="Quý IV hằng năm",
        last_day=LAST_DAY,
        soft=False,
        counts=counts,
        still_open=False,
        on_time_rate=rate_of(counts),
    )


def _guidance() -> Guidance:
    letter = IssuedLetter("12/CTK-TH", date(2014, 1, 9), "hướng dẫn xây dựng Lịch phổ biến thông tin thống kê")
    return Guidance((letter,), 2, (ChannelCount("thư điện tử", 41),), 3, 1, 45)


def _empty(facts: ReportFacts) -> ReportFacts:
    return replace(
        facts,
        guidance=Guidance(None, None, (), 0),
        clauses=(),
        annex_i=(),
        annex_ii=(),
        annex_iii=(),
        annex_iv=None,
        annex_v=(),
        copies=(),
        recipients=facts.recipients[:1],
    )
