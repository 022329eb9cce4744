"""Writes the letter that urges bodies which have not answered, as a Word document left for signature and number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

from reports.facts import LateUnit, UrgingLetterFacts
from reports.letterhead import copies, letterhead
from reports.narrative import plan_in_full
from reports.phrases import UNITS, inside, opening
from reports.word_form import WordForm
from rules.text.wording import dates_vi, day_vi

TEMPLATE = Path(__file__).with_name("templates") / "urging_letter.docx"
NAMED_ON_THE_LETTER = 5  # more addressees than this are named in an annex


def write_urging_letter(facts: UrgingLetterFacts, out: Path) -> Path:
    if not facts.addressees:
        raise ValueError("Công văn đôn đốc phải có ít nhất một cơ quan nhận.")
    return form().write(letter_values(facts), out)


@cache
def form() -> WordForm:
    return WordForm(TEMPLATE)


def letter_values(facts: UrgingLetterFacts) -> dict[str, object]:
    """Every name the template may use."""
    issuer, units = facts.issuer, facts.addressees
    return {
        **letterhead(issuer, facts.as_of),
        "subject": f"V/v đôn đốc {facts.duty_short}",
        "addressees": addressees(units),
        "duty": duty(facts),
        "reminded": reminded(facts),
        "request": f"{opening(issuer.name)} đề nghị Quý cơ quan:",
        "points": points(facts),
        "warning": f"Sau thời hạn nêu trên, {issuer.name} sẽ tổng hợp tình hình, báo cáo {facts.plan.issued_by} "
        "xem xét, chỉ đạo.",
        "copies": copies(issuer, facts.copies),
        "with_annex": len(units) > 1,
        "annex_title": f"Danh sách cơ quan chưa gửi {facts.hand_in}".upper(),
        "units": [{"name": unit.name, "reminded_on": dates_vi(unit.reminded_on)} for unit in units],
    }


def addressees(units: Sequence[LateUnit]) -> list[str]:
    if len(units) > NAMED_ON_THE_LETTER:
        return [f"Các {UNITS} (danh sách kèm theo)"]
    return [unit.name for unit in units]


def duty(facts: UrgingLetterFacts) -> str:
    who = facts.addressees[0].name if len(facts.addressees) == 1 else f"các {UNITS} (tại Phụ lục kèm theo)"
    return (
        f"Thực hiện {plan_in_full(facts.plan)}, {who} có trách nhiệm {facts.duty}; "
        f"thời hạn thực hiện: {inside(facts.deadline_phrase)}."
    )


def reminded(facts: UrgingLetterFacts) -> str:
    """The reminders are named only if there were any."""
    purpose, name = f"Để kịp thời tổng hợp, báo cáo {facts.plan.issued_by}", facts.issuer.name
    lacking = f"đến hết ngày {day_vi(facts.as_of)}, {name} chưa nhận được {inside(facts.hand_in)} của Quý cơ quan"
    days = reminder_days(facts.addressees)
    if not days:
        return f"{opening(lacking)}."
    return f"{purpose}, {name} đã có thông báo nhắc việc vào {_on_days(days)}. Tuy nhiên, {lacking}."


def reminder_days(units: Sequence[LateUnit]) -> list[date]:
    return sorted({day for unit in units for day in unit.reminded_on})


def _on_days(days: Sequence[date]) -> str:
    return f"{'các ngày' if len(days) > 1 else 'ngày'} {dates_vi(days)}"


def points(facts: UrgingLetterFacts) -> list[str]:
    return [
        f"Khẩn trương hoàn thành và gửi {inside(facts.hand_in)} về {facts.issuer.name} trước ngày "
        f"{day_vi(facts.answer_before)}; bản điện tử gửi theo địa chỉ {facts.email}.",
        "Trường hợp có khó khăn, vướng mắc, đề nghị có văn bản nêu rõ lý do, thời gian dự kiến hoàn thành "
        "và đề xuất (nếu có).",
        "Trường hợp không phát sinh nội dung thuộc phạm vi quản lý, đề nghị có văn bản xác nhận.",
    ]
