"""The report's sentences, built from facts: impersonal, dated, without blame, and never a cause nobody stated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from reports.case_lists import COLUMNS
from reports.duty_sentences import duty_paragraphs
from reports.facts import (
    ActivityResult,
    AnnexIVRow,
    AnnexVRow,
    ChannelCount,
    ClauseResult,
    Guidance,
    IssuedLetter,
    PlanReference,
    ReportFacts,
    Revision,
)
from reports.figures.comparison import compared
from reports.phrases import UNITS, inside, joined, listed, opening, unit_inside
from rules.text.wording import count_vi, long_day_vi, number_vi, text_day_vi

NOTHING = "Trong kỳ không phát sinh nội dung này."
NO_DUTY = "Trong kỳ không có nhiệm vụ phải thực hiện theo Kế hoạch."
NOTHING_SENT = "Trong kỳ, hệ thống không ghi nhận lượt nhắc việc hoặc công văn đôn đốc nào."

COLUMN_WORDS = {name: heading.lower() for heading, name in COLUMNS.items()}

# --- the plan and the period ---------------------------------------------------------------------------------------


def named_plan(plan: PlanReference) -> str:
    return f"Kế hoạch số {plan.number} ngày {text_day_vi(plan.signed_on)} của {plan.issued_by}"


def plan_in_full(plan: PlanReference) -> str:
    return f"Kế hoạch số {plan.number} {long_day_vi(plan.signed_on)} của {plan.issued_by} {inside(plan.title)}"


def subject(facts: ReportFacts) -> str:
    about = f"Tình hình thực hiện {named_plan(facts.plan)} về {facts.plan.subject} {facts.period_title_vi}"
    if is_half_year(facts.period):
        return f"{about} và nhiệm vụ trọng tâm {facts.next_period_title_vi}"
    if is_year(facts.period):
        return f"{about} và phương hướng, nhiệm vụ {facts.next_period_title_vi}"
    return about


def is_half_year(period: str) -> bool:
    return "-H" in period


def is_year(period: str) -> bool:
    return period.endswith("-Y") or period.isdigit()


def introduction(facts: ReportFacts) -> str:
    also = f" (đồng thời là báo cáo {joined(facts.also_for)})" if facts.also_for else ""
    return (
        f"Thực hiện {plan_in_full(facts.plan)} (sau đây gọi tắt là Kế hoạch), {facts.issuer.name} báo cáo kết quả "
        f"thực hiện {facts.period_title_vi}{also} như sau {counted_until(facts.cutoff_day, facts.as_of)}:"
    )


def counted_until(cutoff: date, as_of: date) -> str:
    if cutoff == as_of:
        return f"(số liệu tính đến ngày {text_day_vi(as_of)})"
    if as_of < cutoff:
        return f"(số liệu tạm tính đến ngày {text_day_vi(as_of)}; kỳ này chốt số liệu ngày {text_day_vi(cutoff)})"
    return (
        f"(thời gian chốt số liệu: ngày {text_day_vi(cutoff)}; tình hình thực hiện tính đến ngày {text_day_vi(as_of)})"
    )


def results_introduction(facts: ReportFacts) -> str:
    where = (
        "Kết quả thực hiện các nhiệm vụ được tổng hợp tại Phụ lục I; tình hình thực hiện của từng "
        f"{UNITS} tại Phụ lục II; nhật ký đôn đốc, đề xuất sửa đổi, bổ sung và nhiệm vụ đến hạn trong kỳ tiếp theo "
        "tại các Phụ lục III, IV và V; biểu đồ tại Phụ lục VI kèm theo Báo cáo này."
    )
    return " ".join(filter(None, (where, compared(facts.numbers.quarters, facts.period))))


def revisions(facts: ReportFacts) -> list[str]:
    """What was recorded after the day of the report before and changes its numbers; it is told, not rewritten."""
    if not facts.revisions or facts.revised_on is None:
        return []
    day = text_day_vi(facts.revised_on)
    opened = f"Số liệu kỳ trước (báo cáo {facts.revised}, tính đến ngày {day}) đã thay đổi sau ngày chốt:"
    return [opened, *listed(map(revision, facts.revisions))]


def revision(item: Revision) -> str:
    moves = ", ".join(
        f"{COLUMN_WORDS[outcome]} từ {count_vi(old)} thành {count_vi(new)}" for outcome, old, new in item.moves
    )
    reasons = "; ".join(item.reasons) or "lý do chưa được ghi nhận"
    return f"{opening(item.duty)}: {moves or 'số lượng giữ nguyên, các cơ quan thay đổi'} ({reasons})"


def closing(facts: ReportFacts) -> str:
    return (
        f"Trên đây là báo cáo tình hình thực hiện Kế hoạch {facts.period_title_vi}, {facts.issuer.name} kính báo cáo "
        f"{joined(facts.recipients)} xem xét, chỉ đạo./."
    )


def replaces(corrected: IssuedLetter) -> str:
    return f"Báo cáo này thay thế Báo cáo số {corrected.number} ngày {text_day_vi(corrected.signed_on)}."


# --- section I: guidance, inspections, reminders -------------------------------------------------------------------


def letters(issuer: str, issued: Sequence[IssuedLetter]) -> list[str]:
    if not issued:
        return [NOTHING]
    if len(issued) == 1:
        return [f"Trong kỳ, {issuer} đã ban hành 01 văn bản hướng dẫn thực hiện Kế hoạch: {letter(issued[0])}."]
    count = count_vi(len(issued))
    announced = f"Trong kỳ, {issuer} đã ban hành {count} văn bản hướng dẫn thực hiện Kế hoạch, gồm:"
    return [announced, *listed(letter(item) for item in issued)]


def letter(item: IssuedLetter) -> str:
    return f"{item.type_name} số {item.number} ngày {text_day_vi(item.signed_on)} về việc {inside(item.subject)}"


def inspections(issuer: str, count: int) -> str:
    if not count:
        return NOTHING
    return f"Trong kỳ, {issuer} đã tổ chức {count_vi(count)} cuộc kiểm tra việc thực hiện Kế hoạch."


def meetings(issuer: str, guidance: Guidance) -> str:
    people = guidance.meeting_people
    attended = f" với {number_vi(people)} lượt người tham dự" if people else ""
    return f"Trong kỳ, {issuer} đã tổ chức {count_vi(guidance.meetings)} hội nghị, tập huấn{attended}."


def urging(issuer: str, guidance: Guidance) -> str:
    done = [
        sentence for sentence in (reminders(guidance.reminders), urging_letters(guidance.urging_letters)) if sentence
    ]
    if not done:
        return NOTHING_SENT
    return f"Trong kỳ, {issuer} đã gửi {joined(done)} (chi tiết tại Phụ lục III)."


def reminders(counts: Sequence[ChannelCount]) -> str:
    used = [item for item in counts if item.count]
    if not used:
        return ""
    phrase = f"{count_vi(sum(item.count for item in used))} lượt nhắc việc qua {joined([c.channel for c in used])}"
    if len(used) == 1:
        return phrase
    return f"{phrase} ({', '.join(f'{item.channel}: {count_vi(item.count)} lượt' for item in used)})"


def urging_letters(count: int) -> str:
    return f"{count_vi(count)} công văn đôn đốc" if count else ""


# --- section II: the duties ----------------------------------------------------------------------------------------


def clause_paragraphs(clause: ClauseResult, facts: ReportFacts) -> list[str]:
    paragraphs = [paragraph for duty in clause.duties for paragraph in duty_paragraphs(duty, facts)]
    paragraphs += [activity(item) for item in clause.activities]
    return paragraphs if paragraphs or clause.unrecorded else [NO_DUTY]


def activity(item: ActivityResult) -> str:
    """«Về …: trong kỳ, 3 cơ quan, đơn vị, địa phương đã ban hành 2 văn bản hướng dẫn; …»."""
    done = [
        f"{count_vi(count)} {what}"
        for count, what in (
            (item.guidance, "văn bản hướng dẫn"),
            (item.inspections, "cuộc kiểm tra"),
            (item.meetings, "hội nghị, tập huấn"),
            (item.materials, "tài liệu, tin bài hướng dẫn"),
            (item.updates, "lần cập nhật thông tin"),
            (item.people, "lượt người tham dự, được hướng dẫn"),
        )
        if count
    ]
    parts = [f"{count_vi(item.units)} {item.kinds} đã ghi nhận {joined(done)}"] if done else []
    if item.nothing:
        parts.append(f"{count_vi(item.nothing)} {item.kinds} xác nhận không phát sinh")
    return f"Về nhiệm vụ {inside(item.title)}: trong kỳ, {'; '.join(parts)}."


# --- sections IV and V ---------------------------------------------------------------------------------------------


def proposals(rows: Sequence[AnnexIVRow], issuer: str) -> str:
    """Of those recorded; where nobody records them, a person writes."""
    if not rows:
        return NOTHING
    units = len({row.unit for row in rows})
    return (
        f"Trong kỳ, {issuer} đã tổng hợp {count_vi(len(rows))} đề xuất sửa đổi, bổ sung của {count_vi(units)} "
        f"{UNITS} (chi tiết tại Phụ lục IV)."
    )


def outlook_heading(facts: ReportFacts) -> str:
    what = "Phương hướng, nhiệm vụ" if is_year(facts.period) else "Nhiệm vụ trọng tâm"
    return f"{what} {facts.next_period_title_vi}".upper()


def outlook(rows: Sequence[AnnexVRow], next_period: str) -> list[str]:
    """One line for each obligation and day, by day, however many units it binds."""
    if not rows:
        return [f"Trong {next_period} không có nhiệm vụ đến hạn theo Kế hoạch."]
    owed = Counter((row.due_day, row.duty, row.soft) for row in rows)
    units = {(row.due_day, row.duty): row.unit for row in rows}
    lines = [
        f"{opening(duty)}: {unit_inside(units[day, duty]) if count == 1 else f'{count_vi(count)} {UNITS}'}; "
        f"{'mốc phấn đấu' if soft else 'thời hạn đến'} ngày {text_day_vi(day)}"
        for (day, duty, soft), count in sorted(owed.items())
    ]
    return [f"Các nhiệm vụ đến hạn trong {next_period} (chi tiết tại Phụ lục V):", *listed(lines)]
