"""The report's sentences, built from facts: impersonal, dated, without blame, and never a cause nobody stated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from reports.facts import (
    AnnexIVRow,
    AnnexVRow,
    CaseResult,
    ChannelCount,
    ClauseResult,
    DutyResult,
    Guidance,
    IssuedLetter,
    PlanReference,
    ReportFacts,
)
from reports.phrases import UNITS, inside, joined, listed, opening, rate_vi, unit_inside
from rules.punctuality import ReportOutcome
from rules.text.wording import count_vi, long_day_vi, number_vi, one_decimal, text_day_vi

NOTHING = "Trong kỳ không phát sinh nội dung này."
NO_DUTY = "Trong kỳ không có nhiệm vụ phải thực hiện theo Kế hoạch."
NOTHING_SENT = "Trong kỳ, hệ thống không ghi nhận lượt nhắc việc hoặc công văn đôn đốc nào."

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


def results_introduction() -> str:
    return (
        "Kết quả thực hiện các nhiệm vụ được tổng hợp tại Phụ lục I; tình hình thực hiện của từng "
        f"{UNITS} tại Phụ lục II; nhật ký đôn đốc, đề xuất sửa đổi, bổ sung và nhiệm vụ đến hạn trong kỳ tiếp theo "
        "tại các Phụ lục III, IV và V kèm theo Báo cáo này."
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
    return paragraphs if paragraphs or clause.unrecorded else [NO_DUTY]


def duty_paragraphs(duty: DutyResult, facts: ReportFacts) -> list[str]:
    """At most one paragraph: how it stands, then the comparison, then what a person added."""
    standing = duty_standing(duty, facts.as_of)
    parts = (standing, excused(duty), comparison(duty, facts.previous_period_title_vi), duty.note)
    text = " ".join(part for part in parts if part)
    return [text] if text else []


def duty_standing(duty: DutyResult, as_of: date) -> str:
    if duty.only is not None:
        return one_step(duty, duty.only) if duty.step else one_unit(duty, duty.only, as_of)
    if not duty.of(*COUNTED):
        return ""
    if duty.step:
        return many_steps(duty, as_of)
    return many_open(duty, as_of) if duty.still_open else many_closed(duty, as_of)


COUNTED = (
    ReportOutcome.ON_TIME,
    ReportOutcome.LATE,
    ReportOutcome.MISSING,
    ReportOutcome.NOT_DUE,
    ReportOutcome.EXTENDED,
)


def one_unit(duty: DutyResult, case: CaseResult, as_of: date) -> str:
    title, who = inside(duty.title), opening(duty.lead)
    match case.outcome:
        case ReportOutcome.NIL_RETURN:
            return f"{who} xác nhận không phát sinh nội dung {title}."
        case ReportOutcome.WAIVED:
            return f"{who} được miễn thực hiện {title}."
        case ReportOutcome.NOT_APPLICABLE:
            return f"Nội dung {title} không áp dụng đối với {unit_inside(duty.lead)}."
        case ReportOutcome.ON_TIME:
            return f"{who} đã hoàn thành {title} {_within(case)}{_returned(case)}."
        case ReportOutcome.LATE:
            return f"{who} đã hoàn thành {title} {_after(case)}{_returned(case)}."
        case ReportOutcome.MISSING:
            until = f"Tính đến ngày {text_day_vi(as_of)}"
            return f"{until}, {unit_inside(duty.lead)} chưa hoàn thành {title} ({_limit(case)})."
        case ReportOutcome.EXTENDED:
            return f"{opening(duty.title)} đang được {unit_inside(duty.lead)} thực hiện ({_limit(case)})."
    return f"{opening(duty.title)} đang được {unit_inside(duty.lead)} thực hiện{_until(duty)}."


def one_step(duty: DutyResult, step: CaseResult) -> str:
    """An approval, a report upward, a publication: recorded with its number and place, or not recorded."""
    title = opening(duty.title)
    match step.outcome:
        case ReportOutcome.ON_TIME | ReportOutcome.LATE:
            proof = [f"văn bản số {step.document_number}"] if step.document_number else []
            proof += [f"tại {step.place}"] if step.place else []
            shown = f" ({', '.join(proof)})" if proof else ""
            when = f"đã thực hiện ngày {text_day_vi(step.received_on)}" if step.received_on else "đã thực hiện"
            how = "" if step.last_day is None else f", {_after(step) if step.days_late else _within(step)}"
            return f"{title}: {when}{shown}{how}."
        case ReportOutcome.MISSING:
            return f"{title}: chưa được ghi nhận ({_limit(step)})."
        case ReportOutcome.NOT_DUE:
            return f"{title}: chưa thực hiện{_until(duty)}."
    return ""  # its hand-in was excused, and that is told


def many_steps(duty: DutyResult, as_of: date) -> str:
    """What is not recorded may have been done."""
    done, expected = duty.on_time + duty.late, duty.of(*COUNTED)
    day = f"tính đến ngày {text_day_vi(as_of)}"
    if duty.still_open:
        so_far = f"{count_vi(done)}/{count_vi(expected)} {UNITS} được ghi nhận đã thực hiện"
        return f"{opening(duty.title)}: {day}, {so_far}{_until(duty)}."
    rate = f", đạt {rate_vi(duty.on_time_rate)}%" if duty.on_time_rate else ""
    parts = [f"{count_vi(duty.on_time)}/{count_vi(duty.expected)} {UNITS} thực hiện {_within_day(duty)}{rate}"]
    if duty.late:
        parts.append(f"{count_vi(duty.late)} cơ quan thực hiện sau mốc phấn đấu")
    if duty.missing:
        parts.append(f"{count_vi(duty.missing)} cơ quan chưa được ghi nhận")
    return f"{opening(duty.title)}: {day}, {'; '.join(parts)}."


def many_open(duty: DutyResult, as_of: date) -> str:
    done, expected = duty.on_time + duty.late, duty.of(*COUNTED)
    day = f"tính đến ngày {text_day_vi(as_of)}"
    if done == expected:
        return f"{opening(day)}, cả {count_vi(expected)} {UNITS} đã gửi {inside(duty.title)}{_until(duty)}."
    share = f"có {count_vi(done)}/{count_vi(expected)} {UNITS} đã gửi"
    so_far = share if done else f"chưa có {UNITS} nào gửi"
    return f"{opening(duty.title)} đang được thực hiện{_until(duty)}; {day}, {so_far}."


def many_closed(duty: DutyResult, as_of: date) -> str:
    limit = "mốc phấn đấu" if duty.soft else "thời hạn"
    parts = [f"Tính đến ngày {text_day_vi(as_of)}, {_on_time(duty)}"]
    if duty.late:
        parts.append(f"{count_vi(duty.late)} cơ quan gửi sau {limit}")
    if duty.missing:
        parts.append(f"{count_vi(duty.missing)} cơ quan chưa gửi")
    if extended := duty.of(ReportOutcome.EXTENDED):
        parts.append(f"{count_vi(extended)} cơ quan đang trong thời gian được gia hạn")
    detail = " (chi tiết tại Phụ lục II)" if len(parts) > 1 else ""
    return f"{'; '.join(parts)}{detail}."


def _on_time(duty: DutyResult) -> str:
    title = inside(duty.title)
    within = _within_day(duty)
    if not duty.on_time:
        return f"trong số {count_vi(duty.expected)} {UNITS} phải gửi {title}, chưa có cơ quan nào gửi {within}"
    rate = f", đạt {rate_vi(duty.on_time_rate)}%" if duty.on_time_rate is not None else ""
    return f"có {count_vi(duty.on_time)}/{count_vi(duty.expected)} {UNITS} gửi {title} {within}{rate}"


def _within_day(duty: DutyResult) -> str:
    if duty.soft:
        return f"trong mốc phấn đấu (ngày {text_day_vi(duty.last_day)})" if duty.last_day else "trong kỳ"
    return f"đúng thời hạn (đến ngày {text_day_vi(duty.last_day)})" if duty.last_day else "đúng thời hạn"


def _within(case: CaseResult) -> str:
    """What met a target met no deadline; what came in an extension did not come by the first day."""
    assert case.last_day is not None
    if case.soft:
        return f"trong mốc phấn đấu (ngày {text_day_vi(case.last_day)})"
    given = " được gia hạn" if case.handed_in_thanks_to_extension else ""
    return f"đúng thời hạn{given} (đến ngày {text_day_vi(case.last_day)})"


def _after(case: CaseResult) -> str:
    """Days after a target are counted by the calendar, days after a deadline in working days."""
    done = f"; thực hiện ngày {text_day_vi(case.received_on)}" if case.received_on else ""
    days = f"{count_vi(case.days_late)} ngày{'' if case.soft else ' làm việc'}"
    return f"sau {'mốc phấn đấu' if case.soft else 'thời hạn'} {days} ({_limit(case)}{done})"


def _limit(case: CaseResult) -> str:
    assert case.last_day is not None
    day = f"ngày {text_day_vi(case.last_day)}"
    if case.extended_to:
        return f"thời hạn được gia hạn đến {day}"
    return f"mốc phấn đấu {day}" if case.soft else f"thời hạn đến {day}"


def _returned(case: CaseResult) -> str:
    return "; đã đề nghị bổ sung, hoàn thiện" if case.returned else ""


def excused(duty: DutyResult) -> str:
    """Who is not among those counted, where more than one unit is bound; and what stands behind the numbers."""
    if duty.only is not None:
        return ""
    told = (
        (duty.of(ReportOutcome.NIL_RETURN), "cơ quan xác nhận không phát sinh nội dung"),
        (duty.of(ReportOutcome.WAIVED), "cơ quan được miễn thực hiện"),
        (duty.of(ReportOutcome.NOT_APPLICABLE), "cơ quan không thuộc diện áp dụng"),
    )
    parts = [f"{count_vi(count)} {what}" for count, what in told if count]
    verb = "thực hiện" if duty.step else "gửi"
    sentences = [f"Có {joined(parts)} (không tính vào số phải {verb})."] if parts else []
    if duty.by_extension:
        by_then = f"{count_vi(duty.by_extension)} cơ quan gửi trong thời gian được gia hạn"
        sentences.append(f"Trong số đúng thời hạn, {by_then}.")
    if duty.returned:
        sentences.append(f"Trong số đã gửi, {count_vi(duty.returned)} cơ quan được đề nghị bổ sung, hoàn thiện.")
    return " ".join(sentences)


def comparison(duty: DutyResult, previous_period: str) -> str:
    if duty.only is not None or duty.still_open or duty.on_time_rate is None or duty.previous_rate is None:
        return ""
    before = duty.previous_title or previous_period
    change = one_decimal(duty.on_time_rate) - one_decimal(duty.previous_rate)
    what = "trong mốc phấn đấu" if duty.soft else "đúng thời hạn"
    if not change:
        return f"Tỷ lệ gửi {what} không thay đổi so với {before}."
    direction = "tăng" if change > 0 else "giảm"
    return f"So với {before}, tỷ lệ gửi {what} {direction} {number_vi(abs(change))} điểm phần trăm."


def _until(duty: DutyResult) -> str:
    if duty.last_day is not None:
        what = "mốc phấn đấu hoàn thành là" if duty.soft else "thời hạn hoàn thành đến"
        return f", {what} ngày {text_day_vi(duty.last_day)}"
    return f", thời hạn: {inside(duty.deadline_phrase)}" if duty.deadline_phrase else ""


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
    owed = Counter((row.due_day, row.duty) for row in rows)
    units = {(row.due_day, row.duty): row.unit for row in rows}
    lines = [
        f"{opening(duty)}: {unit_inside(units[day, duty]) if count == 1 else f'{count_vi(count)} {UNITS}'}; "
        f"thời hạn đến ngày {text_day_vi(day)}"
        for (day, duty), count in sorted(owed.items())
    ]
    return [f"Các nhiệm vụ đến hạn trong {next_period} (chi tiết tại Phụ lục V):", *listed(lines)]
