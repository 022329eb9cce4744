"""The one day a case is due on: what every page, mail, calendar and list shows of it, and counts to."""

from __future__ import annotations

from datetime import date

from rules.text.wording import full_day_vi
from rules.working_days import WorkCalendar


def due_day(target_day: date, late_after: date | None, return_by: date | None = None) -> date:
    """After it the case is late: its last day, or the mere target where nothing is ever late.

    `return_by`: the day set for completing it, given only while it is returned.
    """
    return return_by or late_after or target_day


def send_by(due: date, target_day: date) -> date | None:
    """The earlier day to aim for: a working day before a day off, or a contributor's own target. None: the same."""
    return target_day if target_day < due else None


def days_left(due: date, today: date) -> int:
    """Calendar days; negative once it has passed."""
    return (due - today).days


def explanation(why: str, agreed: date | None, target_day: date, late_after: date | None, occurrence_day: date) -> str:
    """Why a case is due when it is, for the very unit: an extended one, and a contributor with a target of its own,
    do not read the sentence of the whole."""
    if agreed is not None:
        return f"Đã gia hạn đến {_counted_to(agreed, late_after)}; tính quá hạn sau ngày này."
    if target_day == occurrence_day:
        return why
    last = f"; tính quá hạn sau {full_day_vi(late_after)}" if late_after else "; không tính quá hạn"
    return f"Mốc phấn đấu của đơn vị phối hợp là {full_day_vi(target_day)}{last}."


def _counted_to(day: date, late_after: date | None) -> str:
    if late_after is None or late_after == day:
        return full_day_vi(day)
    return f"{full_day_vi(day)}, là ngày nghỉ nên tính đến hết {full_day_vi(late_after)}"


def moved_from_day_off(day: date, calendar: WorkCalendar) -> str:
    """«Chủ Nhật 17/01/2027: tính đến hết thứ Hai 18/01/2027»; empty for a working day."""
    counted = calendar.on_or_after(day)
    if counted == day:
        return ""
    named = full_day_vi(day)
    return f"{named[:1].upper()}{named[1:]} là ngày nghỉ: tính đến hết {full_day_vi(counted)}"
