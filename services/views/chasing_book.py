"""The chasing list, handed to whoever makes it a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from reports.chasing_list import ChasingRow, workbook
from rules.deadlines import PROVINCE
from rules.office import Office
from rules.periods import period_title_vi
from rules.punctuality import days_late
from rules.status import LABELS, OVERDUE, Status
from rules.text.wording import day_vi
from services.views.case_lists import CaseLine
from services.views.chasing import ChaseLine, LastContact

WAYS = {"phone": "gọi điện", "visit": "gặp trực tiếp", "letter": "công văn", "email": "thư điện tử"}
FATES = {
    "sent": "đã gửi",
    "pending": "đang chờ gửi",
    "leased": "đang chờ gửi",
    "recorded": "chỉ ghi nhận",
    "expired": "không còn cần gửi",
    "suppressed": "không được phép gửi",
}
NOT_SENT = "không gửi được"


def chasing_book(office: Office, lines: Sequence[ChaseLine], filtered: str, now: datetime) -> bytes:
    """`filtered`: what was chosen, in words."""
    local = now.astimezone(PROVINCE)
    subtitle = f"Số liệu lúc {local:%H:%M} ngày {day_vi(local.date())}. {filtered}".strip()
    title = f"DANH SÁCH ĐÔN ĐỐC THỰC HIỆN KẾ HOẠCH SỐ {office.plan.number}"
    return workbook(title, subtitle, [_row(line, local.date(), office) for line in lines])


def _due(case: CaseLine) -> date:
    """Of the hand-in; once it is in, of the step that presses most."""
    return case.day


def _days_late(case: CaseLine, today: date, office: Office) -> int | None:
    if case.status is Status.STEPS_OVERDUE:
        return days_late(today, _due(case), office.calendar)
    return case.working_days_late if case.status in OVERDUE else None


def _row(line: ChaseLine, today: date, office: Office) -> ChasingRow:
    case, person = line.case, line.person
    return ChasingRow(
        unit=case.unit.name,
        duty=case.duty.short,
        period=period_title_vi(case.period),
        due=_due(case),
        days_late=_days_late(case, today, office),
        standing="; ".join((LABELS[case.status].vi, *(step.text for step in case.steps))),
        person=f"{person.name} ({person.title})" if person else "chưa có người giữ vị trí",
        phone=person.phone if person else "",
        email=person.email if person else "",
        reminders=line.reminders,
        last_on=line.last.on_day if line.last else None,
        last_way=_way(line.last) if line.last else "chưa liên hệ",
        promised_on=line.promised_on,
        note=line.note,
    )


def _way(last: LastContact) -> str:
    way = WAYS.get(last.way, last.way)
    fate = FATES.get(last.fate, NOT_SENT) if last.fate else ""
    return ", ".join(part for part in (way, fate, last.with_whom) if part)
