"""The sentences of section II: how each duty stands, a deadline told as one, a target as one, a step with its proof."""

from __future__ import annotations

from datetime import date

from reports.facts import CaseResult, DutyResult, ReportFacts
from reports.phrases import inside, joined, opening, rate_vi, unit_inside
from rules.punctuality import ReportOutcome
from rules.text.wording import count_vi, number_vi, one_decimal, text_day_vi

COUNTED = (
    ReportOutcome.ON_TIME,
    ReportOutcome.LATE,
    ReportOutcome.MISSING,
    ReportOutcome.NOT_DUE,
    ReportOutcome.EXTENDED,
)


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
        none = f"trong số {count_vi(expected)} {duty.units}, chưa có cơ quan nào được ghi nhận đã thực hiện"
        so_far = f"{count_vi(done)}/{count_vi(expected)} {duty.units} được ghi nhận đã thực hiện" if done else none
        return f"{opening(duty.title)}: {day}, {so_far}{_until(duty)}."
    rate = f", đạt {rate_vi(duty.on_time_rate)}%" if duty.on_time_rate else ""
    parts = [f"{count_vi(duty.on_time)}/{count_vi(duty.expected)} {duty.units} thực hiện {_within_day(duty)}{rate}"]
    if not duty.on_time:
        of = f"trong số {count_vi(duty.expected)} {duty.units}"
        parts = [f"{of}, chưa có cơ quan nào thực hiện {_within_day(duty)}"]
    if duty.late:
        parts.append(f"{count_vi(duty.late)} cơ quan thực hiện sau mốc phấn đấu")
    if duty.missing:
        parts.append(f"{count_vi(duty.missing)} cơ quan chưa được ghi nhận")
    return f"{opening(duty.title)}: {day}, {'; '.join(parts)}."


def many_open(duty: DutyResult, as_of: date) -> str:
    done, expected = duty.on_time + duty.late, duty.of(*COUNTED)
    day = f"tính đến ngày {text_day_vi(as_of)}"
    if done == expected:
        return f"{opening(day)}, cả {count_vi(expected)} {duty.units} đã gửi {inside(duty.title)}{_until(duty)}."
    share = f"có {count_vi(done)}/{count_vi(expected)} {duty.units} đã gửi"
    so_far = share if done else f"chưa có {duty.units} nào gửi"
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
        return f"trong số {count_vi(duty.expected)} {duty.units} phải gửi {title}, chưa có cơ quan nào gửi {within}"
    rate = f", đạt {rate_vi(duty.on_time_rate)}%" if duty.on_time_rate is not None else ""
    return f"có {count_vi(duty.on_time)}/{count_vi(duty.expected)} {duty.units} gửi {title} {within}{rate}"


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
