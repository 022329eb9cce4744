"""How dates, deadlines and documents are put into words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from notifications.facts import OVERDUE, DueItem, LetterFacts, ReceiptFacts, ReturnedFacts
from rules.steps import StepState

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def day(value: date) -> str:
    return f"{value.day:02d}/{value.month:02d}/{value.year}"


def weekday(value: date) -> str:
    return WEEKDAYS[value.weekday()]


def hour(value: datetime) -> str:
    return f"{value.hour:02d} giờ {value.minute:02d} phút"


def days(values: Sequence[date]) -> str:
    """«ngày 08/11/2013», «các ngày 08/11/2013 và 26/11/2013»."""
    written = [day(value) for value in sorted(set(values))]
    if len(written) == 1:
        return f"ngày {written[0]}"
    return f"các ngày {', '.join(written[:-1])} và {written[-1]}"


def bare(text: str) -> str:
    """Without the full stop, so that the sentence around it can set its own."""
    return text.strip().rstrip(".;")


def plan_of(item: DueItem) -> str:
    signed = f" ngày {day(item.plan_signed_on)}" if item.plan_signed_on else ""
    return f"Kế hoạch số {item.plan_number}{signed} của {item.plan_issuer}"


def clause(text: str) -> str:
    return f"mục {text} " if text else ""


def first_up(text: str) -> str:
    return text[:1].upper() + text[1:]


def standing(item: DueItem) -> str:
    """How an item stands today, to follow its date: «, quá 3 ngày làm việc»."""
    if item.days_past:
        return f", đã qua {item.days_past} ngày làm việc"
    if item.days_late:
        return f", quá {item.days_late} ngày làm việc"
    if item.working_days_left is None or item.level >= OVERDUE:
        return ""
    if item.working_days_left > 0:
        return f", còn {item.working_days_left} ngày làm việc"
    if item.open_step:
        return ", mốc là hôm nay"
    return ", đến hạn hôm nay" if item.target_day >= item.named_day else ", nên gửi trong hôm nay"


def deadline(item: DueItem) -> str:
    """Inside a sentence."""
    return bare(item.deadline_phrase) or f"hết ngày {day(item.named_day)} ({weekday(item.named_day)})"


def limit(item: DueItem) -> str:
    """What its day is: a target is no deadline."""
    if item.for_completion:
        return "hạn bổ sung"
    return "thời hạn" if item.open_step in (None, StepState.OVERDUE) else "mốc phấn đấu"


def to_bring(item: DueItem) -> str:
    if item.for_completion:
        return "Cần bổ sung"
    return "Cần ghi nhận" if item.open_step else "Hồ sơ cần gửi"


def due(item: DueItem) -> str:
    """The deadline in short: «20/09/2026 (tính đến hết 21/09/2026)»."""
    moved = f" (tính đến hết {day(item.moved_to)})" if item.moved_to else ""
    return f"{day(item.named_day)}{moved}"


def support(facts: LetterFacts) -> str:
    ways = []
    if facts.support_email:
        ways.append(f"địa chỉ {facts.support_email}")
    if facts.support_phone:
        ways.append(f"điện thoại {facts.support_phone}")
    return f"theo {' hoặc '.join(ways)}" if ways else f"cho {facts.sender_name}"


def document(facts: ReceiptFacts | ReturnedFacts) -> str:
    """«văn bản số 12/BC-STC ngày 05/9/2014»; what came without a number is a dossier."""
    if not facts.document_number:
        return "hồ sơ"
    dated = f" ngày {day(facts.document_date)}" if facts.document_date else ""
    return f"văn bản số {facts.document_number}{dated}"


def result(facts: ReceiptFacts) -> str:
    if facts.on_time is None:
        return ""
    if facts.on_time:
        return "đúng hạn"
    return f"sau hạn {facts.days_late} ngày làm việc" if facts.days_late else "sau hạn"


def fit(text: str, room: int) -> str:
    """Cut between two words; the dots count too."""
    whole = bare(text)
    if len(whole) <= room:
        return whole
    words = whole[:room].rpartition(" ")[0] or whole[: room - 1]
    return words.rstrip(" ,;:-–(") + "…"


FILTERS: dict[str, Callable[..., str]] = {
    "day": day,
    "weekday": weekday,
    "hour": hour,
    "days": days,
    "bare": bare,
    "plan": plan_of,
    "clause": clause,
    "first_up": first_up,
    "standing": standing,
    "deadline": deadline,
    "due": due,
    "limit": limit,
    "to_bring": to_bring,
    "support": support,
    "fit": fit,
}
