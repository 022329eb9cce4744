"""The report's sentences, built from facts: impersonal, dated, without blame, and never a cause nobody stated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from reports.facts import (
    ActivityResult,
    AnnexIVRow,
    AnnexVRow,
    Approval,
    ChannelCount,
    ClauseResult,
    DutyResult,
    Guidance,
    IssuedLetter,
    PlanReference,
    ReportFacts,
)
from reports.phrases import UNITS, inside, joined, listed, opening, rate_vi, unit_inside
from rules.text.wording import day_vi, long_day_vi, number_vi, one_decimal

NOTHING = "Trong kỳ không phát sinh nội dung này."

# --- the plan and the period ---------------------------------------------------------------------------------------


def named_plan(plan: PlanReference) -> str:
    return f"Kế hoạch số {plan.number} ngày {day_vi(plan.signed_on)} của {plan.issued_by}"


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
    return (
        f"Thực hiện {plan_in_full(facts.plan)} (sau đây gọi tắt là Kế hoạch), {facts.issuer.name} báo cáo kết quả "
        f"thực hiện {facts.period_title_vi} như sau {counted_until(facts.cutoff_day, facts.as_of)}:"
    )


def counted_until(cutoff: date, as_of: date) -> str:
    if cutoff == as_of:
        return f"(số liệu tính đến ngày {day_vi(as_of)})"
    return f"(thời gian chốt số liệu: ngày {day_vi(cutoff)}; tình hình thực hiện tính đến ngày {day_vi(as_of)})"


def results_introduction() -> str:
    return (
        "Kết quả thực hiện các nhiệm vụ được tổng hợp tại Phụ lục I; "
        f"tình hình gửi báo cáo của từng {UNITS} tại Phụ lục II kèm theo Báo cáo này."
    )


def closing(facts: ReportFacts) -> str:
    return (
        f"Trên đây là báo cáo tình hình thực hiện Kế hoạch {facts.period_title_vi}, {facts.issuer.name} kính báo cáo "
        f"{joined(facts.recipients)} xem xét, chỉ đạo./."
    )


# --- section I: guidance, inspections, reminders -------------------------------------------------------------------


def letters(issuer: str, issued: Sequence[IssuedLetter]) -> list[str]:
    if not issued:
        return [NOTHING]
    if len(issued) == 1:
        return [f"Trong kỳ, {issuer} đã ban hành 1 văn bản hướng dẫn thực hiện Kế hoạch: {letter(issued[0])}."]
    count = number_vi(len(issued))
    announced = f"Trong kỳ, {issuer} đã ban hành {count} văn bản hướng dẫn thực hiện Kế hoạch, gồm:"
    return [announced, *listed(letter(item) for item in issued)]


def letter(item: IssuedLetter) -> str:
    return f"{item.type_name} số {item.number} ngày {day_vi(item.signed_on)} về việc {inside(item.subject)}"


def inspections(issuer: str, count: int) -> str:
    if not count:
        return NOTHING
    return f"Trong kỳ, {issuer} đã tổ chức {number_vi(count)} cuộc kiểm tra việc thực hiện Kế hoạch."


def meetings(issuer: str, guidance: Guidance) -> str:
    people = guidance.meeting_people
    attended = f" với {number_vi(people)} lượt người tham dự" if people else ""
    return f"Trong kỳ, {issuer} đã tổ chức {number_vi(guidance.meetings)} hội nghị, tập huấn{attended}."


def urging(issuer: str, guidance: Guidance) -> str:
    done = [
        sentence for sentence in (reminders(guidance.reminders), urging_letters(guidance.urging_letters)) if sentence
    ]
    if not done:
        return NOTHING
    return f"Trong kỳ, {issuer} đã gửi {joined(done)} (chi tiết tại Phụ lục III)."


def reminders(counts: Sequence[ChannelCount]) -> str:
    used = [item for item in counts if item.count]
    if not used:
        return ""
    phrase = f"{number_vi(sum(item.count for item in used))} lượt nhắc việc qua {joined([c.channel for c in used])}"
    if len(used) == 1:
        return phrase
    return f"{phrase} ({', '.join(f'{item.channel}: {number_vi(item.count)} lượt' for item in used)})"


def urging_letters(count: int) -> str:
    return f"{number_vi(count)} công văn đôn đốc" if count else ""


# --- section II: the duties ----------------------------------------------------------------------------------------


def clause_paragraphs(clause: ClauseResult, facts: ReportFacts) -> list[str]:
    sentences = [sentence for duty in clause.duties for sentence in duty_paragraphs(duty, facts)]
    activities = [activity(item) for item in clause.activities]
    return [*sentences, *(approval(item) for item in clause.approvals), *activities] or [NOTHING]


def duty_paragraphs(duty: DutyResult, facts: ReportFacts) -> list[str]:
    """At most one paragraph: how it stands, then the comparison, then what a person added."""
    standing = duty_standing(duty, facts.as_of)
    if not standing:
        return [duty.note] if duty.note else []
    parts = (standing, excused(duty), comparison(duty, facts.previous_period_title_vi), duty.note)
    return [" ".join(part for part in parts if part)]


def duty_standing(duty: DutyResult, as_of: date) -> str:
    if not duty.assigned:
        return ""
    if duty.assigned == 1:
        return one_unit(duty, as_of)
    return many_open(duty, as_of) if duty.still_open else many_closed(duty, as_of)


def one_unit(duty: DutyResult, as_of: date) -> str:
    title, until = inside(duty.title), _until(duty)
    if duty.nil_returns:
        return f"{opening(duty.lead)} xác nhận không phát sinh nội dung {title}{_deadline(duty)}."
    if duty.on_time:
        return f"{opening(duty.lead)} đã hoàn thành {title} đúng thời hạn{_deadline(duty)}."
    if duty.late:
        return f"{opening(duty.lead)} đã hoàn thành {title} sau thời hạn{_deadline(duty)}."
    if duty.still_open:
        return f"{opening(duty.title)} đang được thực hiện{until}."
    return f"Tính đến ngày {day_vi(as_of)}, {unit_inside(duty.lead)} chưa hoàn thành {title}{_deadline(duty)}."


def many_open(duty: DutyResult, as_of: date) -> str:
    received = duty.on_time + duty.late
    if received == duty.assigned:
        return (
            f"Tính đến ngày {day_vi(as_of)}, cả {duty.assigned} {UNITS} đã gửi {inside(duty.title)} "
            f"trước khi hết thời hạn{_deadline(duty)}."
        )
    so_far = f"có {received}/{duty.assigned} {UNITS} đã gửi" if received else f"chưa có {UNITS} nào gửi"
    return f"{opening(duty.title)} đang được thực hiện{_until(duty)}; tính đến ngày {day_vi(as_of)}, {so_far}."


def many_closed(duty: DutyResult, as_of: date) -> str:
    parts = [f"Tính đến ngày {day_vi(as_of)}, {_on_time(duty)}"]
    if duty.late:
        parts.append(f"{number_vi(duty.late)} cơ quan gửi sau thời hạn")
    if duty.missing:
        parts.append(f"{number_vi(duty.missing)} cơ quan chưa gửi")
    detail = " (chi tiết tại Phụ lục II)" if duty.late or duty.missing else ""
    return f"{'; '.join(parts)}{detail}."


def _on_time(duty: DutyResult) -> str:
    title = inside(duty.title)
    if not duty.on_time:
        return f"trong số {number_vi(duty.assigned)} {UNITS} phải gửi {title}, chưa có cơ quan nào gửi đúng thời hạn"
    rate = f", đạt {rate_vi(duty.on_time_rate)}%" if duty.on_time_rate is not None else ""
    share = f"{number_vi(duty.on_time)}/{number_vi(duty.assigned)}"
    return f"có {share} {UNITS} gửi {title} đúng thời hạn{rate}"


def excused(duty: DutyResult) -> str:
    """Nil returns and waivers, where more than one unit is bound."""
    parts = []
    if duty.nil_returns and duty.assigned > 1:
        parts.append(f"{number_vi(duty.nil_returns)} cơ quan xác nhận không phát sinh nội dung")
    if duty.waived:
        parts.append(f"{number_vi(duty.waived)} cơ quan được miễn thực hiện (không tính vào số phải gửi)")
    return f"Có {joined(parts)}." if parts else ""


def comparison(duty: DutyResult, previous_period: str) -> str:
    if duty.assigned < 2 or duty.still_open or duty.on_time_rate is None or duty.previous_rate is None:
        return ""
    before = duty.previous_title or previous_period
    change = one_decimal(duty.on_time_rate) - one_decimal(duty.previous_rate)
    if not change:
        return f"Tỷ lệ gửi đúng thời hạn không thay đổi so với {before}."
    direction = "tăng" if change > 0 else "giảm"
    return f"So với {before}, tỷ lệ gửi đúng thời hạn {direction} {number_vi(abs(change))} điểm phần trăm."


def approval(item: Approval) -> str:
    sentence = (
        f"{opening(item.approver)} đã phê duyệt {inside(item.subject)} tại Quyết định số {item.decision_number} "
        f"ngày {day_vi(item.decision_day)}"
    )
    if not item.announced_at:
        return f"{sentence}."
    return f"{sentence}; nội dung được phê duyệt đã được thông báo công khai tại {item.announced_at}."


def activity(item: ActivityResult) -> str:
    """«Về …: trong kỳ, 3 cơ quan, đơn vị, địa phương đã ban hành 2 văn bản hướng dẫn; …»."""
    done = [
        f"{number_vi(count)} {what}"
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
    parts = [f"{number_vi(item.units)} {UNITS} đã ghi nhận {joined(done)}"] if done else []
    if item.nothing:
        parts.append(f"{number_vi(item.nothing)} {UNITS} xác nhận không phát sinh")
    return f"Về nhiệm vụ {inside(item.title)}: trong kỳ, {'; '.join(parts)}."


def _until(duty: DutyResult) -> str:
    if duty.due_day is not None:
        return f", thời hạn hoàn thành đến ngày {day_vi(duty.due_day)}"
    return f", thời hạn: {inside(duty.deadline_phrase)}" if duty.deadline_phrase else ""


def _deadline(duty: DutyResult) -> str:
    if duty.due_day is not None:
        return f" (thời hạn đến ngày {day_vi(duty.due_day)})"
    return f" (thời hạn: {inside(duty.deadline_phrase)})" if duty.deadline_phrase else ""


# --- sections IV and V ---------------------------------------------------------------------------------------------


def proposals(rows: Sequence[AnnexIVRow], issuer: str) -> str:
    if not rows:
        return NOTHING
    units = len({row.unit for row in rows})
    return (
        f"Trong kỳ, {issuer} đã tổng hợp {number_vi(len(rows))} đề xuất sửa đổi, bổ sung của {number_vi(units)} "
        f"{UNITS} (chi tiết tại Phụ lục IV)."
    )


def outlook_heading(facts: ReportFacts) -> str:
    what = "Phương hướng, nhiệm vụ" if is_year(facts.period) else "Nhiệm vụ trọng tâm"
    return f"{what} {facts.next_period_title_vi}".upper()


def outlook(rows: Sequence[AnnexVRow], next_period: str) -> list[str]:
    """One line for each obligation and day, by day, however many units it binds."""
    if not rows:
        return [f"Trong {next_period} không có nhiệm vụ đến hạn theo Kế hoạch."]
    owed = Counter((row.due_day, row.duty) for row in rows)
    units = {(row.due_day, row.duty): row.unit for row in rows}
    lines = [
        f"{opening(duty)}: {unit_inside(units[day, duty]) if count == 1 else f'{number_vi(count)} {UNITS}'}; "
        f"thời hạn đến ngày {day_vi(day)}"
        for (day, duty), count in sorted(owed.items())
    ]
    return [f"Các nhiệm vụ đến hạn trong {next_period} (chi tiết tại Phụ lục V):", *listed(lines)]
